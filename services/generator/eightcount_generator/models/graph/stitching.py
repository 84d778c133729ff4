"""Stitches segments of recordings to the frames of a dance: time-warped to the beats, aligned and blended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.blending import blend, heading
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.rotations import Array, about_y
from eightcount_generator.models.beat_warping import accent_beats
from eightcount_generator.models.graph.beam_search import PathStep
from eightcount_generator.models.graph.motion_graph import MotionGraph

_BLEND_FRAMES = 14
_TAIL_FRAMES = 3
"""Frames of the previous segment that a blend looks at."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the dance, and its source.

    Attributes:
        dance: its frames.
        recording: name of the recording.
        recording_frame: its first frame, counted in the recording as the graph contains it.
    """

    dance: Dance
    recording: str
    recording_frame: int


def stitch(graph: MotionGraph, path: Iterable[PathStep], seconds: FloatArray, frames: int) -> Iterator[Segment]:
    """Yield the dance one segment at a time.

    Args:
        graph: source of the segments.
        path: the steps of the dance in order.
        seconds: [G] times of the grid.
        frames: frames of the whole dance; the first is at time 0.
    """
    tail: Dance | None = None
    transform = _FloorTransform(np.eye(3), np.zeros(3))
    done = 0
    for run in _group_runs(path):
        stop = min(int(np.ceil(seconds[run[-1].to_step] * FRAME_RATE_HERTZ - 1e-9)), frames)
        if stop <= done:
            continue
        times = np.arange(done, stop) / FRAME_RATE_HERTZ
        positions = _source_positions(graph, run, seconds, times)
        raw = graph.dance(positions, mirrored=graph.is_mirrored(run[0].start))
        if run[0].jumps or tail is None:
            piece = blend(tail, raw, _BLEND_FRAMES).frames(len(tail), len(tail) + len(raw)) if tail else _centre(raw)
            transform = _floor_transform(raw, piece)
        else:
            piece = transform.apply(raw)
        recording = int(graph.recording[run[0].start])
        yield Segment(piece, graph.names[recording], int(positions[0]) - int(graph.first[recording]))
        joined = Dance.concatenate([tail, piece]) if tail else piece
        tail, done = joined.frames(max(len(joined) - _TAIL_FRAMES, 0), len(joined)), stop


def _group_runs(path: Iterable[PathStep]) -> Iterator[list[PathStep]]:
    """Group steps that are stitched together: up to the next jump, and no more than an eight-count."""
    run: list[PathStep] = []
    for path_step in path:
        if run and (path_step.jumps or len(run) == 8):
            yield run
            run = []
        run.append(path_step)
    if run:
        yield run


def _source_positions(graph: MotionGraph, run: list[PathStep], seconds: FloatArray, times: FloatArray) -> FloatArray:
    """[T] fractional frames of the graph that are shown at given seconds."""
    moments, frames = [seconds[run[0].from_step]], [float(graph.frame[run[0].start])]
    for path_step in run:
        inside = range(path_step.from_step + 1, path_step.to_step + 1)
        whole = graph.frame[path_step.end] - frames[-1]
        share = 1 / len(inside)
        begin = frames[-1]
        for number, step in enumerate(inside, start=1):
            moments.append(seconds[step])
            frames.append(begin + whole * share * number)
    return accent_beats(np.array(moments), np.array(frames), times)


@dataclass(frozen=True, slots=True)
class _FloorTransform:
    """A rotation about y and a translation on the floor."""

    turn: Array
    shift: Array

    def apply(self, raw: Dance) -> Dance:
        rotations = raw.rotations.copy()
        rotations[:, 0] = self.turn.astype(np.float32) @ raw.rotations[:, 0]
        return replace(raw, root=(raw.root @ self.turn.T + self.shift).astype(np.float32), rotations=rotations)


def _centre(raw: Dance) -> Dance:
    """Move a dance to the middle of the stage, facing +z."""
    turn = about_y(-_heading_at(raw, 0))
    start = raw.root[0].astype(np.float64) @ turn.T
    return _FloorTransform(turn, np.array([-start[0], 0.0, -start[2]])).apply(raw)


def _floor_transform(raw: Dance, piece: Dance) -> _FloorTransform:
    """Return the transform from `raw` to `piece` at their ends, where the blend is over or nearly so."""
    turn = about_y(_heading_at(piece, -1) - _heading_at(raw, -1))
    shift = piece.root[-1] - raw.root[-1].astype(np.float64) @ turn.T
    return _FloorTransform(turn, shift * np.array([1.0, 0.0, 1.0]))


def _heading_at(dance: Dance, frame: int) -> FloatArray:
    return np.asarray(heading(dance.rotations[frame, 0].astype(np.float64)), np.float64)
