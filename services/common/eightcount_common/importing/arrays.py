"""One numpy array of an .npy file or archive member, checked against the size of the file before it is read."""

from __future__ import annotations

import math
from typing import IO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError

_READ_HEADER = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def read_array(file: IO[bytes], size: int, *, name: str) -> NDArray[np.generic]:
    """Return the array of an .npy file; never an array of objects, and never larger than the file.

    Args:
        file: positioned at its beginning.
        size: bytes of the file.
        name: of the array in an error.

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
            f"{name}: a complete .npy array of numbers or text is required; got {error}", reason="INVALID_ARRAY"
        ) from error
