"""Removes the jumps of a capture, where a limb is elsewhere from one frame to the next.

Optical capture loses markers in extreme poses, and a robot's pose is sometimes solved differently than in the previous
frame. A joint that turns faster than people can is interpolated on the shortest path; longer errors are cut out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_closing, binary_dilation

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.rotations import slerp
from eightcount_generator.body.skeleton import BODY

_LIMB_DEGREES, _TRUNK_DEGREES = 50.0, 30.0
"""Maximum turn of a joint from one frame to the next: 1500 degrees per second; a pirouette has 800."""
_TRUNK = ("spine1", "spine2", "spine3", "neck", "left_collar", "right_collar", "head")
_LIMITS = np.array([_TRUNK_DEGREES if joint in _TRUNK else _LIMB_DEGREES for joint in BODY.joints])
_RESTLESS_SECONDS = 0.3
"""Between two jumps of a joint that are closer than this, the joint is not trusted either."""
LONGEST_BRIDGE_SECONDS = 0.5
"""Longer stretches are cut out."""
SHORTEST_PIECE_SECONDS = 1.0
"""Shorter pieces are dropped."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A continuous stretch of a recording.

    Attributes:
        start_seconds: its start within the recording.
        dance: the dance.
    """

    start_seconds: float
    dance: Dance


def repair_jumps(dance: Dance) -> list[Stretch]:
    """Split the dance into stretches without jumps; those below `SHORTEST_PIECE_SECONDS` are dropped unless all are."""
    jumping = _find_jumps(dance)
    first, last = _neighbours(jumping)
    unbridged = (last - first - 1 > LONGEST_BRIDGE_SECONDS * FRAME_RATE_HERTZ) | (first < 0) | (last >= len(dance))
    lost = np.any(jumping & unbridged, axis=1)
    bridged = _bridge_jumps(dance, jumping & ~lost[:, None], first, last)
    edges = np.flatnonzero(np.diff(np.concatenate([[True], lost, [True]])))
    shortest = min(SHORTEST_PIECE_SECONDS * FRAME_RATE_HERTZ, len(dance))
    return [
        Stretch(float(start / FRAME_RATE_HERTZ), bridged.frames(start, stop))
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
        if stop - start >= shortest
    ]


def turn_degrees(dance: Dance) -> NDArray[np.float64]:
    """[T - 1, 24] turn of each joint from one frame to the next."""
    now = dance.rotations.astype(np.float64)
    cosine = (np.einsum("tjab,tjab->tj", now[1:], now[:-1]) - 1) / 2
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def _find_jumps(dance: Dance) -> NDArray[np.bool_]:
    """[T, 24] whether a joint is not trusted: a frame on either side of a jump, and what lies between jumps."""
    fast = turn_degrees(dance) > _LIMITS
    near = np.zeros((len(dance), len(BODY)), bool)
    near[1:] |= fast
    near[:-1] |= fast
    near = binary_dilation(near, np.ones((3, 1)))
    span = round(_RESTLESS_SECONDS * FRAME_RATE_HERTZ)
    padded = np.pad(near, ((span, span), (0, 0)))
    return np.asarray(binary_closing(padded, np.ones((span, 1)))[span : len(padded) - span])


def _neighbours(jumping: NDArray[np.bool_]) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """[T, 24] the last trusted frame up to each frame, or -1, and the first from it on, or T."""
    frames = np.arange(len(jumping))[:, None]
    first = np.maximum.accumulate(np.where(jumping, -1, frames), axis=0)
    last = np.minimum.accumulate(np.where(jumping, len(jumping), frames)[::-1], axis=0)[::-1]
    return first, last


def _bridge_jumps(dance: Dance, jumping: NDArray[np.bool_], first: NDArray[np.int_], last: NDArray[np.int_]) -> Dance:
    frames, joints = np.nonzero(jumping)
    start, end = first[frames, joints], last[frames, joints]
    share = (frames - start) / np.maximum(end - start, 1)
    rotations = dance.rotations.copy()
    rotations[frames, joints] = slerp(dance.rotations[start, joints], dance.rotations[end, joints], share)
    return Dance(dance.root, rotations)
