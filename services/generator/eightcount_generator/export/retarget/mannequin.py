"""The mannequin on the bones of a character."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eightcount_generator.body.rotations import Array
from eightcount_generator.body.skeleton import ANKLE_HEIGHT, BODY, TOE_HEIGHT
from eightcount_generator.export.mannequin import MANNEQUIN, Limb, Point
from eightcount_generator.export.retarget.proportions import Proportions

_NEXT = {
    "pelvis": "spine1", "spine1": "spine2", "spine2": "spine3", "spine3": "neck", "neck": "head",
    **{
        f"{side}_{joint}": f"{side}_{end}"
        for side in ("left", "right")
        for joint, end in (
            ("collar", "shoulder"), ("shoulder", "elbow"), ("elbow", "wrist"), ("wrist", "hand"), ("hip", "knee"),
            ("knee", "ankle"),
        )
    },
}  # fmt: skip
"""The joint at which the bone of a joint ends."""


def fit_mannequin(proportions: Proportions) -> tuple[Limb, ...]:
    """Fit `MANNEQUIN` to the character's bone lengths and leg length, its soles on the floor."""
    return tuple(_limb(limb, proportions) for limb in MANNEQUIN)


def _limb(limb: Limb, proportions: Proportions) -> Limb:
    scale = proportions.scale
    return replace(
        limb,
        start=_map_point(limb, limb.start, proportions),
        end=_map_point(limb, limb.end, proportions),
        start_radius=limb.start_radius * scale,
        end_radius=limb.end_radius * scale,
    )


def _map_point(limb: Limb, point: Point, proportions: Proportions) -> Point:
    place = np.array(point)
    scale, name = proportions.scale, limb.joint
    if name.endswith(("ankle", "foot")):
        found = _map_foot_point(place, name, proportions)
    elif name in _NEXT:
        ours, theirs = (rig.offsets[BODY.index(_NEXT[name])] for rig in (BODY, proportions.rig))
        along = float(place @ ours / (ours @ ours))
        found = along * theirs + (place - along * ours) * scale
    else:
        found = place * scale
    x, y, z = (float(value) for value in found)
    return x, y, z


def _map_foot_point(place: Array, name: str, proportions: Proportions) -> Array:
    """Map a point of a foot; it keeps its height above the sole."""
    foot = proportions.feet[name.startswith("right")]
    scale = proportions.scale
    ours = BODY.offsets[BODY.index("left_foot"), 2]
    if name.endswith("ankle"):
        height, clear = foot.ankle, ANKLE_HEIGHT
        length = foot.ball[2] / ours
    else:
        height, clear = foot.ankle + foot.ball[1], TOE_HEIGHT
        length = scale
    return np.array([place[0] * scale, (place[1] + clear) * scale - height, place[2] * length])
