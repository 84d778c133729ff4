"""A moving figure as BVH in the dialects of many programs, with its true joints; nothing here uses our readers.

The dialects follow the public documentation and samples of the exporters: names, channels, units, axes and layout.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.spatial.transform import Rotation

from tests.data.rigs import BIPED, BLENDER, MIXAMO, PLAIN, UNREAL, UPWARDS, RigOf, _Joints, _joints

LEG_METRES = 0.82
"""Length of thigh and shin to which motions without a known unit are scaled."""
KEYPOINTS = tuple(
    f"{side}_{part}" for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle") for side in ("left", "right")
)
_PART = {
    "shoulder": "upper", "elbow": "fore", "wrist": "hand", "hip": "thigh", "knee": "shin", "ankle": "foot"
}  # fmt: skip
_SWINGS = {  # part: amplitude in degrees about x, y, z; constant in degrees about x, y, z
    "spine_a": ((4, 8, 3), (0, 0, 0)), "spine_c": ((6, 10, 4), (2, 0, 0)), "head": ((8, 20, 5), (0, 0, 0)),
    "upper": ((25, 30, 45), (0, 0, 0)), "fore": ((0, 40, 10), (0, -35, 0)), "hand": ((10, 10, 15), (0, 0, 0)),
    "thigh": ((30, 8, 12), (-12, 0, 0)), "shin": ((25, 0, 0), (28, 0, 0)), "foot": ((12, 4, 0), (-8, 0, 0)),
}  # fmt: skip


@dataclass(frozen=True)
class Moving:
    """A file and its truth.

    Attributes:
        data: the bytes.
        truth: [T, 12, 3] metres of `KEYPOINTS`: x right, y down, z away from the viewer, origin between the hips.
        names: of the joints of `KEYPOINTS` in the file, decoded.
        frame_seconds: time of a frame.
    """

    data: bytes
    truth: np.ndarray
    names: dict[str, str]
    frame_seconds: float


@dataclass(frozen=True)
class Writing:
    """How a program writes the file.

    Attributes:
        frames, frame_seconds: of the motion.
        time_text: what stands after "Frame Time:"; the seconds if empty.
        stated_frames: added to the number of frames that the header states.
        newline, indent, encoding: of the text.
        number: format of the numbers of a frame.
        position_order: of the position channels.
        rotations_first: whether rotation channels stand before position channels.
        added: whether position channels below the root are relative to the offset.
        heading_deg: by which the dancer is turned.
        end_sites: whether chains end with one.
        still: whether the figure stands in its rest pose.
        change: changes the lines before they are encoded.
        grow: changes of the joints before anything is written.
    """

    frames: int = 30
    frame_seconds: float = 1 / 30
    time_text: str = ""
    stated_frames: int = 0
    newline: str = "\n"
    indent: str = "\t"
    encoding: str = "utf-8"
    number: str = "%.6f"
    position_order: str = "XYZ"
    rotations_first: bool = False
    added: bool = False
    heading_deg: float = 0.0
    end_sites: bool = True
    still: bool = False
    change: Callable[[list[str]], list[str]] | None = None
    grow: Sequence[Callable[[_Joints], None]] = field(default=())


def moving_bvh(rig: RigOf, writing: Writing = Writing()) -> Moving:
    """Return the moving figure as this rig, written in this way."""
    joints = _joints(rig)
    for grow in writing.grow:
        grow(joints)
    turned, positions = _move(joints, writing)
    axes = UPWARDS[rig.up]
    text = _Text(rig, writing, joints, axes)
    lines = [*text.hierarchy(), *text.motion(turned, positions)]
    lines = writing.change(lines) if writing.change else lines
    data = writing.newline.join(lines).encode(writing.encoding)
    column = {keypoint: _column(joints, keypoint) for keypoint in KEYPOINTS}
    truth = _as_seen(positions[:, list(column.values())])
    return Moving(data, truth, {key: joints.names[at] for key, at in column.items()}, writing.frame_seconds)


def _column(joints: _Joints, keypoint: str) -> int:
    side, part = keypoint.split("_")
    return joints.parts.index(f"{side}_{_PART[part]}")


def _as_seen(positions: np.ndarray) -> np.ndarray:
    """Return positions, y up in metres, as seen from +z, with legs of `LEG_METRES` and the hips at the origin."""
    at = {keypoint: positions[:, number] for number, keypoint in enumerate(KEYPOINTS)}
    leg = np.mean([
        np.linalg.norm(at[f"{side}_{one}"] - at[f"{side}_{other}"], axis=1)
        for side in ("left", "right")
        for one, other in (("hip", "knee"), ("knee", "ankle"))
    ]) * 2  # fmt: skip
    hips = (at["left_hip"] + at["right_hip"])[:, None] / 2
    return (positions - hips) * (1, -1, -1) * LEG_METRES / leg


def _move(joints: _Joints, writing: Writing) -> tuple[np.ndarray, np.ndarray]:
    """Return [T, J, 3, 3] rotations from the rest pose and [T, J, 3] positions in metres, y up."""
    count, frames = len(joints.names), writing.frames
    seconds = np.arange(frames) * writing.frame_seconds
    turned, positions = np.empty((frames, count, 3, 3)), np.empty((frames, count, 3))
    for joint, parent in enumerate(joints.parents):
        own = _swing("" if writing.still else joints.parts[joint], seconds)
        if joints.names[joint].startswith("__"):
            turned[:, joint], positions[:, joint] = np.eye(3), joints.positions[joint]
            continue
        if parent < 0 or joints.names[parent].startswith("__"):
            yaw = writing.heading_deg + 50 * np.sin(1.1 * seconds) * (not writing.still)
            turned[:, joint] = Rotation.from_euler("y", yaw[:, None], degrees=True).as_matrix()
            positions[:, joint] = joints.positions[joint] + np.stack(
                [0.3 * np.sin(seconds), 0.03 * np.sin(6 * seconds), 0.2 * np.cos(seconds)], axis=1
            )
            continue
        turned[:, joint] = turned[:, parent] @ own
        offset = joints.positions[joint] - joints.positions[parent]
        positions[:, joint] = positions[:, parent] + turned[:, parent] @ offset
    return turned, positions


def _swing(part: str, seconds: np.ndarray) -> np.ndarray:
    side, _, name = part.partition("_") if part.startswith(("left", "right")) else ("", "", part)
    amplitude, constant = _SWINGS.get(name, ((0, 0, 0), (0, 0, 0)))
    sign = np.array([1, -1, -1]) if side == "right" else np.ones(3)
    phase = {"left": 0.0, "right": 1.7}.get(side, 0.4) + len(name)
    waves = np.sin(np.array([2.1, 2.7, 1.9]) * seconds[:, None] + phase + np.array([0, 1, 2]))
    return Rotation.from_euler("xyz", (amplitude * waves + constant) * sign, degrees=True).as_matrix()


class _Text:
    def __init__(self, rig: RigOf, writing: Writing, joints: _Joints, axes: np.ndarray) -> None:
        self._rig, self._writing, self._joints, self._axes = rig, writing, joints, axes
        count = len(joints.names)
        self._own = Rotation.random(count, rng=5).as_matrix() if rig.local_axes else np.tile(np.eye(3), (count, 1, 1))
        self._rest = np.stack(joints.positions) @ axes.T / rig.unit
        self._children = [[child for child in range(count) if joints.parents[child] == joint] for joint in range(count)]

    def hierarchy(self) -> list[str]:
        lines = ["HIERARCHY"]
        for joint, parent in enumerate(self._joints.parents):
            if parent < 0:
                self._write(joint, 0, lines)
        return lines

    def motion(self, turned: np.ndarray, positions: np.ndarray) -> list[str]:
        writing = self._writing
        columns: list[np.ndarray] = []
        for joint in self._order():
            parent = self._joints.parents[joint]
            if self._is_end(joint) or self._joints.names[joint].startswith("__"):
                continue
            world = self._axes @ turned[:, joint] @ self._axes.T @ self._own[joint]
            above = self._axes @ turned[:, parent] @ self._axes.T @ self._own[parent] if parent >= 0 else None
            local = np.swapaxes(above, 1, 2) @ world if above is not None else world
            angles = Rotation.from_matrix(local).as_euler(self._rig.order, degrees=True)
            place: list[np.ndarray] = []
            if self._has_positions(joint):
                if self._is_rooted(joint):
                    moved = positions[:, joint] @ self._axes.T / self._rig.unit
                else:
                    moved = np.tile(self._offset(joint) * (not writing.added), (len(turned), 1))
                place = [moved[:, "XYZ".index(axis)] for axis in writing.position_order]
            rotation = list(angles.T)
            columns += [*rotation, *place] if writing.rotations_first else [*place, *rotation]
        rows = np.stack(columns, axis=1)
        lines = [" ".join(writing.number % value for value in row) for row in rows]
        time = writing.time_text or f"{writing.frame_seconds:.8f}"
        return ["MOTION", f"Frames: {len(rows) + writing.stated_frames}", f"Frame Time: {time}", *lines, ""]

    def _order(self) -> list[int]:
        found: list[int] = []

        def add(joint: int) -> None:
            found.append(joint)
            for child in self._children[joint]:
                add(child)

        for joint, parent in enumerate(self._joints.parents):
            if parent < 0:
                add(joint)
        return found

    def _offset(self, joint: int) -> np.ndarray:
        parent = self._joints.parents[joint]
        if parent < 0:
            return self._rest[joint]
        return self._own[parent].T @ (self._rest[joint] - self._rest[parent])

    def _is_end(self, joint: int) -> bool:
        part = self._joints.parts[joint].replace("right", "left")
        return bool(part) and part in self._rig.ends

    def _is_rooted(self, joint: int) -> bool:
        parent = self._joints.parents[joint]
        return parent < 0 or self._joints.names[parent].startswith("__")

    def _has_positions(self, joint: int) -> bool:
        rig = self._rig
        return self._is_rooted(joint) or "all" in rig.moved or self._joints.parts[joint] in rig.moved

    def _write(self, joint: int, depth: int, lines: list[str]) -> None:
        writing, indent = self._writing, self._writing.indent * depth
        words = " ".join(writing.number % value for value in self._offset(joint))
        if self._is_end(joint):
            if writing.end_sites:
                lines += [f"{indent}End Site", f"{indent}{{", f"{indent}{writing.indent}OFFSET {words}", f"{indent}}}"]
            return
        kind = "ROOT" if self._joints.parents[joint] < 0 else "JOINT"
        lines += [
            f"{indent}{kind} {self._joints.names[joint]}",
            f"{indent}{{",
            f"{indent}{writing.indent}OFFSET {words}",
        ]
        lines.append(f"{indent}{writing.indent}{self._channels(joint)}")
        for child in self._children[joint]:
            self._write(child, depth + 1, lines)
        lines.append(f"{indent}}}")

    def _channels(self, joint: int) -> str:
        if self._joints.names[joint].startswith("__"):
            return "CHANNELS 0"
        turns = [f"{axis}rotation" for axis in self._rig.order]
        place = [f"{axis}position" for axis in self._writing.position_order] if self._has_positions(joint) else []
        names = [*turns, *place] if self._writing.rotations_first else [*place, *turns]
        return f"CHANNELS {len(names)} {' '.join(names)}"


def twists(joints: _Joints) -> None:
    """Halve the bones of arms and legs by twist bones within the chain, as Rigify's segments do."""
    for lower in ("fore", "hand", "shin", "foot"):
        for side in ("left", "right"):
            if (part := f"{side}_{lower}") not in joints.parts:
                continue
            at = joints.parts.index(part)
            parent = joints.parents[at]
            middle = (joints.positions[at] + joints.positions[parent]) / 2
            joints.names.append(f"{joints.names[parent]}.001")
            joints.parents.append(parent)
            joints.positions.append(middle)
            joints.parts.append("")
            joints.parents[at] = len(joints.names) - 1
    _sort(joints)


