"""Model of the styles that were added: a linear head that is fitted to the embeddings of their clips in a moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from eightcount_classifier.dataset import Labels, UnusableDataError
from eightcount_classifier.evaluation.calibration import fit_temperature
from eightcount_classifier.families.few_shot import EmbeddingNetwork, FewShot
from eightcount_classifier.few_shot.clips import ClipEmbeddings
from eightcount_classifier.model import ModelMetadata, StyleModel
from eightcount_classifier.novelty import QUANTILE, fit_novelty
from eightcount_common.motion import FloatArray

_FAMILY = FewShot()
_INVERSE_REGULARISATION = 30.0
"""Inverse weight of the penalty of the head: embeddings have unit length, so that the weights must be large."""


def fit_styles(
    network: EmbeddingNetwork,
    styles: Mapping[str, ClipEmbeddings],
    not_dances: ClipEmbeddings,
) -> StyleModel:
    """Fit the model of the styles that were added.

    Args:
        network: network of the embedding; its head is replaced.
        styles: clips by the name of their style.
        not_dances: clips of movements that are not dances.

    Raises:
        UnusableDataError: NO_STYLES; no style was added.
    """
    if not styles:
        raise UnusableDataError("no style has been added yet", reason="NO_STYLES")
    labels = Labels(tuple(sorted(styles)))
    parts = [*(styles[style] for style in labels.styles), not_dances]
    embeddings = np.concatenate([part.embeddings for part in parts])
    classes = np.repeat(np.arange(len(parts)), [len(part.embeddings) for part in parts])
    weights, offsets = _fit_head(embeddings, classes, len(labels))
    network.set_head(weights, offsets)
    temperatures, threshold = _calibrate(parts, classes, len(labels))
    fitted = fit_novelty(embeddings, classes, threshold=threshold)
    return StyleModel(_FAMILY.name, _FAMILY, labels, network.eval(), *temperatures, fitted, ModelMetadata())


def _fit_head(embeddings: FloatArray, classes: NDArray[np.intp], count: int) -> tuple[FloatArray, FloatArray]:
    """Fit a regularised logistic regression; return weights [C, D] and offsets [C]."""
    fitted = LogisticRegression(C=_INVERSE_REGULARISATION, class_weight="balanced", max_iter=1000).fit(
        embeddings, classes
    )
    weights, offsets = fitted.coef_, fitted.intercept_
    if count == 2:  # for two classes only the difference is fitted
        weights, offsets = np.concatenate([-weights, weights]) / 2, np.concatenate([-offsets, offsets]) / 2
    return weights.astype(np.float32), offsets.astype(np.float32)


def _calibrate(
    parts: Sequence[ClipEmbeddings], classes: NDArray[np.intp], count: int
) -> tuple[tuple[float, float], float]:
    """Return temperatures of windows and recordings, and novelty threshold, by heads fitted without each clip."""
    embeddings = np.concatenate([part.embeddings for part in parts])
    clip = np.concatenate([part.clip for part in parts])
    logits = np.full((len(classes), count), np.nan, np.float32)
    distances = np.full(len(classes), np.nan, np.float32)
    for number in range(max(part.clip_count for part in parts)):
        fold = np.concatenate([_renumber(part.clip) for part in parts]) == number
        if len(np.unique(classes[~fold])) < count:
            continue
        weights, offsets = _fit_head(embeddings[~fold], classes[~fold], count)
        logits[fold] = embeddings[fold] @ weights.T + offsets
        distances[fold] = fit_novelty(embeddings[~fold], classes[~fold]).scores(embeddings[fold])
    predicted = np.isfinite(logits).all(axis=1)
    if not predicted.any():
        return (1.0, 1.0), 1.0
    share = 1 / np.bincount(classes[predicted], minlength=count).clip(1)
    windows = fit_temperature(logits[predicted], classes[predicted], share[classes[predicted]])
    keys = list({(int(a), int(b)) for a, b in zip(classes[predicted], clip[predicted], strict=True)})
    means = np.stack([logits[predicted & (classes == a) & (clip == b)].mean(axis=0) for a, b in keys])
    targets = np.array([a for a, _ in keys], np.intp)
    recordings = fit_temperature(means, targets, (1 / np.bincount(targets, minlength=count).clip(1))[targets])
    return (windows, recordings), float(np.quantile(distances[predicted], QUANTILE))


def _renumber(clip: NDArray[np.intp]) -> NDArray[np.intp]:
    """Renumber clips [W] from 0 without gaps."""
    return np.asarray(np.unique(clip, return_inverse=True)[1], np.intp)
