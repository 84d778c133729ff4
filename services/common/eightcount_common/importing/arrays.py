"""One numpy array of an .npy file or member, checked against the bytes there are before it is read."""

from __future__ import annotations

import math
from typing import IO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError

_READ_HEADER = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def read_array(file: IO[bytes], size: int, *, name: str) -> NDArray[np.generic]:
    """The array of an .npy file; never one of objects, never larger than the file.

    Args:
        file: the file, at its beginning.
        size: bytes of the file.
        name: what the array is called in an error.

    Raises:
        InvalidInputError: INVALID_ARRAY.
    """
    try:
        version = npy.read_magic(file)
        if version not in _READ_HEADER:
            raise ValueError(f"version {version} of the format")
        shape, fortran_order, dtype = _READ_HEADER[version](file)
        if dtype.hasobject or dtype.kind not in "biufU":
            raise ValueError(f"dtype {dtype}")
        content_size = math.prod(shape) * dtype.itemsize
        if content_size > size:
            raise ValueError(f"shape {shape} of {dtype} in {size} bytes")
        content = file.read(content_size)
        return np.ndarray(shape, dtype, buffer=content, order="F" if fortran_order else "C")
    except (ValueError, TypeError) as error:
        raise InvalidInputError(
            f"{name}: wanted a whole .npy array of numbers or text, got {error}", reason="INVALID_ARRAY"
        ) from error
