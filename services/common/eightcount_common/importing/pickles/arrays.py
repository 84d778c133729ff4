"""The few callables that pickled numpy arrays name, and what each stands for. None of them is the real one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.pickles.tokens import Budget, Named, Unfinished, damaged, key, kind, unsafe

_DTYPE = re.compile(r"b1|[iu][1248]|f(2|4|8|16)|c(8|16|32)|[SU][1-9]\d{0,4}")
_MAX_DIMENSIONS = 8
_MAX_SIZE = 2**48
_BYTES_PER_ITEM = 64


def named(module: str, name: str) -> Named:
    """The callable of a module, when it is one of `KNOWN`.

    Raises:
        InvalidInputError: UNSAFE_PICKLE for every other one.
    """
    found = f"{module}.{name}".replace("numpy.core.", "numpy._core.").replace("__builtin__.", "builtins.")
    if found not in KNOWN:
        unsafe(f"{module}.{name}")
    return Named(found)


def call(function: object, arguments: object, budget: Budget) -> object:
    """What the callable would have returned for these arguments.

    Raises:
        InvalidInputError: UNSAFE_PICKLE, DAMAGED_PICKLE or TOO_LARGE.
    """
    if not isinstance(function, Named) or function.name not in _MEANINGS:
        unsafe(f"a call of {kind(function)}")
    if not isinstance(arguments, tuple):
        damaged("a tuple of arguments", kind(arguments))
    try:
        return _MEANINGS[function.name](budget, *arguments)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(
            f"the pickle is damaged: {function.name} cannot be: {error}", reason="DAMAGED_PICKLE"
        ) from error


def _dtype(_: Budget, code: object, *_flags: object) -> Unfinished:
    if not isinstance(code, str) or not _DTYPE.fullmatch(code):
        unsafe(f"arrays of dtype {code}" if isinstance(code, str) else f"a dtype of {kind(code)}")
    plain = np.dtype(code)

    def finish(state: object) -> np.dtype[np.generic]:
        if not isinstance(state, tuple) or len(state) < 5 or not isinstance(state[1], str):
            damaged("the state of a dtype", kind(state))
        if any(part is not None for part in state[2:5]):
            unsafe("arrays of structures")
        return plain.newbyteorder(state[1])  # type: ignore[arg-type]  # refuses other text with a ValueError

    return Unfinished(finish)


def _empty_array(budget: Budget, array_type: object, *_shape_and_code: object) -> Unfinished:
    if not isinstance(array_type, Named) or array_type.name != "numpy.ndarray":
        unsafe(f"an array of type {kind(array_type)}")

    def finish(state: object) -> NDArray[np.generic]:
        if not isinstance(state, tuple) or len(state) != 5:
            damaged("the state of an array", kind(state))
        _version, shape, dtype, is_fortran, content = state
        return _filled(budget, content, dtype, shape, "F" if is_fortran is True else "C")

    return Unfinished(finish)


def _filled(budget: Budget, content: object, dtype: object, shape: object, order: object) -> NDArray[np.generic]:
    """A view of the content; nothing is copied, so many arrays of one content cost nothing."""
    if isinstance(content, str):
        content = _encoded(budget, content, "latin1")
    if not isinstance(content, (bytes, bytearray)) or not isinstance(dtype, np.dtype):
        damaged("bytes and their dtype", f"{kind(content)} and {kind(dtype)}")
    if not isinstance(shape, tuple) or len(shape) > _MAX_DIMENSIONS or not all(map(_is_size, shape)):
        damaged(f"a shape of at most {_MAX_DIMENSIONS} sizes", kind(shape))
    if math.prod(shape) * dtype.itemsize != len(content):
        damaged(f"the bytes of a {dtype} array of shape {shape}", f"{len(content)} bytes")
    return np.ndarray(shape, dtype, buffer=content, order="F" if isinstance(order, str) and order == "F" else "C")


def _is_size(value: object) -> bool:
    return type(value) is int and 0 <= value < _MAX_SIZE


def _scalar(budget: Budget, dtype: object, content: object) -> object:
    return _filled(budget, content, dtype, (), "C")[()]


def _array_of_buffer(
    budget: Budget, content: object, dtype: object, shape: object, order: object, axes: tuple[int, ...] | None = None
) -> NDArray[np.generic]:
    array = _filled(budget, content, dtype, shape, order)
    return array if axes is None else array.transpose(axes)


def _encoded(budget: Budget, text: object, encoding: object) -> bytes:
    if not isinstance(text, str) or not isinstance(encoding, str) or encoding not in ("latin1", "latin-1"):
        unsafe("bytes of text that is not in latin1")
    budget.spend(len(text))
    return text.encode("latin1")


def _bytes(_: Budget, content: object = b"") -> bytes:
    if not isinstance(content, bytes):
        unsafe(f"bytes of {kind(content)}")
    return content


def _bytearray(budget: Budget, content: object = b"") -> bytearray:
    if not isinstance(content, bytes):
        unsafe(f"a bytearray of {kind(content)}")
    budget.spend(len(content))
    return bytearray(content)


def _set(budget: Budget, items: object = ()) -> set[object]:
    if not isinstance(items, (list, tuple)):
        unsafe(f"a set of {kind(items)}")
    budget.spend(len(items) * _BYTES_PER_ITEM)
    return {key(item) for item in items}


def _frozenset(budget: Budget, items: object = ()) -> frozenset[object]:
    return frozenset(_set(budget, items))


def _complex(_: Budget, real: object, imaginary: object) -> complex:
    if not isinstance(real, float) or not isinstance(imaginary, float):
        unsafe("a complex number of no numbers")
    return complex(real, imaginary)


_MEANINGS: dict[str, Callable[..., object]] = {
    "numpy.dtype": _dtype,
    "numpy._core.multiarray._reconstruct": _empty_array,
    "numpy._core.multiarray.scalar": _scalar,
    "numpy._core.numeric._frombuffer": _array_of_buffer,
    "_codecs.encode": _encoded,
    "builtins.bytes": _bytes,
    "builtins.bytearray": _bytearray,
    "builtins.set": _set,
    "builtins.frozenset": _frozenset,
    "builtins.complex": _complex,
}

KNOWN = frozenset((*_MEANINGS, "numpy.ndarray"))
"""Names that a pickle of arrays written by numpy 1 or 2 may hold, as numpy 2 spells them."""
