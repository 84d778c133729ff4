"""Binary messages of a client: a frame of the camera, or the keypoints that the client found in one.

24 bytes after the first 8 are three little-endian doubles: when the frame was taken, in seconds on a clock of the
client; what the reference shows at that moment, in its seconds, NaN while it does not play; and the speed at which it
plays. The first byte says what follows: 1, a JPEG, WebP or PNG file; 2, [33, 6] little-endian float32 values of the
keypoints of BlazePose: x and y in pixels, x, y and z in metres from the middle of the hips, visibility; NaN throughout
when nobody was found.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

import numpy as np

from eightcount.motion.v1 import motion_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.rpc.wire import encode_tensor
from eightcount_common.skeletons import BLAZEPOSE_33

MAX_PACKET_BYTES = 2 * 1024 * 1024 + 64
_HEAD = struct.Struct("<B7xddd")
_FRAME, _KEYPOINTS = 1, 2
_SHAPE = (len(BLAZEPOSE_33), 6)
_KEYPOINT_BYTES = 4 * _SHAPE[0] * _SHAPE[1]


@dataclass(frozen=True, slots=True)
class Moment:
    """The times of one frame.

    Attributes:
        seconds: when it was taken.
        reference_seconds: what the reference showed; None while it did not play.
        rate: speed at which the reference plays.
    """

    seconds: float
    reference_seconds: float | None
    rate: float


@dataclass(frozen=True, slots=True)
class CameraFrame:
    """A frame of the camera, as a file."""

    moment: Moment
    image: bytes


@dataclass(frozen=True, slots=True)
class Keypoints:
    """The keypoints of one frame, as one frame of a motion."""

    moment: Moment
    chunk: motion_pb2.MotionChunk


def parse_packet(data: bytes) -> CameraFrame | Keypoints:
    """Return what a packet holds.

    Raises:
        InvalidInputError: INVALID_PACKET.
    """
    if not _HEAD.size < len(data) <= MAX_PACKET_BYTES:
        raise _invalid(f"it has {len(data)} bytes")
    kind, seconds, reference_seconds, rate = _HEAD.unpack_from(data)
    if not (math.isfinite(seconds) and 0 < rate <= 16):
        raise _invalid(f"its time is {seconds:g} s and its rate {rate:g}")
    moment = Moment(seconds, reference_seconds if math.isfinite(reference_seconds) else None, rate)
    payload = data[_HEAD.size :]
    if kind == _FRAME:
        return CameraFrame(moment, payload)
    if kind == _KEYPOINTS and len(payload) == _KEYPOINT_BYTES:
        return Keypoints(moment, _read_keypoints(moment, payload))
    raise _invalid(f"it is of kind {kind} with {len(payload)} bytes")


def _read_keypoints(moment: Moment, payload: bytes) -> motion_pb2.MotionChunk:
    values = np.frombuffer(payload, "<f4").reshape(1, *_SHAPE)
    found = bool(np.isfinite(values).all())
    points = values if found else np.full_like(values, np.nan)
    visibility = np.clip(values[..., 5], 0, 1) if found else np.zeros(values.shape[:2], np.float32)
    return motion_pb2.MotionChunk(
        timestamps=[moment.seconds],
        image=encode_tensor(points[..., :2]),
        world=encode_tensor(points[..., 2:5]),
        visibility=encode_tensor(visibility),
    )


def _invalid(what: str) -> InvalidInputError:
    return InvalidInputError(
        f"a binary message must be a head of {_HEAD.size} bytes and a frame or keypoints; {what}",
        reason="INVALID_PACKET",
    )
