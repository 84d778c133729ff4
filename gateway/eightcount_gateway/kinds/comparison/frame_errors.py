"""The errors of every frame as JSON, written while they are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

from eightcount.motion.v1 import motion_pb2
from eightcount.scoring.v1 import scoring_pb2
from eightcount_common.rpc.wire import decode_tensor
from eightcount_gateway.library.json_arrays import write_array, write_numbers, write_rows

OpenErrors = Callable[[], AbstractContextManager[Iterator[scoring_pb2.FrameErrors]]]


def write_errors(open_errors: OpenErrors) -> Iterator[bytes]:
    """Pieces of the document that `FrameErrorsBody` describes.

    The errors are read once per member, a message at a time.
    """
    with open_errors() as messages:
        joints = next((list(message.joints) for message in messages), [])
    yield b'{"joints":' + json.dumps(joints).encode()
    yield from write_array(
        "reference_seconds", open_errors, lambda message: write_numbers(message.reference_seconds, 4)
    )
    yield from write_array("take_seconds", open_errors, lambda message: write_numbers(message.take_seconds, 4))
    yield from write_array("errors", open_errors, lambda message: write_rows(decode_tensor(message.errors), 3))
    for name in ("reference_angles", "take_angles"):
        yield from write_array(name, open_errors, partial(_write_angles, name))
    yield b"}"


def _write_angles(name: str, message: scoring_pb2.FrameErrors) -> list[str]:
    """Whole degrees; nothing where an earlier version wrote no angles."""
    angles: motion_pb2.Tensor = getattr(message, name)
    return write_rows(decode_tensor(angles), 0) if angles.shape else []
