"""A network that hears beats and downbeats, run with numpy on a stream of spectra.

Heydari, Cwitkowitz and Duan, "BeatNet: CRNN and particle filtering for online joint beat downbeat and meter tracking",
2021. Three copies, trained on different recordings, are averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.music.log_spectrogram import BANDS
from eightcount_sync.music.torch_archive import read_tensors

FloatArray = NDArray[np.float32]
_KERNEL = 10
_LAYERS = 2


class BeatNetwork:
    """The weights of K networks, stacked."""

    def __init__(self, tensors: Sequence[dict[str, FloatArray]]) -> None:
        self.stacked = {name: np.stack([part[name] for part in tensors]) for name in tensors[0]}
        self.count = len(tensors)

    @classmethod
    def read(cls, paths: Sequence[Path]) -> BeatNetwork:
        """Read the files of the copies."""
        return cls([read_tensors(path) for path in paths])

    def listen(self) -> BeatListener:
        """Begin with a recording."""
        return BeatListener(self)


class BeatListener:
    """Beats and downbeats along one recording; it remembers what came before."""

    def __init__(self, network: BeatNetwork) -> None:
        self._weights = network.stacked
        cells = self._weights["lstm.weight_hh_l0"].shape[-1]
        self._states = [np.zeros((2, network.count, cells), np.float32) for _ in range(_LAYERS)]
        self._previous = np.zeros((0, BANDS), np.float32)

    def hear(self, spectra: FloatArray) -> FloatArray:
        """Return [T, 2] the probabilities of a beat that is no downbeat, and of a downbeat, at the next T frames.

        Args:
            spectra: [T, BANDS] logarithmic spectra.
        """
        before = np.concatenate([self._previous if len(self._previous) else spectra[:1], spectra[:-1]])
        self._previous = spectra[-1:]
        hidden = self._convolve(np.concatenate([spectra, np.maximum(spectra - before, 0.0)], axis=1))
        for layer in range(_LAYERS):
            hidden = self._remember(hidden, layer)
        logits = hidden @ self._weights["linear.weight"].swapaxes(1, 2) + self._weights["linear.bias"][:, None]
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return np.asarray((powers / powers.sum(axis=-1, keepdims=True)).mean(axis=0)[:, :2], np.float32)

    def _convolve(self, inputs: FloatArray) -> FloatArray:
        """Return [K, T, H] from [T, 2 BANDS]: filters along frequency, the larger of each two, a linear layer."""
        windows = np.lib.stride_tricks.sliding_window_view(inputs, _KERNEL, axis=1)
        kernels, offsets = self._weights["conv1.weight"][:, :, 0], self._weights["conv1.bias"]
        size = windows.shape[1] // 2 * 2
        hidden = []
        for kernel, offset, weight, bias in zip(
            kernels, offsets, self._weights["linear0.weight"], self._weights["linear0.bias"], strict=True
        ):
            filtered = np.maximum(np.einsum("tfk,ck->tcf", windows, kernel, optimize=True) + offset[:, None], 0.0)
            pooled = filtered[..., :size].reshape(len(inputs), len(kernel), -1, 2).max(axis=-1)
            hidden.append(pooled.reshape(len(inputs), -1) @ weight.T + bias)
        return np.stack(hidden)

    def _remember(self, inputs: FloatArray, layer: int) -> FloatArray:
        """Return [K, T, H] the outputs of a layer of long short-term memory."""
        weights = self._weights
        bias = weights[f"lstm.bias_ih_l{layer}"] + weights[f"lstm.bias_hh_l{layer}"]
        driven = inputs @ weights[f"lstm.weight_ih_l{layer}"].swapaxes(1, 2) + bias[:, None]
        recurrent = weights[f"lstm.weight_hh_l{layer}"]
        output, cell = self._states[layer]
        size = output.shape[-1]
        outputs = np.empty((*inputs.shape[:2], size), np.float32)
        for frame in range(inputs.shape[1]):
            gates = driven[:, frame] + (recurrent @ output[..., None])[..., 0]
            opened = 1.0 / (1.0 + np.exp(-gates))
            fresh = np.tanh(gates[:, 2 * size : 3 * size])
            cell = opened[:, size : 2 * size] * cell + opened[:, :size] * fresh
            output = opened[:, 3 * size :] * np.tanh(cell)
            outputs[:, frame] = output
        self._states[layer] = np.stack([output, cell])
        return outputs
