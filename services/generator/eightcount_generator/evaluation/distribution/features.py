"""Features of dances, window by window, for FID and diversity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.evaluation.distribution.kinetic import kinetic_features
from eightcount_generator.evaluation.distribution.manual import manual_features
from eightcount_generator.evaluation.joint_positions import (
    FloatArray,
    IndexArray,
    Joints,
    check_joints,
    resample_to_published_rate,
)

WINDOW_SECONDS = 5.0
"""A dance is measured in consecutive windows of this length (the clips of EDGE)."""
WINDOW_FRAMES = round(WINDOW_SECONDS * FRAME_RATE_HERTZ)


@dataclass(frozen=True, slots=True)
class DanceFeatures:
    """Features of N windows of some dances.

    Attributes:
        kinetic: [N, 72]; every window moved so that the root starts at the origin.
        manual: [N, 32].
        dances: [N] index of the window's dance, ascending.
    """

    kinetic: FloatArray
    manual: FloatArray
    dances: IndexArray

    def __len__(self) -> int:
        return len(self.dances)


def split_windows(joints: Joints) -> Iterator[Joints]:
    """Yield consecutive windows of `WINDOW_SECONDS` without the rest at the end; a shorter dance is one window."""
    positions = check_joints(joints)
    for start in range(0, max(1, len(positions) - WINDOW_FRAMES + 1), WINDOW_FRAMES):
        yield positions[start : start + WINDOW_FRAMES]


def extract_features(dances: Sequence[Joints]) -> DanceFeatures:
    """Extract the features of dances [T, 24, 3] in metres at 30 frames per second, y up.

    Raises:
        InvalidInputError: NO_DANCES, or INVALID_JOINTS.
    """
    if not dances:
        raise InvalidInputError("one or more dances are required; there is none", reason="NO_DANCES")
    of_dance = [[resample_to_published_rate(window) for window in split_windows(dance)] for dance in dances]
    windows = [window for of_one in of_dance for window in of_one]
    return DanceFeatures(
        np.stack([kinetic_features(window) for window in windows]),
        np.stack([manual_features(window) for window in windows]),
        np.repeat(np.arange(len(dances)), [len(of_one) for of_one in of_dance]),
    )
