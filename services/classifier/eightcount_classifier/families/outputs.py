"""Outputs of a network for the windows of recordings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from eightcount_classifier.dataset import Example
from eightcount_classifier.families.base import Family, ModelOutput
from eightcount_common.motion import FloatArray

_BATCH_SIZE = 256
_CHUNK_WINDOWS = 2048


@dataclass(frozen=True, slots=True)
class WindowOutputs:
    """Outputs of a network for the windows of several recordings.

    Attributes:
        recording: [W] position of the recording of each window.
        logits: [W, C].
        features: [W, E].
    """

    recording: NDArray[np.intp]
    logits: FloatArray
    features: FloatArray


def compute_window_outputs(
    family: Family, network: nn.Module, examples: Sequence[Example[Any]], device: torch.device
) -> WindowOutputs:
    """Run the network on every window in which the dancer is seen."""
    recording: list[int] = []
    logits, features = [], []
    for numbers, inputs in _batch_inputs(family, examples):
        output = compute_outputs(family, network, inputs, device)
        recording += numbers
        logits.append(output.logits.numpy())
        features.append(output.features.numpy())
    return WindowOutputs(np.array(recording, np.intp), np.concatenate(logits), np.concatenate(features))


def _batch_inputs(family: Family, examples: Sequence[Example[Any]]) -> Iterator[tuple[list[int], FloatArray]]:
    """Yield positions of recordings and the inputs of their windows, in chunks that fit into memory."""
    numbers: list[int] = []
    inputs: list[FloatArray] = []
    for number, example in enumerate(examples):
        inputs.append(family.inputs(example.data, family.windows(example.data)))
        numbers += [number] * len(inputs[-1])
        if numbers and (len(numbers) >= _CHUNK_WINDOWS or number == len(examples) - 1):
            yield numbers, np.concatenate(inputs)
            numbers, inputs = [], []


@torch.no_grad()
def compute_outputs(family: Family, network: nn.Module, inputs: FloatArray, device: torch.device) -> ModelOutput:
    """Return logits [W, C] and features [W, E], averaged over the views of each input, on the CPU."""
    network.eval()
    parts = []
    for start in range(0, len(inputs), _BATCH_SIZE):
        batch = torch.from_numpy(inputs[start : start + _BATCH_SIZE]).to(device)
        views = [network(view) for view in family.views(batch)]
        parts.append([torch.stack(values).mean(dim=0).float().cpu() for values in zip(*views, strict=True)])
    return ModelOutput(*(torch.cat(values) for values in zip(*parts, strict=True)))


def has_windows(family: Family, example: Example[Any]) -> bool:
    """Return whether a recording has a window in which the dancer is seen."""
    return bool(family.windows(example.data).seen.any())
