"""Extraction of a video's motion, a chunk at a time: decode, track, smooth.

Memory does not depend on the video's length.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.container import MediaInfo
from eightcount_common.media.video import Frame, VideoReader, open_video
from eightcount_common.motion import FloatArray, MotionSequence
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_pose.checkpoint import ExtractionState, pack, unpack
from eightcount_pose.decoding.planes import view_planes
from eightcount_pose.detection.landmarks import Pose
from eightcount_pose.engines.base import PoseEngine
from eightcount_pose.models import Variant
from eightcount_pose.output.preview import write_preview
from eightcount_pose.output.smoothing import Window
from eightcount_pose.output.warnings import Counters, VideoWarning, list_warnings, shows_feet
from eightcount_pose.tracking.dancer_choice import DancerChoice
from eightcount_pose.tracking.tracker import DancerTracker, TrackState

VERSION = 3
"""Version of the pipeline; it rises whenever the same video would give another motion."""
CHUNK_FRAMES = 60
PROGRESS_FRAMES = 15
_MIN_FOUND_SHARE = 0.02
_ROW_SHAPE = (len(BLAZEPOSE_33), 6)
"""Per keypoint: image x, y; world x, y, z; visibility."""


@dataclass(frozen=True, slots=True)
class Started:
    """The video can be read and is processed with this model."""

    video: MediaInfo
    model: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """The next frames, and the state after them."""

    first_frame: int
    motion: MotionSequence
    checkpoint: bytes


@dataclass(frozen=True, slots=True)
class Progress:
    """Number of frames processed and expected (None when unknown)."""

    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of an extraction.

    Attributes:
        frames, frames_with_dancer: number of frames, and of those with a dancer.
        warnings: for the dancer.
        has_preview: whether the preview video is complete.
    """

    frames: int
    frames_with_dancer: int
    warnings: tuple[VideoWarning, ...]
    has_preview: bool = False


Event = Started | Chunk | Progress | Finished


def model_id(variant: Variant, engine: PoseEngine, choice: DancerChoice | None = None) -> str:
    """Return the identifier of everything that a video's motion depends on.

    For example "blazepose-heavy/openvino-bf16/1" or, of a chosen dancer,
    "blazepose-heavy/openvino-bf16/1/dancer-0.25-0.5-3.0".
    """
    model = f"blazepose-{variant}/{engine.name}/{VERSION}"
    return f"{model}/{choice.slug}" if choice else model


def extract(
    file: BinaryIO,
    engine: PoseEngine,
    *,
    variant: Variant,
    check: Callable[[], None],
    checkpoint: bytes = b"",
    preview: Path | None = None,
    sound: BinaryIO | None = None,
    choice: DancerChoice | None = None,
) -> Iterator[Event]:
    """Find one dancer in every frame of a video.

    Args:
        file: seekable.
        engine: runs the networks; it must not be used by anybody else meanwhile.
        variant: the landmark network that the engine runs.
        check: called before every frame; raises when the work should stop.
        checkpoint: of the last chunk that the caller holds; empty to begin at the start.
        preview: file for a small copy of the video; not written when the extraction begins at a checkpoint.
        sound: the file once more, for the sound of that copy.
        choice: selects the dancer; the main dancer when it is None.

    Raises:
        UnusableMediaError: the file cannot be read as a video, nobody is in it (NO_PERSON), or nobody is at the
            position of the choice (NO_PERSON_THERE).
        InvalidInputError: the checkpoint was not made by this model from this file, or the choice lies after the end.
    """
    model = model_id(variant, engine, choice)
    file_bytes = file.seek(0, os.SEEK_END)
    state = unpack(checkpoint, model=model, file_bytes=file_bytes) if checkpoint else None
    with open_video(file) as reader:
        if choice:
            choice.require_within(reader.info.certain_duration_seconds)
        yield Started(reader.info, model)
        extraction = _Extraction(reader, engine, choice, model=model, file_bytes=file_bytes, check=check)
        if preview is None or state is not None:
            yield (yield from extraction.run(state))
            return
        with write_preview(preview, reader.info, sound=sound) as copy:
            finished = yield from extraction.run(state, on_frame=copy.add)
        yield replace(finished, has_preview=copy.complete)


