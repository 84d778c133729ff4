"""Augmentation of batches of rows: another body, another camera, hidden joints; in torch."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from eightcount_classifier.features.pose_rows import JOINT_VALUES
from eightcount_common.skeletons import BODY_12

_JOINTS = len(BODY_12)
_MIRROR = torch.as_tensor(BODY_12.mirror_order.copy())


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Strength of the augmentation; standard deviations unless stated otherwise, 0 for none.

    Attributes:
        tilt_rad: tilt of the camera about its two horizontal axes.
        amplitude: relative scale of the movement about its mean pose.
        build_metres: constant displacement of each joint, as of another body.
        noise_metres: displacement of each joint in each frame.
        depth: relative error of the depth, which a single camera only estimates.
        lost_joints: probability that a joint rests at its mean, as if hidden.
        flat: probability that depth is removed, as in motions that have image coordinates only.
        mirror: probability that left and right are swapped.
        beatless: probability that the beat is removed.
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


def augment_rows(rows: Tensor, settings: Augmentation, generator: torch.Generator) -> Tensor:
    """Return rows [B, T, 39] as another recording of the same movements might give them."""
    count, frames = rows.shape[:2]
    joints = rows[..., :JOINT_VALUES].reshape(*rows.shape[:-1], _JOINTS, 3)
    beat = rows[..., JOINT_VALUES:]

    def normal(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator, device=rows.device)

    def chance(probability: float, *shape: int) -> Tensor:
        return torch.rand(shape, generator=generator, device=rows.device) < probability

    joints = torch.where(chance(settings.mirror, count, 1, 1, 1), mirror_joints(joints), joints)
    middle = joints.mean(dim=1, keepdim=True)
    joints = middle + (joints - middle) * (1 + settings.amplitude * normal(count, 1, 1, 1)).clamp(0.5, 1.6)
    joints = torch.where(chance(settings.lost_joints, count, 1, _JOINTS, 1), middle, joints)
    joints = joints + settings.build_metres * normal(count, 1, _JOINTS, 3)
    joints = _tilt(joints, settings.tilt_rad * normal(count), settings.tilt_rad * normal(count))
    depth = (1 + settings.depth * normal(count, 1, 1, 1)) * (~chance(settings.flat, count, 1, 1, 1))
    joints = torch.cat([joints[..., :2], joints[..., 2:] * depth], dim=-1)
    joints = joints + settings.noise_metres * normal(count, frames, _JOINTS, 3)
    beat = beat * (~chance(settings.beatless, count, 1, 1))
    return torch.cat([joints.flatten(2), beat], dim=-1)


def mirror_joints(joints: Tensor) -> Tensor:
    """Return joints [..., 12, 3] with left and right swapped."""
    flip = torch.tensor([-1.0, 1.0, 1.0], device=joints.device)
    return joints[..., _MIRROR.to(joints.device), :] * flip


def mirror_rows(rows: Tensor) -> Tensor:
    """Return rows [..., 39] with left and right swapped."""
    joints = mirror_joints(rows[..., :JOINT_VALUES].reshape(*rows.shape[:-1], _JOINTS, 3))
    return torch.cat([joints.flatten(-2), rows[..., JOINT_VALUES:]], dim=-1)


def _tilt(joints: Tensor, pitch: Tensor, roll: Tensor) -> Tensor:
    """Rotate joints about the x axis by `pitch` [B], then about the z axis by `roll` [B]."""
    x, y, z = joints.unbind(-1)
    cosine, sine = torch.cos(pitch)[:, None, None], torch.sin(pitch)[:, None, None]
    y, z = y * cosine - z * sine, y * sine + z * cosine
    cosine, sine = torch.cos(roll)[:, None, None], torch.sin(roll)[:, None, None]
    return torch.stack([x * cosine - y * sine, x * sine + y * cosine, z], dim=-1)