def hang_beside(prefix: str, old: str) -> Callable[[_Joints], None]:
    """Return what hangs a copy of every joint unconnected on the root, under another prefix."""

    def grow(joints: _Joints) -> None:
        for at in range(1, len(joints.names)):
            if joints.parts[at] and joints.names[at]:
                joints.add(joints.names[at].replace(old, prefix), 0, joints.positions[at])

    return grow


def chain(name: str, part: str, steps: Sequence[tuple[float, float, float]]) -> Callable[[_Joints], None]:
    """Return what hangs a chain on a part; `name` is numbered."""

    def grow(joints: _Joints) -> None:
        parent = joints.parts.index(part)
        place = joints.positions[parent]
        for number, step in enumerate(steps):
            place = place + np.array(step)
            parent = joints.add(name.format(number), parent, place)

    return grow


def prop_root(name: str, *, first: bool) -> Callable[[_Joints], None]:
    """Return what adds a root without a body."""

    def grow(joints: _Joints) -> None:
        if not first:
            joints.add(name, -1, np.array([1.0, 0.5, 0.0]))
            return
        joints.names.insert(0, name)
        joints.parents[:] = [-1, *(parent + 1 if parent >= 0 else -1 for parent in joints.parents)]
        joints.positions.insert(0, np.array([1.0, 0.5, 0.0]))
        joints.parts.insert(0, "")

    return grow


