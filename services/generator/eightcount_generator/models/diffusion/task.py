"""The training task of the denoising network."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from eightcount_common.training.task import BatchContext
from eightcount_generator.models.corpus import Corpus, Windows
from eightcount_generator.models.diffusion.ddim import add_noise
from eightcount_generator.models.diffusion.inpainting import expand_groups, sample_masks
from eightcount_generator.models.diffusion.kinematics import ForwardKinematics, select_feet
from eightcount_generator.models.diffusion.network import Denoiser, NetworkShape
from eightcount_generator.models.encoding import FOOT_CONTACTS

_POSITION_WEIGHT, _SPEED_WEIGHT, _FOOT_WEIGHT = 4.0, 0.5, 1.0
"""Weights of a squared metre, of a squared metre per second, and of that of feet in contact."""
_DROPOUT_CHANCE = 0.1
"""Probability that music features, and that the style is dropped, for classifier-free guidance."""
_EVALUATION_BATCH = 64
_EVALUATION_NOISES = 2
"""Noise levels that each held-out window is evaluated with."""


class DenoisingTask:
    """Denoising (Ho et al., "Denoising Diffusion Probabilistic Models", 2020).

    The network predicts the dance itself; the loss adds errors of joint positions and velocities, and the sliding of
    feet in contact (Tevet et al., "Human Motion Diffusion Model", 2023).
    """

    def __init__(self, corpus: Corpus, shape: NetworkShape) -> None:
        self._corpus = corpus
        self._shape = shape
        self._body = ForwardKinematics(corpus.scale)

    def network(self) -> nn.Module:
        """Return a new network."""
        network = Denoiser(self._shape)
        network.silence_channels(self._corpus.audible_channels)
        return network

    def loss(self, network: nn.Module, context: BatchContext) -> Tensor:
        """Return the loss of a batch."""
        return self._loss(network, self._corpus.sample(context.random, context.size), context.random, context.device)

    @torch.no_grad()
    def validation_loss(self, network: nn.Module, device: torch.device) -> float | None:
        """Return the loss of the held-out takes, with the same noise every time."""
        windows = self._corpus.validation_windows()
        if windows is None:
            return None
        random, losses, sizes = np.random.default_rng(0), [], []
        for start in range(0, len(windows.style), _EVALUATION_BATCH):
            rows = slice(start, start + _EVALUATION_BATCH)
            part = Windows(windows.frames[rows], windows.features[rows], windows.style[rows])
            for _ in range(_EVALUATION_NOISES):
                losses.append(float(self._loss(network, part, random, device, unheard=0.0)))
                sizes.append(len(part.style))
        return float(np.average(losses, weights=sizes))

    def _loss(
        self, network: nn.Module, windows: Windows, random: np.random.Generator, device: torch.device, *,
        unheard: float = _DROPOUT_CHANCE,
    ) -> Tensor:  # fmt: skip
        size, length, _ = windows.frames.shape
        mask = sample_masks(random, size, length)
        style = np.where(random.random(size) < unheard, self._shape.styles, windows.style)
        listening = np.asarray(random.random(size) >= unheard, np.float32)
        features = windows.features * listening[:, None, None]
        noise = torch.from_numpy(random.random(size, dtype=np.float32)).to(device)
        pure = torch.from_numpy(random.standard_normal(windows.frames.shape, dtype=np.float32)).to(device)
        frames, whole = (torch.from_numpy(one).to(device) for one in (windows.frames, expand_groups(mask)))
        mixed = whole * frames + (1 - whole) * add_noise(frames, pure, noise)
        inputs = (torch.from_numpy(one).to(device) for one in (mask, features, style))
        guess = network(mixed, *inputs, noise)
        return _weighted_loss(self._body.to(device), guess, frames)


def _weighted_loss(body: ForwardKinematics, guess: Tensor, frames: Tensor) -> Tensor:
    (positions, speeds), (true_positions, true_speeds) = body(guess.float()), body(frames)
    standing = frames[:, :-1, FOOT_CONTACTS] > 0
    sliding = select_feet(speeds).square().sum(dim=-1) * standing
    far = _POSITION_WEIGHT * (positions - true_positions).square().sum(dim=-1).mean()
    fast = _SPEED_WEIGHT * (speeds - true_speeds).square().sum(dim=-1).mean()
    wrong: Tensor = (guess - frames).square().mean() + far + fast + _FOOT_WEIGHT * sliding.mean()
    return wrong
