"""The time axis of a file: it begins at 0 and never jumps back, whatever clock the container uses.

Broadcasts and surveillance recorders stamp with a clock that began long before (ISO/IEC 13818-1: 90 kHz in 33 bits),
and files that were joined have a clock for each part. Video and sound keep their relation: one origin, and one
shift per part, for all streams of a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO, TypeAlias

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
_OVERLAP_SECONDS = Fraction(1, 100)
"""A sound that begins this much before the end of the same sound in the part before is the same one."""
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


@dataclass(frozen=True, slots=True)
class OpenPart:
    """A file, or one of the recordings that were joined into a file, open at its beginning.

    Attributes:
        file: its bytes.
        container: of them.
        stream: whose packets are read; None in a part without it.
        others: streams that share its clock; a jump that they show first moves this one, too.
        number: from 0 on.
    """

    file: BinaryIO
    container: InputContainer
    stream: Stream | None
    others: tuple[Stream, ...]
    number: int = 0

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The stream and the others."""
        others = tuple(other for other in self.others if other is not self.stream)
        return others if self.stream is None else (self.stream, *others)


class PacketReader:
    """Reads the packets of one stream with their stamps moved onto one axis; see `packets`.

    Args:
        first: the file, or its first part.
        later: opens the other parts, one after the other.

    Attributes:
        broken_off: whether the file ended in a read error.
        part: that the last packet came from.
        parts: number of parts with a clock of their own.
    """

    def __init__(self, first: OpenPart, later: Iterator[OpenPart] | None = None) -> None:
        self.broken_off = False
        self.part = first
        self._later = later
        self._clock = None if later is None and _is_steady(first.container) else _Clock()

    @property
    def parts(self) -> int:
        """Number of parts of the file with a clock of their own, so far."""
        return 1 if self._clock is None else max(self._clock.parts, 1 + self.part.number)

    def packets(self) -> Iterator[AnyPacket]:
        """Yield the packets that hold data, from the container's position on; a read error ends the stream."""
        yield from self._read(self.part)
        for part in self._later or ():
            if self._clock is not None:
                self._clock.join(part)
            self.broken_off = False
            self.part = part
            yield from self._read(part)

    def _read(self, part: OpenPart) -> Iterator[AnyPacket]:
        streams = part.streams[:1] if self._clock is None else part.streams
        if not streams:
            return
        steady, restarting = _is_steady(part.container), may_jump(part.container)
        roles = _find_roles(streams)
        packets = part.container.demux(*streams)
        while True:
            try:
                packet = next(packets, None)
            except av.FFmpegError:
                self.broken_off = True
                return
            except (
                IndexError
            ):  # PyAV does not know streams that appear in mid-file; the reading goes on behind the packet
                packets = part.container.demux(*streams)
                continue
            if packet is None:
                return
            if not packet.size or packet.stream_index not in roles:
                continue
            if self._clock is not None and not self._clock.move(
                packet, roles[packet.stream_index], steady=steady, restarting=restarting
            ):
                continue
            if part.stream is not None and packet.stream_index == part.stream.index:
                yield packet


def _is_steady(container: InputContainer) -> bool:
    return not _STEADY_FORMATS.isdisjoint(container.format.name.split(","))


def _find_roles(streams: Sequence[Stream]) -> dict[int, int]:
    """Return what each stream is, by its index: 0 for the video, and numbers from 1 on for the sounds."""
    ordered = sorted(streams, key=lambda stream: stream.index)
    sounds = [stream.index for stream in ordered if stream.type != "video"]
    return {stream.index: 0 if stream.type == "video" else 1 + sounds.index(stream.index) for stream in ordered}


class _Clock:
    """Moves the stamps of joined recordings onto one axis.

    A packet that fits neither the part that its stream is in nor a later part that another stream has begun begins a
    new part, which continues where the latest stream ended.
    """

    def __init__(self) -> None:
        self._shifts = [Fraction(0)]
        self._expected: dict[int, Fraction] = {}
        self._shown_until: dict[int, Fraction] = {}
        self._read_until: dict[int, Fraction] = {}
        self._part: dict[int, int] = {}

    @property
    def parts(self) -> int:
        return len(self._shifts)

    def join(self, part: OpenPart) -> None:
        """Go on with another container, whose clock may be the same or begin again."""
        starts = {role: start_seconds(stream) for stream, role in _by_role(part.streams)}
        known = [(role, start) for role, start in sorted(starts.items()) if start is not None]
        if not known:
            return
        shift, end = self._shifts[-1], max(self._shown_until.values(), default=Fraction(0))
        role, start = next(((role, start) for role, start in known if role in self._shown_until), known[0])
        ahead = start + shift - self._shown_until.get(role, end)
        goes_on = -_BACK_SECONDS_UNORDERED <= ahead <= FORWARD_SECONDS
        if not goes_on:
            self._shifts.append(end - min(start for _, start in known))
        self._part = dict.fromkeys(starts, len(self._shifts) - 1)
        self._expected = {}
        self._read_until = dict(self._shown_until) if goes_on else {}

    def move(self, packet: AnyPacket, role: int, *, steady: bool, restarting: bool) -> bool:
        """Move the stamps of the next packet of any stream; False for a sound that an earlier part had already.

        Args:
            packet: gets the new stamps.
            role: what its stream is, the same in all parts of a file.
            steady: whether the format has a clock that neither jumps nor begins again.
            restarting: whether the format has decoding times, and a clock that may jump ahead; in other formats only
                the order of key frames shows that the clock began again.
        """
        ordered = restarting and packet.dts is not None
        base, stamp = packet.time_base, packet.dts if ordered or packet.pts is None else packet.pts
        if stamp is None or not base:
            return True
        seconds = stamp * Fraction(base)
        shown = None if packet.pts is None else packet.pts * Fraction(base)
        tells = not steady and (restarting or packet.is_keyframe)
        if tells:
            self._part[role] = self._find_part(
                role, seconds, seconds if shown is None else shown, ordered=ordered, restarting=restarting
            )
        part = self._part.get(role, 0)
        shift, duration = self._shifts[part], (packet.duration or 0) * Fraction(base)
        if role and role in self._read_until and seconds + shift < self._read_until[role] - _OVERLAP_SECONDS:
            return False
        if tells:
            self._expected[role] = seconds + shift + (duration if restarting else 0)
        if shown is not None:
            until = shown + shift + duration
            self._shown_until[role] = max(until, self._shown_until.get(role, until))
        if shift:
            ticks = round(shift / base)
            packet.pts = None if packet.pts is None else packet.pts + ticks
            packet.dts = None if packet.dts is None else packet.dts + ticks
        return True

    def _find_part(self, role: int, seconds: Fraction, shown: Fraction, *, ordered: bool, restarting: bool) -> int:
        """Return the part that a packet belongs to, by its decoding time; `shown` is its presentation time."""
        expected, current = self._expected.get(role), self._part.get(role, 0)
        if expected is None:
            return len(self._shifts) - 1
        back = _BACK_SECONDS if ordered else _BACK_SECONDS_UNORDERED
        for part in range(current, len(self._shifts)):
            ahead = seconds + self._shifts[part] - expected
            allowed = back if part == current else _NEXT_PART_SECONDS
            if -allowed <= ahead and (not restarting or ahead <= FORWARD_SECONDS):
                return part
        self._shifts.append(max(self._shown_until.values(), default=expected) - shown)
        return len(self._shifts) - 1


def _by_role(streams: Sequence[Stream]) -> list[tuple[Stream, int]]:
    roles = _find_roles(streams)
    return [(stream, roles[stream.index]) for stream in streams]
