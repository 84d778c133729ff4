"""Stretches of recordings to the frames of a dance: stretched onto the beats, placed one after another, blended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.joining import blended, heading
from eightcount_generator.body.rotations import Array, about_y
from eightcount_generator.makers.graph.library import MotionLibrary
from eightcount_generator.makers.graph.search import Stretch
from eightcount_generator.makers.timing import accented

_BLEND_FRAMES = 14
_TAIL = 3
"""Frames of what was before that a blend looks at."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Woven:
    """A piece of the dance, and where it was taken from.

    Attributes:
        dance: its frames.
        recording: name of the recording.
        recording_frame: the first frame in it, counted in the recording as the library keeps it.
    """

    dance: Dance
    recording: str
    recording_frame: int


def woven(library: MotionLibrary, stretches: Iterable[Stretch], seconds: FloatArray, frames: int) -> Iterator[Woven]:
    """The dance, a stretch at a time.

    Args:
        library: where stretches come from.
        stretches: one after another on the grid.
        seconds: [G] moments of the grid.
        frames: of the whole dance; the first is at time 0.
    """
    tail: Dance | None = None
    placing = _Placing(np.eye(3), np.zeros(3))
    done = 0
    for run in _runs(stretches):
        stop = min(int(np.ceil(seconds[run[-1].to_step] * FRAME_RATE_HERTZ - 1e-9)), frames)
        if stop <= done:
            continue
        times = np.arange(done, stop) / FRAME_RATE_HERTZ
        positions = _positions(library, run, seconds, times)
        raw = library.dance(positions, mirrored=library.is_mirrored(run[0].start))
        if run[0].jumps or tail is None:
            piece = blended(tail, raw, _BLEND_FRAMES).frames(len(tail), len(tail) + len(raw)) if tail else _centred(raw)
            placing = _placing(raw, piece)
        else:
            piece = placing.of(raw)
        recording = int(library.recording[run[0].start])
        yield Woven(piece, library.names[recording], int(positions[0]) - int(library.first[recording]))
        joined = Dance.joined([tail, piece]) if tail else piece
        tail, done = joined.frames(max(len(joined) - _TAIL, 0), len(joined)), stop


def _runs(stretches: Iterable[Stretch]) -> Iterator[list[Stretch]]:
    """Stretches that are woven in one go: up to the next jump, and no more than an eight-count."""
    run: list[Stretch] = []
    for stretch in stretches:
        if run and (stretch.jumps or len(run) == 8):
            yield run
            run = []
        run.append(stretch)
    if run:
        yield run


def _positions(library: MotionLibrary, run: list[Stretch], seconds: FloatArray, times: FloatArray) -> FloatArray:
    """[T] fractional frames of the library that are shown at given seconds."""
    moments, frames = [seconds[run[0].from_step]], [float(library.frame[run[0].start])]
    for stretch in run:
        inside = range(stretch.from_step + 1, stretch.to_step + 1)
        whole = library.frame[stretch.end] - frames[-1]
        share = 1 / len(inside)
        begin = frames[-1]
        for number, step in enumerate(inside, start=1):
            moments.append(seconds[step])
            frames.append(begin + whole * share * number)
    return accented(np.array(moments), np.array(frames), times)


@dataclass(frozen=True, slots=True)
class _Placing:
    """A turn about y and a shift on the floor."""

    turn: Array
    shift: Array

    def of(self, raw: Dance) -> Dance:
        rotations = raw.rotations.copy()
        rotations[:, 0] = self.turn.astype(np.float32) @ raw.rotations[:, 0]
        return replace(raw, root=(raw.root @ self.turn.T + self.shift).astype(np.float32), rotations=rotations)


def _centred(raw: Dance) -> Dance:
    """Facing +z in the middle of the stage."""
    turn = about_y(-_facing(raw, 0))
    start = raw.root[0].astype(np.float64) @ turn.T
    return _Placing(turn, np.array([-start[0], 0.0, -start[2]])).of(raw)


def _placing(raw: Dance, piece: Dance) -> _Placing:
    """What put the end of `raw` where `piece` has it: a blend is over by then, or nearly."""
    turn = about_y(_facing(piece, -1) - _facing(raw, -1))
    shift = piece.root[-1] - raw.root[-1].astype(np.float64) @ turn.T
    return _Placing(turn, shift * np.array([1.0, 0.0, 1.0]))


def _facing(dance: Dance, frame: int) -> FloatArray:
    return np.asarray(heading(dance.rotations[frame, 0].astype(np.float64)), np.float64)
