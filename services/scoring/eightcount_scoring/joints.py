"""The joints that are scored, as data: which landmarks make them, which limb they move, what dancers call them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["hinge", "swing", "lean"]


@dataclass(frozen=True, slots=True)
class Joint:
    """One scored joint.

    Attributes:
        name: the landmark that it is drawn at; "torso" lies between shoulders and hips.
        kind: "hinge" has one angle (an elbow), "swing" is the direction of a bone in the torso's frame (an upper arm),
            "lean" is the direction of the spine against the vertical.
        keypoints: landmarks that the angle is made of; hinge: end, vertex, end; swing: start and end of the bone.
        limb: joints of one limb are timed together.
        words: what a sentence calls it.
        noise_deg: angle error that jitter of the pose network and differences of build explain; see docs/scoring.md.
    """

    name: str
    kind: Kind
    keypoints: tuple[str, ...]
    limb: str
    words: str
    noise_deg: float


def _of_side(side: str) -> tuple[Joint, ...]:
    arm, leg = f"{side}_arm", f"{side}_leg"
    return (
        Joint(f"{side}_shoulder", "swing", (f"{side}_shoulder", f"{side}_elbow"), arm, f"{side} arm", 12.0),
        Joint(
            f"{side}_elbow", "hinge", (f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist"), arm, f"{side} elbow", 14.0
        ),
        Joint(f"{side}_hip", "swing", (f"{side}_hip", f"{side}_knee"), leg, f"{side} leg", 10.0),
        Joint(f"{side}_knee", "hinge", (f"{side}_hip", f"{side}_knee", f"{side}_ankle"), leg, f"{side} knee", 10.0),
        Joint(
            f"{side}_ankle", "hinge", (f"{side}_knee", f"{side}_ankle", f"{side}_foot_index"), leg, f"{side} foot", 14.0
        ),
    )


_LEFT, _RIGHT = _of_side("left"), _of_side("right")

JOINTS: tuple[Joint, ...] = (
    *(joint for pair in zip(_LEFT, _RIGHT, strict=True) for joint in pair),
    Joint("torso", "lean", ("left_shoulder", "right_shoulder", "left_hip", "right_hip"), "torso", "upper body", 8.0),
)
"""The scored joints in array order."""

JOINT_NAMES: tuple[str, ...] = tuple(joint.name for joint in JOINTS)
LIMBS: tuple[str, ...] = tuple(dict.fromkeys(joint.limb for joint in JOINTS))
LIMB_OF_JOINT: tuple[int, ...] = tuple(LIMBS.index(joint.limb) for joint in JOINTS)
"""For each joint the position of its limb in `LIMBS`."""
