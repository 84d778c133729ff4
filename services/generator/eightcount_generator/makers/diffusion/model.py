"""The model as a file: safetensors, which hold numbers and run nothing; weights in 16 bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from eightcount_common.errors import InvalidInputError
from eightcount_generator.makers.corpus import Scale
from eightcount_generator.makers.diffusion.maker import DiffusionModel
from eightcount_generator.makers.diffusion.network import Denoiser, Shape
from eightcount_generator.makers.diffusion.tempers import Tempers
from eightcount_generator.makers.model_facts import read_facts, written_facts

FAMILY = "diffusion"
_VERSION = 2
_NETWORK, _SCALE, _TEMPERS = "network.", "scale.", "tempers."
_LARGEST_SIZE = 4096


def model_bytes(model: DiffusionModel) -> bytes:
    """The model as the content of a file."""
    weights = model.network.state_dict().items()
    tensors = {f"{_NETWORK}{name}": value.half().contiguous() for name, value in weights}
    scale = {"mean": model.scale.mean, "deviation": model.scale.deviation, "lively": model.scale.lively}
    tensors |= {f"{_SCALE}{name}": torch.from_numpy(value) for name, value in scale.items()}
    tempers = {"levels": model.tempers.levels, "spreads": model.tempers.spreads}
    tensors |= {f"{_TEMPERS}{name}": torch.from_numpy(value) for name, value in tempers.items()}
    tensors["shares"] = torch.from_numpy(model.shares)
    return save(tensors, written_facts(FAMILY, _VERSION, shape=asdict(model.network.shape), styles=model.styles))


def read_model(data: bytes) -> DiffusionModel:
    """The model from its file.

    Raises:
        InvalidInputError: INVALID_MODEL; it is none, it is damaged, or of another version.
    """
    try:
        facts = read_facts(data, family=FAMILY, version=_VERSION)
        tensors = {name: value.float() for name, value in load(data).items()}
        shape = _shape(facts["shape"])
        with torch.device("meta"):  # nothing of the size that is claimed is made before the file is known to hold it
            network = Denoiser(shape)
        network.load_state_dict(_below(_NETWORK, tensors), assign=True)
        scale = Scale(**{name: value.numpy() for name, value in _below(_SCALE, tensors).items()})
        tempers = Tempers(**{name: value.numpy() for name, value in _below(_TEMPERS, tensors).items()})
        if {len(facts["styles"]), len(tempers.levels), len(tempers.spreads)} != {shape.styles}:
            raise ValueError("styles do not fit")
        if not all(value.isfinite().all() for value in tensors.values()):
            raise ValueError("numbers are not finite")
        return DiffusionModel(network.eval(), scale, tuple(facts["styles"]), tensors["shares"].numpy(), tempers)
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError, MemoryError) as error:
        raise InvalidInputError(
            f"the file is no model of the family {FAMILY!r}: {error}", reason="INVALID_MODEL"
        ) from error


def _shape(facts: dict[str, Any]) -> Shape:
    shape = Shape(**facts)
    if not all(isinstance(size, int) and 0 < size <= _LARGEST_SIZE for size in asdict(shape).values()):
        raise ValueError(f"a shape of {shape}")
    return shape


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
    tempers = model.tempers.grown(len(styles))
    return DiffusionModel(network.eval(), model.scale, (*model.styles, *styles), shares, tempers)


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
