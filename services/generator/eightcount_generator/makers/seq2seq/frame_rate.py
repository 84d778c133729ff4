"""Encoded dances at half the frames, which the network dances in, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.rotations import between, from_six, to_six
from eightcount_generator.makers.encoding import ROTATIONS, TRAVEL

EVERY = 2
"""The network makes one of so many frames: 15 poses a second."""

FloatArray = NDArray[np.float32]


def halved(frames: FloatArray) -> FloatArray:
    """[..., 2 T, WIDTH] -> [..., T, WIDTH] every other frame, with the mean speed to the next one that is kept."""
    kept = frames[..., ::EVERY, :].copy()
    kept[..., TRAVEL] = (frames[..., ::EVERY, TRAVEL] + frames[..., 1::EVERY, TRAVEL]) / 2
    return kept


def doubled(frames: NDArray[np.floating]) -> FloatArray:
    """[T + 1, WIDTH], not normalised -> [2 T, WIDTH] with a frame in the middle of each two; the last is left out."""
    before, after = frames[:-1].astype(np.float64), frames[1:].astype(np.float64)
    middle = (before + after) / 2
    middle[:, TRAVEL] = before[:, TRAVEL]
    shape = (len(before), -1, 6)
    turns = between(
        from_six(before[:, ROTATIONS].reshape(shape)), from_six(after[:, ROTATIONS].reshape(shape)), 0.5
    )  # fmt: skip
    middle[:, ROTATIONS] = to_six(turns).reshape(len(before), -1)
    return np.stack([before, middle], axis=1).reshape(-1, frames.shape[1]).astype(np.float32)
