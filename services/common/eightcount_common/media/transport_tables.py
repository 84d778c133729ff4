"""Tables of transport streams: which program has which streams, and from where on (ISO/IEC 13818-1, 2.4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

VIDEO_KINDS = frozenset({0x01, 0x02, 0x10, 0x1B, 0x20, 0x24, 0x33, 0x42, 0xD1, 0xEA})
"""Stream types of video: MPEG-1, 2 and 4, H.264, HEVC, VVC, AVS, Dirac, VC-1."""
SOUND_KINDS = frozenset({0x03, 0x04, 0x06, 0x0F, 0x11, 0x1C, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87})
"""Stream types of sound; 0x06 is private data, as which DVB and Opus sounds are sent."""
PACKET_BYTES = 188
_LEAST_SECTION_BYTES = 12
"""Head and checksum of a table."""


@dataclass(frozen=True, slots=True)
class Table:
    """The streams of one program, from a place of the file on.

    Attributes:
        position: of its first packet, in bytes.
        program: number.
        streams: packet identifier and stream type of each stream.
        packets: the tables of programs and of this program as they are stored.
    """

    position: int
    program: int
    streams: frozenset[tuple[int, int]]
    packets: bytes

    @property
    def videos(self) -> frozenset[tuple[int, int]]:
        """The streams that are videos."""
        return frozenset(one for one in self.streams if one[1] in VIDEO_KINDS)

    @property
    def sounds(self) -> frozenset[tuple[int, int]]:
        """The streams that are sounds."""
        return frozenset(one for one in self.streams if one[1] in SOUND_KINDS)


@dataclass(slots=True)
class _Section:
    """A table that is being put together from packets."""

    position: int = 0
    data: bytes = b""
    packets: list[bytes] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return len(self.data) >= 3 and len(self.data) >= 3 + ((self.data[1] & 0x0F) << 8 | self.data[2])

    @property
    def body(self) -> bytes:
        """The content after the eight bytes of the head, without the checksum."""
        return self.data[8 : 3 + ((self.data[1] & 0x0F) << 8 | self.data[2]) - 4]


class TableReader:
    """Follows the tables of a stream.

    Attributes:
        tables: every change of a program, in the order of the file; a program that is no longer listed has no streams.
        program_identifiers: packet identifiers of the tables of programs, so far.
    """

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self.program_identifiers: dict[int, int] = {}
        self._sections: dict[int, _Section] = {}
        self._latest: dict[int, bytes] = {}
        self._list_packets = b""
        self._current: dict[int, frozenset[tuple[int, int]]] = {}

    def read(self, identifier: int, position: int, packet: bytes, *, lead: int) -> None:
        """Take a packet of a table; `lead` bytes come before its 188."""
        content = packet[lead : lead + PACKET_BYTES]
        if self._latest.get(identifier) == content[4:]:
            return
        self._latest[identifier] = content[4:]
        payload = _payload(content)
        if content[1] & 0x40:
            pointer = payload[0] if payload else 0
            self._sections[identifier] = _Section(position, payload[1 + pointer :], [packet])
        elif identifier in self._sections:
            section = self._sections[identifier]
            section.data += payload
            section.packets.append(packet)
        if identifier in self._sections and self._sections[identifier].complete:
            self._take(identifier, self._sections.pop(identifier))

    def _take(self, identifier: int, section: _Section) -> None:
        if len(section.data) < _LEAST_SECTION_BYTES:
            return
        if identifier == 0 and section.data[0] == 0:
            self._take_list(section)
        elif identifier and section.data[0] == 2:
            program = section.data[3] << 8 | section.data[4]
            self._note(section.position, program, frozenset(_streams(section.body)), section.packets)

    def _take_list(self, section: _Section) -> None:
        self._list_packets = b"".join(section.packets)
        body = section.body
        listed = {
            body[at] << 8 | body[at + 1]: (body[at + 2] & 0x1F) << 8 | body[at + 3] for at in range(0, len(body) - 3, 4)
        }
        listed.pop(0, None)
        self.program_identifiers |= {identifier: program for program, identifier in listed.items()}
        for identifier in listed.values():
            self._latest.pop(identifier, None)  # the same table may be that of another program now
        for program in [program for program in self._current if program not in listed]:
            self._note(section.position, program, frozenset(), [])

    def _note(self, position: int, program: int, streams: frozenset[tuple[int, int]], packets: list[bytes]) -> None:
        if self._current.get(program, frozenset()) != streams:
            self._current[program] = streams
            self.tables.append(Table(position, program, streams, self._list_packets + b"".join(packets)))


def _payload(packet: bytes) -> bytes:
    control = packet[3] >> 4 & 3
    if not control & 1:
        return b""
    return packet[5 + packet[4] :] if control & 2 else packet[4:]


def _streams(body: bytes) -> Iterator[tuple[int, int]]:
    at = 4 + ((body[2] & 0x0F) << 8 | body[3]) if len(body) >= 4 else len(body)
    while at + 5 <= len(body):
        yield (body[at + 1] & 0x1F) << 8 | body[at + 2], body[at]
        at += 5 + ((body[at + 3] & 0x0F) << 8 | body[at + 4])
