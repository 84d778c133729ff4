"""A motion as an .npz file, written while it is read."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from eightcount.motion.v1 import motion_pb2
from eightcount_common.errors import InternalError
from eightcount_common.rpc.wire import decode_tensor
from eightcount_gateway.library.archives import ArchiveSink

Messages = Iterator[motion_pb2.MotionHeader | motion_pb2.MotionChunk]
OpenMotion = Callable[[], AbstractContextManager[Messages]]

_ARRAYS: dict[str, Callable[[motion_pb2.MotionChunk], NDArray[Any]]] = {
    "timestamps": lambda chunk: np.array(chunk.timestamps, np.float64),
    "image": lambda chunk: decode_tensor(chunk.image),
    "world": lambda chunk: decode_tensor(chunk.world),
    "visibility": lambda chunk: decode_tensor(chunk.visibility),
}


def write_npz(open_motion: OpenMotion, frames: int) -> Iterator[bytes]:
    """Pieces of the file: `timestamps [T] s`, `image [T,K,2] px`, `world [T,K,3] m`, `visibility [T,K]`, and the
    strings `skeleton`, `keypoints`, `model`. The motion is read once per array, a chunk at a time.
    """
    sink = ArchiveSink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        with open_motion() as messages:
            header = read_header(messages)
        names = {
            "skeleton": np.array(header.skeleton.name),
            "keypoints": np.array(list(header.skeleton.keypoints)),
            "model": np.array(header.model),
        }
        for name, array in names.items():
            with archive.open(f"{name}.npy", "w") as member:
                npy.write_array(member, array, allow_pickle=False)
        for name, values in _ARRAYS.items():
            with open_motion() as messages:
                read_header(messages)
                yield from _write_array(archive, sink, name, (values(chunk) for chunk in read_chunks(messages)), frames)
    yield sink.take_bytes()


def _write_array(
    archive: zipfile.ZipFile, sink: ArchiveSink, name: str, parts: Iterator[NDArray[Any]], frames: int
) -> Iterator[bytes]:
    with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
        for position, part in enumerate(parts):
            if position == 0:
                shape = (frames, *part.shape[1:])
                description = {"descr": npy.dtype_to_descr(part.dtype), "fortran_order": False, "shape": shape}
                npy.write_array_header_2_0(member, description)
            member.write(np.ascontiguousarray(part).tobytes())
            yield sink.take_bytes()


def read_header(messages: Messages) -> motion_pb2.MotionHeader:
    """Return the first message of a motion."""
    header = next(messages)
    if not isinstance(header, motion_pb2.MotionHeader):
        raise InternalError("motion: the first message must be the header")
    return header


def read_chunks(messages: Messages) -> Iterator[motion_pb2.MotionChunk]:
    """The chunks among the messages of a motion."""
    for message in messages:
        if isinstance(message, motion_pb2.MotionChunk):
            yield message
