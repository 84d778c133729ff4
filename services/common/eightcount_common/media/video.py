"""The frames of a video in order, on a time axis that begins at 0. Needs the extra `media` (PyAV)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.container import MediaInfo, check_size, describe
from eightcount_common.media.video_pass import VideoPass

_EARLY_END_FRACTION = 0.97
_USUAL_RATE = 25.0
_TURNS = {0: 0, 90: 3, 180: 2, 270: 1}
"""Clockwise degrees -> quarter turns of `numpy.rot90`, which turns counter-clockwise."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded frame.

    Attributes:
        timestamp: presentation time in seconds; see `eightcount_common.media.time_axis`.
        stored: the frame as it is stored, not yet rotated upright.
        rotation_degrees: clockwise rotation that makes it upright.
    """

    timestamp: float
    stored: VideoFrame
    rotation_degrees: int

    def to_rgb(self) -> NDArray[np.uint8]:
        """Return [height, width, 3] upright RGB, contiguous."""
        stored = self.stored.to_ndarray(format="rgb24")
        return np.ascontiguousarray(np.rot90(stored, _TURNS[self.rotation_degrees])).astype(np.uint8, copy=False)


class VideoReader:
    """Reads the frames of a video; see `open_video`.

    Attributes:
        info: properties that the container states.
    """

    def __init__(self, file: BinaryIO, stack: ExitStack, *, quick: bool = False) -> None:
        self._file, self._stack, self._quick = file, stack, quick
        self._reading = VideoPass(file, quick=quick)
        self._stack.push(self._reading)
        first = self._reading.peek()
        stream = self._reading.stream
        if first is None:
            raise _build_no_frame_error(damaged=bool(self._reading.account.lost))
        self.info: MediaInfo = describe(self._reading.container, stream, first)
        if self._reading.is_single_image():
            raise UnusableMediaError("the file is a single image, not a video", reason="STILL_IMAGE")
        self._size = (first.width, first.height)
        self._fresh = True
        self._restart(None)

    def _restart(self, after: float | None) -> None:
        self._after = -np.inf if after is None else after
        self._last = -np.inf
        self._end = -np.inf
        self._unordered = 0

    @property
    def damaged(self) -> int:
        """Number of frames after `after`, and before the last frame so far, that could not be decoded."""
        return sum(time > self._after for time in self._reading.lost_seconds())

    @property
    def unordered(self) -> int:
        """Number of frames from `after` on that were left out because their time does not ascend."""
        return self._unordered

    @property
    def ended_early(self) -> bool:
        """Whether the frames ended before the stated duration; valid after the last frame."""
        if self._reading.broken_off:
            return True
        if self._reading.parts > 1:  # the stated duration is that of one clock
            return False
        interval = 1 / self.info.nominal_frame_rate if self.info.nominal_frame_rate else 1 / _USUAL_RATE
        covered = self._end - self._reading.start_seconds
        counted = self._reading.stream.frames * interval if np.isfinite(self._last) else 0.0
        stated = max(self.info.duration_seconds or 0.0, counted)
        return bool(stated - covered > max(0.5, (1 - _EARLY_END_FRACTION) * stated))

    def frames(self, *, after: float | None = None) -> Iterator[Frame]:
        """Yield frames with strictly ascending times; only those later than `after` seconds when it is given.

        Damaged packets are skipped and counted. A frame whose time does not ascend is left out and counted; one without
        a time follows its predecessor by the nominal interval.
        """
        self._restart(after)
        for frame in self._read(after):
            timestamp = self._frame_time(frame)
            if timestamp <= self._last:
                self._unordered += self._last >= self._after
                continue
            self._last = timestamp
            self._end = timestamp + (self._reading.duration_of(frame) or 1 / self._rate)
            if timestamp > self._after:
                yield Frame(timestamp, self._resize(frame), self.info.rotation_degrees)

    def _read(self, after: float | None) -> Iterator[VideoFrame]:
        """Yield frames from a point before `after` from which decoding gives the same frames as from the start.

        The first reading goes on where the first frame was found; another one opens the file again, as not every
        format can go back to its beginning.
        """
        if self._fresh and after is None:
            self._fresh = False
            return self._reading.frames()
        self._fresh = False
        start = None if after is None else self._find_start(after)
        if start is None:
            self._reopen()
            return self._reading.frames()
        return start

    def _find_start(self, after: float) -> Iterator[VideoFrame] | None:
        """Start two key frames earlier, so that frames that depend on the previous group (open GOP) are whole."""
        self._reopen()
        if not self._reading.seek_by_index(after):
            self._reopen()
            skipped = self._reading.count_packets_before(after)
            self._reopen()
            self._reading.skip(skipped)
            if not skipped:
                return self._reading.frames()
        frames = self._reading.frames()
        first = next(frames, None)
        if first is None or first.pts is None or not first.key_frame or self._frame_time(first) > after:
            return None
        return chain([first], frames)

    def _reopen(self) -> None:
        self._reading.close()
        self._reading = VideoPass(self._file, quick=self._quick)
        self._stack.push(self._reading)

    @property
    def _rate(self) -> float:
        return self.info.nominal_frame_rate or _USUAL_RATE

    def _frame_time(self, frame: VideoFrame) -> float:
        seconds = self._reading.seconds_of(frame)
        return seconds if seconds is not None else max(self._last, -1 / self._rate) + 1 / self._rate

    def _resize(self, frame: VideoFrame) -> VideoFrame:
        if (frame.width, frame.height) == self._size:
            return frame
        check_size(frame.width, frame.height)
        return frame.reformat(width=self._size[0], height=self._size[1])


def _build_no_frame_error(*, damaged: bool) -> UnusableMediaError:
    if damaged:
        return UnusableMediaError("none of the frames of the file can be decoded", reason="DAMAGED_FILE")
    return UnusableMediaError("the file ends before its first complete frame", reason="TRUNCATED_FILE")


@contextmanager
def open_video(file: BinaryIO, *, quick: bool = False) -> Iterator[VideoReader]:
    """Open a reader over a seekable file object.

    Args:
        file: the video.
        quick: minimise the work for frames that are shown scaled down: the codec uses no threads of its own and no
            deblocking of frames from which no other is predicted.

    Raises:
        UnusableMediaError: EMPTY_FILE, NOT_A_VIDEO, STILL_IMAGE, TRUNCATED_FILE, DAMAGED_FILE, NO_VIDEO_STREAM,
            ENCRYPTED_MEDIA or UNSUPPORTED_CODEC.
        TooLargeError: a side is longer than 8192 pixels.
    """
    with ExitStack() as stack:
        yield VideoReader(file, stack, quick=quick)


def probe(file: BinaryIO) -> MediaInfo:
    """Read the container and one frame of a video.

    Raises:
        UnusableMediaError: what `open_video` raises.
        TooLargeError: a side is longer than 8192 pixels.
    """
    with open_video(file, quick=True) as reader:
        return reader.info
