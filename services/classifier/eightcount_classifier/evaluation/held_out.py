"""Outputs of the networks of a cross-validation for the recordings that each had not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import FloatArray


@dataclass(frozen=True, slots=True)
class HeldOutOutputs:
    """Outputs for N held-out recordings with W windows in all.

    Attributes:
        targets: [N] class of each recording; -1 for other dances.
        recording: [W] position of the recording of each window.
        logits: [W, C].
        novelty: [W] distance to the nearest class, not yet divided by a threshold.
        best_epochs: best epoch of the network of each fold; 0 if there was no validation data to determine it.
    """

    targets: NDArray[np.intp]
    recording: NDArray[np.intp]
    logits: FloatArray
    novelty: FloatArray
    best_epochs: tuple[int, ...]

    @property
    def window_targets(self) -> NDArray[np.intp]:
        """Class [W] of the recording of each window."""
        return np.asarray(self.targets[self.recording])

    def recording_logits(self) -> FloatArray:
        """Return the mean logits [N, C] of the windows of each recording; NaN for recordings without a window."""
        sums = np.zeros((len(self.targets), self.logits.shape[1]), np.float64)
        np.add.at(sums, self.recording, self.logits)
        counts = np.bincount(self.recording, minlength=len(self.targets))
        with np.errstate(invalid="ignore"):
            return np.asarray(sums / counts[:, None], np.float32)
