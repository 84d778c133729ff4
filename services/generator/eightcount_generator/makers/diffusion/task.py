"""What the network is trained for."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from eightcount_common.training.task import BatchContext
from eightcount_generator.makers.corpus import Corpus, Windows
from eightcount_generator.makers.diffusion.body import Body, feet_of
from eightcount_generator.makers.diffusion.given import columns, some_given
from eightcount_generator.makers.diffusion.network import Denoiser, Shape
from eightcount_generator.makers.diffusion.noise import noisy
from eightcount_generator.makers.encoding import STANDING

_PLACES, _SPEEDS, _FEET = 4.0, 0.5, 1.0
"""What a square metre weighs beside a squared deviation, a squared metre a second, and that of feet that stand."""
_UNHEARD = 0.1
"""How often nothing is heard, and how often no style is named, so that the network knows dances as such."""
_JUDGED_AT_ONCE = 64
_NOISES = 2
"""Amounts of noise that each held-out window is judged with."""


class Denoising:
    """To find the dance in the noise (Ho et al., "Denoising Diffusion Probabilistic Models", 2020).

    It guesses the dance itself, and is told where its joints are wrong, how fast, and where feet slide that stand
    (Tevet et al., "Human Motion Diffusion Model", 2023).
    """

    def __init__(self, corpus: Corpus, shape: Shape) -> None:
        self._corpus = corpus
        self._shape = shape
        self._body = Body(corpus.scale)

    def network(self) -> nn.Module:
        """A fresh one."""
        network = Denoiser(self._shape)
        network.hear_only(self._corpus.audible)
        return network

    def loss(self, network: nn.Module, context: BatchContext) -> Tensor:
        """Of one batch."""
        return self._loss(network, self._corpus.draw(context.random, context.size), context.random, context.device)

    @torch.no_grad()
    def validation_loss(self, network: nn.Module, device: torch.device) -> float | None:
        """Of the takes that are held out; the same noise every time."""
        windows = self._corpus.held_out()
        if windows is None:
            return None
        random, losses, sizes = np.random.default_rng(0), [], []
        for start in range(0, len(windows.style), _JUDGED_AT_ONCE):
            rows = slice(start, start + _JUDGED_AT_ONCE)
            part = Windows(windows.frames[rows], windows.heard[rows], windows.style[rows])
            for _ in range(_NOISES):
                losses.append(float(self._loss(network, part, random, device, unheard=0.0)))
                sizes.append(len(part.style))
        return float(np.average(losses, weights=sizes))

    def _loss(
        self, network: nn.Module, windows: Windows, random: np.random.Generator, device: torch.device, *,
        unheard: float = _UNHEARD,
    ) -> Tensor:  # fmt: skip
        size, length, _ = windows.frames.shape
        given = some_given(random, size, length)
        style = np.where(random.random(size) < unheard, self._shape.styles, windows.style)
        listening = np.asarray(random.random(size) >= unheard, np.float32)
        heard = windows.heard * listening[:, None, None]
        noise = torch.from_numpy(random.random(size, dtype=np.float32)).to(device)
        pure = torch.from_numpy(random.standard_normal(windows.frames.shape, dtype=np.float32)).to(device)
        frames, whole = (torch.from_numpy(one).to(device) for one in (windows.frames, columns(given)))
        mixed = whole * frames + (1 - whole) * noisy(frames, pure, noise)
        inputs = (torch.from_numpy(one).to(device) for one in (given, heard, style))
        guess = network(mixed, *inputs, noise)
        return _wrong(self._body.to(device), guess, frames)


def _wrong(body: Body, guess: Tensor, frames: Tensor) -> Tensor:
    (places, speeds), (true_places, true_speeds) = body(guess.float()), body(frames)
    standing = frames[:, :-1, STANDING] > 0
    sliding = feet_of(speeds).square().sum(dim=-1) * standing
    far = _PLACES * (places - true_places).square().sum(dim=-1).mean()
    fast = _SPEEDS * (speeds - true_speeds).square().sum(dim=-1).mean()
    wrong: Tensor = (guess - frames).square().mean() + far + fast + _FEET * sliding.mean()
    return wrong
