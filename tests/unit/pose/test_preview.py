"""The small copy that an extraction leaves of the frames."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest
from av.video.reformatter import Colorspace

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.audio import open_audio
from eightcount_common.media.soundtrack import Soundtrack
from eightcount_common.media.video import open_video
from eightcount_common.media.video_writer import create_video
from eightcount_pose.extraction import Chunk, Finished, extract
from eightcount_pose.models import Variant
from eightcount_pose.output.preview import preview_size, write_preview
from tests.data.media import moving_square, write_video

RATE = 48_000


def copied(source, target):
    """Makes the copy of a whole video; returns whether it is complete."""
    with (
        source.open("rb") as file,
        source.open("rb") as sound,
        open_video(file) as video,
        write_preview(target, video.info, sound=sound) as preview,
    ):
        for frame in video.frames():
            preview.add(frame)
    return preview.complete


def write_clicks(path, clicks, *, seconds):
    """A grey video with clicks at these seconds."""
    samples = np.zeros((1, round(seconds * RATE)), np.float32)
    for click in clicks:
        samples[0, round(click * RATE) : round(click * RATE) + 240] = 0.8
    blocks = iter(np.array_split(samples, 10, axis=1))
    track = Soundtrack(RATE, "mono", blocks)
    with create_video(path, size=(64, 64), frame_rate=Fraction(25), soundtrack=track) as writer:
        for index in range(round(seconds * 25)):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 128, np.uint8), format="rgb24")
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            writer.add(frame)
        writer.finish()


def read_clicks(path):
    """Seconds at which the sound of a file rises."""
    with path.open("rb") as file, open_audio(file, rate_hertz=RATE) as sound:
        samples = np.abs(np.concatenate(list(sound.blocks)))
    loud = np.flatnonzero(samples > 0.3)
    return loud[np.diff(loud, prepend=-RATE) > RATE / 10] / RATE


def read_frames(path):
    with path.open("rb") as file, open_video(file) as video:
        return video.info, [(frame.timestamp, frame.to_rgb()) for frame in video.frames()]


@pytest.mark.parametrize(
    ("size", "small"),
    [((1280, 720), (640, 360)), ((1080, 1920), (304, 540)), ((3840, 2160), (640, 360)), ((301, 201), (300, 200))],
)
def test_a_copy_fits_a_panel_and_keeps_its_aspect(size, small):
    assert preview_size(*size) == small


def test_a_copy_is_upright_and_keeps_uneven_times(tmp_path):
    times = np.cumsum(np.random.default_rng(1).choice([0.02, 0.041, 0.09], 40)) + 0.5
    red = [frame * np.array([1.0, 0.2, 0.1]) for frame in moving_square(40, size=(320, 180))]
    source = write_video(
        tmp_path / "source.mp4",
        (frame.astype(np.uint8) for frame in red),
        times=lambda index: times[index],
        rotation_degrees=90,
    )
    assert copied(source, tmp_path / "copy.mp4")
    (original, before), (info, after) = read_frames(source), read_frames(tmp_path / "copy.mp4")
    assert (info.width, info.height, info.rotation_degrees) == (original.width, original.height, 0) == (180, 320, 0)
    with (tmp_path / "copy.mp4").open("rb") as file, open_video(file) as video:
        assert next(video.frames()).stored.colorspace == Colorspace.ITU709
    np.testing.assert_allclose([time for time, _ in after], [time for time, _ in before], atol=2e-5)
    for (_, expected), (_, got) in zip(before[::9], after[::9], strict=True):
        assert np.abs(expected.astype(int) - got).mean() < 6


def test_an_extraction_leaves_it_and_one_that_continues_does_not(tmp_path, dancer_clip, lite):
    data = dancer_clip.read_bytes()

    def run(name, checkpoint=b""):
        events = list(
            extract(
                io.BytesIO(data), lite, variant=Variant.LITE, check=lambda: None, checkpoint=checkpoint,
                preview=tmp_path / name,
            )
        )  # fmt: skip
        assert isinstance(events[-1], Finished)
        return events

    events = run("whole.mp4")
    assert events[-1].has_preview
    chunks = [event for event in events if isinstance(event, Chunk)]
    _, shown = read_frames(tmp_path / "whole.mp4")
    np.testing.assert_allclose(
        [time for time, _ in shown], np.concatenate([chunk.motion.timestamps for chunk in chunks]), atol=2e-5
    )
    assert not run("rest.mp4", chunks[0].checkpoint)[-1].has_preview
    assert not (tmp_path / "rest.mp4").exists()


def test_the_sound_is_copied_in_step_with_the_frames(tmp_path):
    write_clicks(tmp_path / "source.mp4", [0.5, 1.7, 2.9], seconds=3.2)
    assert copied(tmp_path / "source.mp4", tmp_path / "copy.mp4")
    np.testing.assert_allclose(read_clicks(tmp_path / "copy.mp4"), [0.5, 1.7, 2.9], atol=2e-3)
    (_, before), (_, after) = read_frames(tmp_path / "source.mp4"), read_frames(tmp_path / "copy.mp4")
    np.testing.assert_allclose([time for time, _ in after], [time for time, _ in before], atol=2e-5)


def test_the_sound_ends_with_the_frames(tmp_path):
    write_clicks(tmp_path / "long.mp4", [0.5], seconds=9)
    with (
        (tmp_path / "long.mp4").open("rb") as file,
        (tmp_path / "long.mp4").open("rb") as sound,
        open_video(file) as video,
        write_preview(tmp_path / "copy.mp4", video.info, sound=sound) as preview,
    ):
        for frame, _ in zip(video.frames(), range(25), strict=False):
            preview.add(frame)
    with av.open(str(tmp_path / "copy.mp4")) as container:
        assert container.duration / av.time_base < 1.5


def test_sound_that_cannot_be_read_on_leaves_a_silent_copy(tmp_path, monkeypatch):
    write_clicks(tmp_path / "source.mp4", [0.5], seconds=1)

    @contextmanager
    def break_off(*_, **__):
        yield Soundtrack(RATE, "mono", iter(_fail, None))

    def _fail():
        raise UnusableMediaError("the sound is damaged", reason="UNUSABLE_MEDIA")

    monkeypatch.setattr("eightcount_pose.output.preview.open_soundtrack", break_off)
    assert copied(tmp_path / "source.mp4", tmp_path / "copy.mp4")
    assert len(read_frames(tmp_path / "copy.mp4")[1]) == 25


def test_times_that_mp4_cannot_hold_give_no_copy(tmp_path):
    source = write_video(tmp_path / "source.mkv", moving_square(5))
    with source.open("rb") as file, open_video(file) as video, write_preview(tmp_path / "c.mp4", video.info) as preview:
        for frame in video.frames():
            preview.add(replace(frame, timestamp=frame.timestamp - 1.0))
    assert not preview.complete
