"""Replacements for the few callables that pickled numpy arrays name. The real ones are never called."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.pickles.tokens import (
    Budget,
    NamedCallable,
    Unfinished,
    check_key,
    refuse_damaged,
    refuse_unsafe,
    type_name,
)

_DTYPE = re.compile(r"b1|[iu][1248]|f(2|4|8|16)|c(8|16|32)|[SU][1-9]\d{0,4}")
_MAX_DIMENSIONS = 8
_MAX_SIZE = 2**48
_BYTES_PER_ITEM = 64


def find_callable(module: str, name: str) -> NamedCallable:
    """Return the callable of a module when it is one of `KNOWN`.

    Raises:
        InvalidInputError: UNSAFE_PICKLE for every other callable.
    """
    found = f"{module}.{name}".replace("numpy.core.", "numpy._core.").replace("__builtin__.", "builtins.")
    if found not in KNOWN:
        refuse_unsafe(f"{module}.{name}")
    return NamedCallable(found)


def call(function: object, arguments: object, budget: Budget) -> object:
    """Return the value that the callable would return for these arguments.

    Raises:
        InvalidInputError: UNSAFE_PICKLE, DAMAGED_PICKLE or TOO_LARGE.
    """
    if not isinstance(function, NamedCallable) or function.name not in _REPLACEMENTS:
        refuse_unsafe(f"a call of {type_name(function)}")
    if not isinstance(arguments, tuple):
        refuse_damaged("a tuple of arguments", type_name(arguments))
    try:
        return _REPLACEMENTS[function.name](budget, *arguments)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(
            f"the pickle is damaged: {function.name} failed: {error}", reason="DAMAGED_PICKLE"
        ) from error


def _dtype(_: Budget, code: object, *_flags: object) -> Unfinished:
    if not isinstance(code, str) or not _DTYPE.fullmatch(code):
        refuse_unsafe(f"arrays of dtype {code}" if isinstance(code, str) else f"a dtype of {type_name(code)}")
    plain = np.dtype(code)

    def finish(state: object) -> np.dtype[np.generic]:
        if not isinstance(state, tuple) or len(state) < 5 or not isinstance(state[1], str):
            refuse_damaged("the state of a dtype", type_name(state))
        if any(part is not None for part in state[2:5]):
            refuse_unsafe("arrays of structures")
        return plain.newbyteorder(state[1])  # type: ignore[arg-type]  # refuses other text with a ValueError

    return Unfinished(finish)


def _empty_array(budget: Budget, array_type: object, *_shape_and_code: object) -> Unfinished:
    if not isinstance(array_type, NamedCallable) or array_type.name != "numpy.ndarray":
        refuse_unsafe(f"an array of type {type_name(array_type)}")

    def finish(state: object) -> NDArray[np.generic]:
        if not isinstance(state, tuple) or len(state) != 5:
            refuse_damaged("the state of an array", type_name(state))
        _version, shape, dtype, is_fortran, content = state
        return _view_array(budget, content, dtype, shape, "F" if is_fortran is True else "C")

    return Unfinished(finish)


def _view_array(budget: Budget, content: object, dtype: object, shape: object, order: object) -> NDArray[np.generic]:
    """Return a view of the content; nothing is copied, so many arrays of one content cost nothing."""
    if isinstance(content, str):
        content = _encode_text(budget, content, "latin1")
    if not isinstance(content, (bytes, bytearray)) or not isinstance(dtype, np.dtype):
        refuse_damaged("bytes and their dtype", f"{type_name(content)} and {type_name(dtype)}")
    if not isinstance(shape, tuple) or len(shape) > _MAX_DIMENSIONS or not all(map(_is_size, shape)):
        refuse_damaged(f"a shape of at most {_MAX_DIMENSIONS} sizes", type_name(shape))
    if math.prod(shape) * dtype.itemsize != len(content):
        refuse_damaged(f"the bytes of a {dtype} array of shape {shape}", f"{len(content)} bytes")
    return np.ndarray(shape, dtype, buffer=content, order="F" if isinstance(order, str) and order == "F" else "C")


def _is_size(value: object) -> bool:
    return type(value) is int and 0 <= value < _MAX_SIZE


def _scalar(budget: Budget, dtype: object, content: object) -> object:
    return _view_array(budget, content, dtype, (), "C")[()]


def _array_of_buffer(
    budget: Budget, content: object, dtype: object, shape: object, order: object, axes: tuple[int, ...] | None = None
) -> NDArray[np.generic]:
    array = _view_array(budget, content, dtype, shape, order)
    return array if axes is None else array.transpose(axes)


def _encode_text(budget: Budget, text: object, encoding: object) -> bytes:
    if not isinstance(text, str) or not isinstance(encoding, str) or encoding not in ("latin1", "latin-1"):
        refuse_unsafe("bytes of text that is not in latin1")
    budget.spend(len(text))
    return text.encode("latin1")


def _bytes(_: Budget, content: object = b"") -> bytes:
    if not isinstance(content, bytes):
        refuse_unsafe(f"bytes of {type_name(content)}")
    return content


def _bytearray(budget: Budget, content: object = b"") -> bytearray:
    if not isinstance(content, bytes):
        refuse_unsafe(f"a bytearray of {type_name(content)}")
    budget.spend(len(content))
    return bytearray(content)


def _set(budget: Budget, items: object = ()) -> set[object]:
    if not isinstance(items, (list, tuple)):
        refuse_unsafe(f"a set of {type_name(items)}")
    budget.spend(len(items) * _BYTES_PER_ITEM)
    return {check_key(item) for item in items}


def _frozenset(budget: Budget, items: object = ()) -> frozenset[object]:
    return frozenset(_set(budget, items))


def _complex(_: Budget, real: object, imaginary: object) -> complex:
    if not isinstance(real, float) or not isinstance(imaginary, float):
        refuse_unsafe("a complex number of no numbers")
    return complex(real, imaginary)


_REPLACEMENTS: dict[str, Callable[..., object]] = {
    "numpy.dtype": _dtype,
    "numpy._core.multiarray._reconstruct": _empty_array,
    "numpy._core.multiarray.scalar": _scalar,
    "numpy._core.numeric._frombuffer": _array_of_buffer,
    "_codecs.encode": _encode_text,
    "builtins.bytes": _bytes,
    "builtins.bytearray": _bytearray,
    "builtins.set": _set,
    "builtins.frozenset": _frozenset,
    "builtins.complex": _complex,
}

KNOWN = frozenset((*_REPLACEMENTS, "numpy.ndarray"))
"""Names that a pickle of arrays written by numpy 1 or 2 may contain, as numpy 2 spells them."""
