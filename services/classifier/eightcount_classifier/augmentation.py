"""The same dance by another body, before another camera, seen less well; in torch, on whole batches of rows."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from eightcount_classifier.frames import JOINT_VALUES
from eightcount_common.skeletons import BODY_12

_JOINTS = len(BODY_12)
_MIRROR = torch.as_tensor(BODY_12.mirror_order.copy())


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far training data are changed; standard deviations, 0 for none.

    Attributes:
        tilt_rad: tilt of the camera about its two level axes.
        amplitude: size of the movement about its mean posture, relative.
        build_metres: constant displacement of each joint: another body.
        noise_metres: displacement of each joint in each frame.
        depth: error of the depth, relative: the depth of a single camera is a guess.
        lost_joints: probability that a joint stands still at its mean: hidden.
        flat: probability that depth is taken away, as in motions known from pictures alone.
        mirror: probability that left and right are swapped.
        beatless: probability that the beat is taken away.
    """

    tilt_rad: float = 0.08
    amplitude: float = 0.15
    build_metres: float = 0.03
    noise_metres: float = 0.005
    depth: float = 0.1
    lost_joints: float = 0.03
    flat: float = 0.0
    mirror: float = 0.5
    beatless: float = 0.3


def augmented(rows: Tensor, how: Augmentation, generator: torch.Generator) -> Tensor:
    """[B, T, 39] rows as another recording of the same movements might have given them."""
    count, frames = rows.shape[:2]
    joints = rows[..., :JOINT_VALUES].reshape(*rows.shape[:-1], _JOINTS, 3)
    beat = rows[..., JOINT_VALUES:]

    def normal(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator, device=rows.device)

    def chance(probability: float, *shape: int) -> Tensor:
        return torch.rand(shape, generator=generator, device=rows.device) < probability

    joints = torch.where(chance(how.mirror, count, 1, 1, 1), mirrored(joints), joints)
    middle = joints.mean(dim=1, keepdim=True)
    joints = middle + (joints - middle) * (1 + how.amplitude * normal(count, 1, 1, 1)).clamp(0.5, 1.6)
    joints = torch.where(chance(how.lost_joints, count, 1, _JOINTS, 1), middle, joints)
    joints = joints + how.build_metres * normal(count, 1, _JOINTS, 3)
    joints = _tilted(joints, how.tilt_rad * normal(count), how.tilt_rad * normal(count))
    depth = (1 + how.depth * normal(count, 1, 1, 1)) * (~chance(how.flat, count, 1, 1, 1))
    joints = torch.cat([joints[..., :2], joints[..., 2:] * depth], dim=-1)
    joints = joints + how.noise_metres * normal(count, frames, _JOINTS, 3)
    beat = beat * (~chance(how.beatless, count, 1, 1))
    return torch.cat([joints.flatten(2), beat], dim=-1)


def mirrored(joints: Tensor) -> Tensor:
    """[..., 12, 3] joints with left and right swapped."""
    flip = torch.tensor([-1.0, 1.0, 1.0], device=joints.device)
    return joints[..., _MIRROR.to(joints.device), :] * flip


def mirrored_rows(rows: Tensor) -> Tensor:
    """[..., 39] rows with left and right swapped."""
    joints = mirrored(rows[..., :JOINT_VALUES].reshape(*rows.shape[:-1], _JOINTS, 3))
    return torch.cat([joints.flatten(-2), rows[..., JOINT_VALUES:]], dim=-1)


def _tilted(joints: Tensor, pitch: Tensor, roll: Tensor) -> Tensor:
    """Joints turned about the x axis by `pitch`, then about the z axis by `roll`, [B] each."""
    x, y, z = joints.unbind(-1)
    cosine, sine = torch.cos(pitch)[:, None, None], torch.sin(pitch)[:, None, None]
    y, z = y * cosine - z * sine, y * sine + z * cosine
    cosine, sine = torch.cos(roll)[:, None, None], torch.sin(roll)[:, None, None]
    return torch.stack([x * cosine - y * sine, x * sine + y * cosine, z], dim=-1)
