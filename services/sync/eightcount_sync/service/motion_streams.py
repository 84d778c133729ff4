"""Motions in request streams: what is compared of a chunk is kept, and the rest is not."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from eightcount.motion.v1 import motion_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import MotionSequence
from eightcount_common.rpc.wire import decode_chunk
from eightcount_sync.alignment import Segment, TimeLine
from eightcount_sync.movement.body_motion import BodyMotion
from eightcount_sync.movement.motion_features import JointMotion

Piece = TypeVar("Piece")


async def decode_motions(requests: AsyncIterator[sync_pb2.AlignMotionRequest]) -> tuple[JointMotion, JointMotion]:
    """Read the joint angles of the two motions of a request stream: header, chunks, header, chunks.

    Raises:
        InvalidInputError: the stream does not carry two motions, or one of them is malformed.
    """
    first, second = await _decode_pieces(requests, JointMotion.from_motion)
    return JointMotion.concatenate(first), JointMotion.concatenate(second)


async def decode_picture_request(
    requests: AsyncIterator[sync_pb2.MeasurePictureOffsetRequest],
) -> tuple[tuple[Segment, ...], BodyMotion, BodyMotion]:
    """Read the map that the sound gave and what is compared of the two motions that follow it.

    Raises:
        InvalidInputError: the stream does not carry an alignment and two motions, or one of them is malformed.
    """
    opening = await anext(requests, None)
    if opening is None or opening.WhichOneof("part") != "by_sound":
        raise InvalidInputError("the stream must begin with an alignment", reason="INVALID_REQUEST")
    pieces = _decode_map(opening.by_sound)
    first, second = await _decode_pieces(requests, BodyMotion.from_motion)
    return pieces, BodyMotion.concatenate(first), BodyMotion.concatenate(second)


def _decode_map(alignment: sync_pb2.Alignment) -> tuple[Segment, ...]:
    """Return the pieces of the map of b's clock to a's; one endless piece where one line holds."""
    pieces = tuple(
        Segment(piece.b_start_seconds, piece.b_end_seconds, TimeLine(piece.offset_seconds, piece.ratio))
        for piece in alignment.segments
    )
    if len(pieces) > 1:
        return pieces
    ratio = (alignment.speed_ratio or 1.0) * (alignment.clock_ratio or 1.0)
    return (Segment(-math.inf, math.inf, TimeLine(alignment.offset_seconds, ratio)),)


async def _decode_pieces(
    requests: AsyncIterator[sync_pb2.AlignMotionRequest] | AsyncIterator[sync_pb2.MeasurePictureOffsetRequest],
    convert: Callable[[MotionSequence], Piece],
) -> tuple[list[Piece], list[Piece]]:
    """Read two motions a chunk at a time; only what `convert` returns of a chunk is kept."""
    headers: list[motion_pb2.MotionHeader] = []
    pieces: list[list[Piece]] = []
    frames = 0
    async for request in requests:
        part = request.WhichOneof("part")
        if part == "header" and len(headers) < 2:
            headers.append(request.header)
            pieces.append([])
            frames = 0
        elif part == "chunk" and headers:
            if request.chunk.first_frame != frames:
                raise InvalidInputError(
                    f"the next chunk must start at frame {frames}; got frame {request.chunk.first_frame}",
                    reason="INVALID_MOTION",
                )
            pieces[-1].append(convert(decode_chunk(headers[-1], request.chunk)))
            frames += len(request.chunk.timestamps)
        else:
            raise InvalidInputError(
                "the stream must contain two motions, each a header followed by its chunks",
                reason="INVALID_MOTION_STREAM",
            )
    if len(headers) != 2:
        raise InvalidInputError(f"two motions are required; got {len(headers)}", reason="INVALID_MOTION_STREAM")
    return pieces[0], pieces[1]
