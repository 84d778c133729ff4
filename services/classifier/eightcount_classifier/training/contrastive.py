"""Contrastive objective: two windows of one recording are similar, those of different recordings are not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from eightcount_classifier.dataset import Example, UnusableDataError
from eightcount_classifier.families.base import Family, ModelOutput
from eightcount_classifier.families.outputs import compute_window_outputs, has_windows
from eightcount_classifier.training.objectives import Batch

TEMPERATURE = 0.2


class ContrastiveObjective:
    """Trains an embedding without style labels (NT-Xent; Chen et al., 2020).

    A pair is two random windows of one recording with different augmentation, so that the embedding keeps the manner of
    moving and discards the moment, the body and the camera.
    """

    def __init__(
        self, family: Family, examples: Sequence[Example[Any]], held_out: Sequence[Example[Any]] = ()
    ) -> None:  # fmt: skip
        self._family = family
        self._examples = [example for example in examples if has_windows(family, example)]
        if len(self._examples) < 2:
            raise UnusableDataError("an embedding requires two recordings of four seconds or more", reason="TOO_SHORT")
        self._held_out = [example for example in held_out if has_windows(family, example)]

    def batch(self, random: np.random.Generator, size: int) -> Batch:
        """Sample two windows from each of size / 2 recordings; every recording is equally likely."""
        count = min(size // 2, len(self._examples))
        chosen = np.repeat(random.choice(len(self._examples), count, replace=False), 2)
        inputs = np.stack([self._family.sample_input(self._examples[number].data, random) for number in chosen])
        return inputs, np.asarray(chosen, np.intp)

    def loss(self, output: ModelOutput, targets: Tensor) -> Tensor:
        """Return the loss of telling the other window of the same recording from those of other recordings."""
        return contrastive_loss(output.features, targets)

    def validation_loss(self, network: nn.Module, device: torch.device) -> float | None:
        """Return the same loss for the first and the last window of held-out recordings."""
        if len(self._held_out) < 2:
            return None
        outputs = compute_window_outputs(self._family, network, self._held_out, device)
        ends = [
            (positions[0], positions[-1])
            for number in range(len(self._held_out))
            if len(positions := np.flatnonzero(outputs.recording == number)) > 1
        ]
        chosen = np.array(ends, np.intp).ravel()
        features = torch.from_numpy(outputs.features[chosen])
        return float(contrastive_loss(features, torch.from_numpy(outputs.recording[chosen])))


def contrastive_loss(embeddings: Tensor, groups: Tensor) -> Tensor:
    """Return the mean cross-entropy of the partner of the same group among all other embeddings.

    Args:
        embeddings: [B, D] of unit length.
        groups: [B] group of each; every group occurs twice.
    """
    similarity = embeddings @ embeddings.T / TEMPERATURE
    diagonal = torch.eye(len(groups), dtype=torch.bool, device=groups.device)
    similarity = similarity.masked_fill(diagonal, float("-inf"))
    partner = ((groups[:, None] == groups[None]) & ~diagonal).float().argmax(dim=1)
    return functional.cross_entropy(similarity, partner)
