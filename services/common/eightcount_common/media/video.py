"""The frames of a video in order, on a time axis that begins at 0. Needs the extra `media` (PyAV)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import BinaryIO

import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.combing import FieldOrder, find_unmarked_field_order
from eightcount_common.media.container import MediaInfo, check_size, describe, open_view
from eightcount_common.media.deinterlacing import deinterlace
from eightcount_common.media.formats import is_high_dynamic_range, simplify_frame
from eightcount_common.media.presentation import Presentation, Size
from eightcount_common.media.sound_streams import has_usable_sound
from eightcount_common.media.time_axis import OpenPart
from eightcount_common.media.video_pass import Section, Unread, VideoPass

_EARLY_END_FRACTION = 0.97
_USUAL_RATE = 25.0
_VIDEO_REASONS = frozenset({"NO_VIDEO_STREAM", "ENCRYPTED_MEDIA", "UNSUPPORTED_CODEC"})
"""Reasons that concern the video of a file and not its sound."""
_TURNS = {0: 0, 90: 3, 180: 2, 270: 1}
"""Clockwise degrees -> quarter turns of `numpy.rot90`, which turns counter-clockwise."""


@dataclass(frozen=True)
class Frame:
    """One decoded frame.

    Attributes:
        timestamp: presentation time in seconds; see `eightcount_common.media.time_axis`.
        stored: the frame as it is stored, whole images instead of fields.
        view: how it is meant to be seen.
    """

    timestamp: float
    stored: VideoFrame
    view: Presentation

    @cached_property
    def plain(self) -> VideoFrame:
        """The stored frame as 8-bit planar YUV."""
        return simplify_frame(self.stored)

    def to_rgb(self) -> NDArray[np.uint8]:
        """Return [height, width, 3] RGB as it is meant to be seen, contiguous."""
        left, top, width, height = (round(value) for value in self.view.content)
        shown = self._stored_rgb(Size(width, height))
        if self.view.orientation.mirrored:
            shown = shown[:, ::-1]
        if shown.shape[:2] != self.view.size[::-1]:
            image = np.zeros((self.view.size.height, self.view.size.width, 3), np.uint8)
            image[top : top + height, left : left + width] = shown
            return image
        return np.ascontiguousarray(shown).astype(np.uint8, copy=False)

    def _stored_rgb(self, shown: Size) -> NDArray[np.generic]:
        """Return the cropped image, rotated, as [height, width, 3] RGB of the size in which it is shown."""
        view = self.view
        width, height = shown[::-1] if view.orientation.is_turned else shown
        across, down = width / view.cropped_size.width, height / view.cropped_size.height
        scaled = round(view.stored.width * across), round(view.stored.height * down)
        pixels = self.plain.to_ndarray(format="rgb24", width=scaled[0], height=scaled[1])
        left, top = round(view.crop.left * across), round(view.crop.top * down)
        return np.rot90(pixels[top : top + height, left : left + width], _TURNS[view.orientation.rotation_degrees])


class VideoReader:
    """Reads the frames of a video; see `open_video`.

    Attributes:
        info: properties that the container states.
        high_dynamic_range: whether the brightness of the first frame is coded for screens of high dynamic range.
    """

    def __init__(self, file: BinaryIO, stack: ExitStack, *, quick: bool = False) -> None:
        self._file, self._stack, self._quick = file, stack, quick
        self._reading = VideoPass(file, quick=quick)
        self._stack.push(self._reading)
        first = self._reading.peek()
        stream = self._reading.stream
        if first is None:
            raise _build_no_frame_error(damaged=self._reading.has_losses)
        self.high_dynamic_range = is_high_dynamic_range(first)
        self._view, self._view_part = open_view(file, self._reading.container, stream, first), 0
        self.info: MediaInfo = self._reading.correct_duration(
            describe(self._reading.container, stream, self._view.first)
        )
        if self._reading.is_single_image():
            raise UnusableMediaError("the file is a single image, not a video", reason="STILL_IMAGE")
        self._fresh = True
        self._restart(None)

    def _restart(self, after: float | None) -> None:
        self._after = -np.inf if after is None else after
        self._last = -np.inf
        self._end = -np.inf
        self._unordered = 0
        self._ended = False

    @property
    def damaged(self) -> int:
        """Number of frames after `after`, and before the last frame so far, that could not be decoded."""
        latest = np.inf if self._ended else self._last
        return self._reading.count_lost(after=self._after, until=latest)

    @property
    def unordered(self) -> int:
        """Number of frames from `after` on that were left out because their time does not ascend."""
        return self._unordered

    @cached_property
    def unmarked_field_order(self) -> FieldOrder | None:
        """The order of fields of a video that is interlaced although it is not marked as such; None for any other."""
        position = self._file.tell()  # the open reading goes on from here
        try:
            with VideoPass(self._file, quick=True) as ahead:
                first = next(ahead.sections(), None)
                return None if first is None else find_unmarked_field_order(first.frames)
        finally:
            self._file.seek(position)

    @property
    def unread(self) -> Unread:
        """The parts and frames of the file that are not read; valid after the last frame."""
        return self._reading.unread

    @property
    def ended_early(self) -> bool:
        """Whether the frames ended before the stated duration; valid after the last frame."""
        if self._reading.broken_off:
            return True
        if self._reading.parts > 1:  # the stated duration is that of one clock
            return False
        interval = 1 / self.info.nominal_frame_rate if self.info.nominal_frame_rate else 1 / _USUAL_RATE
        covered = self._end - self._reading.start_seconds
        counted = max(0, self._reading.stream.frames - self._reading.cut) * interval
        stated = max(self.info.duration_seconds or 0.0, counted if np.isfinite(self._last) else 0.0)
        return bool(stated - covered > max(0.5, (1 - _EARLY_END_FRACTION) * stated))

    def frames(self, *, after: float | None = None) -> Iterator[Frame]:
        """Yield frames with strictly ascending times; only those later than `after` seconds when it is given.

        Damaged packets are skipped and counted. A frame whose time does not ascend is left out and counted; one without
        a time follows its predecessor by the nominal interval.
        """
        self._restart(after)
        for frame in self._read_whole_frames(after):
            timestamp = self._frame_time(frame)
            check_size(frame.width, frame.height)
            view = self._view.present(frame)  # of every frame: what a key frame states holds for those after it
            if timestamp <= self._last:
                self._unordered += self._last >= self._after
                continue
            self._last = timestamp
            self._end = timestamp + (self._reading.duration_of(frame) or 1 / self._rate)
            if timestamp > self._after:
                yield Frame(timestamp, frame, view)
        self._ended = True

    def _read_whole_frames(self, after: float | None) -> Iterator[VideoFrame]:
        for section in self._read(after):
            first = next(section.frames, None)
            if first is not None:
                self._show(section.part, first)
                yield from deinterlace(chain([first], section.frames), self.unmarked_field_order)

    def _show(self, part: OpenPart, first: VideoFrame) -> None:
        """Go on with the frames of a part of the file."""
        stream = part.stream
        assert isinstance(stream, VideoStream)  # noqa: S101 - a frame came from it
        if part.number == self._view_part:
            self._view.follow(stream)
            return
        self._view = open_view(part.file, part.container, stream, first, canvas=self.info.view.size)
        self._view_part = part.number

    def _read(self, after: float | None) -> Iterator[Section]:
        """Yield frames from a point before `after` from which decoding gives the same frames as from the start.

        The first reading goes on where the first frame was found; another one opens the file again, as not every
        format can go back to its beginning.
        """
        if self._fresh and after is None:
            self._fresh = False
            return self._reading.sections()
        self._fresh = False
        start = None if after is None else self._find_start(after)
        if start is None:
            self._reopen()
            return self._reading.sections()
        return start

    def _find_start(self, after: float) -> Iterator[Section] | None:
        """Start two key frames earlier, so that frames that depend on the previous group (open GOP) are whole."""
        self._reopen()
        if not self._reading.seek_by_index(after):
            self._reopen()
            skipped = self._reading.count_packets_before(after)
            self._reopen()
            self._reading.skip(skipped)
            if not skipped:
                return self._reading.sections()
        first = self._reading.peek()
        if first is None or first.pts is None or not first.key_frame or self._frame_time(first) > after:
            return None
        return self._reading.sections()

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


def probe_sound_or_video(file: BinaryIO) -> MediaInfo | None:
    """Read the container and one frame of a video; None when only the sound of the file can be used.

    Raises:
        UnusableMediaError: what `open_video` raises, when the sound cannot be used either.
        TooLargeError: a side is longer than 8192 pixels.
    """
    try:
        return probe(file)
    except UnusableMediaError as error:
        if error.reason not in _VIDEO_REASONS or not has_usable_sound(file):
            raise
        return None
