"""Forward kinematics: joint rotations to joint positions."""

from __future__ import annotations

import numpy as np

from eightcount_generator.body.rotations import Array
from eightcount_generator.body.skeleton import BODY, Rig


def world_rotations(rotations: Array, *, rig: Rig = BODY) -> Array:
    """[T, J, 3, 3] relative to the parent -> [T, J, 3, 3] relative to the world."""
    world = np.empty_like(rotations)
    for joint, parent in enumerate(rig.parents):
        world[:, joint] = rotations[:, joint] if parent < 0 else world[:, parent] @ rotations[:, joint]
    return world


def local_rotations(world: Array, *, rig: Rig = BODY) -> Array:
    """[T, J, 3, 3] relative to the world -> [T, J, 3, 3] relative to the parent."""
    local = world.copy()
    for joint, parent in enumerate(rig.parents):
        if parent >= 0:
            local[:, joint] = np.swapaxes(world[:, parent], -1, -2) @ world[:, joint]
    return local


def joint_positions(root: Array, rotations: Array, *, rig: Rig = BODY) -> Array:
    """Compute the joint positions.

    Args:
        root: [T, 3] position of the root in metres.
        rotations: [T, J, 3, 3] of each joint relative to its parent.
        rig: the skeleton.

    Returns:
        [T, J, 3] metres.
    """
    return positions_from_world(root, world_rotations(rotations, rig=rig), rig=rig)


def positions_from_world(root: Array, world: Array, *, rig: Rig = BODY) -> Array:
    """Compute the joint positions from rotations relative to the world."""
    found = np.empty((*world.shape[:2], 3), dtype=np.result_type(root, world))
    found[:, 0] = root
    for joint, parent in enumerate(rig.parents[1:], start=1):
        found[:, joint] = found[:, parent] + world[:, parent] @ rig.offsets[joint].astype(world.dtype)
    return found
