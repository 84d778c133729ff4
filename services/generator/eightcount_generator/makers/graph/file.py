"""The file of a library: safetensors, with the family in its metadata."""

from __future__ import annotations

import json
import struct

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from eightcount_common.errors import InvalidInputError
from eightcount_generator.makers.graph.library import MotionLibrary

_KEY = "eightcount"
_ARRAYS = ("root", "quaternions", "first", "frame", "recording", "following", "energy", "jumps", "jump_costs")


def library_bytes(library: MotionLibrary) -> bytes:
    """The library as a safetensors file."""
    facts = {"family": "graph", "names": library.names, "styles": library.styles}
    arrays = {name: np.ascontiguousarray(getattr(library, name)) for name in _ARRAYS}
    return bytes(save(arrays, metadata={_KEY: json.dumps(facts)}))


def read_library(data: bytes) -> MotionLibrary:
    """The library of a file.

    Raises:
        InvalidInputError: INVALID_MODEL; it is damaged, or of another family.
    """
    try:
        (length,) = struct.unpack("<Q", data[:8])
        facts = json.loads(json.loads(data[8 : 8 + length])["__metadata__"][_KEY])
        if facts["family"] != "graph":
            raise KeyError(facts["family"])
        arrays = load(data)
        return MotionLibrary(
            names=tuple(facts["names"]), styles=tuple(facts["styles"]), **{name: arrays[name] for name in _ARRAYS}
        )
    except (SafetensorError, KeyError, TypeError, ValueError, struct.error) as error:
        raise InvalidInputError("the file is no library of motions, or damaged", reason="INVALID_MODEL") from error
