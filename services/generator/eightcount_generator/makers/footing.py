"""The way over the floor, mended so that feet that stand stay."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.body.joining import heading
from eightcount_generator.body.rotations import about_y
from eightcount_generator.makers.encoding import FEET, STANDING, TRAVEL, Place, decoded

_SMOOTHING_FRAMES = 1.5


def footed(frames: NDArray[np.floating], *, first: int) -> NDArray[np.float32]:
    """[T, WIDTH] an encoded stretch whose pelvis moves as the feet that stand let it; those before `first` stay.

    What the standing parts of the feet do together is taken from the way over the floor; `STANDING` says which stand,
    and how surely.
    """
    found = np.array(frames, np.float32)
    dance, _ = decoded(frames, Place())
    steps = np.diff(dance.joints()[:, FEET].astype(np.float64), axis=0) * FRAME_RATE_HERTZ
    back = about_y(-heading(dance.rotations[:-1, 0].astype(np.float64)))
    seen = (back[:, None] @ steps[..., None])[..., 0][..., [0, 2]]
    surely = np.clip(frames[:-1, STANDING], 0, 1).astype(np.float64) ** 2
    weight = surely.sum(axis=1, keepdims=True)
    sliding = (seen * surely[..., None]).sum(axis=1) / np.maximum(weight, 1.0)
    sliding = gaussian_filter1d(sliding, _SMOOTHING_FRAMES, axis=0, mode="nearest")
    found[first:-1, TRAVEL.start : TRAVEL.start + 2] -= sliding[first:].astype(np.float32)
    return found
