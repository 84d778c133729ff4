"""What a network is trained for: to name styles, or to know a dance again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from eightcount_classifier.dataset import Example, Labels, UnusableDataError
from eightcount_classifier.families.base import Family, Judgement
from eightcount_common.motion import FloatArray

Batch = tuple[FloatArray, NDArray[np.intp]]
_EVALUATED_AT_ONCE = 256


class Objective(Protocol):
    """Gives batches and says how wrong a network is about them."""

    def batch(self, random: np.random.Generator, size: int) -> Batch:
        """[B, ...] inputs and [B] targets."""

    def loss(self, judgement: Judgement, targets: Tensor) -> Tensor:
        """How wrong, to be made small."""

    def held_out_loss(self, network: nn.Module, device: torch.device) -> float | None:
        """The loss on recordings that are not trained on; none when there are none."""


class Naming:
    """To name the style.

    Dances of other styles are to look like no style in particular (outlier exposure, Hendrycks et al., 2019), and like
    a dance.
    """

    def __init__(
        self, family: Family, labels: Labels, examples: Sequence[Example[Any]], held_out: Sequence[Example[Any]] = (),
        *, smoothing: float = 0.0,
    ) -> None:  # fmt: skip
        self._family = family
        self._labels = labels
        self._smoothing = smoothing
        self._examples = [example for example in examples if has_windows(family, example)]
        if not self._examples:
            raise UnusableDataError("no recording is long enough to be trained on", reason="TOO_SHORT")
        self._targets = labels.indices([example.style for example in self._examples])
        self._chances = _chances(family, self._examples)
        self._held_out = [example for example in held_out if has_windows(family, example)]

    def batch(self, random: np.random.Generator, size: int) -> Batch:
        """Every style as often as every other; long recordings more often than short ones."""
        chosen = random.choice(len(self._examples), size, p=self._chances)
        inputs = np.stack([self._family.draw(self._examples[number].data, random) for number in chosen])
        return inputs, self._targets[chosen]

    def loss(self, judgement: Judgement, targets: Tensor) -> Tensor:
        """Cross-entropy with the style; with all styles alike for other dances."""
        return naming_loss(judgement.logits, targets, smoothing=self._smoothing)

    @torch.no_grad()
    def held_out_loss(self, network: nn.Module, device: torch.device) -> float | None:
        """Mean over the styles of the mean over their windows."""
        if not self._held_out:
            return None
        judged = judge(self._family, network, self._held_out, device)
        targets = self._labels.indices([example.style for example in self._held_out])[judged.recording]
        logits = torch.from_numpy(judged.logits)
        losses = [
            float(naming_loss(logits[targets == target], torch.from_numpy(targets[targets == target])))
            for target in np.unique(targets)
        ]
        return float(np.mean(losses))


def naming_loss(logits: Tensor, targets: Tensor, *, smoothing: float = 0.0) -> Tensor:
    """Mean loss of [B, C] logits; a target of -1 is another dance: every style alike, and not "not a dance"."""
    known = targets >= 0
    loss = functional.cross_entropy(logits, targets.clamp(min=0), reduction="none", label_smoothing=smoothing)
    spread = -functional.log_softmax(logits, dim=1)[:, :-1].mean(dim=1)
    return torch.where(known, loss, spread).mean()


@dataclass(frozen=True, slots=True)
class Judged:
    """What a network makes of the windows of several recordings.

    Attributes:
        recording: [W] position of the recording that each window is of.
        logits: [W, C].
        features: [W, E].
    """

    recording: NDArray[np.intp]
    logits: FloatArray
    features: FloatArray


def judge(family: Family, network: nn.Module, examples: Sequence[Example[Any]], device: torch.device) -> Judged:
    """Judges every window in which the dancer is seen."""
    inputs = [family.inputs(example.data, family.windows(example.data)) for example in examples]
    recording = np.repeat(np.arange(len(examples)), [len(rows) for rows in inputs])
    found = judgement_of(family, network, np.concatenate(inputs), device)
    return Judged(recording, found.logits.numpy(), found.features.numpy())


@torch.no_grad()
def judgement_of(family: Family, network: nn.Module, inputs: FloatArray, device: torch.device) -> Judgement:
    """Logits [W, C] and features [W, E], averaged over the views of each input; on the processor."""
    network.eval()
    parts = []
    for start in range(0, len(inputs), _EVALUATED_AT_ONCE):
        batch = torch.from_numpy(inputs[start : start + _EVALUATED_AT_ONCE]).to(device)
        views = [network(view) for view in family.views(batch)]
        parts.append([torch.stack(values).mean(dim=0).float().cpu() for values in zip(*views, strict=True)])
    return Judgement(*(torch.cat(values) for values in zip(*parts, strict=True)))


def has_windows(family: Family, example: Example[Any]) -> bool:
    """Whether there is anything in a recording to judge."""
    return bool(family.windows(example.data).seen.any())


def _chances(family: Family, examples: Sequence[Example[Any]]) -> NDArray[np.float64]:
    """[N] how often each recording is drawn."""
    weights = np.array([np.sqrt(family.windows(example.data).seen.sum()) for example in examples])
    total = Counter[str]()
    for example, weight in zip(examples, weights, strict=True):
        total[example.style] += weight
    chances = np.array([w / total[example.style] for example, w in zip(examples, weights, strict=True)])
    return np.asarray(chances / chances.sum())
