"""The way in which each frame of a stream is meant to be seen, by container and codec. Needs the extra `media`."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from eightcount_common.media.cropping import StatedView
from eightcount_common.media.presentation import (
    UNCROPPED,
    UPRIGHT,
    Orientation,
    Presentation,
    Size,
    read_orientation,
    read_pixel_aspect,
)


class StreamView:
    """Follows the size, the pixel aspect and the display matrix of a stream, which may change in mid-file.

    Args:
        stream: the stream that is decoded.
        first: its first frame.
        stated: what only the container says.
        canvas: the size that frames are fitted into; that in which the first is meant to be seen when it is None.

    Attributes:
        first: how the first frame is meant to be seen.
    """

    def __init__(self, stream: VideoStream, first: VideoFrame, stated: StatedView, canvas: Size | None = None) -> None:
        self._stream = stream
        self._stated = stated
        self._first_size = Size(first.width, first.height)
        self._first_aspect = self._aspect = stream.codec_context.sample_aspect_ratio
        self._stream_aspect = read_pixel_aspect(stated.pixel_aspect or stream.sample_aspect_ratio)
        self._orientation = _read_orientation(first) or UPRIGHT
        self.first = self._fitted = self._view(first)
        self._canvas = canvas or self.first.size
        self._kind: tuple[int, int, Fraction | None, Orientation] | None = None

    def follow(self, stream: VideoStream) -> None:
        """Go on with the same stream of the same file, which was opened again."""
        self._stream = stream

    def present(self, frame: VideoFrame) -> Presentation:
        """Return how a frame is meant to be seen, in the canvas of the first.

        Aspect and orientation change at key frames only: the codec may have read further than the frame that it
        returns, and H.264 states an orientation once for all frames up to the next key frame.
        """
        orientation = _read_orientation(frame)
        if frame.key_frame:
            self._aspect = self._stream.codec_context.sample_aspect_ratio
            self._orientation = orientation or UPRIGHT
        kind = frame.width, frame.height, self._aspect, orientation or self._orientation
        if kind != self._kind:
            self._kind, self._fitted = kind, self._view(frame).fit_into(self._canvas)
        return self._fitted

    def _view(self, frame: VideoFrame) -> Presentation:
        size = Size(frame.width, frame.height)
        crop = self._stated.crop
        same = size == self._first_size and crop.fits(size)
        orientation = _read_orientation(frame) or self._orientation
        return Presentation(size, crop if same else UNCROPPED, self._pixel_aspect(), orientation)

    def _pixel_aspect(self) -> Fraction:
        """Return the container's aspect, which counts more than the codec's, until the codec's changes."""
        return self._stream_aspect if self._aspect == self._first_aspect else read_pixel_aspect(self._aspect)


def _read_orientation(frame: VideoFrame) -> Orientation | None:
    matrix = frame.side_data.get("DISPLAYMATRIX")
    return _parse_matrix(bytes(matrix)) if isinstance(matrix, SideData) else None


@lru_cache(maxsize=16)
def _parse_matrix(data: bytes) -> Orientation:
    return read_orientation(np.frombuffer(data, np.int32, 9).tolist())
