"""The training task: predict the next pose with scheduled sampling."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from eightcount_common.training.task import BatchContext
from eightcount_generator.models.corpus import Corpus, Windows
from eightcount_generator.models.encoding import WIDTH
from eightcount_generator.models.music_features import FEATURE_COUNT
from eightcount_generator.models.seq2seq.frame_rate import FRAME_STEP, halve_frame_rate
from eightcount_generator.models.seq2seq.network import Seq2SeqNetwork, initial_state
from eightcount_generator.models.seq2seq.scheduled_sampling import (
    EVALUATION_FREE_STEPS,
    free_running_steps,
    teacher_forcing_mask,
)
from eightcount_generator.models.seq2seq.sizes import NetworkSizes

_EVALUATION_BATCH = 64
"""Held-out windows that are evaluated together."""


class PosePredictionTask:
    """Mean absolute error of the predicted poses (L1).

    Args:
        corpus: training data.
        sizes: sizes of the network.
        epochs: epochs over which predicted stretches grow to the longest; 0 starts with the longest.
    """

    def __init__(self, corpus: Corpus, sizes: NetworkSizes, *, epochs: int) -> None:
        self._corpus, self._sizes, self._epochs = corpus, sizes, epochs
        self._held_out = corpus.validation_windows()

    def network(self) -> nn.Module:
        """Return a new network whose weights are zero for features that are always silent in the corpus."""
        network = Seq2SeqNetwork(self._sizes, features=FEATURE_COUNT, pose=WIDTH, styles=len(self._corpus.styles))
        with torch.no_grad():
            network.heard.weight *= torch.from_numpy(self._corpus.audible_channels)
        return network

    def loss(self, network: nn.Module, context: BatchContext) -> Tensor:
        """Return the loss of random windows, with the predicted stretches of the epoch."""
        own = free_running_steps(context.epoch, epochs=self._epochs)
        return self._l1_distance(network, self._corpus.sample(context.random, context.size), own, context.generator)

    def validation_loss(self, network: nn.Module, device: torch.device) -> float | None:
        """Return the loss of held-out takes, with predicted stretches of one length, comparable across epochs."""
        if (windows := self._held_out) is None:
            return None
        generator = torch.Generator(device).manual_seed(0)
        total = 0.0
        with torch.inference_mode():
            for first in range(0, len(windows.style), _EVALUATION_BATCH):
                part = slice(first, first + _EVALUATION_BATCH)
                some = Windows(windows.frames[part], windows.features[part], windows.style[part])
                total += float(self._l1_distance(network, some, EVALUATION_FREE_STEPS, generator)) * len(some.style)
        return total / len(windows.style)

    def _l1_distance(self, network: nn.Module, windows: Windows, own: int, generator: torch.Generator) -> Tensor:
        device = generator.device
        poses = torch.from_numpy(halve_frame_rate(windows.frames)).to(device)
        features = torch.from_numpy(windows.features[:, ::FRAME_STEP][:, 1:].copy()).to(device)
        style = torch.from_numpy(windows.style).to(device)
        state = initial_state(self._sizes, len(style), generator)
        made = network(features, style, poses[:, :-1], teacher_forcing_mask(poses.shape[1] - 1, own), state)
        return functional.l1_loss(made, poses[:, 1:])
