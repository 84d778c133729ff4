"""The embedding that styles are added to, in its file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from eightcount_classifier.families.few_shot import EmbeddingNetwork
from eightcount_classifier.few_shot import ClipEmbeddings
from eightcount_classifier.model import ModelError, version_of

_NETWORK = "network."


@dataclass(frozen=True, slots=True)
class Embedding:
    """A trained embedding, clips of movements that are no dance in it, and its version."""

    network: EmbeddingNetwork
    not_dances: ClipEmbeddings
    version: str


def embedding_bytes(network: EmbeddingNetwork, not_dances: ClipEmbeddings) -> bytes:
    """The embedding as the content of a safetensors file, without a head."""
    tensors = {
        f"{_NETWORK}{name}": value.detach().cpu().contiguous()
        for name, value in network.state_dict().items()
        if not name.startswith("head.")
    }
    tensors["not_dances.embeddings"] = torch.from_numpy(np.ascontiguousarray(not_dances.embeddings))
    tensors["not_dances.clip"] = torch.from_numpy(not_dances.clip.astype(np.int64))
    return save(tensors)


def read_embedding(data: bytes) -> Embedding:
    """An embedding from its file.

    Raises:
        ModelError: it is none.
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
    return Embedding(network.eval(), not_dances, version_of(data))
