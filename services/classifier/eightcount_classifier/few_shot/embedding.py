"""The pretrained embedding that styles are added to, and its file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from eightcount_classifier.families.few_shot import EmbeddingNetwork
from eightcount_classifier.few_shot.clips import ClipEmbeddings
from eightcount_classifier.model import ModelError, compute_version

_NETWORK = "network."


@dataclass(frozen=True, slots=True)
class Embedding:
    """A trained embedding, embedded clips of movements that are not dances, and its version."""

    network: EmbeddingNetwork
    not_dances: ClipEmbeddings
    version: str


def serialize_embedding(network: EmbeddingNetwork, not_dances: ClipEmbeddings) -> bytes:
    """Return the content of the safetensors file of an embedding, without its head."""
    tensors = {
        f"{_NETWORK}{name}": value.detach().cpu().contiguous()
        for name, value in network.state_dict().items()
        if not name.startswith("head.")
    }
    tensors["not_dances.embeddings"] = torch.from_numpy(np.ascontiguousarray(not_dances.embeddings))
    tensors["not_dances.clip"] = torch.from_numpy(not_dances.clip.astype(np.int64))
    return save(tensors)


def read_embedding(data: bytes) -> Embedding:
    """Read an embedding from the content of its file.

    Raises:
        ModelError: MODEL_DAMAGED; the content is not an embedding.
    """
    network = EmbeddingNetwork(1)
    try:
        tensors = load(data)
        weights = {name.removeprefix(_NETWORK): value for name, value in tensors.items() if name.startswith(_NETWORK)}
        network.load_state_dict(weights | {f"head.{n}": v for n, v in network.head.state_dict().items()})
        not_dances = ClipEmbeddings(
            tensors["not_dances.embeddings"].numpy(), tensors["not_dances.clip"].numpy().astype(np.intp)
        )
    except (SafetensorError, KeyError, RuntimeError) as error:
        raise ModelError("the file is not an embedding, or it is damaged") from error
    return Embedding(network.eval(), not_dances, compute_version(data))
