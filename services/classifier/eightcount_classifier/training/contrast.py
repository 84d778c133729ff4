"""To know a dance again: two windows of one recording are alike, those of different recordings are not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from eightcount_classifier.dataset import Example, UnusableDataError
from eightcount_classifier.families.base import Family, Judgement
from eightcount_classifier.training.objectives import Batch, has_windows, judge

TEMPERATURE = 0.2


class Knowing:
    """Trains an embedding without labels of styles (NT-Xent; Chen et al., 2020).

    The pairs are windows from anywhere in one recording, each changed in its own way, so that the embedding keeps what
    lasts - how somebody moves - and lets go of the moment, the body and the camera.
    """

    def __init__(
        self, family: Family, examples: Sequence[Example[Any]], held_out: Sequence[Example[Any]] = ()
    ) -> None:  # fmt: skip
        self._family = family
        self._examples = [example for example in examples if has_windows(family, example)]
        if len(self._examples) < 2:
            raise UnusableDataError("an embedding needs two recordings that are long enough", reason="TOO_SHORT")
        self._held_out = [example for example in held_out if has_windows(family, example)]

    def batch(self, random: np.random.Generator, size: int) -> Batch:
        """Half as many recordings as inputs, two windows of each; recordings alike often."""
        count = min(size // 2, len(self._examples))
        chosen = np.repeat(random.choice(len(self._examples), count, replace=False), 2)
        inputs = np.stack([self._family.draw(self._examples[number].data, random) for number in chosen])
        return inputs, np.asarray(chosen, np.intp)

    def loss(self, judgement: Judgement, targets: Tensor) -> Tensor:
        """How well the other window of the same recording is told from those of others."""
        return contrastive_loss(judgement.features, targets)

    def held_out_loss(self, network: nn.Module, device: torch.device) -> float | None:
        """The same question about windows of unseen recordings, the first and the last of each."""
        if len(self._held_out) < 2:
            return None
        judged = judge(self._family, network, self._held_out, device)
        ends = [
            (positions[0], positions[-1])
            for number in range(len(self._held_out))
            if len(positions := np.flatnonzero(judged.recording == number)) > 1
        ]
        chosen = np.array(ends, np.intp).ravel()
        features = torch.from_numpy(judged.features[chosen])
        return float(contrastive_loss(features, torch.from_numpy(judged.recording[chosen])))


def contrastive_loss(embeddings: Tensor, groups: Tensor) -> Tensor:
    """Mean unlikeliness of a partner of the same group among all others.

    Args:
        embeddings: [B, D] of unit length.
        groups: [B] two of each.
    """
    likeness = embeddings @ embeddings.T / TEMPERATURE
    alone = torch.eye(len(groups), dtype=torch.bool, device=groups.device)
    likeness = likeness.masked_fill(alone, float("-inf"))
    partner = ((groups[:, None] == groups[None]) & ~alone).float().argmax(dim=1)
    return functional.cross_entropy(likeness, partner)
