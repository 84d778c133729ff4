"""Files with poses of SMPL as AIST++, EDGE and AMASS write them; positions come from scipy, not from our readers."""

from __future__ import annotations

import io
import pickle

import numpy as np
from scipy.spatial.transform import Rotation

_Z_UP = Rotation.from_euler("x", 90, degrees=True)
_BONES = (
    (0, 0, 0), (0.07, -0.09, -0.01), (-0.07, -0.09, -0.01), (0, 0.11, -0.02), (0.045, -0.41, 0), (-0.045, -0.41, 0),
    (0, 0.135, 0), (-0.017, -0.42, -0.034), (0.017, -0.42, -0.034), (0, 0.055, 0.02), (0.036, -0.059, 0.122),
    (-0.036, -0.059, 0.122), (0, 0.21, -0.03), (0.075, 0.115, -0.02), (-0.075, 0.115, -0.02), (0, 0.09, 0.05),
    (0.11, 0.035, -0.01), (-0.11, 0.035, -0.01), (0.26, -0.016, -0.026), (-0.26, -0.016, -0.026), (0.25, 0.01, -0.005),
    (-0.25, 0.01, -0.005), (0.08, -0.01, -0.01), (-0.08, -0.01, -0.01),
)  # fmt: skip
_PARENTS = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21)


_COLUMNS = {
    f"{side}_{part}": first + (side == "right")
    for part, first in (("hip", 1), ("knee", 4), ("ankle", 7), ("shoulder", 16), ("elbow", 18), ("wrist", 20))
    for side in ("left", "right")
}
"""Places of the joints in SMPL's order."""


def poses(frames: int, *, hertz: float = 60.0) -> np.ndarray:
    """Return [T, 24, 3] axes times angles in radians of a dancer who stands, steps and swings; y up."""
    seconds = np.arange(frames)[:, None, None] / hertz
    random = np.random.default_rng(4)
    turned = random.uniform(0.05, 0.35, (1, 24, 3)) * np.sin(
        random.uniform(2, 7, (1, 24, 3)) * seconds + random.uniform(0, 6, (1, 24, 3))
    )
    turned[:, 0] = 0
    turned[:, 0, 1] = 0.8 * np.sin(1.3 * seconds[:, 0, 0])
    turned[:, 4:6, 0] += 0.5
    return np.asarray(turned)


def true_joints(turned: np.ndarray) -> dict[str, np.ndarray]:
    """Return [T, 3] positions by keypoint: x right, y down, z away, as the dancer is seen from the front."""
    positions = _positions(turned) * (1, -1, -1)
    return {keypoint: positions[:, column] for keypoint, column in _COLUMNS.items()}


def aist(turned: np.ndarray) -> bytes:
    """Return a file of AIST++'s `motions/`: 60 a second, y up, positions divided by a scale."""
    content = {
        "smpl_poses": turned.reshape(-1, 72), "smpl_trans": np.tile([10.0, 90.0, 3.0], (len(turned), 1)),
        "smpl_scaling": np.array([94.2]), "smpl_loss": 0.7,
    }  # fmt: skip
    return pickle.dumps(content)


def edge_slice(turned: np.ndarray) -> bytes:
    """Return a slice of EDGE's training data: `pos` and `q`, 60 a second."""
    return pickle.dumps({"pos": np.zeros((len(turned), 3)), "q": turned.reshape(-1, 72), "scale": np.ones(1)})


def edge(turned: np.ndarray) -> bytes:
    """Return a dance as EDGE writes it: 30 a second, z up, with the positions of the joints."""
    moved = _turn_root(turned)
    content = {
        "smpl_poses": moved.reshape(-1, 72).astype(np.float32),
        "smpl_trans": np.zeros((len(turned), 3), np.float32),
        "full_pose": _positions(moved).astype(np.float32),
    }
    return pickle.dumps(content)


def amass(
    turned: np.ndarray, *, width: int = 156, hertz: float | None = 60.0, rate_name: str = "mocap_framerate"
) -> bytes:
    """Return a file of AMASS: SMPL+H (156), SMPL-X (165) or the body alone (66), z up."""
    wide = np.zeros((len(turned), width))
    wide[:, :66] = _turn_root(turned)[:, :22].reshape(-1, 66)
    rate = {} if hertz is None else {rate_name: np.array(hertz)}
    file = io.BytesIO()
    np.savez(
        file, poses=wide, trans=np.zeros((len(turned), 3)), betas=np.zeros(16), gender=np.array("female"),
        dmpls=np.zeros((len(turned), 8)), **rate,
    )  # fmt: skip
    return file.getvalue()


def _turn_root(turned: np.ndarray) -> np.ndarray:
    """Return the poses in a world with z up."""
    moved = turned.copy()
    moved[:, 0] = (_Z_UP * Rotation.from_rotvec(turned[:, 0])).as_rotvec()
    return moved


def _positions(turned: np.ndarray) -> np.ndarray:
    positions = np.zeros(turned.shape)
    world = [Rotation.from_rotvec(turned[:, 0])]
    for joint in range(1, 24):
        parent = _PARENTS[joint]
        positions[:, joint] = positions[:, parent] + world[parent].apply(np.array(_BONES[joint]))
        world.append(world[parent] * Rotation.from_rotvec(turned[:, joint]))
    return positions
