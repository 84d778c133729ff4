"""The noise schedule, and DDIM sampling."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

_MIN_ALPHA_BAR = 1e-4
_OFFSET = 0.008
_LEVEL_POWER = 2.0
"""Power by which the steps are closer together at high noise levels, where slow and large motion is decided, such as
where a dancer goes. With even steps, the first prediction decides that alone, and it is the mean of all dances.
"""


def alpha_bar(noise: Tensor) -> Tensor:
    """Return the share of the variance that is signal, for noise levels [...] from 0 to 1.

    The cosine schedule (Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models", 2021).
    """
    angle = torch.pi / 2
    start = torch.cos(torch.tensor(_OFFSET / (1 + _OFFSET) * angle)) ** 2
    part = torch.cos((noise + _OFFSET) / (1 + _OFFSET) * angle) ** 2 / start
    return part.clamp(_MIN_ALPHA_BAR, 1.0)


def add_noise(frames: Tensor, pure: Tensor, noise: Tensor) -> Tensor:
    """Add noise `pure` to frames [B, T, D], at the noise levels [B]."""
    part = alpha_bar(noise)[:, None, None]
    return part.sqrt() * frames + (1 - part).sqrt() * pure


def sample(guess: Callable[[Tensor, Tensor], Tensor], pure: Tensor, *, steps: int) -> Tensor:
    """Sample [B, T, D] from noise (Song et al., "Denoising Diffusion Implicit Models", 2021; deterministic).

    Args:
        guess: predicts frames without noise from frames [B, T, D] and their noise levels [B].
        pure: [B, T, D] noise.
        steps: number of predictions.
    """
    frames = pure
    levels = 1 - torch.linspace(0, 1, steps + 1, device=pure.device) ** _LEVEL_POWER
    for now, then in pairwise(levels):
        clean = guess(frames, now.expand(len(frames)))
        part, following = alpha_bar(now), alpha_bar(then)
        rest = (frames - part.sqrt() * clean) / (1 - part).sqrt()
        frames = following.sqrt() * clean + (1 - following).sqrt() * rest if then > 0 else clean
    return frames
