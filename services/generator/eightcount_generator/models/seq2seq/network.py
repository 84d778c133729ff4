"""The network: a transformer encodes the music, a recurrent decoder predicts the poses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from eightcount_generator.models.seq2seq.sizes import NetworkSizes

CELLS = 3
_STYLE_DEVIATION = 0.1
"""Initial deviation of style embeddings: with torch's 1, the network ignores the music."""


@dataclass(frozen=True, slots=True)
class DecoderState:
    """The state of the decoder's cells: [cells, B, hidden] each."""

    hidden: Tensor
    cell: Tensor


class LocalAttention(nn.Module):
    """Attention to frames at most `reach_frames` away, with a learned bias for each distance."""

    def __init__(self, sizes: NetworkSizes) -> None:
        super().__init__()
        joined = sizes.heads * sizes.head_width
        self._heads, self._reach, self._dropout = sizes.heads, sizes.reach_frames, sizes.dropout
        self.asked = nn.Linear(sizes.width, 3 * joined)
        self.out = nn.Linear(joined, sizes.width)
        self.distance = nn.Parameter(torch.zeros(sizes.heads, 2 * sizes.reach_frames + 1))
        nn.init.xavier_normal_(self.out.weight)

    def forward(self, frames: Tensor) -> Tensor:
        """[B, T, width] -> [B, T, width]."""
        asked = self.asked(frames).unflatten(-1, (3, self._heads, -1)).permute(2, 0, 3, 1, 4)
        found = functional.scaled_dot_product_attention(
            asked[0], asked[1], asked[2], attn_mask=self._mask(frames.shape[1]),
            dropout_p=self._dropout if self.training else 0.0,
        )  # fmt: skip
        passed: Tensor = self.out(found.transpose(1, 2).flatten(-2))
        return passed

    def _mask(self, frames: int) -> Tensor:
        """[heads, T, T] bias of each distance; minus infinity beyond the reach."""
        positions = torch.arange(frames, device=self.distance.device)
        apart = positions - positions[:, None]
        added = self.distance[:, apart.clamp(-self._reach, self._reach) + self._reach]
        return added.masked_fill(apart.abs() > self._reach, float("-inf"))


class EncoderLayer(nn.Module):
    """Attention and a feed-forward part, each with a residual connection and post-normalisation."""

    def __init__(self, sizes: NetworkSizes) -> None:
        super().__init__()
        self.attention = LocalAttention(sizes)
        self.forth = nn.Sequential(nn.Linear(sizes.width, sizes.inner), nn.ReLU(), nn.Linear(sizes.inner, sizes.width))
        self.norms = nn.ModuleList(nn.LayerNorm(sizes.width) for _ in range(2))
        self.dropout = nn.Dropout(sizes.dropout)

    def forward(self, frames: Tensor) -> Tensor:
        """[B, T, width] -> [B, T, width]."""
        frames = self.norms[0](frames + self.dropout(self.attention(frames)))
        passed: Tensor = self.norms[1](frames + self.dropout(self.forth(frames)))
        return passed


class Seq2SeqNetwork(nn.Module):
    """The whole network.

    Args:
        sizes: sizes of its layers.
        features: number of music features.
        pose: width of a pose.
        styles: number of styles.
    """

    def __init__(self, sizes: NetworkSizes, *, features: int, pose: int, styles: int) -> None:
        super().__init__()
        self.sizes = sizes
        self.heard = nn.Linear(features, sizes.width)
        self.style = nn.Embedding(styles, sizes.width)
        nn.init.normal_(self.style.weight, std=_STYLE_DEVIATION)
        self.layers = nn.ModuleList(EncoderLayer(sizes) for _ in range(sizes.layers))
        self.pose = nn.Linear(pose, sizes.pose_width)
        self.dropout = nn.Dropout(sizes.dropout)
        self.cells = nn.ModuleList(
            nn.LSTMCell(sizes.hidden if number else sizes.pose_width, sizes.hidden) for number in range(CELLS)
        )
        self.out = nn.Linear(sizes.hidden + sizes.width, pose)

    def encode(self, features: Tensor, style: Tensor) -> Tensor:
        """Encode music features [B, T, features] and styles [B] as [B, T, width]."""
        frames: Tensor = self.heard(features) + self.style(style)[:, None]
        for layer in self.layers:
            frames = layer(frames)
        return frames

    def update_state(self, state: DecoderState, pose: Tensor) -> DecoderState:
        """Update the state with a pose [B, pose]; each cell takes the lower one's state of the previous step."""
        below = [self.dropout(self.pose(pose)), *state.hidden[:-1]]
        known = [
            cell(forced, (hidden, state))
            for cell, forced, hidden, state in zip(self.cells, below, state.hidden, state.cell, strict=True)
        ]
        return DecoderState(torch.stack([hidden for hidden, _ in known]), torch.stack([state for _, state in known]))

    def next_pose(self, state: DecoderState, encoded: Tensor) -> Tensor:
        """Predict a pose [B, pose] from the state and the encoded frame [B, width]."""
        pose: Tensor = self.out(torch.cat([state.hidden[-1], encoded], dim=-1))
        return pose

    def forward(
        self, features: Tensor, style: Tensor, poses: Tensor, forced: Sequence[bool], state: DecoderState
    ) -> Tensor:
        """Predict the poses [B, T, pose] one after the other.

        Args:
            features: [B, T, features] of the frames of the predicted poses.
            style: [B] index of the style.
            poses: [B, T, pose] true poses of the previous frames.
            forced: T times whether the true previous pose is fed; otherwise the predicted one.
            state: the initial state.
        """
        encoded = self.encode(features, style)
        made: list[Tensor] = []
        for frame, is_forced in enumerate(forced):
            last = poses[:, frame] if is_forced or not made else made[-1].detach()
            state = self.update_state(state, last)
            made.append(self.next_pose(state, encoded[:, frame]))
        return torch.stack(made, dim=1)


def initial_state(sizes: NetworkSizes, size: int, generator: torch.Generator) -> DecoderState:
    """Return the random initial state of `size` decoders, as published."""
    drawn = torch.randn((2, CELLS, size, sizes.hidden), generator=generator, device=generator.device)
    return DecoderState(drawn[0], drawn[1])
