"""Streams that are encrypted: their packets are there, and nothing in them can be decoded."""

from __future__ import annotations

from typing import BinaryIO

from av.packet import Packet
from av.stream import Stream

_TAGS = frozenset({"encv", "enca", "drmi", "drms", "drmt", "p608"})
"""Sample entries of protected tracks (ISO/IEC 14496-12, 8.12; FairPlay)."""
_MATROSKA_KEY = "enc_key_id"
"""Metadata that FFmpeg gives a Matroska track with ContentEncryption."""
_ASF_OBJECTS = (
    bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e"),
    bytes.fromhex("148ae6142622174cb935dae07ee9289c"),
)
"""Content encryption objects of a Windows Media file's header."""
_HEAD_BYTES = 1 << 16
_TRANSPORT_PACKET, _SYNC, _NULL_PID = 188, 0x47, 0x1FFF
_SCAN_PACKETS = 4000
_MAX_MOOV_BYTES = 1 << 26


def is_protected(stream: Stream) -> bool:
    """Whether the container says of the whole stream that it is encrypted."""
    context = getattr(stream, "codec_context", None)
    tag = (context.codec_tag if context is not None else "").strip("\0").lower()
    return tag in _TAGS or _MATROSKA_KEY in stream.metadata


def is_encrypted(packet: Packet[Stream]) -> bool:
    """Whether the container says of a packet that it is encrypted."""
    return packet.has_sidedata("encryption_info")


def find_protected_kinds(file: BinaryIO, container_format: str) -> frozenset[str]:
    """Return the kinds of streams, "video" and "audio", that the container marks as encrypted.

    Formats: sample entries of ISO files, Windows Media's header, scrambling bits of a transport stream. The position of
    the file is left at the start.
    """
    file.seek(0)
    try:
        if "mp4" in container_format:
            return _protected_iso_tracks(file)
        head = file.read(_HEAD_BYTES if container_format == "asf" else _TRANSPORT_PACKET * _SCAN_PACKETS)
    finally:
        file.seek(0)
    both = frozenset({"video", "audio"})
    if container_format == "asf":
        return both if any(guid in head for guid in _ASF_OBJECTS) else frozenset()
    return both if container_format == "mpegts" and _is_scrambled(head) else frozenset()


def _is_scrambled(head: bytes) -> bool:
    """Whether most packets with a payload have scrambling bits (ISO/IEC 13818-1, 2.4.3.3)."""
    scrambled = clear = 0
    for start in range(0, len(head) - _TRANSPORT_PACKET, _TRANSPORT_PACKET):
        if head[start] != _SYNC:
            return False
        pid = (head[start + 1] & 0x1F) << 8 | head[start + 2]
        if pid > 0x1F and pid != _NULL_PID:
            scrambled, clear = scrambled + bool(head[start + 3] & 0xC0), clear + (not head[start + 3] & 0xC0)
    return scrambled > clear


def _protected_iso_tracks(file: BinaryIO) -> frozenset[str]:
    """Return the kinds of the tracks whose sample entry is a protected one."""
    found = set()
    for track in _read_tracks(file):
        entries = track[at + 4 :] if (at := track.find(b"stsd")) >= 0 else b""
        entry = entries[12:16].decode("latin-1")  # version and flags, number of entries, size of the first
        kind = "video" if b"vide" in track[: max(at, 0)] else "audio"
        if entry.lower() in _TAGS:
            found.add(kind)
    return frozenset(found)


def _read_tracks(file: BinaryIO) -> list[bytes]:
    """Return the `trak` boxes of an ISO file."""
    position = 0
    while True:
        file.seek(position)
        header = file.read(16)
        if len(header) < 8:
            return []
        size, kind = int.from_bytes(header[:4], "big"), header[4:8]
        if size == 1:
            size = int.from_bytes(header[8:16], "big")
        if kind == b"moov":
            file.seek(position)
            return _split_tracks(file.read(min(size or _MAX_MOOV_BYTES, _MAX_MOOV_BYTES)))
        if size < 8:
            return []
        position += size


def _split_tracks(movie: bytes) -> list[bytes]:
    tracks, position = [], 8
    while position + 8 <= len(movie):
        size = int.from_bytes(movie[position : position + 4], "big")
        if movie[position + 4 : position + 8] == b"trak":
            tracks.append(movie[position : position + size])
        if size < 8:
            break
        position += size
    return tracks