def second_body(joints: _Joints) -> None:
    """Add another dancer under a root of its own, with the same names and the suffix of its namespace."""
    count = len(joints.names)
    for at in range(count):
        parent = joints.parents[at]
        name = f"B:{joints.names[at]}"
        joints.add(name, parent + count if parent >= 0 else -1, joints.positions[at] + np.array([1.5, 0, 0.3]))
    joints.names[:count] = [f"A:{name}" for name in joints.names[:count]]


def blender_roots(joints: _Joints) -> None:
    """Put a root without channels above all others, as Blender writes armatures with several root bones."""
    prop_root("__0", first=True)(joints)
    joints.positions[0] = np.zeros(3)
    joints.parents[1:] = [0 if parent < 0 else parent for parent in joints.parents[1:]]


def _sort(joints: _Joints) -> None:
    """Put parents before their children."""
    order: list[int] = []

    def add(joint: int) -> None:
        order.append(joint)
        for child, parent in enumerate(joints.parents):
            if parent == joint:
                add(child)

    for joint, parent in enumerate(joints.parents):
        if parent < 0:
            add(joint)
    place = {old: new for new, old in enumerate(order)}
    parents = [place.get(joints.parents[old], -1) for old in order]
    joints.names[:] = [joints.names[old] for old in order]
    joints.positions[:] = [joints.positions[old] for old in order]
    joints.parts[:] = [joints.parts[old] for old in order]
    joints.parents[:] = parents


