"""Conversion of motions to protobuf messages and back, and the artifact file that stores a motion.

An artifact is a `MotionHeader` followed by `MotionChunk`s, each prefixed with its length as a varint (the usual
delimited form), so it can be written and relayed a chunk at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import BinaryIO, TypeVar, cast

import numpy as np
from google.protobuf import proto
from google.protobuf.message import DecodeError, Message
from numpy.typing import NDArray

from eightcount.motion.v1 import motion_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import FloatArray, MotionSequence, concatenate
from eightcount_common.skeletons import SKELETONS

M = TypeVar("M", bound=Message)

_LITTLE_ENDIAN_FLOAT32 = np.dtype("<f4")
MAX_MESSAGE_BYTES = 16 * 1024 * 1024
"""Maximum size of a message that services exchange or artifacts contain."""


def encode_tensor(array: NDArray[np.floating]) -> motion_pb2.Tensor:
    """Pack an array of any shape as little-endian float32."""
    return motion_pb2.Tensor(shape=array.shape, data=np.ascontiguousarray(array, _LITTLE_ENDIAN_FLOAT32).tobytes())


def decode_tensor(tensor: motion_pb2.Tensor) -> FloatArray:
    """Unpack a tensor.

    Raises:
        InvalidInputError: the length of the data does not match the shape (INVALID_TENSOR).
    """
    shape = tuple(tensor.shape)
    expected = int(np.prod(shape, dtype=np.int64)) * _LITTLE_ENDIAN_FLOAT32.itemsize
    if len(tensor.data) != expected:
        raise InvalidInputError(
            f"a tensor of shape {shape} must have {expected} bytes; got {len(tensor.data)}", reason="INVALID_TENSOR"
        )
    return np.frombuffer(tensor.data, _LITTLE_ENDIAN_FLOAT32).reshape(shape).astype(np.float32, copy=False)


def encode_header(
    motion: MotionSequence, *, nominal_frame_rate: float | None = None, duration_seconds: float | None = None
) -> motion_pb2.MotionHeader:
    """Return the header of a motion."""
    width, height = motion.image_size
    return motion_pb2.MotionHeader(
        skeleton=motion_pb2.Skeleton(name=motion.skeleton.name, keypoints=motion.skeleton.keypoints),
        model=motion.model,
        image_width=width,
        image_height=height,
        nominal_frame_rate=nominal_frame_rate or None,
        duration_seconds=duration_seconds or None,
    )


def encode_chunk(part: MotionSequence, *, first_frame: int, checkpoint: bytes | None = None) -> motion_pb2.MotionChunk:
    """Return a piece of a motion as a message."""
    return motion_pb2.MotionChunk(
        first_frame=first_frame,
        timestamps=part.timestamps,
        image=encode_tensor(part.image),
        world=encode_tensor(part.world),
        visibility=encode_tensor(part.visibility),
        track_id=part.track_id,
        checkpoint=checkpoint or None,
    )


def decode_chunk(header: motion_pb2.MotionHeader, chunk: motion_pb2.MotionChunk) -> MotionSequence:
    """Return a message as a piece of the motion with that header.

    Raises:
        InvalidInputError: the skeleton is not known (INVALID_SKELETON), or a tensor does not match it.
    """
    skeleton = SKELETONS.get(header.skeleton.name)
    if skeleton is None or skeleton.keypoints != tuple(header.skeleton.keypoints):
        raise InvalidInputError(
            f"the skeleton must be one of {sorted(SKELETONS)} with its keypoints; got {header.skeleton.name!r}",
            reason="INVALID_SKELETON",
        )
    return MotionSequence(
        skeleton,
        np.array(chunk.timestamps, dtype=np.float64),
        decode_tensor(chunk.image),
        decode_tensor(chunk.world),
        decode_tensor(chunk.visibility),
        header.model,
        (header.image_width, header.image_height),
        chunk.track_id,
    )


def decode_motion(header: motion_pb2.MotionHeader, chunks: Iterable[motion_pb2.MotionChunk]) -> MotionSequence:
    """Return the whole motion.

    Raises:
        InvalidInputError: there is no chunk (EMPTY_MOTION), chunks are missing or out of order (INVALID_MOTION), or a
            chunk does not match the header.
    """
    parts: list[MotionSequence] = []
    frames = 0
    for chunk in chunks:
        if chunk.first_frame != frames:
            raise InvalidInputError(
                f"motion: expected the chunk of frame {frames}; got that of frame {chunk.first_frame}",
                reason="INVALID_MOTION",
            )
        parts.append(decode_chunk(header, chunk))
        frames += len(parts[-1])
    return concatenate(parts)


def write_delimited(file: BinaryIO, message: Message) -> None:
    """Append one message, prefixed with its length."""
    proto.serialize_length_prefixed(message, cast("BytesIO", file))


def read_motion_messages(
    file: BinaryIO,
) -> tuple[motion_pb2.MotionHeader, Iterator[motion_pb2.MotionChunk]]:
    """Return header and chunks of a motion artifact; the chunks are read on demand.

    Raises:
        InvalidInputError: the file is not a motion artifact, or it is truncated (INVALID_MOTION).
    """
    header = read_delimited(motion_pb2.MotionHeader, file)
    if header is None:
        raise InvalidInputError("motion file: the header is missing", reason="INVALID_MOTION")
    return header, iter(lambda: read_delimited(motion_pb2.MotionChunk, file), None)


def read_delimited(kind: type[M], file: BinaryIO, *, what: str = "motion") -> M | None:
    """Read the next length-prefixed message; return None at the end of the file.

    Args:
        kind: class of the message.
        file: read up to the end of the message.
        what: content of the file, for the error.

    Raises:
        InvalidInputError: INVALID_MOTION, or accordingly for another `what`; the message is truncated or damaged.
    """
    try:
        return proto.parse_length_prefixed(kind, cast("BytesIO", file))
    except (ValueError, DecodeError) as error:
        raise InvalidInputError(
            f"{what} file: a message is truncated or damaged", reason=f"INVALID_{what.upper()}"
        ) from error
