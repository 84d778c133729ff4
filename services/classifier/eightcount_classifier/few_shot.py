"""Styles from a handful of clips: their embeddings, and a linear head that is fitted to them in a moment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save
from sklearn.linear_model import LogisticRegression
from torch import nn

from eightcount_classifier.body import BodyMotion
from eightcount_classifier.dataset import RESERVED, Labels, UnusableDataError
from eightcount_classifier.evaluation.calibration import fit_temperature
from eightcount_classifier.families.few_shot import EmbeddingNetwork, FewShot
from eightcount_classifier.model import Facts, ModelError, StyleModel
from eightcount_classifier.novelty import QUANTILE, fit_novelty
from eightcount_classifier.training.objectives import judgement_of
from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import FloatArray

LEAST_CLIPS = 2
_FAMILY = FewShot()
_SOFTNESS = 30.0
"""Inverse weight of the head's penalty: embeddings have unit length, so that weights must be large to say anything."""


@dataclass(frozen=True, slots=True)
class ClipEmbeddings:
    """Windows of the clips of one style.

    Attributes:
        embeddings: [W, D] of unit length.
        clip: [W] which clip each window is of.
    """

    embeddings: FloatArray
    clip: NDArray[np.intp]

    @property
    def clips(self) -> int:
        """How many clips have a window."""
        return len(np.unique(self.clip))


def embed(network: nn.Module, motions: Sequence[BodyMotion]) -> ClipEmbeddings:
    """Embeds every window of some clips; clips that are too short leave none."""
    rows = [_FAMILY.inputs(motion, _FAMILY.windows(motion)) for motion in motions]
    clip = np.repeat(np.arange(len(motions), dtype=np.intp), [len(windows) for windows in rows])
    if not len(clip):
        return ClipEmbeddings(np.zeros((0, network_width(network)), np.float32), clip)
    found = judgement_of(_FAMILY, network, np.concatenate(rows), torch.device("cpu"))
    return ClipEmbeddings(found.features.numpy(), clip)


def network_width(network: nn.Module) -> int:
    """D, the length of an embedding."""
    assert isinstance(network, EmbeddingNetwork)  # noqa: S101 - the only network of the family
    return network.head.in_features


def fit_styles(
    network: EmbeddingNetwork,
    styles: Mapping[str, ClipEmbeddings],
    not_dances: ClipEmbeddings,
) -> StyleModel:
    """A model of the styles that were added.

    Args:
        network: the embedding; its head is replaced.
        styles: clips by the name of their style.
        not_dances: clips of movements that are no dance.

    Raises:
        UnusableDataError: there is no style.
    """
    if not styles:
        raise UnusableDataError("no style has been added yet", reason="NO_STYLES")
    labels = Labels(tuple(sorted(styles)))
    parts = [*(styles[style] for style in labels.styles), not_dances]
    embeddings = np.concatenate([part.embeddings for part in parts])
    classes = np.repeat(np.arange(len(parts)), [len(part.embeddings) for part in parts])
    weights, offsets = _head(embeddings, classes, len(labels))
    network.set_head(weights, offsets)
    temperatures, threshold = _calibrated(parts, classes, len(labels))
    fitted = fit_novelty(embeddings, classes, threshold=threshold)
    return StyleModel(_FAMILY.name, _FAMILY, labels, network.eval(), *temperatures, fitted, Facts())


def _head(embeddings: FloatArray, classes: NDArray[np.intp], count: int) -> tuple[FloatArray, FloatArray]:
    """[C, D] weights and [C] offsets of a regularised logistic regression."""
    fitted = LogisticRegression(C=_SOFTNESS, class_weight="balanced", max_iter=1000).fit(embeddings, classes)
    weights, offsets = fitted.coef_, fitted.intercept_
    if count == 2:  # of two classes only the difference is fitted
        weights, offsets = np.concatenate([-weights, weights]) / 2, np.concatenate([-offsets, offsets]) / 2
    return weights.astype(np.float32), offsets.astype(np.float32)


def _calibrated(
    parts: Sequence[ClipEmbeddings], classes: NDArray[np.intp], count: int
) -> tuple[tuple[float, float], float]:
    """Temperatures of windows and of recordings, and the novelty threshold, each clip judged by heads without it."""
    embeddings = np.concatenate([part.embeddings for part in parts])
    clip = np.concatenate([part.clip for part in parts])
    logits = np.full((len(classes), count), np.nan, np.float32)
    distances = np.full(len(classes), np.nan, np.float32)
    for number in range(max(part.clips for part in parts)):
        fold = np.concatenate([_rank(part.clip) for part in parts]) == number
        if len(np.unique(classes[~fold])) < count:
            continue
        weights, offsets = _head(embeddings[~fold], classes[~fold], count)
        logits[fold] = embeddings[fold] @ weights.T + offsets
        distances[fold] = fit_novelty(embeddings[~fold], classes[~fold]).scores(embeddings[fold])
    judged = np.isfinite(logits).all(axis=1)
    if not judged.any():
        return (1.0, 1.0), 1.0
    share = 1 / np.bincount(classes[judged], minlength=count).clip(1)
    windows = fit_temperature(logits[judged], classes[judged], share[classes[judged]])
    keys = list({(int(a), int(b)) for a, b in zip(classes[judged], clip[judged], strict=True)})
    means = np.stack([logits[judged & (classes == a) & (clip == b)].mean(axis=0) for a, b in keys])
    targets = np.array([a for a, _ in keys], np.intp)
    recordings = fit_temperature(means, targets, (1 / np.bincount(targets, minlength=count).clip(1))[targets])
    return (windows, recordings), float(np.quantile(distances[judged], QUANTILE))


def _rank(clip: NDArray[np.intp]) -> NDArray[np.intp]:
    """[W] clips numbered from 0 without holes."""
    return np.asarray(np.unique(clip, return_inverse=True)[1], np.intp)


def style_bytes(style: ClipEmbeddings, *, network_version: str) -> bytes:
    """A style as the content of a safetensors file; it belongs to one version of the embedding."""
    tensors: dict[str, NDArray[Any]] = {"embeddings": style.embeddings, "clip": style.clip.astype(np.int64)}
    return save(tensors, {"eightcount": json.dumps({"network": network_version})})


def read_style(data: bytes, name: str, *, network_version: str) -> ClipEmbeddings:
    """The style of that name from its file.

    Raises:
        ModelError: it is none.
        InvalidInputError: it was made with another version of the embedding and must be added again.
    """
    try:
        length = int.from_bytes(data[:8], "little")
        made_with = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["eightcount"])["network"]
        tensors = load(data)
        style = ClipEmbeddings(tensors["embeddings"].astype(np.float32), tensors["clip"].astype(np.intp))
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"the file of {name!r} is not a style, or it is damaged") from error
    if made_with != network_version:
        raise InvalidInputError(
            f"the style {name!r} was added to an older model; add it again, or remove it", reason="STYLE_OUTDATED"
        )
    return style


def check_style_name(name: str) -> None:
    """Makes sure that a style may be called so.

    Raises:
        InvalidInputError: it may not.
    """
    if name in RESERVED:
        raise InvalidInputError(f"the name {name!r} is reserved", reason="RESERVED_NAME")
