"""Feet that stand stay, and feet that go leave the floor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_generator.body import kinematics
from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.body.easing import Array, envelope, smooth_step
from eightcount_generator.body.joining import heading
from eightcount_generator.body.legs import LEGS, two_bone
from eightcount_generator.body.rotations import about_y, to_six
from eightcount_generator.body.skeleton import ANKLE_HEIGHT, TOE_HEIGHT
from eightcount_generator.makers.encoding import FEET, STANDING, TRAVEL, Place, decoded, part_of

_SMOOTHING_FRAMES = 1.5
_SURE = 0.5
"""How surely somebody must stand, of both feet together, that the way is taken from the feet alone."""
_CLEARANCE_METRES = 0.04
"""How high a foot goes over the floor when it is fast; a quarter of those of recorded dancers go lower."""
_SLOW, _FAST = 0.35, 0.9
"""Metres a second: a foot that is slower than the first may stay on the floor, one faster than the second may not."""
_EASING_FRAMES = 6


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
    sliding = (seen * surely[..., None]).sum(axis=1) / np.maximum(weight, _SURE)
    sliding = gaussian_filter1d(sliding, _SMOOTHING_FRAMES, axis=0, mode="nearest")
    found[first:-1, TRAVEL.start : TRAVEL.start + 2] -= sliding[first:].astype(np.float32)
    return found


def stepped(frames: NDArray[np.floating], *, first: int) -> NDArray[np.float32]:
    """[T, WIDTH] an encoded stretch whose feet are lifted where they would be dragged; those before `first` stay."""
    found = np.array(frames, np.float32)
    dance, _ = decoded(frames, Place())
    rotations = dance.rotations.astype(np.float64)
    world = kinematics.world_rotations(rotations)
    joints = kinematics.placed(dance.root.astype(np.float64), world)
    begin = np.clip((np.arange(len(frames)) - first) / _EASING_FRAMES, 0, 1)
    for leg in LEGS:
        lift = envelope(_wanting(joints[:, leg.ankle], joints[:, leg.toe])) * begin
        target = joints[:, leg.ankle] - joints[:, leg.hip] + lift[:, None] * np.array([0.0, 1.0, 0.0])
        raised = two_bone(rotations, world[:, 0], leg=leg, target=target)
        rotations = np.where((lift > 0)[:, None, None, None], raised, rotations)
    joined = [joint for leg in LEGS for joint in (leg.hip, leg.knee)]
    found[:, part_of(joined)] = to_six(rotations[:, joined]).reshape(len(found), -1)
    found[:first] = frames[:first]
    return found


def _wanting(ankle: Array, toe: Array) -> NDArray[np.float64]:
    """[T] metres by which a foot is too low for how fast it is; one that turns on its heel or ball is not fast."""
    points = np.stack([ankle, toe], axis=1)
    speed = np.linalg.norm(np.diff(points[..., [0, 2]], axis=0), axis=-1).min(axis=-1) * FRAME_RATE_HERTZ
    speed = gaussian_filter1d(np.append(speed, speed[-1:]), _SMOOTHING_FRAMES, mode="nearest")
    low = (points[..., 1] - [ANKLE_HEIGHT, TOE_HEIGHT]).min(axis=-1)
    part = smooth_step((speed - _SLOW) / (_FAST - _SLOW))
    return np.asarray(np.maximum(_CLEARANCE_METRES * part - low, 0.0) * (part > 0))
