"""Finds windows of a dance that are copied from motions that a generator was trained on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.evaluation.joint_positions import BoolArray, FloatArray, Joints, check_joints
from eightcount_generator.evaluation.novelty.alignment import Diagonal, Frames, aligned_rms, movement
from eightcount_generator.evaluation.novelty.tiles import COMPARED_FRAMES, TILE_FRAMES, TileIndex, TilePairs

COPY_METRES = 0.05
"""RMS distance of the joints up to which a window is a copy."""
COPY_SHARE = 0.25
"""The same distance as a share of the movement in the window: two people who stand still are near each other without
being copies."""
SPEEDS = (0.8, 0.86, 0.93, 1.0, 1.075, 1.16, 1.25)
"""Playback rates at which copies are searched."""
_CANDIDATE_METRES = 1.5 * COPY_METRES
"""Tiles are aligned by their own hips and shoulders, not optimally, so their limit is wider."""
_CANDIDATE_SLACK = 3.0
"""A tile within a copy may be less near than the whole, or contain less movement."""
_FIRST_REACH_FRAMES = 32


@dataclass(frozen=True, slots=True)
class Copy:
    """A window of a dance that a motion contains as well, after alignment, perhaps faster or mirrored.

    Attributes:
        seconds: its length.
        start_seconds: its start in the dance.
        motion: index of the motion.
        motion_seconds: its start in the motion.
        speed: playback rate of the dance relative to the motion.
        mirrored: left and right swapped.
        rms_metres: distance of the joints.
    """

    seconds: float
    start_seconds: float
    motion: int
    motion_seconds: float
    speed: float
    mirrored: bool
    rms_metres: float


class MotionIndex:
    """Motions that dances may be copied from; [T, 24, 3] each, 30 frames per second."""

    def __init__(self, motions: Sequence[Joints]) -> None:
        """Raise InvalidInputError NO_MOTIONS when no motion is as long as a tile."""
        self._motions = [check_joints(motion) for motion in motions]
        if max(map(len, self._motions), default=0) < TILE_FRAMES:
            raise InvalidInputError(
                f"a motion of {TILE_FRAMES} or more frames is required; got {[len(motion) for motion in motions]}",
                reason="NO_MOTIONS",
            )
        self._tiles = TileIndex(self._motions)

    def longest_copy(self, dance: Joints, *, speeds: Sequence[float] = SPEEDS, mirrored: bool = True) -> Copy | None:
        """Return the longest copied window of a dance (`COPY_METRES`, `COPY_SHARE`); None if there is none.

        Consecutive tiles of half a second of the dance are looked up in the index, and windows are grown from the most
        similar ones. So copies of less than a second can be missed, and those whose speed relative to the motion
        changes, or lies between two of `speeds`, are found in part.

        Args:
            dance: [T, 24, 3] positions in metres at 30 frames per second.
            speeds: playback rates at which copies are searched.
            mirrored: whether mirrored copies are searched, too.
        """
        positions = check_joints(dance)
        found: list[Copy] = []
        for speed in speeds:
            paced = _at_speed(positions, speed)
            for swapped in (False, True) if mirrored else (False,):
                seen = paced[:, BODY.swap] * [-1.0, 1.0, 1.0] if swapped else paced
                found.extend(self._find_copies(seen, speed=speed, mirrored=swapped))
        return max(found, key=lambda copy: (round(copy.seconds, 1), -copy.rms_metres), default=None)

    def _find_copies(self, positions: FloatArray, *, speed: float, mirrored: bool) -> Iterator[Copy]:
        """Yield windows grown from similar tiles, best first; tiles inside a known window are skipped."""
        known: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        pairs = self._find_similar_tiles(positions)
        pace = speed * FRAME_RATE_HERTZ
        for tile, motion, tile_there in zip(
            pairs.starts.tolist(), pairs.motions.tolist(), pairs.motion_starts.tolist(), strict=True
        ):
            offset = tile_there - tile
            if any(start <= tile < end for start, end in known[motion, offset]):
                continue
            start, end, rms = _grow_window(positions, self._motions[motion], tile, offset)
            if end > start:
                for near in range(offset - 2, offset + 3):
                    known[motion, near].append((start, end))
                there = (start + offset) / FRAME_RATE_HERTZ
                yield Copy((end - start) / pace, start / pace, motion, there, speed, mirrored, rms)

    def _find_similar_tiles(self, positions: FloatArray) -> TilePairs:
        """Return candidate tiles and their counterparts; the nearest first."""
        pairs = self._tiles.neighbours(positions, within_metres=_CANDIDATE_METRES)
        pairs = pairs.select(np.argsort(pairs.distances, kind="stable"))
        if not len(pairs.starts):
            return pairs
        here = positions[pairs.starts[:, None] + COMPARED_FRAMES]
        there = np.stack([
            self._motions[motion][start + COMPARED_FRAMES]
            for motion, start in zip(pairs.motions.tolist(), pairs.motion_starts.tolist(), strict=True)
        ])  # fmt: skip
        return pairs.select(aligned_rms(here, there) <= _CANDIDATE_SLACK * _allowed_distance(movement(here)))


def _grow_window(positions: FloatArray, motion: FloatArray, tile: int, offset: int) -> tuple[int, int, float]:
    """Return the copied window around a tile: its first frame, the one after its last, its distance in metres.

    It is searched within a reach that doubles until the window ends inside it.
    """
    first, last = max(0, -offset), min(len(positions), len(motion) - offset)
    reach = _FIRST_REACH_FRAMES
    while True:
        low, high = max(first, tile - reach), min(last, tile + TILE_FRAMES + reach)
        diagonal = Diagonal(positions[low:high], motion[low + offset : high + offset])
        start, end = _longest_window(diagonal, tile - low, tile - low + TILE_FRAMES)
        if (start > 0 or low == first) and (end < high - low or high == last):
            rms = float(diagonal.rms_metres(start, end)) if end > start else float("inf")
            return low + start, low + end, rms
        reach *= 2


def _at_speed(positions: FloatArray, speed: float) -> FloatArray:
    """Resample a dance to the time of the motion: `speed` times as many frames."""
    if speed == 1.0 or len(positions) < 2:
        return positions
    frames = 1 + int((len(positions) - 1) * speed)
    return np.asarray(CubicSpline(np.arange(len(positions)), positions)(np.arange(frames) / speed))


def _longest_window(diagonal: Diagonal, start: int, end: int) -> tuple[int, int]:
    """Return the longest copied window around frames `start` to `end`; empty if those are not a copy themselves.

    It is grown to one side as far as possible and then to the other, in either order; the longer result is returned.
    """
    ends, starts = np.arange(end, len(diagonal) + 1), np.arange(start + 1)
    windows = []
    near = ends[_is_copy(diagonal, start, ends)]
    if len(near):
        windows.append((int(starts[_is_copy(diagonal, starts, near[-1])][0]), int(near[-1])))
    near = starts[_is_copy(diagonal, starts, end)]
    if len(near):
        windows.append((int(near[0]), int(ends[_is_copy(diagonal, near[0], ends)][-1])))
    return max(windows, key=lambda window: window[1] - window[0], default=(start, start))


def _is_copy(diagonal: Diagonal, start: Frames, end: Frames) -> BoolArray:
    return np.asarray(diagonal.rms_metres(start, end) <= _allowed_distance(diagonal.movement_metres(start, end)))


def _allowed_distance(movement_metres: FloatArray) -> FloatArray:
    return np.minimum(COPY_METRES, COPY_SHARE * movement_metres)
