"""A trained model and its safetensors file: networks, classes, calibration and novelty."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import nn

from eightcount_classifier.dataset import Labels
from eightcount_classifier.families import get_family
from eightcount_classifier.families.base import Ensemble, Family
from eightcount_classifier.novelty import Novelty
from eightcount_common.errors import EightcountError, InvalidInputError

FORMAT = 1
_KEY = "eightcount"
VERSION_DIGITS = 12


class ModelError(EightcountError):
    """A model file cannot be read."""

    default_reason = "MODEL_DAMAGED"


@dataclass(frozen=True, slots=True)
class ModelMetadata:
    """Metadata of a model besides its weights; the model card explains them.

    Attributes:
        balanced_accuracy: of held-out recordings, 0 to 1; NaN if it was not measured.
        uses_beats: whether some of the training data had beats; a model trained without beats must not be given any.
        backbone: sha256 of the backbone weights that its features come from; empty for models of poses.
        card: model card, Markdown.
        created_at_seconds: seconds since the epoch at which it was trained; None if unknown.
    """

    balanced_accuracy: float = float("nan")
    uses_beats: bool = False
    backbone: str = ""
    card: str = ""
    created_at_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class StyleModel:
    """A model that classifies styles.

    Attributes:
        name: name that users give.
        family: family of models, which prepares its inputs.
        labels: its classes.
        network: maps inputs to a `ModelOutput`.
        window_temperature: divides the logits of a window.
        recording_temperature: divides the mean logits of a recording.
        novelty: decides which movements are unknown to it.
        metadata: further metadata.
        version: digest of its file; empty before it is saved.
    """

    name: str
    family: Family
    labels: Labels
    network: nn.Module
    window_temperature: float
    recording_temperature: float
    novelty: Novelty
    metadata: ModelMetadata
    version: str = ""


def serialize_model(model: StyleModel) -> bytes:
    """Return the content of the model's safetensors file."""
    tensors = {
        f"network.{name}": value.detach().cpu().contiguous() for name, value in model.network.state_dict().items()
    }
    tensors["novelty.means"] = torch.from_numpy(np.ascontiguousarray(model.novelty.means))
    tensors["novelty.whitening"] = torch.from_numpy(np.ascontiguousarray(model.novelty.whitening))
    header: dict[str, Any] = {
        "format": FORMAT,
        "name": model.name,
        "family": model.family.name,
        "styles": model.labels.styles,
        "members": len(model.network.members) if isinstance(model.network, Ensemble) else 1,
        "window_temperature": model.window_temperature,
        "recording_temperature": model.recording_temperature,
        "novelty_threshold": model.novelty.threshold,
        "balanced_accuracy": None if np.isnan(model.metadata.balanced_accuracy) else model.metadata.balanced_accuracy,
        "uses_beats": model.metadata.uses_beats,
        "backbone": model.metadata.backbone,
        "card": model.metadata.card,
    }
    if model.metadata.created_at_seconds is not None:
        header["created_at_seconds"] = model.metadata.created_at_seconds
    return save(tensors, {_KEY: json.dumps(header)})


def read_model(data: bytes) -> StyleModel:
    """Read a model from the content of its file; nothing in it is executed.

    Raises:
        ModelError: MODEL_DAMAGED, the content is not a style model; MODEL_TOO_NEW, its format is a later one.
    """
    try:
        header = json.loads(_read_metadata(data)[_KEY])
        if header["format"] != FORMAT:
            raise ModelError(
                f"model: format {header['format']} is unknown; format {FORMAT} is required", reason="MODEL_TOO_NEW"
            )
        family, labels = get_family(header["family"]), Labels(tuple(header["styles"]))
        network = Ensemble([family.network(len(labels)) for _ in range(int(header["members"]))])
        tensors = load(data)
        network.load_state_dict(
            {name.removeprefix("network."): value for name, value in tensors.items() if name.startswith("network.")}
        )
        novelty = Novelty(
            tensors["novelty.means"].numpy(), tensors["novelty.whitening"].numpy(), float(header["novelty_threshold"])
        )
        accuracy = header["balanced_accuracy"]
        metadata = ModelMetadata(
            float("nan") if accuracy is None else float(accuracy), bool(header["uses_beats"]),
            str(header.get("backbone", "")), header["card"], header.get("created_at_seconds"),
        )  # fmt: skip
        return StyleModel(
            header["name"], family, labels, network.eval(), float(header["window_temperature"]),
            float(header["recording_temperature"]), novelty, metadata, compute_version(data),
        )  # fmt: skip
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError, InvalidInputError) as error:
        raise ModelError("the file is not a style model, or it is damaged") from error


def compute_version(data: bytes) -> str:
    """Return the version of a model file with this content."""
    return hashlib.sha256(data).hexdigest()[:VERSION_DIGITS]


def _read_metadata(data: bytes) -> dict[str, str]:
    """Return the metadata of a safetensors file: JSON after its length in eight bytes."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    return dict(header["__metadata__"])


def read_model_file(path: Path) -> StyleModel:
    """Read a model from its file.

    Raises:
        ModelError: see `read_model`.
    """
    return read_model(path.read_bytes())
