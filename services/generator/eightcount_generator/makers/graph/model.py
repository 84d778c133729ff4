"""A library as a file: safetensors, which hold numbers and run nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from eightcount_common.errors import InvalidInputError
from eightcount_generator.makers.graph.library import MotionLibrary
from eightcount_generator.makers.model_facts import read_facts, written_facts

FAMILY = "graph"
_VERSION = 1
_TURNS = 32767
"""What 1 is written as in quaternions of 16 bits: steps of 0.004 degrees."""
_POSITIONS = ("first", "frame", "recording", "following", "jumps")
_NUMBERS = ("root", "energy", "jump_costs")


def library_bytes(library: MotionLibrary) -> bytes:
    """The library as the content of a file."""
    tensors: dict[str, NDArray[Any]] = {name: getattr(library, name).astype(np.int32) for name in _POSITIONS}
    tensors |= {name: getattr(library, name).astype(np.float32) for name in _NUMBERS}
    tensors["quaternions"] = np.round(library.quaternions * _TURNS).astype(np.int16)
    return save(tensors, written_facts(FAMILY, _VERSION, names=library.names, styles=library.styles))


def read_library(data: bytes) -> MotionLibrary:
    """The library from its file.

    Raises:
        InvalidInputError: INVALID_MODEL; it is none, it is damaged, or of another version.
    """
    try:
        facts = read_facts(data, family=FAMILY, version=_VERSION)
        tensors = load(data)
        positions = {name: tensors[name].astype(np.intp) for name in _POSITIONS}
        numbers = {name: tensors[name].astype(np.float32) for name in _NUMBERS}
        library = MotionLibrary(
            tuple(map(str, facts["names"])), tuple(map(str, facts["styles"])), positions["first"], numbers["root"],
            (tensors["quaternions"] / np.float32(_TURNS)).astype(np.float32), positions["frame"],
            positions["recording"], positions["following"], numbers["energy"], positions["jumps"],
            numbers["jump_costs"],
        )  # fmt: skip
        _check(library)
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise InvalidInputError(
            f"the file is not a library of dances, or it is damaged: {error}", reason="INVALID_MODEL"
        ) from error
    return library


def _check(library: MotionLibrary) -> None:
    """Raises ValueError where positions point outside, so that a damaged file fails when it is read and not later."""
    frames, beats, recordings = len(library.root), len(library.frame), len(library.names)
    shapes = (
        library.root.shape == (frames, 3), library.quaternions.shape == (frames, 24, 4), beats % 2 == 0,
        len(library.styles) == recordings, library.first.shape == (recordings + 1,),
        library.jumps.ndim == 2, library.jumps.shape == library.jump_costs.shape, len(library.jumps) == beats,
        library.recording.shape == library.following.shape == library.energy.shape == (beats,),
    )  # fmt: skip
    ranges = (
        (library.first, 0, frames), (library.frame, 0, frames - 1), (library.recording, 0, recordings - 1),
        (library.following, -1, beats - 1), (library.jumps, -1, beats - 1),
    )  # fmt: skip
    if not all(shapes) or frames < 2:
        raise ValueError("shapes do not agree")
    if any(len(values) and (values.min() < low or values.max() > high) for values, low, high in ranges):
        raise ValueError("positions point outside")
    if not all(np.isfinite(values).all() for values in (library.root, library.energy)):
        raise ValueError("values are not finite")
