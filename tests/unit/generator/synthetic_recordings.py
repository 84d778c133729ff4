"""Dances from formulas, and the same dances as somebody else would have recorded them."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.fitting.landmarks import NEEDED, Landmarks
from eightcount_generator.body.kinematics import world_rotations
from eightcount_generator.body.rotations import about_y, from_axis_angle
from eightcount_generator.body.skeleton import BODY, STANDING_HEIGHT, Rig
from eightcount_generator.sources.g1 import BODIES

_SWINGS = {
    "hip": (0.5, 0.2, 0.2), "ankle": (0.2, 0.2, 0.0), "collar": (0.0, 0.05, 0.1), "shoulder": (0.5, 0.6, 0.7),
    "wrist": (0.0, 0.3, 0.3),
}  # fmt: skip
"""Most that a joint turns to either side about x, y and z, in radians."""
_TRUNK = {"spine1": 0.12, "spine2": 0.12, "spine3": 0.08, "neck": 0.3}


def dance(seconds: float = 4.0, *, seed: int = 1) -> Dance:
    """A smooth dance: joints swing slowly, elbows and knees bend the way they can, the body turns on its place."""
    generator = np.random.default_rng(seed)
    times = np.arange(round(seconds * FRAME_RATE_HERTZ)) / FRAME_RATE_HERTZ

    def wave() -> np.ndarray:
        return np.sin(2 * np.pi * generator.uniform(0.2, 0.7) * times + generator.uniform(0, 6))

    angles = np.zeros((len(times), len(BODY), 3))
    for joint, name in enumerate(BODY.joints):
        side, _, part = name.partition("_")
        if name in _TRUNK:
            angles[:, joint] = np.stack([wave() * _TRUNK[name] for _ in range(3)], axis=-1)
        elif part in _SWINGS:
            angles[:, joint] = np.stack([wave() * most for most in _SWINGS[part]], axis=-1)
        elif part == "knee":
            angles[:, joint, 0] = 0.6 + 0.5 * wave()
        elif part == "elbow":
            angles[:, joint, 1] = (1 if side == "right" else -1) * (0.9 + 0.6 * wave())
    rotations = from_axis_angle(angles)
    rotations[:, 0] = about_y(1.5 * wave()) @ from_axis_angle(
        np.stack([0.2 * wave(), 0 * times, 0.1 * wave()], axis=-1)
    )
    root = np.stack([0.5 * wave(), STANDING_HEIGHT + 0.05 * wave(), 0.5 * wave()], axis=-1)
    return Dance(root.astype(np.float32), rotations.astype(np.float32))


def standing(frames: int = 30) -> Dance:
    """The rest pose, arms hanging, elbows a little bent."""
    angles = np.zeros((frames, len(BODY), 3))
    for side, sign in (("left", 1), ("right", -1)):
        angles[:, BODY.index(f"{side}_shoulder"), 2] = -sign * 1.4
        angles[:, BODY.index(f"{side}_elbow"), 1] = -sign * 0.4
    root = np.tile([0.0, STANDING_HEIGHT, 0.0], (frames, 1))
    return Dance(root.astype(np.float32), from_axis_angle(angles).astype(np.float32))


def landmarks_of(recorded: Dance, *, names: tuple[str, ...] = BODY.joints, unit: float = 1.0) -> Landmarks:
    """Some of the joints of a dance, in another unit."""
    joints = recorded.joints().astype(np.float64) / unit
    return Landmarks(names, joints[:, [BODY.index(name) for name in names]])


TWELVE = NEEDED


def bvh_text(recorded: Dance, names: dict[str, str], *, rate_hertz: float = 30.0, rig: Rig = BODY) -> str:
    """A BVH file of a dance in centimetres, its joints called as `names` say; those without a name keep theirs."""
    lines = ["HIERARCHY"]

    def write(joint: int) -> None:
        children = [child for child, parent in enumerate(rig.parents) if parent == joint]
        title = names.get(rig.joints[joint], rig.joints[joint])
        lines.append(f"{'ROOT' if joint == 0 else 'JOINT'} {title}")
        lines.append("{ OFFSET " + " ".join(f"{100 * value:.6f}" for value in rig.offsets[joint]))
        order.append(joint)
        positions = "6 Xposition Yposition Zposition " if joint == 0 else "3 "
        lines.append(f"CHANNELS {positions}Zrotation Xrotation Yrotation")
        for child in children:
            write(child)
        if not children:
            lines.append("End Site\n{\nOFFSET 0 0 0.1\n}")
        lines.append("}")

    order: list[int] = []
    write(0)
    text = "\n".join(lines).replace("{ OFFSET", "{\nOFFSET")
    flat = recorded.rotations[:, order].reshape(-1, 3, 3).astype(np.float64)
    turned = Rotation.from_matrix(flat).as_euler("ZXY", degrees=True).reshape(len(recorded), -1)
    values = np.concatenate([100 * recorded.root, turned], axis=1)
    rows = [" ".join(f"{value:.6f}" for value in row) for row in values]
    return "\n".join([text, "MOTION", f"Frames: {len(rows)}", f"Frame Time: {1 / rate_hertz:.8f}", *rows]) + "\n"


def robot(recorded: Dance) -> np.ndarray:
    """[T, 30, 3] as G1 Moves writes bodies: x ahead, y left, z up; upper arms and thighs as the robot's are shaped."""
    joints, world = recorded.joints().astype(np.float64), world_rotations(recorded.rotations.astype(np.float64))
    positions: dict[str, np.ndarray] = {}

    def put(name: str, joint: str, *offset: float) -> None:
        column = BODY.index(joint)
        positions[name] = joints[:, column] + world[:, column] @ np.array(offset)

    put("pelvis", "pelvis", 0, 0, 0)
    for part in ("waist_yaw", "waist_roll"):
        put(part, "pelvis", 0, 0.03, 0)
    put("torso", "spine3", 0, -0.1, 0)
    for side, sign in (("left", 1), ("right", -1)):
        put(f"{side}_hip_pitch", "pelvis", sign * 0.064, -0.1, 0)
        put(f"{side}_hip_roll", f"{side}_hip", 0, 0, 0)
        put(f"{side}_hip_yaw", f"{side}_hip", 0, -0.12, 0.05)
        put(f"{side}_knee", f"{side}_knee", 0, 0, 0)
        put(f"{side}_ankle_pitch", f"{side}_ankle", 0, 0, 0)
        put(f"{side}_ankle_roll", f"{side}_ankle", 0, -0.0176, 0)
        put(f"{side}_shoulder_pitch", "spine3", sign * 0.1, 0.145, 0)
        put(f"{side}_shoulder_roll", f"{side}_shoulder", 0, 0, 0)
        put(f"{side}_shoulder_yaw", f"{side}_shoulder", sign * 0.1, 0, -0.016)
        put(f"{side}_elbow", f"{side}_elbow", 0, 0, 0)
        put(f"{side}_wrist_roll", f"{side}_elbow", sign * 0.1, 0, 0)
        put(f"{side}_wrist_pitch", f"{side}_wrist", 0, 0, 0)
        put(f"{side}_wrist_yaw", f"{side}_hand", 0, 0, 0)
    return np.stack([positions[name] for name in BODIES], axis=1)[..., [2, 0, 1]]
