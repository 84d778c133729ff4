"""Files of diffusion models: safetensors, which contain numbers and no code; weights in 16 bits."""

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
from eightcount_generator.models.corpus import Normaliser
from eightcount_generator.models.diffusion.energy_prior import EnergyPrior
from eightcount_generator.models.diffusion.generator import DiffusionModel
from eightcount_generator.models.diffusion.network import Denoiser, NetworkShape
from eightcount_generator.models.file_metadata import decode_metadata, encode_metadata

FAMILY = "diffusion"
_VERSION = 2
_NETWORK, _NORMALISER, _ENERGY_PRIOR = "network.", "scale.", "tempers."
_MAX_SIZE = 4096


def model_bytes(model: DiffusionModel) -> bytes:
    """Return the model as the content of a file."""
    weights = model.network.state_dict().items()
    tensors = {f"{_NETWORK}{name}": value.half().contiguous() for name, value in weights}
    scale = {"mean": model.scale.mean, "deviation": model.scale.deviation, "lively": model.scale.lively}
    tensors |= {f"{_NORMALISER}{name}": torch.from_numpy(value) for name, value in scale.items()}
    energy_prior = {"levels": model.energy_prior.levels, "spreads": model.energy_prior.spreads}
    tensors |= {f"{_ENERGY_PRIOR}{name}": torch.from_numpy(value) for name, value in energy_prior.items()}
    tensors["shares"] = torch.from_numpy(model.shares)
    return save(tensors, encode_metadata(FAMILY, _VERSION, shape=asdict(model.network.shape), styles=model.styles))


def read_model(data: bytes) -> DiffusionModel:
    """Read a model from the content of a file.

    Raises:
        InvalidInputError: INVALID_MODEL; the file is damaged, no model, or of another version.
    """
    try:
        metadata = decode_metadata(data, family=FAMILY, version=_VERSION)
        tensors = {name: value.float() for name, value in load(data).items()}
        shape = _parse_shape(metadata["shape"])
        with torch.device("meta"):  # nothing of the size that is claimed is made before the file is known to hold it
            network = Denoiser(shape)
        network.load_state_dict(_strip_prefix(_NETWORK, tensors), assign=True)
        scale = Normaliser(**{name: value.numpy() for name, value in _strip_prefix(_NORMALISER, tensors).items()})
        energy_prior = EnergyPrior(
            **{name: value.numpy() for name, value in _strip_prefix(_ENERGY_PRIOR, tensors).items()}
        )
        if {len(metadata["styles"]), len(energy_prior.levels), len(energy_prior.spreads)} != {shape.styles}:
            raise ValueError("styles do not fit")
        if not all(value.isfinite().all() for value in tensors.values()):
            raise ValueError("numbers are not finite")
        return DiffusionModel(network.eval(), scale, tuple(metadata["styles"]), tensors["shares"].numpy(), energy_prior)
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError, MemoryError) as error:
        raise InvalidInputError(
            f"the file is not a model of the family {FAMILY!r}, or it is damaged: {error}", reason="INVALID_MODEL"
        ) from error


def _parse_shape(metadata: dict[str, Any]) -> NetworkShape:
    shape = NetworkShape(**metadata)
    if not all(isinstance(size, int) and 0 < size <= _MAX_SIZE for size in asdict(shape).values()):
        raise ValueError(f"a shape of {shape}")
    return shape


def add_styles(model: DiffusionModel, styles: Sequence[str]) -> DiffusionModel:
    """Return the model with more styles, which start as copies of the embedding of no particular style."""
    if not styles:
        return model
    old = model.network
    network = Denoiser(replace(old.shape, styles=old.shape.styles + len(styles)))
    weights = old.state_dict()
    named, none = weights["style.weight"][:-1], weights["style.weight"][-1:]
    network.load_state_dict({**weights, "style.weight": torch.cat([named, none.repeat(len(styles) + 1, 1)])})
    shares = np.append(model.shares, np.zeros(len(styles), np.float32))
    energy_prior = model.energy_prior.add_styles(len(styles))
    return DiffusionModel(network.eval(), model.scale, (*model.styles, *styles), shares, energy_prior)


def _strip_prefix(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
