"""The frames of an open file in the order in which they are shown, with an account of every packet.

A decoder leaves frames out without a word: those before the first key frame, and those whose references are lost.
Here each packet waits for its frame, and is named as lost once a later frame has come out. Needs the extra `media`.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator

import av
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

_UNSHOWN_PACKETS = frozenset({"vp8", "vp9", "av1", "libdav1d", "theora"})
"""Codecs with packets that hold no frame to show; of these only packets that raise an error are lost."""
_FIELD_SHARE = 0.75
"""The second field of an interlaced frame lies within this share of an interval after the first."""


class Account:
    """Packets that have not become a frame yet, and those that never will.

    Attributes:
        lost: times in ticks of the packets that were left out, ascending.
    """

    def __init__(self, interval_ticks: float) -> None:
        self.lost: list[int] = []
        self._waiting: dict[int, int] = {}
        self._field_ticks = _FIELD_SHARE * interval_ticks
        self._last: int | None = None

    def expect(self, ticks: int) -> None:
        """Note a packet whose frame is shown at a time."""
        self._waiting[ticks] = self._waiting.get(ticks, 0) + 1

    def settle(self, frame: VideoFrame) -> None:
        """Note a frame that came out: it is no longer expected, and those before it are lost."""
        if frame.pts is None:
            return
        waiting = self._waiting.pop(frame.pts, 0)
        if waiting > 1:
            self._waiting[frame.pts] = waiting - 1
        elif not waiting and frame.pts in self.lost:  # a later part of the file repeats times of an earlier one
            self.lost.remove(frame.pts)
        for ticks in [ticks for ticks in self._waiting if ticks < frame.pts]:
            count = self._waiting.pop(ticks)
            if not (frame.interlaced_frame and self._is_second_field(ticks)):
                self._lose(ticks, count)
        self._last = frame.pts

    def note_damage(self, ticks: int) -> None:
        """Note a packet that cannot be decoded, of a codec whose packets are not counted."""
        self._lose(ticks)

    def close(self) -> None:
        """Note that no more frames come."""
        for ticks, count in self._waiting.items():
            self._lose(ticks, count)
        self._waiting.clear()

    def _lose(self, ticks: int, count: int = 1) -> None:
        for _ in range(count):
            insort(self.lost, ticks)

    def _is_second_field(self, ticks: int) -> bool:
        return self._last is not None and 0 < ticks - self._last < self._field_ticks


def decode_stored_frames(
    packets: Iterable[Packet[Stream]], stream: VideoStream, account: Account
) -> Iterator[VideoFrame]:  # fmt: skip
    """Yield the frames of a stream's packets; damaged packets are skipped and noted in the account.

    Frames before the first complete one are left out: their references lie before the beginning of the file.
    """
    shown = stream.codec_context.name not in _UNSHOWN_PACKETS
    begun = False
    for packet in packets:
        stamp = packet.pts if packet.pts is not None else packet.dts
        expected = shown and packet.pts is not None and not packet.is_discard
        if expected and stamp is not None:
            account.expect(stamp)
        try:
            frames = packet.decode()
        except av.FFmpegError:
            if not expected:
                account.note_damage(stamp if stamp is not None else 0)
            continue
        for frame in frames:
            if isinstance(frame, VideoFrame) and (begun := begun or not frame.is_corrupt):
                account.settle(frame)
                yield frame
    for frame in _drain(stream):
        if begun := begun or not frame.is_corrupt:
            account.settle(frame)
            yield frame
    account.close()


def _drain(stream: VideoStream) -> Iterator[VideoFrame]:
    """Yield the frames that the decoder still holds."""
    try:
        frames = stream.codec_context.decode(None)
    except av.FFmpegError:
        return
    for frame in frames:
        if stream.time_base is not None:
            frame.time_base = stream.time_base
        yield frame
