"""Kinematic channels over time: positions, velocities, turning, height and beat; in torch."""

from __future__ import annotations

import torch
from torch import Tensor

from eightcount_classifier.features.body import FRAME_RATE_HERTZ
from eightcount_classifier.features.pose_rows import JOINT_VALUES
from eightcount_common.skeletons import BODY_12

_JOINTS = len(BODY_12)
_LEFT = BODY_12.indices(("left_hip", "left_shoulder"))
_RIGHT = BODY_12.indices(("right_hip", "right_shoulder"))
_ANKLES = BODY_12.indices(("left_ankle", "right_ankle"))
CHANNELS = 2 * JOINT_VALUES + _JOINTS + 2 + 3
"""Positions, velocities and speeds of the joints; turning rate and height of the hips; beat."""


def kinematic_channels(rows: Tensor) -> Tensor:
    """Return the channels of rows in the frame of the body, independent of the direction the dancer faces.

    Args:
        rows: [B, T, 39], see `pose_rows`.

    Returns:
        [B, CHANNELS, T].
    """
    joints = rows[..., :JOINT_VALUES].reshape(*rows.shape[:-1], _JOINTS, 3)
    across = (joints[:, :, _LEFT] - joints[:, :, _RIGHT]).sum(dim=2)
    heading = torch.atan2(across[..., 2], across[..., 0])
    positions = _rotate_heading(joints, heading)
    velocities = _rotate_heading(_rate(joints), heading)
    turning = torch.atan2(torch.sin(_differences(heading)), torch.cos(_differences(heading))) * FRAME_RATE_HERTZ
    height = joints[:, :, _ANKLES, 1].amax(dim=2)
    channels = [
        positions.flatten(2),
        velocities.flatten(2),
        velocities.norm(dim=-1),
        turning.unsqueeze(-1),
        height.unsqueeze(-1),
        rows[..., JOINT_VALUES:],
    ]
    return torch.cat(channels, dim=-1).transpose(1, 2)


def _rotate_heading(vectors: Tensor, heading: Tensor) -> Tensor:
    """Rotate vectors [B, T, K, 3] about the vertical so that the body faces the viewer."""
    cosine, sine = torch.cos(heading).unsqueeze(-1), torch.sin(heading).unsqueeze(-1)
    x, y, z = vectors.unbind(-1)
    return torch.stack([x * cosine + z * sine, y, z * cosine - x * sine], dim=-1)


def _differences(values: Tensor) -> Tensor:
    """Return differences along time, of the same length: the first is repeated."""
    difference = values[:, 1:] - values[:, :-1]
    return torch.cat([difference[:, :1], difference], dim=1)


def _rate(values: Tensor) -> Tensor:
    return _differences(values) * FRAME_RATE_HERTZ
