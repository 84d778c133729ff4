"""The places of a dancer's keypoints in the image as JSON, for pages that draw them over the video."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from eightcount.motion.v1 import motion_pb2
from eightcount_common.motion import FloatArray
from eightcount_common.rpc.wire import decode_tensor
from eightcount_common.skeletons import SKELETONS
from eightcount_gateway.library.json_arrays import write_array, write_numbers, write_rows
from eightcount_gateway.library.motions.npz import OpenMotion, read_chunks, read_header

_DIGITS = 1
"""Tenths of a pixel: more is not visible."""
_MIN_VISIBILITY = 0.3
"""Keypoints below it are guesses; the side-by-side video does not draw them either."""


def write_skeleton_track(open_motion: OpenMotion, *, has_preview: bool) -> Iterator[bytes]:
    """Pieces of the document that `SkeletonTrackBody` describes. The motion is read once per array."""
    with open_motion() as messages:
        header = read_header(messages)
    skeleton = SKELETONS[header.skeleton.name]
    facts = {
        "keypoints": skeleton.keypoints, "bones": skeleton.edge_indices.tolist(),
        "width": header.image_width, "height": header.image_height, "has_preview": has_preview,
    }  # fmt: skip

    @contextmanager
    def open_chunks() -> Iterator[Iterator[motion_pb2.MotionChunk]]:
        with open_motion() as messages:
            read_header(messages)
            yield read_chunks(messages)

    yield json.dumps(facts)[:-1].encode()
    yield from write_array("seconds", open_chunks, lambda chunk: write_numbers(chunk.timestamps, 4))
    yield from write_array("points", open_chunks, lambda chunk: write_rows(_flatten(chunk), _DIGITS))
    yield b"}"


def _flatten(chunk: motion_pb2.MotionChunk) -> FloatArray:
    """[T, 2 K] pixels; NaN where a keypoint is not visible."""
    image, visibility = decode_tensor(chunk.image), decode_tensor(chunk.visibility)
    seen = np.where(visibility[..., None] >= _MIN_VISIBILITY, image, np.nan)
    return seen.reshape(len(seen), -1)
