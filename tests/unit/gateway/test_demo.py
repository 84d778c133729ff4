"""The demo's take really has the mistakes that are said to be planted in it, and the check finds their absence."""

from fractions import Fraction

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from eightcount_gateway.demo.findings import judge_report
from eightcount_gateway.demo.mistakes import TAKE_MISTAKES, Crop, PlantedMistakes
from eightcount_gateway.demo.room import add_echo, add_noise
from eightcount_gateway.demo.take import write_take

FRAMES, FRAME_RATE, SOUND_RATE = 200, 25, 44_100
DARKEST, STEP = 20.0, 1.0
MISTAKES = PlantedMistakes(
    start_seconds=1.24,
    late_from_seconds=3.0,
    late_to_seconds=5.0,
    delay_seconds=0.2,
    crop=Crop(left=16, top=8, width=64, height=80, scaled_width=96, scaled_height=120),
    noise_ratio_db=15.0,
    echo_seconds=0.2,
)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Eight seconds: the grey of a frame tells its number, the sound is noise."""
    path = tmp_path_factory.mktemp("demo") / "source.mkv"
    sound = 0.1 * np.random.default_rng(1).standard_normal(SOUND_RATE * FRAMES // FRAME_RATE).astype(np.float32)
    with av.open(str(path), "w") as file:
        video = file.add_stream("ffv1", rate=FRAME_RATE)
        video.width, video.height, video.pix_fmt = 96, 96, "yuv420p"
        audio = file.add_stream("pcm_s16le", rate=SOUND_RATE, layout="mono")
        for number in range(FRAMES):
            grey = np.full((96, 96, 3), 0, np.uint8) + np.uint8(DARKEST + STEP * number)
            frame = VideoFrame.from_ndarray(grey, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
        block = AudioFrame.from_ndarray((sound * 32767).astype(np.int16)[None], format="s16", layout="mono")
        block.sample_rate, block.pts = SOUND_RATE, 0
        file.mux(audio.encode(block))
        file.mux(audio.encode(None))
    return path


@pytest.fixture(scope="module")
def take(source):
    path = source.with_name("take.mp4")
    write_take(source, path, mistakes=MISTAKES)
    return path


def frame_greys(path):
    """Return times in seconds, and the mean grey of each frame."""
    with av.open(str(path)) as file:
        seen = [(frame.time, frame.to_ndarray(format="gray").mean()) for frame in file.decode(video=0)]
    return np.array(seen).T


def sound(path):
    with av.open(str(path)) as file:
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=SOUND_RATE)
        return np.concatenate([b.to_ndarray()[0] for f in file.decode(audio=0) for b in resampler.resample(f)])


def test_the_picture_lags_as_planted_and_nowhere_else(source, take):
    reference_times, reference_grey = frame_greys(source)
    times, grey = frame_greys(take)
    danced_at = np.interp(grey, reference_grey, reference_times)
    lag = times + MISTAKES.start_seconds - danced_at
    planted = MISTAKES.lag_seconds(times + MISTAKES.start_seconds)
    assert np.abs(lag - planted).max() < 0.045
    assert np.abs(np.median((lag - planted)[planted > 0.19])) < 0.01
    assert planted.max() == pytest.approx(0.2)
    assert np.all(np.diff(times) > 0)


def test_the_sound_starts_where_planted_to_a_millisecond(source, take):
    whole, part = sound(source), sound(take)
    size = 1 << (whole.size + part.size).bit_length()
    match = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(part, size)), size)
    assert np.argmax(match) / SOUND_RATE == pytest.approx(MISTAKES.start_seconds, abs=0.001)


def test_the_camera_stands_nearer(take):
    with av.open(str(take)) as file:
        assert (file.streams.video[0].width, file.streams.video[0].height) == (96, 120)
        assert file.streams.video[0].codec_context.name == "h264"
        assert file.streams.audio[0].codec_context.name == "aac"


def test_no_mistakes_leave_every_frame_in_its_place(source, tmp_path):
    write_take(source, tmp_path / "copy.mp4", mistakes=PlantedMistakes())
    times, grey = frame_greys(tmp_path / "copy.mp4")
    np.testing.assert_allclose(times, np.arange(FRAMES) / FRAME_RATE, atol=1e-4)
    assert np.all(np.diff(grey) >= 0)


def test_the_demo_is_late_by_its_delay_and_never_runs_backwards():
    danced = np.arange(0.0, 62.0, 0.04)
    shown = TAKE_MISTAKES.compute_shown_seconds(danced)
    assert np.all(np.diff(shown) > 0.02)
    late = (danced > TAKE_MISTAKES.late_from_seconds) & (danced < TAKE_MISTAKES.late_to_seconds - 0.2)
    np.testing.assert_allclose((shown - danced)[late], 0.2, atol=1e-3)
    assert np.abs((shown - danced)[danced < 20]).max() < 1e-9


def test_noise_has_the_ratio_asked_for_and_the_echo_keeps_the_direct_sound():
    generator = np.random.default_rng(2)
    clean = generator.standard_normal(44_100).astype(np.float32)
    noise = add_noise(clean, ratio_db=15.0, generator=generator) - clean
    assert 10 * np.log10(np.mean(clean**2) / np.mean(noise**2)) == pytest.approx(15.0, abs=0.01)
    click = np.zeros(44_100, np.float32)
    click[1000] = 1.0
    wet = add_echo(click, rate_hertz=44_100, decay_seconds=0.2, generator=generator)
    assert np.argmax(np.abs(wet)) == 1000
    assert np.abs(wet[:1000]).max() < 1e-6


def report(*, offset=2.36, kind="LATE", inside=60.0, outside=95.0):
    timeline = [
        {"start_s": float(second), "end_s": second + 1.0, "score": inside if 22 <= second < 36 else outside}
        for second in range(60)
    ]
    moment = {"kind": kind, "start_s": 25.0, "end_s": 27.0, "amount": 190.0}
    alignment = {"verdict": "aligned", "offset_seconds": offset, "method": "audio"}
    return {"alignment": alignment, "moments": [moment], "timeline": timeline}


def test_a_right_report_passes():
    assert all(finding.right for finding in judge_report(report(), TAKE_MISTAKES))


@pytest.mark.parametrize("wrong", [{"offset": 2.40}, {"kind": "ANGLE"}, {"inside": 96.0}])
def test_a_wrong_report_does_not_pass(wrong):
    assert [finding.right for finding in judge_report(report(**wrong), TAKE_MISTAKES)].count(False) == 1
