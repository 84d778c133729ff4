"""Clips of a style as embeddings, and the file that stores them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save
from torch import nn

from eightcount_classifier.dataset import RESERVED
from eightcount_classifier.families.few_shot import EmbeddingNetwork, FewShot
from eightcount_classifier.families.outputs import compute_outputs
from eightcount_classifier.features.body import BodyMotion
from eightcount_classifier.model import ModelError
from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import FloatArray

MIN_CLIPS = 2
_FAMILY = FewShot()


@dataclass(frozen=True, slots=True)
class ClipEmbeddings:
    """Embedded windows of the clips of one style.

    Attributes:
        embeddings: [W, D] of unit length.
        clip: [W] number of the clip of each window.
    """

    embeddings: FloatArray
    clip: NDArray[np.intp]

    @property
    def clip_count(self) -> int:
        """Number of clips that have a window."""
        return len(np.unique(self.clip))


def embed(network: nn.Module, motions: Sequence[BodyMotion]) -> ClipEmbeddings:
    """Embed every window of some clips; clips that are too short have none."""
    rows = [_FAMILY.inputs(motion, _FAMILY.windows(motion)) for motion in motions]
    clip = np.repeat(np.arange(len(motions), dtype=np.intp), [len(windows) for windows in rows])
    if not len(clip):
        return ClipEmbeddings(np.zeros((0, _embedding_width(network)), np.float32), clip)
    output = compute_outputs(_FAMILY, network, np.concatenate(rows), torch.device("cpu"))
    return ClipEmbeddings(output.features.numpy(), clip)


def _embedding_width(network: nn.Module) -> int:
    """Return D, the length of an embedding."""
    assert isinstance(network, EmbeddingNetwork)  # noqa: S101 - the only network of the family
    return network.head.in_features


def serialize_style(style: ClipEmbeddings, *, network_version: str) -> bytes:
    """Return the content of a style's safetensors file; it belongs to one version of the embedding."""
    tensors: dict[str, NDArray[Any]] = {"embeddings": style.embeddings, "clip": style.clip.astype(np.int64)}
    return save(tensors, {"eightcount": json.dumps({"network": network_version})})


def read_style(data: bytes, name: str, *, network_version: str) -> ClipEmbeddings:
    """Read a style from the content of its file.

    Raises:
        ModelError: MODEL_DAMAGED; the content is not a style.
        InvalidInputError: STYLE_OUTDATED; it belongs to another version of the embedding and must be added again.
    """
    try:
        length = int.from_bytes(data[:8], "little")
        embedding_version = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["eightcount"])["network"]
        tensors = load(data)
        style = ClipEmbeddings(tensors["embeddings"].astype(np.float32), tensors["clip"].astype(np.intp))
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"the file of {name!r} is not a style, or it is damaged") from error
    if embedding_version != network_version:
        raise InvalidInputError(
            f"the style {name!r} was added to an older version of the model; add it again, or remove it",
            reason="STYLE_OUTDATED",
        )
    return style


def check_style_name(name: str) -> None:
    """Check that a name is not reserved.

    Raises:
        InvalidInputError: RESERVED_NAME.
    """
    if name in RESERVED:
        raise InvalidInputError(f"the name {name!r} is reserved", reason="RESERVED_NAME")
