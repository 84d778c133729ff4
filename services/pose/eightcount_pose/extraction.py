"""A video's motion, a chunk at a time: decode, track, smooth. Memory does not depend on the video's length."""

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
from eightcount_pose.choice import DancerChoice
from eightcount_pose.crops import planes_of
from eightcount_pose.engine import PoseEngine
from eightcount_pose.landmarks import Pose
from eightcount_pose.models import Variant
from eightcount_pose.notices import Notice, Tally, notices_of, shows_feet
from eightcount_pose.preview import write_preview
from eightcount_pose.smoothing import Window
from eightcount_pose.tracking import DancerTracker, TrackState

VERSION = 1
"""Rises whenever the same video would give another motion."""
CHUNK_FRAMES = 60
PROGRESS_FRAMES = 15
_MIN_FOUND_SHARE = 0.02
_ROW_SHAPE = (len(BLAZEPOSE_33), 6)
"""Per keypoint: image x, y; world x, y, z; visibility."""


@dataclass(frozen=True, slots=True)
class Started:
    """The video can be read, and this model will look at it."""

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
    """Frames finished of frames expected (0 when unknown)."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The end: frames, those with a dancer, what the dancer should know, and whether the small copy is whole."""

    frames: int
    frames_with_dancer: int
    notices: tuple[Notice, ...]
    previewed: bool = False


Event = Started | Chunk | Progress | Finished


def model_id(variant: Variant, engine: PoseEngine, choice: DancerChoice | None = None) -> str:
    """Identifies everything that decides what a video's motion looks like, for example
    "blazepose-heavy/openvino-bf16/1" or, of a chosen dancer, "blazepose-heavy/openvino-bf16/1/dancer-0.25-0.5-3.0".
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
    choice: DancerChoice | None = None,
) -> Iterator[Event]:
    """Finds one dancer in every picture of a video.

    Args:
        file: seekable.
        engine: runs the networks; nobody else may use it meanwhile.
        variant: the landmark network that the engine runs.
        check: called before every picture; raises when the work should stop.
        checkpoint: of the last chunk that the caller holds; empty to begin at the start.
        preview: where a small copy of the pictures is written; not when beginning at a checkpoint.
        choice: who is followed; the main dancer when it is None.

    Raises:
        UnusableMediaError: the file cannot be read as a video, nobody is in it (NO_PERSON), or nobody is at the place
            of the choice (NO_PERSON_THERE).
        InvalidInputError: the checkpoint was not made by this model from this file, or the choice lies after the end.
    """
    model = model_id(variant, engine, choice)
    file_bytes = file.seek(0, os.SEEK_END)
    state = unpack(checkpoint, model=model, file_bytes=file_bytes) if checkpoint else None
    with open_video(file) as reader:
        if choice:
            choice.require_within(reader.info.duration_seconds)
        yield Started(reader.info, model)
        extraction = _Extraction(reader, engine, choice, model=model, file_bytes=file_bytes, check=check)
        if preview is None or state is not None:
            yield (yield from extraction.run(state))
            return
        with write_preview(preview, reader.info) as copy:
            finished = yield from extraction.run(state, watch=copy.add)
        yield replace(finished, previewed=copy.complete)


class _Extraction:
    """One run over one opened video."""

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
        self, start: ExtractionState | None, *, watch: Callable[[Frame], None] = lambda _: None
    ) -> Generator[Event, None, Finished]:
        """Chunks with progress in between; returns the end. `watch` is shown every picture."""
        state = start or self._beginning()
        damaged_before = state.damaged
        rows: list[tuple[float, FloatArray]] = []
        for picture in self._reader.frames(after=start.seen_until if start else None):
            self._check()
            state = self._seen(state, picture, damaged=damaged_before + self._reader.damaged)
            watch(picture)
            if state.window.ready:
                rows.append(state.window.next_row())
                state = replace(state, window=state.window.advanced())
            if len(rows) == CHUNK_FRAMES:
                state, chunk = self._chunk(state, rows)
                yield chunk
                rows = []
            if state.pictures % PROGRESS_FRAMES == 0:
                yield self._progress(state.pictures)
        return (yield from self._end(state, rows))

    def _beginning(self) -> ExtractionState:
        window = Window.opened(_ROW_SHAPE, frame_rate=self._reader.info.nominal_frame_rate)
        return ExtractionState(0, 0, 0, 0, 0, seen_until=-np.inf, track=TrackState(), window=window)

    def _seen(self, state: ExtractionState, picture: Frame, *, damaged: int) -> ExtractionState:
        """The state after one more picture."""
        step = self._tracker.step(planes_of(picture), timestamp=picture.timestamp, state=state.track)
        pose = step.pose
        return replace(
            state,
            pictures=state.pictures + 1,
            with_dancer=state.with_dancer + (pose is not None),
            with_feet=state.with_feet + (pose is not None and shows_feet(pose, self._size)),
            damaged=damaged,
            seen_until=picture.timestamp,
            track=step.state,
            window=state.window.pushed(picture.timestamp, _row(pose)),
        )

    def _chunk(self, state: ExtractionState, rows: list[tuple[float, FloatArray]]) -> tuple[ExtractionState, Chunk]:
        after = replace(state, frames=state.frames + len(rows))
        checkpoint = pack(after, model=self._model, file_bytes=self._file_bytes)
        return after, Chunk(state.frames, self._motion(rows), checkpoint)

    def _motion(self, rows: list[tuple[float, FloatArray]]) -> MotionSequence:
        values = np.stack([row for _, row in rows])
        visibility = np.clip(np.nan_to_num(values[..., 5]), 0, 1)
        timestamps = np.array([timestamp for timestamp, _ in rows])
        return MotionSequence(
            BLAZEPOSE_33, timestamps, values[..., :2], values[..., 2:5], visibility, self._model, self._size
        )

    def _progress(self, done: int) -> Progress:
        total = self._reader.info.frame_count
        return Progress(done, max(done, total) if total else 0)

    def _end(self, state: ExtractionState, rows: list[tuple[float, FloatArray]]) -> Generator[Event, None, Finished]:
        while state.window.pending:
            rows.append(state.window.next_row())
            state = replace(state, window=state.window.advanced())
        expected = state.pictures - state.track.waited
        if self._choice and not state.with_dancer:
            raise self._choice.refusal([], self._size)
        if state.with_dancer <= _MIN_FOUND_SHARE * expected:
            raise UnusableMediaError("no person was found in the video", reason="NO_PERSON")
        for start in range(0, len(rows), CHUNK_FRAMES):
            state, chunk = self._chunk(state, rows[start : start + CHUNK_FRAMES])
            yield chunk
        yield Progress(state.pictures, state.pictures)
        track = state.track
        several = track.looks_with_others if self._choice is None else 0  # who has chosen need not be told
        tally = Tally(
            expected, state.with_dancer, state.with_feet, track.looks, several, state.damaged,
            self._reader.ended_early, another=str(track.another or ""),
        )  # fmt: skip
        return Finished(state.frames, state.with_dancer, tuple(notices_of(tally)))


def _row(pose: Pose | None) -> FloatArray:
    if pose is None:
        return np.full(_ROW_SHAPE, np.nan, np.float32)
    return np.concatenate([pose.image, pose.world, pose.visibility[:, None]], axis=1)
