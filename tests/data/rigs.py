"""Characters of several naming conventions, as BVH files generated from tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.spatial.transform import Rotation

_METRES = {
    "pelvis": (0, 0.98, 0), "spine_a": (0, 1.09, -0.01), "spine_b": (0, 1.20, -0.015), "spine_c": (0, 1.30, -0.01),
    "neck": (0, 1.47, -0.02), "head": (0, 1.57, 0.01), "head_end": (0, 1.75, 0.01),
    "left_clavicle": (0.03, 1.43, 0), "left_upper": (0.17, 1.43, -0.02), "left_fore": (0.45, 1.43, -0.02),
    "left_hand": (0.71, 1.43, -0.02), "left_thumb": (0.74, 1.42, 0.03), "left_thumb_end": (0.78, 1.41, 0.06),
    "left_middle": (0.80, 1.43, -0.02), "left_middle_end": (0.88, 1.43, -0.02),
    "left_thigh": (0.10, 0.92, 0), "left_shin": (0.11, 0.49, 0.01), "left_foot": (0.11, 0.09, -0.02),
    "left_toe": (0.12, 0.02, 0.11), "left_toe_end": (0.12, 0.015, 0.18),
}  # fmt: skip
_PARENTS = {
    "spine_a": "pelvis", "spine_b": "spine_a", "spine_c": "spine_b", "neck": "spine_c", "head": "neck",
    "head_end": "head", "left_clavicle": "spine_c", "left_upper": "left_clavicle", "left_fore": "left_upper",
    "left_hand": "left_fore", "left_thumb": "left_hand", "left_thumb_end": "left_thumb", "left_middle": "left_hand",
    "left_middle_end": "left_middle", "left_thigh": "pelvis", "left_shin": "left_thigh", "left_foot": "left_shin",
    "left_toe": "left_foot", "left_toe_end": "left_toe",
}  # fmt: skip
UPWARDS = {"y": np.eye(3), "z": np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])}
"""From y up, ahead +z, to the axes of a file; z up faces -y, as in Blender."""


@dataclass(frozen=True)
class RigOf:
    """A convention.

    Attributes:
        names: names of its parts; "{s}" stands for a side, and parts without a name do not exist.
        sides: spelling of left and right.
        arms_deg: angle by which the arms hang down from the T pose.
        legs_deg: angle by which the legs are spread.
        up, unit: the vertical axis; metres per unit.
        order: order of the rotation channels.
        moved: parts with position channels beside the root.
        above: names of joints above the pelvis.
        ends: parts that are end sites.
        legs, arms, foot: lengths relative to those of the table.
        extra: name, parent part and offset from it, of further joints.
        local_axes: whether joints have local axes, so that only the first frame stands upright, not the rest pose.
    """

    names: Mapping[str, str]
    sides: tuple[str, str] = ("Left", "Right")
    arms_deg: float = 0.0
    legs_deg: float = 0.0
    up: str = "y"
    unit: float = 0.01
    order: str = "ZXY"
    moved: Sequence[str] = ()
    above: Sequence[str] = ()
    ends: Sequence[str] = ()
    legs: float = 1.0
    arms: float = 1.0
    foot: float = 1.0
    extra: Sequence[tuple[str, str, tuple[float, float, float]]] = ()
    local_axes: bool = False
    grounded: bool = True


@dataclass
class _Joints:
    names: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    positions: list[np.ndarray] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def add(self, name: str, parent: int, place: np.ndarray, part: str = "") -> int:
        self.names.append(name)
        self.parents.append(parent)
        self.positions.append(np.asarray(place, float))
        self.parts.append(part)
        return len(self.names) - 1


def _table(rig: RigOf) -> dict[str, tuple[str, str, np.ndarray]]:
    """Return name, parent part and position by part."""
    found: dict[str, tuple[str, str, np.ndarray]] = {}
    for part, place in _METRES.items():
        sides = (("left", 1), ("right", -1)) if part.startswith("left") else (("", 1),)
        for side, sign in sides:
            own = part.replace("left", side) if side else part
            word = rig.sides[side == "right"] if side else ""
            if part in rig.names:
                parent = _PARENTS.get(part, "")
                while parent and parent not in rig.names:
                    parent = _PARENTS.get(parent, "")
                name = rig.names[part].replace("{s}", word)
                found[own] = (name, parent.replace("left", side) if side else parent, np.array(place) * (sign, 1, 1))
    return found


def _posed(table: dict[str, tuple[str, str, np.ndarray]], rig: RigOf) -> dict[str, np.ndarray]:
    """Return positions with arms and legs of other lengths, hanging and spread."""
    positions = {part: place for part, (_, _, place) in table.items()}

    def below(part: str) -> list[str]:
        children = [child for child, (_, parent, _) in table.items() if parent == part]
        return [part, *(lower for child in children for lower in below(child))]

    def change(part: str, matrix: np.ndarray, skip: Sequence[str] = ()) -> None:
        pivot = positions[part].copy()
        for lower in below(part):
            if lower not in skip:
                positions[lower] = pivot + matrix @ (positions[lower] - pivot)

    for side, sign in (("left", 1), ("right", -1)):
        change(f"{side}_upper", np.diag([rig.arms, 1, 1]))
        change(f"{side}_upper", Rotation.from_euler("z", -sign * rig.arms_deg, degrees=True).as_matrix())
        foot = f"{side}_foot"
        if rig.foot != 1:
            change(foot, np.diag([1, 1, rig.foot]))
        feet = {part: positions[part] - positions[foot] for part in below(foot)}
        change(f"{side}_thigh", np.diag([1, rig.legs, 1]))
        change(f"{side}_thigh", Rotation.from_euler("z", sign * rig.legs_deg, degrees=True).as_matrix())
        for part, offset in feet.items():
            positions[part] = positions[foot] + offset
    low = min(place[1] for place in positions.values())
    return {part: place + np.array([0, 0.015 - low, 0]) for part, place in positions.items()}


def _joints(rig: RigOf) -> _Joints:
    table = _table(rig)
    positions, joints, number = _posed(table, rig), _Joints(), {"": -1}
    for name in rig.above:
        number[""] = joints.add(name, number[""], np.zeros(3))

    def add(part: str) -> None:
        name, parent, _ = table[part]
        number[part] = joints.add(name, number[parent], positions[part], part)
        for child, (_, above, _) in table.items():
            if above == part:
                add(child)
        for name, on, offset in rig.extra:
            if on == part:
                joints.add(name, number[part], positions[part] + np.array(offset))

    add("pelvis")
    return joints


def bvh_of(rig: RigOf, *, frame: bool = True) -> str:
    """Return the file, with one frame in which the character stands."""
    joints = _joints(rig)
    axes = UPWARDS[rig.up]
    count = len(joints.names)
    own = Rotation.random(count, rng=5).as_matrix() if rig.local_axes else np.tile(np.eye(3), (count, 1, 1))
    positions = np.stack(joints.positions) @ axes.T / rig.unit
    lines, values = ["HIERARCHY"], []

    def write(joint: int) -> None:
        parent, part = joints.parents[joint], joints.parts[joint]
        above = own[parent] if parent >= 0 else np.eye(3)
        offset = above.T @ (positions[joint] - (positions[parent] if parent >= 0 else np.zeros(3)))
        words = " ".join(f"{value:.7f}" for value in offset)
        if part in rig.ends or part.replace("right", "left") in rig.ends:
            lines.extend(["End Site", "{", f"OFFSET {words}", "}"])
            return
        if parent < 0 and not rig.grounded:
            words = "0 0 0"
        lines.extend([f"{'ROOT' if parent < 0 else 'JOINT'} {joints.names[joint]}", "{", f"OFFSET {words}"])
        rotations = [f"{axis}rotation" for axis in rig.order]
        moved = parent < 0 or part in rig.moved or "all" in rig.moved
        channels = ["6", "Xposition", "Yposition", "Zposition"] if moved else ["3"]
        lines.append(" ".join(["CHANNELS", *channels, *rotations]))
        if moved:
            values.extend(np.zeros(3) if parent < 0 and not rig.grounded else offset)
        values.extend(Rotation.from_matrix(above.T @ own[joint]).as_euler(rig.order, degrees=True))
        children = [child for child in range(count) if joints.parents[child] == joint]
        for child in children:
            write(child)
        if not children:
            lines.extend(["End Site", "{", "OFFSET 0 0 0", "}"])
        lines.append("}")

    write(0)
    lines.append("MOTION")
    if frame:
        lines.extend(["Frames: 1", "Frame Time: 0.0333333", " ".join(f"{value:.7f}" for value in values)])
    else:
        lines.extend(["Frames: 0", "Frame Time: 0.0333333"])
    return "\n".join(lines) + "\n"


_FINGERS = {"left_thumb": "{s}HandThumb1", "left_thumb_end": "", "left_middle": "{s}HandMiddle1", "left_middle_end": ""}
_MIXAMO = {
    "pelvis": "Hips", "spine_a": "Spine", "spine_b": "Spine1", "spine_c": "Spine2", "neck": "Neck", "head": "Head",
    "head_end": "", "left_clavicle": "{s}Shoulder", "left_upper": "{s}Arm", "left_fore": "{s}ForeArm",
    "left_hand": "{s}Hand", "left_thigh": "{s}UpLeg", "left_shin": "{s}Leg", "left_foot": "{s}Foot",
    "left_toe": "{s}ToeBase", "left_toe_end": "", **_FINGERS,
}  # fmt: skip
_ENDS = ("head_end", "left_thumb_end", "left_middle_end", "left_toe_end")
MIXAMO = RigOf({part: name and f"mixamorig:{name}" for part, name in _MIXAMO.items()}, ends=_ENDS, order="ZYX")
_UNREAL = {
    "pelvis": "pelvis", "spine_a": "spine_01", "spine_b": "spine_02", "spine_c": "spine_03", "neck": "neck_01",
    "head": "head", "left_clavicle": "clavicle_{s}", "left_upper": "upperarm_{s}", "left_fore": "lowerarm_{s}",
    "left_hand": "hand_{s}", "left_middle": "middle_01_{s}", "left_thigh": "thigh_{s}", "left_shin": "calf_{s}",
    "left_foot": "foot_{s}", "left_toe": "ball_{s}",
}  # fmt: skip
UNREAL = RigOf(
    _UNREAL, sides=("l", "r"), arms_deg=48, legs_deg=6, up="z", order="XYZ", moved=("all",), above=("root",), legs=1.1,
    extra=tuple(
        (f"{part}_twist_01_{side[0]}", f"{side}_{bone}", (0.01, -0.05, 0.0))
        for side in ("left", "right")
        for part, bone in (("upperarm", "upper"), ("lowerarm", "fore"), ("thigh", "thigh"))
    ),
)  # fmt: skip
_RIGIFY = {
    "pelvis": "spine", "spine_a": "spine.001", "spine_b": "spine.002", "spine_c": "spine.003", "neck": "spine.004",
    "head": "spine.005", "head_end": "", "left_clavicle": "shoulder.{s}", "left_upper": "upper_arm.{s}",
    "left_fore": "forearm.{s}", "left_hand": "hand.{s}", "left_thigh": "thigh.{s}", "left_shin": "shin.{s}",
    "left_foot": "foot.{s}", "left_toe": "toe.{s}", "left_toe_end": "",
}  # fmt: skip
BLENDER = RigOf(
    _RIGIFY, sides=("L", "R"), arms_deg=35, up="z", unit=1.0, order="XZY", ends=("head_end", "left_toe_end"), foot=1.3
)
_BIPED = {
    "pelvis": "Bip01 Pelvis", "spine_a": "Bip01 Spine", "spine_b": "Bip01 Spine1", "neck": "Bip01 Neck",
    "head": "Bip01 Head", "head_end": "", "left_clavicle": "Bip01 {s} Clavicle", "left_upper": "Bip01 {s} UpperArm",
    "left_fore": "Bip01 {s} Forearm", "left_hand": "Bip01 {s} Hand", "left_thigh": "Bip01 {s} Thigh",
    "left_shin": "Bip01 {s} Calf", "left_foot": "Bip01 {s} Foot", "left_toe": "Bip01 {s} Toe0", "left_toe_end": "",
}  # fmt: skip
BIPED = RigOf(
    _BIPED, sides=("L", "R"), arms_deg=85, unit=0.0254, order="YXZ", above=("Bip01",), moved=("pelvis",),
    ends=("head_end", "left_toe_end"), arms=1.2,
)  # fmt: skip
_PLAIN = {
    "pelvis": "Hips", "spine_a": "Chest", "neck": "Neck", "head": "Head", "head_end": "", "left_upper": "{s}Shoulder",
    "left_fore": "{s}Elbow", "left_hand": "{s}Wrist", "left_middle": "", "left_thigh": "{s}Hip", "left_shin": "{s}Knee",
    "left_foot": "{s}Ankle", "left_toe_end": "",
}  # fmt: skip
PLAIN = RigOf(
    _PLAIN,
    ends=("head_end", "left_middle", "left_toe_end"),
    unit=0.05,
    grounded=False,
    arms=0.85,
    legs=0.8,
    order="YZX",
)
"""No collars, one spine, feet of one bone, a unit that nobody knows, the root at the origin."""
LOCAL_AXES = replace(MIXAMO, local_axes=True, order="ZYX", arms_deg=20)
CONVENTIONS = {
    "mixamo": MIXAMO, "unreal": UNREAL, "blender": BLENDER, "biped": BIPED, "plain": PLAIN, "local axes": LOCAL_AXES,
}  # fmt: skip


def nameless(text: str) -> str:
    """Return the file with numbers for joint names."""
    lines, number = [], 0
    for line in text.split("\n"):
        kind, _, name = line.partition(" ")
        if kind in ("ROOT", "JOINT") and name:
            number += 1
            line = f"{kind} joint{number}"
        lines.append(line)
    return "\n".join(lines)
