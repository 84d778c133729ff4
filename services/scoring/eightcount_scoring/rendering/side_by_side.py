"""Both dancers side by side, in step, as an MP4."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from eightcount_common.media.soundtrack import open_soundtrack
from eightcount_common.media.video import VideoReader, open_video
from eightcount_common.media.video_writer import VideoWriter, create_video
from eightcount_common.motion import TimeArray
from eightcount_scoring.rendering.layout import Box, Layout, arrange
from eightcount_scoring.rendering.panels import Shown, shown_pictures
from eightcount_scoring.rendering.prefetch import prefetched
from eightcount_scoring.rendering.scene import RenderOptions, Scene
from eightcount_scoring.rendering.schedule import Schedule, output_frame_rate, plan
from eightcount_scoring.rendering.stage import Stage

_PROGRESS_FRAMES = 15
_AHEAD = 4
"""Pictures of each recording that are decoded ahead; they bound the memory whatever the length."""


@dataclass(frozen=True, slots=True)
class Recordings:
    """Seekable files of both recordings.

    Attributes:
        reference, take: for the pictures.
        sound: the reference once more, since sound and pictures are read at different places.
        previews: small upright copies of reference and take, which serve where they are as large as their panel.
    """

    reference: BinaryIO
    take: BinaryIO
    sound: BinaryIO
    previews: tuple[BinaryIO | None, BinaryIO | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Progress:
    """Pictures written so far, pictures in all, and the length of the output in seconds."""

    frames_done: int
    frames_total: int
    duration_seconds: float


def render_side_by_side(
    scene: Scene, recordings: Recordings, output: Path, *, options: RenderOptions, check: Callable[[], None]
) -> Iterator[Progress]:
    """Writes an MP4 of the time that both recordings share; says how far it is every half second of it, and at the end.

    Args:
        scene: what is drawn.
        recordings: what it is drawn on.
        output: the file that is written; incomplete until the iterator is exhausted.
        options: how it is drawn.
        check: called for every picture; what it raises ends the work.

    Raises:
        UnusableMediaError: a recording cannot be read, or NO_OVERLAP.
        TooLargeError: a picture is larger than 8192 pixels on a side.
    """
    with ExitStack() as stack:
        layout = arrange(scene.reference.image_size, scene.take.image_size, options.panel_height)
        files = zip((recordings.reference, recordings.take), recordings.previews, layout.pictures, strict=True)
        videos = [_open(stack, recording, preview, box) for recording, preview, box in files]
        rate = output_frame_rate(videos[0].info.nominal_frame_rate or 0.0)
        schedule = plan(scene.reference.timestamps, scene.take.timestamps, scene.time_map, rate)
        movie = stack.enter_context(_movie(recordings.sound, output, layout, schedule))
        flips = (False, scene.mirrored)
        panels = [
            stack.enter_context(_shown(*panel, skeletons_only=options.skeletons_only))
            for panel in zip(
                videos, (schedule.reference_seconds, schedule.take_seconds), layout.pictures, flips, strict=True
            )
        ]
        stage = Stage(scene, layout)
        for index, (reference, take) in enumerate(zip(*panels, strict=True)):
            check()
            stage.show(float(schedule.reference_seconds[index]), reference, take)
            movie.add(stage.canvas.stamp(index, rate))
            if index % _PROGRESS_FRAMES == 0:
                yield _progress(index + 1, schedule)
        movie.finish()
    yield _progress(len(schedule), schedule)


def _progress(done: int, schedule: Schedule) -> Progress:
    return Progress(done, len(schedule), schedule.duration_seconds)


def _open(stack: ExitStack, recording: BinaryIO, preview: BinaryIO | None, box: Box) -> VideoReader:
    """The preview when it is as large as the box, else the recording."""
    if preview is not None:
        video = stack.enter_context(open_video(preview, quick=True))
        if video.info.width >= box.width and video.info.height >= box.height:
            return video
    return stack.enter_context(open_video(recording, quick=True))


@contextmanager
def _movie(sound: BinaryIO, output: Path, layout: Layout, schedule: Schedule) -> Iterator[VideoWriter]:
    start = float(schedule.reference_seconds[0])
    with (
        open_soundtrack(sound, start_seconds=start, duration_seconds=schedule.duration_seconds) as soundtrack,
        create_video(
            output, size=(layout.width, layout.height), frame_rate=schedule.frame_rate, soundtrack=soundtrack
        ) as movie,
    ):
        yield movie


@contextmanager
def _shown(
    video: VideoReader, wanted: TimeArray, box: Box, flipped: bool, *, skeletons_only: bool
) -> Iterator[Iterator[Shown]]:
    """What one panel shows at each output picture."""
    if skeletons_only:
        yield (Shown(seconds, None) for seconds in wanted.tolist())
        return
    with prefetched(shown_pictures(video, wanted, box, flipped=flipped), depth=_AHEAD) as shown:
        yield shown
