"""A trained model: networks, the meaning of their outputs, and how far to believe them; one safetensors file."""

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
from eightcount_classifier.families import family_named
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
class Facts:
    """What is known of a model besides its weights; see its card for what it means.

    Attributes:
        balanced_accuracy: of held-out recordings, 0 to 1; NaN when it was not measured.
        uses_beats: whether some of the training data had beats. A model that never saw any must not be given any.
        backbone: sha256 of the weights whose features it judges; empty for models of poses.
        card: model card, Markdown.
    """

    balanced_accuracy: float = float("nan")
    uses_beats: bool = False
    backbone: str = ""
    card: str = ""


@dataclass(frozen=True, slots=True)
class StyleModel:
    """A model that names styles.

    Attributes:
        name: as users call it.
        family: how it sees recordings.
        labels: its classes.
        network: inputs -> `Judgement`.
        window_temperature: divides the logits of a window.
        recording_temperature: divides the mean logits of a recording.
        novelty: what it calls unknown.
        facts: what is known of it.
        version: of its weights; empty before it is saved.
    """

    name: str
    family: Family
    labels: Labels
    network: nn.Module
    window_temperature: float
    recording_temperature: float
    novelty: Novelty
    facts: Facts
    version: str = ""


def model_bytes(model: StyleModel) -> bytes:
    """The model as the content of a safetensors file."""
    tensors = {
        f"network.{name}": value.detach().cpu().contiguous() for name, value in model.network.state_dict().items()
    }
    tensors["novelty.means"] = torch.from_numpy(np.ascontiguousarray(model.novelty.means))
    tensors["novelty.whitening"] = torch.from_numpy(np.ascontiguousarray(model.novelty.whitening))
    about: dict[str, Any] = {
        "format": FORMAT,
        "name": model.name,
        "family": model.family.name,
        "styles": model.labels.styles,
        "members": len(model.network.members) if isinstance(model.network, Ensemble) else 1,
        "window_temperature": model.window_temperature,
        "recording_temperature": model.recording_temperature,
        "novelty_threshold": model.novelty.threshold,
        "balanced_accuracy": None if np.isnan(model.facts.balanced_accuracy) else model.facts.balanced_accuracy,
        "uses_beats": model.facts.uses_beats,
        "backbone": model.facts.backbone,
        "card": model.facts.card,
    }
    return save(tensors, {_KEY: json.dumps(about)})


def read_model(data: bytes) -> StyleModel:
    """A model from the content of its file; nothing in it is run.

    Raises:
        ModelError: it is no model of ours, or of a later format.
    """
    try:
        about = json.loads(_metadata(data)[_KEY])
        if about["format"] != FORMAT:
            raise ModelError(f"model: format {about['format']} is not known, wanted {FORMAT}", reason="MODEL_TOO_NEW")
        family, labels = family_named(about["family"]), Labels(tuple(about["styles"]))
        network = Ensemble([family.network(len(labels)) for _ in range(int(about["members"]))])
        tensors = load(data)
        network.load_state_dict(
            {name.removeprefix("network."): value for name, value in tensors.items() if name.startswith("network.")}
        )
        novelty = Novelty(
            tensors["novelty.means"].numpy(), tensors["novelty.whitening"].numpy(), float(about["novelty_threshold"])
        )
        accuracy = about["balanced_accuracy"]
        facts = Facts(
            float("nan") if accuracy is None else float(accuracy), bool(about["uses_beats"]),
            str(about.get("backbone", "")), about["card"],
        )  # fmt: skip
        return StyleModel(
            about["name"], family, labels, network.eval(), float(about["window_temperature"]),
            float(about["recording_temperature"]), novelty, facts, version_of(data),
        )  # fmt: skip
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError, InvalidInputError) as error:
        raise ModelError("the file is not a style model, or it is damaged") from error


def version_of(data: bytes) -> str:
    """The version of a model with this content."""
    return hashlib.sha256(data).hexdigest()[:VERSION_DIGITS]


def _metadata(data: bytes) -> dict[str, str]:
    """The metadata of a safetensors file: JSON behind its length in eight bytes."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    return dict(header["__metadata__"])


def read_model_file(path: Path) -> StyleModel:
    """A model from its file.

    Raises:
        ModelError: see `read_model`.
    """
    return read_model(path.read_bytes())
