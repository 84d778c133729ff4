"""Baselines for the style models: simple methods on the same recordings and the same split."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from eightcount_classifier.dataset import Example
from eightcount_classifier.features.body import FRAME_RATE_HERTZ, BodyMotion
from eightcount_classifier.features.windows import cut_windows

_DTW_STEP = 4
"""Every fourth frame is compared: 7.5 per second."""
_DTW_BAND = 6
"""Largest warp in those frames: 0.8 s (Sakoe and Chiba, 1978)."""


@dataclass(frozen=True, slots=True)
class Predictions:
    """Predicted class of each window, and position of its recording."""

    recording: np.ndarray
    classes: np.ndarray


Peer = Callable[[Sequence[Example[BodyMotion]], np.ndarray, Sequence[Example[BodyMotion]]], Predictions]
"""Takes training recordings, their classes, and the test recordings."""


def predict_by_regression(
    training: Sequence[Example[BodyMotion]], classes: np.ndarray, tested: Sequence[Example[BodyMotion]]
) -> Predictions:  # fmt: skip
    """Logistic regression on mean, deviation and 90th percentile of every joint's speed in a window."""
    features, recording = _windows(training, _speeds)
    model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced", max_iter=2000, C=0.1))
    model.fit(features, classes[recording])
    features, recording = _windows(tested, _speeds)
    return Predictions(recording, model.predict(features))


def predict_by_dtw(
    training: Sequence[Example[BodyMotion]], classes: np.ndarray, tested: Sequence[Example[BodyMotion]]
) -> Predictions:  # fmt: skip
    """Nearest training window under dynamic time warping, with the dancer rotated to face the viewer."""
    known, of_known = _windows(training, _face_viewer)
    asked, recording = _windows(tested, _face_viewer)
    return Predictions(recording, classes[of_known][_find_nearest(asked, known, _DTW_BAND)])


PEERS: dict[str, Peer] = {"logistic regression": predict_by_regression, "DTW-1NN": predict_by_dtw}


def _windows(
    examples: Sequence[Example[BodyMotion]], features: Callable[[np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the features of every window, and the position of its recording."""
    rows, recording = [], []
    for number, example in enumerate(examples):
        windows = cut_windows(example.data)
        for start in windows.starts[windows.seen].tolist():
            rows.append(features(example.data.joints[start : start + windows.length]))
            recording.append(number)
    return np.stack(rows), np.array(recording)


def _speeds(joints: np.ndarray) -> np.ndarray:
    speed = np.linalg.norm(np.diff(joints, axis=0), axis=-1) * FRAME_RATE_HERTZ
    return np.log1p(np.concatenate([speed.mean(axis=0), speed.std(axis=0), np.percentile(speed, 90, axis=0)]))


def _face_viewer(joints: np.ndarray) -> np.ndarray:
    across = (joints[:, 6] - joints[:, 7] + joints[:, 0] - joints[:, 1]).mean(axis=0)
    heading = np.arctan2(across[2], across[0])
    x, y, z = np.moveaxis(joints[::_DTW_STEP], -1, 0)
    cosine, sine = np.cos(heading), np.sin(heading)
    return np.stack([x * cosine + z * sine, y, z * cosine - x * sine], axis=-1).reshape(len(x), -1)


@njit(parallel=True, cache=False)
def _find_nearest(asked: np.ndarray, known: np.ndarray, band: int) -> np.ndarray:
    """Return the position of the nearest of `known` [K, T, D] for each window of `asked` [A, T, D]."""
    nearest = np.zeros(asked.shape[0], np.int64)
    frames, values = asked.shape[1], asked.shape[2]
    for a in prange(asked.shape[0]):
        least = np.inf
        for k in range(known.shape[0]):
            before = np.full(frames + 1, np.inf)
            before[0] = 0.0
            for i in range(frames):
                now = np.full(frames + 1, np.inf)
                lowest = np.inf
                for j in range(max(0, i - band), min(frames, i + band + 1)):
                    cost = 0.0
                    for d in range(values):
                        cost += (asked[a, i, d] - known[k, j, d]) ** 2
                    now[j + 1] = np.sqrt(cost) + min(before[j], before[j + 1], now[j])
                    lowest = min(lowest, now[j + 1])
                before = now
                if lowest >= least:
                    break
            if before[frames] < least:
                least = before[frames]
                nearest[a] = k
    return nearest
