"""How each picture of a stream is meant to be seen, as its container and its codec say. Needs the extra `media`."""

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
        first: its first picture.
        stated: what only the container says.

    Attributes:
        first: how the first picture is meant to be seen; the others are fitted into its size.
    """

    def __init__(self, stream: VideoStream, first: VideoFrame, stated: StatedView) -> None:
        self._stream = stream
        self._stated = stated
        self._first_size = Size(first.width, first.height)
        self._first_aspect = self._aspect = stream.codec_context.sample_aspect_ratio
        self._stream_aspect = read_pixel_aspect(stated.pixel_aspect or stream.sample_aspect_ratio)
        self.first = self._view(first)

    def present(self, picture: VideoFrame) -> Presentation:
        """Return how a picture is meant to be seen, in the canvas of the first."""
        if picture.key_frame:  # the codec may have read further than the picture that it returns
            self._aspect = self._stream.codec_context.sample_aspect_ratio
        return self._view(picture).fit_into(self.first.size)

    def _view(self, picture: VideoFrame) -> Presentation:
        size = Size(picture.width, picture.height)
        crop = self._stated.crop
        same = size == self._first_size and crop.fits(size)
        return Presentation(size, crop if same else UNCROPPED, self._pixel_aspect(), _read_orientation(picture))

    def _pixel_aspect(self) -> Fraction:
        """Return the container's aspect, which counts more than the codec's, until the codec's changes."""
        return self._stream_aspect if self._aspect == self._first_aspect else read_pixel_aspect(self._aspect)


def _read_orientation(picture: VideoFrame) -> Orientation:
    matrix = picture.side_data.get("DISPLAYMATRIX")
    return _parse_matrix(bytes(matrix)) if isinstance(matrix, SideData) else UPRIGHT


@lru_cache(maxsize=16)
def _parse_matrix(data: bytes) -> Orientation:
    return read_orientation(np.frombuffer(data, np.int32, 9).tolist())
