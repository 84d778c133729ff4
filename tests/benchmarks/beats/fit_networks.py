"""Fit small networks that choose a row among a song's, by gradient descent on the chance of the right ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from eightcount_sync.music.fitted_models import FARTHEST, Network

Array = NDArray[np.float64]
Case = tuple[Array, NDArray[np.bool_]]
"""[C, F] numbers and [C] which of the rows are right."""
_BATCH = 64
_RATE = 0.01


@dataclass(frozen=True)
class Training:
    """How networks are fitted; chosen by what they told of styles that were left out.

    Attributes:
        hidden: units of the hidden layer.
        decay: of the weights (AdamW).
        dropout: share of numbers and of units that are left out at random.
    """

    hidden: int
    epochs: int
    decay: float = 1.0
    dropout: float = 0.3


class _Perceptron(nn.Module):
    def __init__(self, numbers: int, training: Training) -> None:
        super().__init__()
        self.hidden = nn.Linear(numbers, training.hidden)
        self.output = nn.Linear(training.hidden, 1, bias=False)
        self.direct = nn.Linear(numbers, 1, bias=False)
        self._dropout = nn.Dropout(training.dropout)

    def forward(self, rows: Tensor) -> Tensor:
        units = torch.tanh(self.hidden(self._dropout(rows)))
        return (self.output(self._dropout(units)) + self.direct(rows)).squeeze(-1)


def fit_network(cases: Sequence[Case], training: Training, *, members: int) -> Network:
    """Fit the mean of a number of perceptrons."""
    useful = [case for case in cases if case[1].any() and not case[1].all()]
    numbers = np.concatenate([rows for rows, _ in useful])
    means, scales = numbers.mean(axis=0), numbers.std(axis=0) + 1e-9
    rows, right, present = _pad([(np.clip((row - means) / scales, -FARTHEST, FARTHEST), fits) for row, fits in useful])
    fitted = [_fit(rows, right, present, training, seed) for seed in range(members)]

    def weights(layer: str) -> Array:
        return np.stack([np.asarray(getattr(net, layer).weight.detach().T, np.float64) for net in fitted])

    offsets = np.stack([np.asarray(net.hidden.bias.detach(), np.float64) for net in fitted])
    return Network(
        means, scales, weights("hidden"), offsets, weights("output")[..., 0], weights("direct")[..., 0].mean(axis=0)
    )


def _pad(cases: Sequence[Case]) -> tuple[Tensor, Tensor, Tensor]:
    """Return [N, C, F] rows, [N, C] which are right and [N, C] which are there."""
    most = max(len(right) for _, right in cases)
    rows = np.zeros((len(cases), most, cases[0][0].shape[1]), np.float32)
    right, present = np.zeros((2, len(cases), most), bool)
    for place, (numbers, fits) in enumerate(cases):
        rows[place, : len(fits)], right[place, : len(fits)], present[place, : len(fits)] = numbers, fits, True
    return torch.tensor(rows), torch.tensor(right), torch.tensor(present)


def _fit(rows: Tensor, right: Tensor, present: Tensor, training: Training, seed: int) -> _Perceptron:
    torch.manual_seed(seed)
    network = _Perceptron(rows.shape[-1], training)
    optimiser = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=training.decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, training.epochs)
    for _ in range(training.epochs):
        for batch in torch.randperm(len(rows)).split(_BATCH):
            chances = torch.log_softmax(network(rows[batch]).masked_fill(~present[batch], -1e9), dim=1)
            loss = -torch.logsumexp(chances.masked_fill(~right[batch], -1e9), dim=1).mean()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
        schedule.step()
    return network
