"""How a dance is turned to noise in training, and noise to a dance after."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

_MIN_ALPHA_BAR = 1e-4
_OFFSET = 0.008
_LEVEL_POWER = 2.0
"""Power by which guesses are closer together where there is much noise: there it is decided what is slow and large,
such as where a dancer goes. Evenly spaced ones leave that to the first guess, which is the mean of all dances."""


def alpha_bar(noise: Tensor) -> Tensor:
    """How much of the variance is still the dance's, for [...] noise from 0 to 1.

    The cosine schedule (Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models", 2021).
    """
    angle = torch.pi / 2
    start = torch.cos(torch.tensor(_OFFSET / (1 + _OFFSET) * angle)) ** 2
    part = torch.cos((noise + _OFFSET) / (1 + _OFFSET) * angle) ** 2 / start
    return part.clamp(_MIN_ALPHA_BAR, 1.0)


def add_noise(frames: Tensor, pure: Tensor, noise: Tensor) -> Tensor:
    """[B, T, D] frames with noise `pure` of the same shape, as much as [B] says."""
    part = alpha_bar(noise)[:, None, None]
    return part.sqrt() * frames + (1 - part).sqrt() * pure


def sample(guess: Callable[[Tensor, Tensor], Tensor], pure: Tensor, *, steps: int) -> Tensor:
    """[B, T, D] out of noise (Song et al., "Denoising Diffusion Implicit Models", 2021, without new noise).

    Args:
        guess: frames [B, T, D] and their noise [B] -> the frames without it.
        pure: [B, T, D] noise.
        steps: guesses.
    """
    frames = pure
    levels = 1 - torch.linspace(0, 1, steps + 1, device=pure.device) ** _LEVEL_POWER
    for now, then in pairwise(levels):
        clean = guess(frames, now.expand(len(frames)))
        part, following = alpha_bar(now), alpha_bar(then)
        rest = (frames - part.sqrt() * clean) / (1 - part).sqrt()
        frames = following.sqrt() * clean + (1 - following).sqrt() * rest if then > 0 else clean
    return frames