def _rig(words: str, **options: object) -> RigOf:
    """Return a rig from the names of pelvis, three of the spine, neck, head, collar, arm, leg and toe, by commas."""
    parts = (
        "pelvis", "spine_a", "spine_b", "spine_c", "neck", "head", "left_clavicle", "left_upper", "left_fore",
        "left_hand", "left_middle", "left_thigh", "left_shin", "left_foot", "left_toe",
    )  # fmt: skip
    named = {part: name.strip() for part, name in zip(parts, words.split(","), strict=True) if name.strip()}
    ends = dict.fromkeys(("head_end", "left_middle_end", "left_toe_end"), "")
    return RigOf(named | ends, ends=("head_end", "left_middle_end", "left_toe_end"), **options)  # type: ignore[arg-type]


ROKOKO = _rig(
    "Hips,Spine1,Spine2,Spine3,Neck,Head,{s}Shoulder,{s}Arm,{s}ForeArm,{s}Hand,{s}Finger3Metacarpal,{s}Thigh,{s}Shin,"
    "{s}Foot,{s}Toe", order="YXZ"
)  # fmt: skip
MOTIVE = _rig(
    "Hip,Ab,Chest,Chest2,Neck,Head,{s}Shoulder,{s}UArm,{s}FArm,{s}Hand,{s}Middle1,{s}Thigh,{s}Shin,{s}Foot,{s}Toe",
    sides=("L", "R"), order="XYZ", unit=0.001,
)  # fmt: skip
VRCHAT = _rig(
    "Hips,Spine,Chest,Upper Chest,Neck,Head,{s} shoulder,{s} arm,{s} elbow,{s} wrist,MiddleFinger1_{s},{s} leg,"
    "{s} knee,{s} ankle,{s} toe", up="z", unit=1.0, arms_deg=30,
)  # fmt: skip
XSENS = _rig(
    "Hips,Chest,Chest2,Chest4,Neck,Head,{s}Collar,{s}Shoulder,{s}Elbow,{s}Wrist,,{s}Hip,{s}Knee,{s}Ankle,{s}Toe",
    order="YXZ",
)  # fmt: skip
CMU = _rig(
    "Hips,LowerBack,Spine,Spine1,Neck1,Head,{s}Shoulder,{s}Arm,{s}ForeArm,{s}Hand,{s}HandIndex1,{s}UpLeg,{s}Leg,{s}Foot,"
    "{s}ToeBase", unit=0.05645,
)  # fmt: skip
SOMA = _rig(
    "Hips,Spine1,Spine2,Chest,Neck1,Head,{s}Shoulder,{s}Arm,{s}ForeArm,{s}Hand,{s}HandMiddle1,{s}Leg,{s}Shin,{s}Foot,"
    "{s}ToeBase", above=("Root",), local_axes=True, moved=("all",), order="ZYX",
)  # fmt: skip
RIGIFY = replace(
    _rig(
        "DEF-spine,DEF-spine.001,DEF-spine.002,DEF-spine.003,DEF-spine.004,DEF-spine.006,DEF-shoulder.{s},"
        "DEF-upper_arm.{s},DEF-forearm.{s},DEF-hand.{s},DEF-f_middle.01.{s},DEF-thigh.{s},DEF-shin.{s},DEF-foot.{s},"
        "DEF-toe.{s}", sides=("L", "R"), unit=1.0, up="z",
    ),
)  # fmt: skip
VRM = _rig(
    "J_Bip_C_Hips,J_Bip_C_Spine,J_Bip_C_Chest,J_Bip_C_UpperChest,J_Bip_C_Neck,J_Bip_C_Head,J_Bip_{s}_Shoulder,"
    "J_Bip_{s}_UpperArm,J_Bip_{s}_LowerArm,J_Bip_{s}_Hand,J_Bip_{s}_Middle1,J_Bip_{s}_UpperLeg,J_Bip_{s}_LowerLeg,"
    "J_Bip_{s}_Foot,J_Bip_{s}_ToeBase", sides=("L", "R"), unit=1.0,
)  # fmt: skip
DAZ = _rig(
    "hip,abdomen,abdomen2,chest,neck,head,{s}Collar,{s}Shldr,{s}ForeArm,{s}Hand,{s}Mid1,{s}Thigh,{s}Shin,{s}Foot,{s}Toe",
    sides=("l", "r"), order="XYZ",
)  # fmt: skip
SMPL = _rig(
    "pelvis,spine1,spine2,spine3,neck,head,{s}_collar,{s}_shoulder,{s}_elbow,{s}_wrist,{s}_hand,{s}_hip,{s}_knee,"
    "{s}_ankle,{s}_foot", sides=("left", "right"), unit=1.0, order="ZYX",
)  # fmt: skip
MAYA = _rig(
    "Root_M,Spine1_M,Spine2_M,Chest_M,Neck_M,Head_M,Scapula_{s},Shoulder_{s},Elbow_{s},Wrist_{s},MiddleFinger1_{s},"
    "Hip_{s},Knee_{s},Ankle_{s},Toes_{s}", sides=("L", "R"), order="XYZ",
)  # fmt: skip
MMD = _rig(
    "センター,上半身,上半身2,上半身3,首,頭,{s}肩,{s}腕,{s}ひじ,{s}手首,{s}中指１,{s}足,{s}ひざ,{s}足首,{s}つま先",
    sides=("左", "右"), arms_deg=38, unit=0.08,
)  # fmt: skip
BONES_JP = _rig(
    "ボーン腰,背骨ボ,背骨ソ,胸ボ,首ソ,頭ボ,{s}鎖骨ボ,{s}上腕ボ,{s}前腕ソ,{s}手ボ,{s}指ボ,{s}太ももボ,{s}すねボ,{s}足ソ,{s}つまボ",
    sides=("左", "右"),
)  # fmt: skip
GERMAN = _rig(
    "Hüfte,Rücken1,Rücken2,Brust,Hals,Kopf,Schlüsselbein.{s},Oberarm.{s},Unterarm.{s},Hände.{s},Finger.{s},"
    "Oberschenkel.{s},Unterschenkel.{s},Fußgelenk.{s},Zeh.{s}", sides=("L", "R"),
)  # fmt: skip
CHINESE = _rig(
    "骨盆,脊柱一,脊柱二,胸部,颈,头部,{s}锁骨,{s}上臂,{s}前臂,{s}手掌,{s}中指,{s}大腿,{s}小腿,{s}脚掌,{s}脚趾",
    sides=("左", "右"),
)
KOREAN = _rig(
    "골반,척추1,척추2,가슴,목,머리,{s}쇄골,{s}위팔,{s}아래팔,{s}손,{s}손가락,{s}허벅지,{s}정강이,{s}발,{s}발가락",
    sides=("왼", "오른"),
)
PARTLY_NAMED = _rig(
    "Hip,B1,B2,B3,B4,B5,LS{s},Bone_{s}1,Bone_{s}2,{s}Hand,,{s}Thigh,Bone_{s}3,{s}Foot,{s}Toe", sides=("L", "R")
)
NUMBERED = _rig("b0,b1,b2,b3,b4,b5,c{s},d{s},e{s},f{s},g{s},h{s},i{s},j{s},k{s}", sides=("1", "2"))
DIALECTS: dict[str, RigOf] = {
    "rokoko": ROKOKO, "motive": MOTIVE, "vrchat": VRCHAT, "xsens": XSENS, "cmu": CMU, "soma": SOMA, "rigify": RIGIFY,
    "mixamo": MIXAMO, "unreal": UNREAL, "blender": BLENDER, "biped": BIPED, "plain": PLAIN, "vrm": VRM, "daz": DAZ,
    "smpl": SMPL, "maya": MAYA, "mmd": MMD, "japanese": BONES_JP, "german": GERMAN, "chinese": CHINESE,
    "korean": KOREAN, "partly named": PARTLY_NAMED, "numbered": NUMBERED,
}  # fmt: skip
