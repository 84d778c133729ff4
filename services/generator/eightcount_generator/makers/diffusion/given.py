"""What of a stretch is given to the network in training: nothing, its beginning, poses, or half of the body."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.makers.encoding import GROUPS, WIDTH

OVERLAP = 32
"""Frames of what was before that the next window goes on from."""
TRAVELLING, LOWER, UPPER = range(len(GROUPS))

_GOES_ON, _HALF, _POSES = 0.4, 0.2, 0.2
"""How often windows have a beginning, half of the body, single poses."""
_MOST_POSES = 4

FloatArray = NDArray[np.float32]


def columns(given: NDArray[np.floating]) -> FloatArray:
    """[..., G] of groups -> [..., WIDTH] of columns."""
    found = np.zeros((*given.shape[:-1], WIDTH), np.float32)
    for number, group in enumerate(GROUPS):
        found[..., group] = given[..., number : number + 1]
    return found


def some_given(random: np.random.Generator, size: int, frames: int) -> FloatArray:
    """[B, T, G] what windows of a batch are given."""
    given = np.zeros((size, frames, len(GROUPS)), np.float32)
    for one in given:
        if random.random() < _GOES_ON:
            one[:OVERLAP] = 1
        if random.random() < _HALF:
            parts = [TRAVELLING, LOWER] if random.random() < 0.5 else [UPPER]
            one[:, parts] = 1
        if random.random() < _POSES:
            for place in random.integers(0, frames, size=random.integers(1, _MOST_POSES + 1)):
                one[place, [LOWER, UPPER]] = 1
            if random.random() < 0.5:  # the way back to what is there already
                one[-random.integers(4, OVERLAP) :] = 1
    return given
