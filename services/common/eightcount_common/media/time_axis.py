"""The time axis of a file: it begins at 0 and never jumps back, whatever clock the container uses.

Broadcasts and surveillance recorders stamp with a clock that began long before (ISO/IEC 13818-1: 90 kHz in 33 bits),
and files that were joined have a clock for each part. Video and sound keep their relation: one origin, and one
shift per part, for all streams of a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

CLOCK_SECONDS = 1
"""In formats whose timeline begins at 0 by definition, streams that all begin later than this follow another clock;
less is a delay, which is kept."""
FORWARD_SECONDS = 10
"""A jump ahead further than this is another clock (the limit of FFmpeg's command); a shorter one is lost content."""
_BACK_SECONDS, _BACK_SECONDS_UNORDERED = Fraction(1, 10), Fraction(1, 2)
"""Stamps may go back this far: decoding times; presentation times, which are not in order."""
_NEXT_PART_SECONDS = 2
"""How much earlier than its own end a stream may begin in the next part: the parts' streams end at different times."""
_RESTARTING_CLOCK = 0x200
"""AVFMT_TS_DISCONT of FFmpeg: the clock of the format may jump."""
_STEADY_FORMATS = frozenset({"mov", "mp4", "avi", "wav", "w64", "aiff", "mp3", "flac", "aac", "gif"})
"""Formats whose times are counted from the start, so that they cannot jump."""

AnyPacket: TypeAlias = "Packet[Stream]"


def may_jump(container: InputContainer) -> bool:
    """Whether the container's clock may begin anywhere and jump."""
    return bool(container.format.flags & _RESTARTING_CLOCK)


def find_origin(container: InputContainer, video: Stream | None, sounds: Sequence[Stream]) -> Fraction:
    """Return the stamp in seconds that is time 0 of the file's video and sound; 0 without a video."""
    if video is None:
        return Fraction(0)
    first = start_seconds(video)
    if first is not None and first < 0:
        return first
    starts = [start for stream in (video, *sounds) if (start := start_seconds(stream)) is not None]
    earliest = min(starts, default=Fraction(0))
    return earliest if earliest > (0 if may_jump(container) else CLOCK_SECONDS) else Fraction(0)


def start_seconds(stream: Stream) -> Fraction | None:
    """Return the first stamp of a stream; None when the container does not know it."""
    if stream.start_time is None or stream.time_base is None:
        return None
    return Fraction(stream.start_time) * stream.time_base


class PacketReader:
    """Reads the packets of one stream with their stamps moved onto one axis; see `packets`.

    Args:
        container: at its beginning.
        stream: whose packets are read.
        others: streams that share its clock; a jump that they show first moves this one, too.

    Attributes:
        broken_off: whether the file ended in a read error.
        parts: number of parts with a clock of their own.
    """

    def __init__(self, container: InputContainer, stream: Stream, others: Sequence[Stream]) -> None:
        self.broken_off = False
        self._container = container
        self._stream = stream
        steady = _STEADY_FORMATS & set(container.format.name.split(","))
        self._streams = (stream,) if steady else (stream, *(other for other in others if other is not stream))
        self._clock = None if steady else _Clock(restarting=may_jump(container))

    @property
    def parts(self) -> int:
        """Number of parts of the file with a clock of their own, so far."""
        return 1 if self._clock is None else self._clock.parts

    def packets(self) -> Iterator[AnyPacket]:
        """Yield the packets that hold data, from the container's position on; a read error ends the stream."""
        packets = self._container.demux(*self._streams)
        wanted = {stream.index for stream in self._streams}
        while True:
            try:
                packet = next(packets, None)
            except av.FFmpegError:
                self.broken_off = True
                return
            except (
                IndexError
            ):  # PyAV does not know streams that appear in mid-file; the reading goes on behind the packet
                packets = self._container.demux(*self._streams)
                continue
            if packet is None:
                return
            if not packet.size or packet.stream_index not in wanted:
                continue
            if self._clock is not None:
                self._clock.move(packet)
            if packet.stream_index == self._stream.index:
                yield packet


class _Clock:
    """Moves the stamps of joined recordings onto one axis.

    Args:
        restarting: whether the format has decoding times, and a clock that may jump ahead; in other formats only the
            order of key frames shows that the clock began again.

    A packet that fits neither the part that its stream is in nor a later part that another stream has begun begins a
    new part, which continues where the latest stream ended.
    """

    def __init__(self, *, restarting: bool) -> None:
        self._restarting = restarting
        self._shifts = [Fraction(0)]
        self._expected: dict[int, Fraction] = {}
        self._shown_until: dict[int, Fraction] = {}
        self._part: dict[int, int] = {}

    @property
    def parts(self) -> int:
        return len(self._shifts)

    def move(self, packet: AnyPacket) -> None:
        """Move the stamps of the next packet of any stream."""
        ordered = self._restarting and packet.dts is not None
        base, stamp = packet.time_base, packet.dts if ordered or packet.pts is None else packet.pts
        if stamp is None or not base:
            return
        seconds, stream = stamp * Fraction(base), packet.stream_index
        shown = None if packet.pts is None else packet.pts * Fraction(base)
        if self._restarting or packet.is_keyframe:
            self._part[stream] = self._find_part(stream, seconds, seconds if shown is None else shown, ordered=ordered)
        part = self._part.get(stream, 0)
        shift, duration = self._shifts[part], (packet.duration or 0) * Fraction(base)
        if self._restarting or packet.is_keyframe:
            self._expected[stream] = seconds + shift + (duration if self._restarting else 0)
        if shown is not None:
            until = shown + shift + duration
            self._shown_until[stream] = max(until, self._shown_until.get(stream, until))
        if shift:
            ticks = round(shift / base)
            packet.pts = None if packet.pts is None else packet.pts + ticks
            packet.dts = None if packet.dts is None else packet.dts + ticks

    def _find_part(self, stream: int, seconds: Fraction, shown: Fraction, *, ordered: bool) -> int:
        """Return the part that a packet belongs to, by its decoding time; `shown` is its presentation time."""
        expected, current = self._expected.get(stream), self._part.get(stream, 0)
        if expected is None:
            return len(self._shifts) - 1
        back = _BACK_SECONDS if ordered else _BACK_SECONDS_UNORDERED
        for part in range(current, len(self._shifts)):
            ahead = seconds + self._shifts[part] - expected
            allowed = back if part == current else _NEXT_PART_SECONDS
            if -allowed <= ahead and (not self._restarting or ahead <= FORWARD_SECONDS):
                return part
        self._shifts.append(max(self._shown_until.values(), default=expected) - shown)
        return len(self._shifts) - 1
