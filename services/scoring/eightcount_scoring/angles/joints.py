"""The scored joints as data: their landmarks, their limb, the words of dancers for them, and their noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["hinge", "swing", "lean"]


@dataclass(frozen=True, slots=True)
class Joint:
    """One scored joint.

    Attributes:
        name: the landmark at which it is drawn; "torso" lies between shoulders and hips.
        kind: "hinge" has one angle (an elbow), "swing" is the direction of a bone in the torso's frame (an upper arm),
            "lean" is the direction of the spine against the vertical.
        keypoints: landmarks that define the angle; hinge: end, vertex, end; swing: start and end of the bone.
        limb: the limb; joints of one limb are timed together.
        words: name of the joint in sentences.
        noise_deg: angle error that the pose network and differences of build explain, in the camera's view and in the
            body's view; see docs/scoring.md.
    """

    name: str
    kind: Kind
    keypoints: tuple[str, ...]
    limb: str
    words: str
    noise_deg: tuple[float, float]


def _of_side(side: str) -> tuple[Joint, ...]:
    arm, leg = f"{side}_arm", f"{side}_leg"
    points = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "foot_index")
    shoulder, elbow, wrist, hip, knee, ankle, toes = (f"{side}_{point}" for point in points)
    return (
        Joint(shoulder, "swing", (shoulder, elbow), arm, f"{side} arm", (10.0, 16.0)),
        Joint(elbow, "hinge", (shoulder, elbow, wrist), arm, f"{side} elbow", (11.0, 14.0)),
        Joint(hip, "swing", (hip, knee), leg, f"{side} leg", (9.0, 12.0)),
        Joint(knee, "hinge", (hip, knee, ankle), leg, f"{side} knee", (9.0, 12.0)),
        Joint(ankle, "hinge", (knee, ankle, toes), leg, f"{side} foot", (14.0, 18.0)),
    )


_TORSO = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
_LEFT, _RIGHT = _of_side("left"), _of_side("right")

JOINTS: tuple[Joint, ...] = (
    *(joint for pair in zip(_LEFT, _RIGHT, strict=True) for joint in pair),
    Joint("torso", "lean", _TORSO, "torso", "upper body", (6.0, 9.0)),
)
"""The scored joints in array order."""

JOINT_NAMES: tuple[str, ...] = tuple(joint.name for joint in JOINTS)
LIMBS: tuple[str, ...] = tuple(dict.fromkeys(joint.limb for joint in JOINTS))
LIMB_OF_JOINT: tuple[int, ...] = tuple(LIMBS.index(joint.limb) for joint in JOINTS)
"""For each joint the position of its limb in `LIMBS`."""