class _Extraction:
    """One extraction from one open video."""

    def __init__(
        self,
        reader: VideoReader,
        engine: PoseEngine,
        choice: DancerChoice | None,
        *,
        model: str,
        file_bytes: int,
        check: Callable[[], None],
    ) -> None:
        self._reader = reader
        self._tracker = DancerTracker(engine, choice)
        self._choice = choice
        self._model = model
        self._file_bytes = file_bytes
        self._check = check
        self._size = (reader.info.width, reader.info.height)

    def run(
        self, start: ExtractionState | None, *, on_frame: Callable[[Frame], None] = lambda _: None
    ) -> Generator[Event, None, Finished]:
        """Yield chunks with progress in between, and return the end. `on_frame` is called with every frame."""
        state = start or self._initial_state()
        before = state
        rows: list[tuple[float, FloatArray]] = []
        for frame in self._reader.frames(after=start.seen_until if start else None):
            self._check()
            state = self._count_losses(self._process_frame(state, frame), before)
            on_frame(frame)
            if state.window.ready:
                rows.append(state.window.smooth_next())
                state = replace(state, window=state.window.advance())
            if len(rows) == CHUNK_FRAMES:
                state, chunk = self._build_chunk(state, rows)
                yield chunk
                rows = []
            if state.frames % PROGRESS_FRAMES == 0:
                yield self._build_progress(state.frames)
        return (yield from self._finish(self._count_losses(state, before), rows))

    def _count_losses(self, state: ExtractionState, before: ExtractionState) -> ExtractionState:
        """Return the state with the frames that were left out so far; `before` is the state before this run."""
        damaged, unordered = before.damaged + self._reader.damaged, before.unordered + self._reader.unordered
        return replace(state, damaged=damaged, unordered=unordered)

    def _initial_state(self) -> ExtractionState:
        window = Window.create(_ROW_SHAPE, frame_rate=self._reader.info.nominal_frame_rate)
        return ExtractionState(0, 0, 0, 0, 0, 0, seen_until=-np.inf, track=TrackState(), window=window)

    def _process_frame(self, state: ExtractionState, frame: Frame) -> ExtractionState:
        """Return the state after one more frame."""
        tracked = self._tracker.track_frame(view_planes(frame), timestamp=frame.timestamp, state=state.track)
        pose = tracked.pose
        return replace(
            state,
            frames=state.frames + 1,
            with_dancer=state.with_dancer + (pose is not None),
            with_feet=state.with_feet + (pose is not None and shows_feet(pose, self._size)),
            seen_until=frame.timestamp,
            track=tracked.state,
            window=state.window.push(frame.timestamp, _build_row(pose)),
        )

    def _build_chunk(
        self, state: ExtractionState, rows: list[tuple[float, FloatArray]]
    ) -> tuple[ExtractionState, Chunk]:
        after = replace(state, rows=state.rows + len(rows))
        checkpoint = pack(after, model=self._model, file_bytes=self._file_bytes)
        return after, Chunk(state.rows, self._build_motion(rows), checkpoint)

    def _build_motion(self, rows: list[tuple[float, FloatArray]]) -> MotionSequence:
        values = np.stack([row for _, row in rows])
        visibility = np.clip(np.nan_to_num(values[..., 5]), 0, 1)
        timestamps = np.array([timestamp for timestamp, _ in rows])
        return MotionSequence(
            BLAZEPOSE_33, timestamps, values[..., :2], values[..., 2:5], visibility, self._model, self._size
        )

    def _build_progress(self, done: int) -> Progress:
        total = self._reader.info.frame_count
        return Progress(done, None if total is None else max(done, total))

    def _finish(self, state: ExtractionState, rows: list[tuple[float, FloatArray]]) -> Generator[Event, None, Finished]:
        while state.window.pending:
            rows.append(state.window.smooth_next())
            state = replace(state, window=state.window.advance())
        expected = state.frames - state.track.waited
        if self._choice and not state.with_dancer:
            raise self._choice.build_error([], self._size)
        if state.with_dancer <= _MIN_FOUND_SHARE * expected:
            raise UnusableMediaError("no person was found in the video", reason="NO_PERSON")
        for start in range(0, len(rows), CHUNK_FRAMES):
            state, chunk = self._build_chunk(state, rows[start : start + CHUNK_FRAMES])
            yield chunk
        yield Progress(state.frames, state.frames)
        track = state.track
        several = track.looks_with_others if self._choice is None else 0  # no warning for those who have chosen
        orientation, unread = self._reader.info.view.orientation, self._reader.unread
        counters = Counters(
            expected, state.with_dancer, state.with_feet, track.looks, several, state.damaged,
            self._reader.ended_early, unordered=state.unordered, another=str(track.another or ""),
            tilt_degrees=orientation.tilt_degrees if orientation.is_tilted else 0.0,
            unread_recordings=unread.recordings, unread_frames=unread.frames,
            unmarked_fields=self._reader.unmarked_field_order is not None,
            high_dynamic_range=self._reader.high_dynamic_range,
        )  # fmt: skip
        return Finished(state.rows, state.with_dancer, tuple(list_warnings(counters)))


def _build_row(pose: Pose | None) -> FloatArray:
    if pose is None:
        return np.full(_ROW_SHAPE, np.nan, np.float32)
    return np.concatenate([pose.image, pose.world, pose.visibility[:, None]], axis=1)
