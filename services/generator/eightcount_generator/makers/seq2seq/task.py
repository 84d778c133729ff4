"""What the network is taught: the next pose, with fewer and fewer given ones."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from eightcount_common.training.task import BatchContext
from eightcount_generator.makers.corpus import Corpus, Windows
from eightcount_generator.makers.encoding import WIDTH
from eightcount_generator.makers.hearing import HEARD
from eightcount_generator.makers.seq2seq.curriculum import JUDGED_OWN_STEPS, given, own_steps
from eightcount_generator.makers.seq2seq.frame_rate import EVERY, halved
from eightcount_generator.makers.seq2seq.network import Dancer, awake
from eightcount_generator.makers.seq2seq.sizes import Sizes

_AT_ONCE = 64
"""Held-out windows that are danced at the same time."""


class Dancing:
    """Mean distance from the true poses, number by number (L1).

    Args:
        corpus: to learn from.
        sizes: of the network.
        epochs: over which own stretches grow to the longest; 0 begins with the longest.
    """

    def __init__(self, corpus: Corpus, sizes: Sizes, *, epochs: int) -> None:
        self._corpus, self._sizes, self._epochs = corpus, sizes, epochs
        self._held_out = corpus.held_out()

    def network(self) -> nn.Module:
        """A fresh one for the styles of the corpus, deaf to what is never to be heard in it, and so to noise later."""
        network = Dancer(self._sizes, heard=HEARD, pose=WIDTH, styles=len(self._corpus.styles))
        with torch.no_grad():
            network.heard.weight *= torch.from_numpy(self._corpus.audible)
        return network

    def loss(self, network: nn.Module, context: BatchContext) -> Tensor:
        """Of windows from anywhere in the recordings, with the own stretches of the epoch."""
        own = own_steps(context.epoch, epochs=self._epochs)
        return self._distance(network, self._corpus.draw(context.random, context.size), own, context.generator)

    def validation_loss(self, network: nn.Module, device: torch.device) -> float | None:
        """The same of unseen takes, always with own stretches of one length, so that epochs can be compared."""
        if (windows := self._held_out) is None:
            return None
        generator = torch.Generator(device).manual_seed(0)
        total = 0.0
        with torch.inference_mode():
            for first in range(0, len(windows.style), _AT_ONCE):
                part = slice(first, first + _AT_ONCE)
                some = Windows(windows.frames[part], windows.heard[part], windows.style[part])
                total += float(self._distance(network, some, JUDGED_OWN_STEPS, generator)) * len(some.style)
        return total / len(windows.style)

    def _distance(self, network: nn.Module, windows: Windows, own: int, generator: torch.Generator) -> Tensor:
        device = generator.device
        poses = torch.from_numpy(halved(windows.frames)).to(device)
        heard = torch.from_numpy(windows.heard[:, ::EVERY][:, 1:].copy()).to(device)
        style = torch.from_numpy(windows.style).to(device)
        memory = awake(self._sizes, len(style), generator)
        made = network(heard, style, poses[:, :-1], given(poses.shape[1] - 1, own), memory)
        return functional.l1_loss(made, poses[:, 1:])
