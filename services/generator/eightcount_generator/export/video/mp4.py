"""Writes a dance as a video: the mannequin on a floor, with the music."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from av.video.frame import VideoFrame

from eightcount_common.errors import InvalidInputError
from eightcount_common.media.container import MAX_SIDE_PIXELS
from eightcount_common.media.scaling import view_planes
from eightcount_common.media.soundtrack import Soundtrack, open_soundtrack
from eightcount_common.media.video_writer import create_video
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.export.video.camera import follow_dancer
from eightcount_generator.export.video.scene import Scene

SIZE = 1280, 720
_RATE = Fraction(round(FRAME_RATE_HERTZ))
_PROGRESS_FRAMES = 15
_MIN_SIDE = 64


def write_video(
    pieces: Iterable[Dance],
    output: Path,
    *,
    frames: int,
    music: BinaryIO | None = None,
    size: tuple[int, int] = SIZE,
    check: Callable[[], None] = lambda: None,
) -> Iterator[int]:
    """Write an MP4 (H.264, AAC) in constant memory; yield the number of written frames every half second of it.

    Args:
        pieces: the dance.
        output: the file; incomplete until the iterator is exhausted.
        frames: number of frames of the dance; the music is cut there.
        music: a seekable audio or video file whose time 0 is the dance's first frame; the video is silent without one,
            or when it has no sound.
        size: width and height in pixels, even.
        check: called for every frame; may raise to stop the work.

    Raises:
        InvalidInputError: EMPTY_DANCE, there is no frame; FRAME_COUNT, the number of frames differs from `frames`;
            INVALID_SIZE.
        UnusableMediaError: the music cannot be read.
    """
    _check(frames, size)
    done = 0
    with ExitStack() as stack:
        sound = _sound(stack, music, frames)
        video = stack.enter_context(create_video(output, size=size, frame_rate=_RATE, soundtrack=sound))
        image = VideoFrame(*size, "yuv420p")
        scene = Scene(view_planes(image))
        for piece, middles in follow_dancer(pieces):
            for _ in scene.draw(piece, middles):
                check()
                image.pts, image.time_base = done, 1 / _RATE
                video.add(image)
                done += 1
                if done % _PROGRESS_FRAMES == 0:
                    yield done
        video.finish()
    if done != frames:
        raise InvalidInputError(f"the dance must have {frames} frames; it has {done}", reason="FRAME_COUNT")
    yield done


def _check(frames: int, size: tuple[int, int]) -> None:
    if frames < 1:
        raise InvalidInputError("a dance without frames cannot be written", reason="EMPTY_DANCE")
    if any(side % 2 or not _MIN_SIDE <= side <= MAX_SIDE_PIXELS for side in size):
        raise InvalidInputError(
            f"the sides of a video are even, from {_MIN_SIDE} to {MAX_SIDE_PIXELS} pixels; got {size[0]} x {size[1]}",
            reason="INVALID_SIZE",
        )


def _sound(stack: ExitStack, music: BinaryIO | None, frames: int) -> Soundtrack | None:
    if music is None:
        return None
    return stack.enter_context(open_soundtrack(music, start_seconds=0.0, duration_seconds=frames / FRAME_RATE_HERTZ))
