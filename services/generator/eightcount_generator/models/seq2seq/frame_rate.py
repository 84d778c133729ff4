"""Converts encoded dances between 30 frames per second and the 15 of the network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.rotations import from_six, slerp, to_six
from eightcount_generator.models.encoding import ROOT_VELOCITY, ROTATIONS

FRAME_STEP = 2
"""The network predicts one of so many frames: 15 poses per second."""

FloatArray = NDArray[np.float32]


def halve_frame_rate(frames: FloatArray) -> FloatArray:
    """[..., 2 T, WIDTH] -> [..., T, WIDTH] every second frame, with the mean velocity to the next one."""
    kept = frames[..., ::FRAME_STEP, :].copy()
    kept[..., ROOT_VELOCITY] = (
        frames[..., ::FRAME_STEP, ROOT_VELOCITY] + frames[..., 1::FRAME_STEP, ROOT_VELOCITY]
    ) / 2
    return kept


def double_frame_rate(frames: NDArray[np.floating]) -> FloatArray:
    """[T + 1, WIDTH], not normalised -> [2 T, WIDTH] with interpolated frames; the last frame is left out."""
    before, after = frames[:-1].astype(np.float64), frames[1:].astype(np.float64)
    middle = (before + after) / 2
    middle[:, ROOT_VELOCITY] = before[:, ROOT_VELOCITY]
    shape = (len(before), -1, 6)
    turns = slerp(
        from_six(before[:, ROTATIONS].reshape(shape)), from_six(after[:, ROTATIONS].reshape(shape)), 0.5
    )  # fmt: skip
    middle[:, ROTATIONS] = to_six(turns).reshape(len(before), -1)
    return np.stack([before, middle], axis=1).reshape(-1, frames.shape[1]).astype(np.float32)
