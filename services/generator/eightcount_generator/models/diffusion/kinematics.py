"""Forward kinematics in torch, for losses on joint positions in metres."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.models.corpus import Normaliser
from eightcount_generator.models.encoding import FEET, HEIGHT, ROOT_VELOCITY, ROTATIONS


class ForwardKinematics(nn.Module):
    """Forward kinematics of normalised encoded dances."""

    mean: Tensor
    deviation: Tensor
    offsets: Tensor

    def __init__(self, scale: Normaliser) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(scale.mean))
        self.register_buffer("deviation", torch.from_numpy(scale.deviation))
        self.register_buffer("offsets", torch.from_numpy(BODY.offsets).float())
        self._levels = _levels()

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """Compute positions and velocities of the joints.

        Args:
            frames: [B, T, WIDTH] normalised.

        Returns:
            [B, T, 24, 3] metres, as if the pelvis were above the origin and the dancer faced +z; [B, T - 1, 24, 3]
            metres per second over the floor, relative to the dancer.
        """
        values = frames * self.deviation + self.mean
        positions = self._joint_positions(values)
        left, ahead, turn = (values[:, :-1, ROOT_VELOCITY] / FRAME_RATE_HERTZ).unbind(dim=-1)
        x, y, z = positions[:, 1:].unbind(dim=-1)
        sine, cosine = turn.sin()[..., None], turn.cos()[..., None]
        moved = (cosine * x + sine * z + left[..., None], y, cosine * z - sine * x + ahead[..., None])
        return positions, (torch.stack(moved, dim=-1) - positions[:, :-1]) * FRAME_RATE_HERTZ

    def _joint_positions(self, values: Tensor) -> Tensor:
        local = rotations_from_six(values[..., ROTATIONS].reshape(*values.shape[:2], len(BODY), 6))
        world: dict[int, Tensor] = {0: local[:, :, 0]}
        root = torch.zeros_like(values[..., :3])
        root[..., 1] = values[..., HEIGHT.start]
        positions: dict[int, Tensor] = {0: root}
        for joints in self._levels:
            parents = torch.stack([world[BODY.parents[joint]] for joint in joints], dim=2)
            offsets = (parents @ self.offsets[joints][..., None])[..., 0]
            turned = parents @ local[:, :, joints]
            for number, joint in enumerate(joints):
                world[joint] = turned[:, :, number]
                positions[joint] = positions[BODY.parents[joint]] + offsets[:, :, number]
        return torch.stack([positions[joint] for joint in range(len(BODY))], dim=2)


def rotations_from_six(six: Tensor) -> Tensor:
    """[..., 6] -> [..., 3, 3] by Gram-Schmidt orthonormalisation."""
    first = _unit(six[..., :3])
    second = _unit(six[..., 3:] - (first * six[..., 3:]).sum(dim=-1, keepdim=True) * first)
    return torch.stack([first, second, torch.linalg.cross(first, second)], dim=-1)


def _unit(vectors: Tensor) -> Tensor:
    return vectors * (vectors.square().sum(dim=-1, keepdim=True) + 1e-8).rsqrt()


def select_feet(positions: Tensor) -> Tensor:
    """Select heels and balls of the feet, [..., 4, 3] of [..., 24, 3]."""
    return positions[..., FEET, :]


def _levels() -> list[list[int]]:
    """Group the joints, except the root, by their distance to it."""
    depth = [0] * len(BODY)
    for joint, parent in enumerate(BODY.parents[1:], start=1):
        depth[joint] = depth[parent] + 1
    return [[joint for joint in range(len(BODY)) if depth[joint] == level] for level in range(1, max(depth) + 1)]
