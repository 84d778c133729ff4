"""Sound comes out mono, at the expected rate and on the container's time axis."""

import io

import av
import numpy as np
import pytest

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.audio import open_audio
from tests.unit.sync.signals import Samples, video, wav


def click(at: float, seconds: float, rate: int) -> Samples:
    samples = np.zeros(int(seconds * rate), np.float32)
    samples[round(at * rate)] = 0.9
    return samples


def decoded(file: io.BytesIO, rate: int) -> tuple[float, Samples]:
    with open_audio(file, rate_hertz=rate) as audio:
        return audio.start_seconds, np.concatenate(list(audio.blocks))


def test_resampling_does_not_shift_the_sound():
    _, samples = decoded(wav(click(1.0, 2.0, 44_100), 44_100), 8000)
    assert np.abs(samples).argmax() == pytest.approx(8000, abs=1)
    assert len(samples) == pytest.approx(16_000, abs=2)


def test_sound_of_a_video_may_begin_late():
    start, samples = decoded(video(click(0.5, 1.0, 48_000), delay=0.7), 8000)
    assert start == pytest.approx(0.7, abs=1e-3)
    assert start + np.abs(samples).argmax() / 8000 == pytest.approx(1.2, abs=2e-3)


def test_video_without_sound_says_so():
    with pytest.raises(UnusableMediaError) as caught, open_audio(video(None), rate_hertz=8000):
        pass
    assert caught.value.reason == "NO_AUDIO"


def test_text_is_no_media_file():
    with pytest.raises(UnusableMediaError) as caught, open_audio(io.BytesIO(b"no music here" * 50), rate_hertz=8000):
        pass
    assert caught.value.reason == "NOT_A_VIDEO"


def test_truncated_sound_gives_what_there_is():
    data = wav(click(0.5, 4.0, 8000)).getvalue()
    _, samples = decoded(io.BytesIO(data[: len(data) // 2]), 8000)
    assert 1.5 < len(samples) / 8000 < 2.5


def test_gap_of_the_timestamps_is_silence_of_its_length():
    samples = np.concatenate([click(0.3, 0.5, 48_000), click(0.1, 0.5, 48_000)])
    _, heard = decoded(with_gap(samples, at=0.5, seconds=1.7), 8000)
    loud = np.flatnonzero(np.abs(heard) > 0.5 * np.abs(heard).max())
    assert loud[[0, -1]] / 8000 == pytest.approx([0.3, 0.5 + 1.7 + 0.1], abs=2e-3)
    assert len(heard) / 8000 == pytest.approx(2.7, abs=0.01)


def test_sound_may_change_its_rate_and_its_channels_on_the_way():
    first, second = mp3(click(0.5, 1.0, 44_100), 44_100, "mono"), mp3(click(0.5, 1.0, 48_000), 48_000, "stereo")
    _, heard = decoded(io.BytesIO(first + second), 8000)
    loud = np.flatnonzero(np.abs(heard) > 0.5 * np.abs(heard).max()) / 8000
    assert loud.min() == pytest.approx(0.5, abs=0.1)
    assert loud.max() == pytest.approx(1.5, abs=0.2)


def with_gap(samples: Samples, *, at: float, seconds: float) -> io.BytesIO:
    """A Matroska file of sound at 48 kHz whose timestamps jump ahead at one moment."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream = container.add_stream("pcm_s16le", rate=48_000, layout="mono")
        whole = np.rint(samples * 32767).astype(np.int16)
        for start in range(0, len(whole), 1200):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(whole[None, start : start + 1200]), "s16", "mono")
            frame.sample_rate = 48_000
            frame.pts = start + (round(seconds * 48_000) if start >= at * 48_000 else 0)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    file.seek(0)
    return file


def mp3(samples: Samples, rate: int, layout: str) -> bytes:
    """An MP3 file without the header that states its length."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp3", options={"write_xing": "0", "id3v2_version": "0"}) as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout=layout)
        channels = np.repeat(samples[None], stream.layout.nb_channels, axis=0)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(channels), "fltp", layout)
        frame.sample_rate, frame.pts = rate, 0
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=rate)
        for part in resampler.resample(frame):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return file.getvalue()
