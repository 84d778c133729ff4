"""The errors of every frame as JSON, written while they are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import numpy as np

from eightcount.scoring.v1 import scoring_pb2
from eightcount_common.rpc.wire import decode_tensor

OpenErrors = Callable[[], AbstractContextManager[Iterator[scoring_pb2.FrameErrors]]]


def write_errors(open_errors: OpenErrors) -> Iterator[bytes]:
    """Pieces of `{"joints": [J names], "reference_seconds": [T], "take_seconds": [T], "errors": [T][J] or null}`.

    The errors are read once per member, a message at a time.
    """
    with open_errors() as messages:
        joints = next((list(message.joints) for message in messages), [])
    yield b'{"joints":' + json.dumps(joints).encode()
    yield from _member("reference_seconds", open_errors, lambda message: _format_numbers(message.reference_seconds, 4))
    yield from _member("take_seconds", open_errors, lambda message: _format_numbers(message.take_seconds, 4))
    yield from _member("errors", open_errors, _rows)
    yield b"}"


def _member(
    name: str, open_errors: OpenErrors, values: Callable[[scoring_pb2.FrameErrors], list[str]]
) -> Iterator[bytes]:
    yield f',"{name}":['.encode()
    separator = ""
    with open_errors() as messages:
        for message in messages:
            if items := values(message):
                yield (separator + ",".join(items)).encode()
                separator = ","
    yield b"]"


def _rows(message: scoring_pb2.FrameErrors) -> list[str]:
    """One JSON array per frame; NaN becomes null."""
    rows = decode_tensor(message.errors).astype(np.float64).tolist()
    return ["[" + ",".join(_format_numbers(row, 3)) + "]" for row in rows]


def _format_numbers(values: object, digits: int) -> list[str]:
    array = np.asarray(values, np.float64)
    return [json.dumps(round(value, digits)) if np.isfinite(value) else "null" for value in array.tolist()]
