"""The skeleton of every dance: the joints of SMPL in their order, with bone lengths of our own.

Axes: y up, metres, right-handed; in the rest pose the body stands upright, faces +z and stretches its arms sideways (a
T), its left towards +x. Joints follow SMPL (Loper et al., "SMPL: A Skinned Multi-Person Linear Model", 2015), the
lengths of the limbs Winter, "Biomechanics and Motor Control of Human Movement" (2009, figure 4.1), for 1.70 m.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError


@dataclass(frozen=True)
class Rig:
    """J joints in a tree, and their offsets from the parent in the rest pose.

    Attributes:
        name: name of the skeleton.
        joints: J names; a parent precedes its children, the first is the root.
        parents: J indices of the parent, -1 for the root.
        offsets: [J, 3] metres from the parent in the rest pose.
        mirror_pairs: names that swap when the body is mirrored.

    Raises:
        InvalidInputError: INVALID_RIG; the shapes or the order do not agree.
    """

    name: str
    joints: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: NDArray[np.float64]
    mirror_pairs: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        ordered = all(parent < joint for joint, parent in enumerate(self.parents))
        if not ordered or self.parents[0] != -1 or self.offsets.shape != (len(self.joints), 3):
            raise InvalidInputError(
                f"rig {self.name!r}: parents must precede children, and each of the {len(self.joints)} joints needs an "
                f"offset; got parents {self.parents} and offsets {self.offsets.shape}",
                reason="INVALID_RIG",
            )
        if len(self.parents) != len(self.joints) or len(set(self.joints)) != len(self.joints):
            raise InvalidInputError(
                f"rig {self.name!r}: each joint needs one parent and a unique name", reason="INVALID_RIG"
            )

    def __len__(self) -> int:
        return len(self.joints)

    def index(self, joint: str) -> int:
        """Return the index of a joint.

        Raises:
            InvalidInputError: UNKNOWN_JOINT.
        """
        try:
            return self.joints.index(joint)
        except ValueError:
            raise InvalidInputError(f"rig {self.name!r} has no joint {joint!r}", reason="UNKNOWN_JOINT") from None

    @cached_property
    def rest(self) -> NDArray[np.float64]:
        """[J, 3] joint positions in the rest pose, the root at the origin."""
        positions = np.zeros((len(self), 3))
        for joint, parent in enumerate(self.parents[1:], start=1):
            positions[joint] = positions[parent] + self.offsets[joint]
        return positions

    @cached_property
    def swap(self) -> NDArray[np.int_]:
        """[J] index of each joint's mirror image."""
        order = np.arange(len(self))
        for left, right in self.mirror_pairs:
            order[[self.index(left), self.index(right)]] = self.index(right), self.index(left)
        return order


_TREE: tuple[tuple[str, str, tuple[float, float, float]], ...] = (
    ("pelvis", "", (0.0, 0.0, 0.0)),
    ("left_hip", "pelvis", (0.085, -0.080, 0.0)),
    ("right_hip", "pelvis", (-0.085, -0.080, 0.0)),
    ("spine1", "pelvis", (0.0, 0.110, 0.0)),
    ("left_knee", "left_hip", (0.0, -0.417, 0.0)),
    ("right_knee", "right_hip", (0.0, -0.417, 0.0)),
    ("spine2", "spine1", (0.0, 0.135, 0.0)),
    ("left_ankle", "left_knee", (0.0, -0.418, 0.0)),
    ("right_ankle", "right_knee", (0.0, -0.418, 0.0)),
    ("spine3", "spine2", (0.0, 0.055, 0.0)),
    ("left_foot", "left_ankle", (0.0, -0.050, 0.130)),
    ("right_foot", "right_ankle", (0.0, -0.050, 0.130)),
    ("neck", "spine3", (0.0, 0.210, 0.0)),
    ("left_collar", "spine3", (0.075, 0.115, 0.0)),
    ("right_collar", "spine3", (-0.075, 0.115, 0.0)),
    ("head", "neck", (0.0, 0.090, 0.020)),
    ("left_shoulder", "left_collar", (0.105, 0.030, 0.0)),
    ("right_shoulder", "right_collar", (-0.105, 0.030, 0.0)),
    ("left_elbow", "left_shoulder", (0.270, 0.0, 0.0)),
    ("right_elbow", "right_shoulder", (-0.270, 0.0, 0.0)),
    ("left_wrist", "left_elbow", (0.250, 0.0, 0.0)),
    ("right_wrist", "right_elbow", (-0.250, 0.0, 0.0)),
    ("left_hand", "left_wrist", (0.085, 0.0, 0.0)),
    ("right_hand", "right_wrist", (-0.085, 0.0, 0.0)),
)
_NAMES = tuple(name for name, _, _ in _TREE)

BODY = Rig(
    "smpl_24",
    _NAMES,
    tuple(_NAMES.index(parent) if parent else -1 for _, parent, _ in _TREE),
    np.array([offset for _, _, offset in _TREE]),
    tuple((name, name.replace("left", "right")) for name in _NAMES if name.startswith("left")),
)
"""The skeleton of every dance."""

ANKLE_HEIGHT = 0.066
"""Metres of the ankle above the floor when the foot is flat on it."""
TOE_HEIGHT = 0.016
"""Metres of the ball of the foot (`left_foot`, `right_foot`) above the floor when it is on it."""
STANDING_HEIGHT = float(ANKLE_HEIGHT - BODY.rest[BODY.index("left_ankle"), 1])
"""Metres of the pelvis above the floor when the body stands in the rest pose."""
