"""The frames of an open file in the order in which they are shown, with an account of every packet.

A decoder leaves frames out without a word: those before the first key frame, and those whose references are lost.
Here each packet waits for its frame, and is named as lost once a later frame has come out. Needs the extra `media`.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush

import av
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

_UNSHOWN_PACKETS = frozenset({"vp8", "vp9", "av1", "libdav1d", "theora"})
"""Codecs with packets that hold no frame to show; of these only packets that raise an error are lost."""
_MARKING_CODECS = frozenset({"h264", "hevc"})
"""Codecs whose decoders mark frames that lack references; of others, only a key frame is known to be complete."""
_FIELD_SHARE = 0.75
"""The second field of an interlaced frame lies within this share of an interval after the first."""


class Account:
    """Packets that have not become a frame yet, and those that never will.

    Attributes:
        lost: times in ticks of the packets that were left out, ascending.
        cut: number of packets that an edit list leaves out.
    """

    def __init__(self, interval_ticks: float) -> None:
        self.lost: list[int] = []
        self.cut = 0
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

    def note_all(self, packets: Iterable[Packet[Stream]]) -> None:
        """Note packets of a stream that cannot be decoded."""
        for packet in packets:
            self._lose(packet.pts if packet.pts is not None else packet.dts or 0)

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


class Slots:
    """Times of frames in a format that only counts them in stored order (AVI): the earliest slot goes to the frame that
    is shown next.
    """

    def __init__(self) -> None:
        self._free: list[int] = []
        self._first_key: int | None = None
        self._begun = False

    def add(self, ticks: int, *, is_key: bool) -> None:
        """Note the slot of the next packet."""
        heappush(self._free, ticks)
        if is_key and self._first_key is None:
            self._first_key = ticks

    def remove(self, ticks: int) -> None:
        """Forget the slot of a packet that cannot be decoded."""
        if ticks in self._free:
            self._free.remove(ticks)
            heapify(self._free)

    def assign(self, frame: VideoFrame) -> None:
        """Give the next frame its time."""
        if not self._begun and frame.key_frame and self._first_key is not None:
            self._free = [ticks for ticks in self._free if ticks >= self._first_key]
            heapify(self._free)
        self._begun = True
        if self._free:
            frame.pts = heappop(self._free)


class FrameDecoder:
    """Decodes the packets of a video; damaged ones are skipped and noted in the account.

    Frames before the first complete one are left out: their references lie before the beginning of the file.

    Args:
        stream: the video.
        account: receives what becomes of the packets.
        slots: give the frames their times; None when the container states the time of each.
    """

    def __init__(self, stream: VideoStream, account: Account, slots: Slots | None = None) -> None:
        self._stream = stream
        self._account = account
        self._slots = slots
        self._counted = stream.codec_context.name not in _UNSHOWN_PACKETS
        self._marks_incomplete = stream.codec_context.name in _MARKING_CODECS
        self._begun = False
        self._starts_at_key: bool | None = None

    def decode(self, packets: Iterable[Packet[Stream]]) -> Iterator[VideoFrame]:
        """Yield the frames of packets that begin at a key frame or at the beginning of the file."""
        for packet in packets:
            for frame in self._decode_packet(packet):
                yield from self._settle(frame)
        for frame in self._drain():
            yield from self._settle(frame)
        self._account.close()

    def _settle(self, frame: VideoFrame) -> Iterator[VideoFrame]:
        complete = not frame.is_corrupt if self._marks_incomplete else frame.key_frame or bool(self._starts_at_key)
        self._begun = self._begun or complete
        if not self._begun:
            return
        if self._slots is not None:
            self._slots.assign(frame)
        self._account.settle(frame)
        yield frame

    def _decode_packet(self, packet: Packet[Stream]) -> list[VideoFrame]:
        stamp = packet.dts if self._slots is not None or packet.pts is None else packet.pts
        if self._starts_at_key is None:
            self._starts_at_key = packet.is_keyframe
        self._account.cut += packet.is_discard
        stated = packet.pts is not None or self._slots is not None
        counted = self._counted and stated and not packet.is_discard
        if counted and stamp is not None:
            self._account.expect(stamp)
        if self._slots is not None and stamp is not None:
            self._slots.add(stamp, is_key=packet.is_keyframe)
        try:
            return [frame for frame in packet.decode() if isinstance(frame, VideoFrame)]
        except av.FFmpegError:
            if not counted:
                self._account.note_damage(stamp or 0)
            if self._slots is not None and stamp is not None:
                self._slots.remove(stamp)
            return []

    def _drain(self) -> list[VideoFrame]:
        """Return the frames that the decoder still holds."""
        try:
            frames = self._stream.codec_context.decode(None)
        except av.FFmpegError:
            return []
        for frame in frames:
            if self._stream.time_base is not None:
                frame.time_base = self._stream.time_base
        return frames
