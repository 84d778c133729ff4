"""The model as a file: safetensors, which hold numbers and run nothing; weights in 16 bits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from eightcount_common.errors import InvalidInputError
from eightcount_generator.makers.corpus import Scale
from eightcount_generator.makers.diffusion.maker import DiffusionModel
from eightcount_generator.makers.diffusion.network import Denoiser, Shape

FAMILY = "diffusion"
_VERSION = 1
_NETWORK = "network."


def model_bytes(model: DiffusionModel) -> bytes:
    """The model as the content of a file."""
    weights = model.network.state_dict().items()
    tensors = {f"{_NETWORK}{name}": value.half().contiguous() for name, value in weights}
    scale = {"mean": model.scale.mean, "deviation": model.scale.deviation, "lively": model.scale.lively}
    tensors |= {f"scale.{name}": torch.from_numpy(value) for name, value in scale.items()}
    tensors["shares"] = torch.from_numpy(model.shares)
    facts = {
        "family": FAMILY, "version": _VERSION, "shape": asdict(model.network.shape), "styles": model.styles,
    }  # fmt: skip
    return save(tensors, {"eightcount": json.dumps(facts)})


def read_model(data: bytes) -> DiffusionModel:
    """The model from its file.

    Raises:
        InvalidInputError: INVALID_MODEL; it is none, it is damaged, or of another version.
    """
    try:
        facts = json.loads(json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]["eightcount"])
        if (facts["family"], facts["version"]) != (FAMILY, _VERSION):
            raise ValueError(f"family {facts['family']}, version {facts['version']}")
        tensors = {name: value.float() for name, value in load(data).items()}
        shape = Shape(**facts["shape"])
        network = Denoiser(shape)
        network.load_state_dict(_below(_NETWORK, tensors))
        scale = Scale(**{name: value.numpy() for name, value in _below("scale.", tensors).items()})
        if len(facts["styles"]) != shape.styles or not all(value.isfinite().all() for value in tensors.values()):
            raise ValueError("styles do not fit, or numbers are not finite")
        return DiffusionModel(network.eval(), scale, tuple(facts["styles"]), tensors["shares"].numpy())
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError, MemoryError) as error:
        raise InvalidInputError(
            f"the file is no model of the family {FAMILY!r}: {error}", reason="INVALID_MODEL"
        ) from error


def grown(model: DiffusionModel, styles: Sequence[str]) -> DiffusionModel:
    """The model with more styles, which are as yet like no style in particular."""
    if not styles:
        return model
    old = model.network
    network = Denoiser(replace(old.shape, styles=old.shape.styles + len(styles)))
    weights = old.state_dict()
    named, none = weights["style.weight"][:-1], weights["style.weight"][-1:]
    network.load_state_dict({**weights, "style.weight": torch.cat([named, none.repeat(len(styles) + 1, 1)])})
    shares = np.append(model.shares, np.zeros(len(styles), np.float32))
    return DiffusionModel(network.eval(), model.scale, (*model.styles, *styles), shares)


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
