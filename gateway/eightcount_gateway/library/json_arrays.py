"""JSON documents with long arrays, written while their messages are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TypeVar

import numpy as np

Message = TypeVar("Message")


def write_array(
    name: str,
    open_messages: Callable[[], AbstractContextManager[Iterator[Message]]],
    items: Callable[[Message], list[str]],
) -> Iterator[bytes]:
    """Pieces of `,"name":[...]`, the items of one message after those of the other."""
    yield f',"{name}":['.encode()
    separator = ""
    with open_messages() as messages:
        for message in messages:
            if written := items(message):
                yield (separator + ",".join(written)).encode()
                separator = ","
    yield b"]"


def write_rows(values: object, digits: int) -> list[str]:
    """One JSON array per row of a [T, N] array."""
    rows = np.asarray(values, np.float64)
    return ["[" + ",".join(write_numbers(row, digits)) + "]" for row in rows]


def write_numbers(values: object, digits: int) -> list[str]:
    """[N] numbers as JSON, rounded; what is not finite becomes null."""
    array = np.asarray(values, np.float64)
    return [json.dumps(round(value, digits)) if np.isfinite(value) else "null" for value in array.tolist()]
