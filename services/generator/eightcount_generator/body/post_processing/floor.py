"""Keeps every part of the body above the floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eightcount_generator.body import kinematics
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.easing import EASE_FRAMES, Array, envelope
from eightcount_generator.body.leg_ik import LEGS, two_bone_ik
from eightcount_generator.body.skeleton import ANKLE_HEIGHT, BODY, TOE_HEIGHT

_STEPS = 2
"""Iterations of `lift_feet`: the tip of a foot moves down a little as the shank leans."""
FLOOR_FRAMES = 2 * EASE_FRAMES * _STEPS
"""Frames before and after on which a lifted frame depends."""
_FLESH = {"pelvis": 0.09, "knee": 0.045, "head": 0.08, "neck": 0.05, "shoulder": 0.05, "elbow": 0.03, "wrist": 0.02}
"""Metres of the joints above a floor on which they lie."""
_UP = np.array([0.0, 1.0, 0.0])


def _clearances() -> Array:
    """[24] minimum metres of each joint above the floor; feet are lifted separately."""
    words = [name.split("_")[-1] for name in BODY.joints]
    return np.array([_FLESH.get(word, -np.inf) for word in words])


_CLEARANCES = _clearances()


def lift_body(dance: Dance) -> Dance:
    """Lift the body where knees, arms, trunk or head would be below the floor, eased in time."""
    rotations = dance.rotations.astype(np.float64)
    height = kinematics.joint_positions(dance.root.astype(np.float64), rotations)[..., 1]
    lift = envelope(np.maximum(_CLEARANCES - height, 0.0).max(axis=1))
    return replace(dance, root=(dance.root + lift[:, None] * _UP).astype(np.float32))


def lift_feet(dance: Dance) -> Dance:
    """Lift each foot that is below the floor with its leg, the foot oriented as before, eased in time."""
    root = dance.root.astype(np.float64)
    rotations: Array = dance.rotations.astype(np.float64)
    for _ in range(_STEPS):
        rotations = _lift_feet_once(root, rotations)
    return replace(dance, rotations=rotations.astype(np.float32))


def _lift_feet_once(root: Array, rotations: Array) -> Array:
    world = kinematics.world_rotations(rotations)
    joints = kinematics.positions_from_world(root, world)
    changed = rotations
    for leg in LEGS:
        low = np.maximum(ANKLE_HEIGHT - joints[:, leg.ankle, 1], TOE_HEIGHT - joints[:, leg.toe, 1])
        lift = envelope(np.maximum(low, 0.0))
        if lift.any():
            target = joints[:, leg.ankle] - joints[:, leg.hip] + lift[:, None] * _UP
            legs = two_bone_ik(changed, world[:, 0], leg=leg, target=target)
            changed = np.where((lift > 0)[:, None, None, None], legs, changed)
    return changed
