"""The denoising network: predicts a stretch of a dance without noise from a noisy one, known values and music features.

A diffusion transformer (Peebles and Xie, "Scalable Diffusion Models with Transformers", 2023) over patches of frames,
with one modulation table for all layers (Chen et al., "PixArt-alpha", 2023) to keep it small.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from eightcount_generator.models.encoding import GROUPS, WIDTH
from eightcount_generator.models.music_features import FEATURE_COUNT

_MODULATIONS = 6
_SMOOTHING = 5
"""Frames that the last layer combines, so that patches leave no seams."""


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """Sizes of the network.

    Attributes:
        styles: number of styles.
        window: frames of a window.
        patch: frames of a patch.
        hidden: width of a patch's embedding.
        layers: number of layers.
        heads: attention heads.
    """

    styles: int
    window: int = 128
    patch: int = 4
    hidden: int = 192
    layers: int = 6
    heads: int = 6


class Denoiser(nn.Module):
    """Predicts a dance without noise."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.shape = shape
        hidden, patch = shape.hidden, shape.patch
        self.enter = nn.Linear(patch * (WIDTH + len(GROUPS) + FEATURE_COUNT), hidden)
        self.positions = nn.Parameter(torch.randn(shape.window // patch, hidden) * 0.02)
        self.style = nn.Embedding(shape.styles + 1, hidden)
        self.when = nn.Sequential(nn.Linear(hidden, hidden), nn.SiLU(), nn.Linear(hidden, hidden))
        self.modulate = nn.Sequential(nn.SiLU(), nn.Linear(hidden, _MODULATIONS * hidden))
        self.layers = nn.ModuleList(_Layer(hidden, shape.heads) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(hidden)
        self.leave = nn.Linear(hidden, patch * WIDTH)
        self.smooth = nn.Conv1d(WIDTH, WIDTH, _SMOOTHING, padding=_SMOOTHING // 2, groups=WIDTH)
        _initialise(self)

    def forward(self, frames: Tensor, mask: Tensor, features: Tensor, style: Tensor, noise: Tensor) -> Tensor:
        """Predict the frames [B, T, WIDTH] without noise.

        Args:
            frames: [B, T, WIDTH] normalised; noisy except where they are known.
            mask: [B, T, G] 1 where a group of columns (`GROUPS`) is known.
            features: [B, T, FEATURE_COUNT] music features.
            style: [B] index of the style; `shape.styles` for none in particular.
            noise: [B] noise level, 0 to 1.
        """
        batch, length, _ = frames.shape
        patches = torch.cat([frames, mask, features], dim=-1).reshape(batch, length // self.shape.patch, -1)
        tokens = self.enter(patches) + self.positions
        about = self.when(_sinusoidal_embedding(noise, self.shape.hidden)) + self.style(style)
        modulations = self.modulate(about).reshape(batch, 1, _MODULATIONS, -1)
        for layer in self.layers:
            tokens = layer(tokens, modulations)
        found = self.leave(self.norm(tokens)).reshape(batch, length, WIDTH)
        return self.smooth(found.transpose(1, 2)).transpose(1, 2)  # type: ignore[no-any-return]

    @torch.no_grad()
    def silence_channels(self, audible: NDArray[np.bool_]) -> None:
        """Zero the weights of features that are always silent in training, and would only add noise later."""
        frame = torch.cat([torch.ones(WIDTH + len(GROUPS)), torch.from_numpy(audible).float()])
        self.enter.weight *= frame.repeat(self.shape.patch)


class _Layer(nn.Module):
    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.own = nn.Parameter(torch.zeros(_MODULATIONS, hidden))
        self.norm_one, self.norm_two = (nn.LayerNorm(hidden, elementwise_affine=False) for _ in range(2))
        self.look = nn.Linear(hidden, 3 * hidden)
        self.gather = nn.Linear(hidden, hidden)
        self.think = nn.Sequential(nn.Linear(hidden, 4 * hidden), nn.GELU("tanh"), nn.Linear(4 * hidden, hidden))

    def forward(self, tokens: Tensor, modulations: Tensor) -> Tensor:
        shift, scale, gate, shift_two, scale_two, gate_two = (modulations + self.own).unbind(dim=2)
        tokens = tokens + gate * self._attend(self.norm_one(tokens) * (1 + scale) + shift)
        return tokens + gate_two * self.think(self.norm_two(tokens) * (1 + scale_two) + shift_two)  # type: ignore[no-any-return]

    def _attend(self, tokens: Tensor) -> Tensor:
        batch, length, hidden = tokens.shape
        heads = self.look(tokens).reshape(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        found = functional.scaled_dot_product_attention(heads[0], heads[1], heads[2])
        return self.gather(found.transpose(1, 2).reshape(batch, length, hidden))  # type: ignore[no-any-return]


def _sinusoidal_embedding(values: Tensor, width: int) -> Tensor:
    """[B] in [0, 1] -> [B, width] sines and cosines."""
    steps = torch.arange(width // 2, device=values.device) / (width // 2)
    angles = 1000 * values[:, None] * torch.exp(-math.log(10000) * steps)
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


def _initialise(network: Denoiser) -> None:
    """Initialise the network so that layers do nothing and the last one is the identity ("adaLN-Zero", Peebles and
    Xie).
    """
    nn.init.normal_(network.style.weight, std=0.02)
    last = network.modulate[-1]
    nn.init.zeros_(last.weight)  # type: ignore[arg-type]
    nn.init.zeros_(last.bias)  # type: ignore[arg-type]
    nn.init.zeros_(network.smooth.weight)
    nn.init.zeros_(network.smooth.bias)  # type: ignore[arg-type]
    with torch.no_grad():
        network.smooth.weight[:, 0, _SMOOTHING // 2] = 1.0
