"""Sound comes out mono, at the wanted rate and on the container's time axis."""

import io

import numpy as np
import pytest

from eightcount_common.audio import open_audio
from eightcount_common.errors import UnusableMediaError
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
