"""Rendering of both dancers side by side as an MP4."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from eightcount_common.media.soundtrack import open_soundtrack
from eightcount_common.media.video import VideoReader, open_video
from eightcount_common.media.video_writer import VideoWriter, create_video
from eightcount_common.motion import TimeArray
from eightcount_scoring.rendering.composer import Composer
from eightcount_scoring.rendering.layout import Box, Layout, arrange_layout
from eightcount_scoring.rendering.panels import PanelFrame, panel_frames
from eightcount_scoring.rendering.prefetch import prefetch
from eightcount_scoring.rendering.scene import RenderOptions, Scene
from eightcount_scoring.rendering.schedule import Schedule, output_frame_rate, plan_schedule

_PROGRESS_FRAMES = 15
_AHEAD = 4
"""Frames of each recording that are decoded ahead; this bounds the memory for any length."""


@dataclass(frozen=True, slots=True)
class VideoFiles:
    """Seekable files of both recordings.

    Attributes:
        reference, take: files from which frames are read; None for motions, which are drawn on a plain background.
        sound: the reference once more, as sound and frames are read at different positions.
        previews: small upright copies of reference and take, used if they are at least as large as their panel.
    """

    reference: BinaryIO | None
    take: BinaryIO | None
    sound: BinaryIO | None
    previews: tuple[BinaryIO | None, BinaryIO | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Progress:
    """Frames written so far, frames in all, and the length of the output in seconds."""

    frames_done: int
    frames_total: int
    duration_seconds: float


def render_side_by_side(
    scene: Scene, recordings: VideoFiles, output: Path, *, options: RenderOptions, check: Callable[[], None]
) -> Iterator[Progress]:
    """Write an MP4 of the time that both recordings share; yield the progress every half second of output.

    Args:
        scene: the content.
        recordings: the files of both recordings.
        output: the file to write; incomplete until the iterator is exhausted.
        options: options of the rendering.
        check: called for every frame; may raise to stop the work.

    Raises:
        UnusableMediaError: a recording cannot be read, or NO_OVERLAP.
        TooLargeError: a frame is larger than 8192 pixels on a side.
    """
    with ExitStack() as stack:
        layout = arrange_layout(scene.reference.image_size, scene.take.image_size, options.panel_height)
        files = zip((recordings.reference, recordings.take), recordings.previews, layout.images, strict=True)
        videos = [_open(stack, recording, preview, box) for recording, preview, box in files]
        rate = output_frame_rate(_frame_rate(videos[0], scene.reference.timestamps))
        schedule = plan_schedule(scene.reference.timestamps, scene.take.timestamps, scene.time_map, rate)
        writer = stack.enter_context(_create_video(recordings.sound, output, layout, schedule))
        flips = (False, scene.mirrored)
        panels = [
            stack.enter_context(_open_panel(*panel, skeletons_only=options.skeletons_only))
            for panel in zip(
                videos, (schedule.reference_seconds, schedule.take_seconds), layout.images, flips, strict=True
            )
        ]
        stage = Composer(scene, layout)
        for index, (reference, take) in enumerate(zip(*panels, strict=True)):
            check()
            stage.show(float(schedule.reference_seconds[index]), reference, take)
            writer.add(stage.canvas.stamp(index, rate))
            if index % _PROGRESS_FRAMES == 0:
                yield _progress(index + 1, schedule)
        writer.finish()
    yield _progress(len(schedule), schedule)


def _progress(done: int, schedule: Schedule) -> Progress:
    return Progress(done, len(schedule), schedule.duration_seconds)


def _frame_rate(video: VideoReader | None, timestamps: TimeArray) -> float:
    """Return the frame rate that a video states, or that of a motion; 0 where there is none."""
    if video is not None:
        return video.info.nominal_frame_rate or 0.0
    return 1 / float(np.median(np.diff(timestamps))) if timestamps.size > 1 else 0.0


def _open(stack: ExitStack, recording: BinaryIO | None, preview: BinaryIO | None, box: Box) -> VideoReader | None:
    """Open the preview if it is at least as large as the box, otherwise the recording; None for a motion."""
    if recording is None:
        return None
    if preview is not None:
        video = stack.enter_context(open_video(preview, quick=True))
        if video.info.width >= box.width and video.info.height >= box.height:
            return video
    return stack.enter_context(open_video(recording, quick=True))


@contextmanager
def _create_video(sound: BinaryIO | None, output: Path, layout: Layout, schedule: Schedule) -> Iterator[VideoWriter]:
    start, seconds = float(schedule.reference_seconds[0]), schedule.duration_seconds
    opened = open_soundtrack(sound, start_seconds=start, duration_seconds=seconds) if sound else nullcontext()
    with (
        opened as soundtrack,
        create_video(
            output, size=(layout.width, layout.height), frame_rate=schedule.frame_rate, soundtrack=soundtrack
        ) as writer,
    ):
        yield writer


@contextmanager
def _open_panel(
    video: VideoReader | None, wanted: TimeArray, box: Box, flipped: bool, *, skeletons_only: bool
) -> Iterator[Iterator[PanelFrame]]:
    """Open the stream of frames that one panel shows."""
    if skeletons_only or video is None:
        yield (PanelFrame(seconds, None) for seconds in wanted.tolist())
        return
    with prefetch(panel_frames(video, wanted, box, flipped=flipped), depth=_AHEAD) as shown:
        yield shown
