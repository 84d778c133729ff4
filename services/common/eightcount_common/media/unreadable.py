"""Why a file cannot be opened as a video, from its first bytes: each kind of file with its own sentence."""

from __future__ import annotations

import re
from typing import BinaryIO

from eightcount_common.errors import UnusableMediaError

HEAD_BYTES = 4096
_CONTAINERS = (
    (4, b"ftyp"), (4, b"moov"), (4, b"mdat"), (4, b"free"), (4, b"skip"), (4, b"wide"), (4, b"moof"), (4, b"styp"),
    (0, b"\x1aE\xdf\xa3"), (0, b"RIFF"), (0, b"FLV\x01"), (0, b"OggS"), (0, b"fLaC"), (0, b"ID3"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"), (0, b"\x00\x00\x01\xba"), (0, b"\x00\x00\x01\xb3"),
)  # fmt: skip
"""(offset, bytes) at the start of containers; a file that has one and cannot be opened is truncated or damaged."""
_IMAGES = (
    (0, b"\xff\xd8\xff", "JPEG"), (0, b"\x89PNG", "PNG"), (0, b"GIF8", "GIF"), (0, b"BM", "BMP"),
    (0, b"II*\0", "TIFF"), (0, b"MM\0*", "TIFF"), (8, b"WEBP", "WebP"),
)  # fmt: skip
_IMAGE_BRANDS = {
    b"heic": "HEIC", b"heix": "HEIC", b"heim": "HEIC", b"heis": "HEIC", b"mif1": "HEIC", b"avif": "AVIF",
}  # fmt: skip
"""Major brands of ISO files that hold one image; `msf1`, `hevc` and `avis` are sequences."""
_ARCHIVES = ((b"PK\x03\x04", "zip"), (b"\x1f\x8b", "gzip"), (b"Rar!", "rar"), (b"7z\xbc\xaf\x27\x1c", "7z"))
_PLAYLIST = re.compile(rb"#EXTM3U|ffconcat|\[playlist\]|<MPD\b|<SmoothStreamingMedia|<CompositionPlaylist|<asx\b", re.I)
_WEB_PAGE = re.compile(rb"<!doctype html|<html\b|<head\b|<body\b", re.I)
_PRINTABLE_SHARE = 0.95


def has_image_brand(head: bytes) -> bool:
    """Whether the file is a image in an ISO container, which a reader of videos would open."""
    return head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS


def _name_image(head: bytes) -> str:
    """Return the name of the image format that a file begins like; empty for anything else."""
    if has_image_brand(head):
        return _IMAGE_BRANDS[head[8:12]]
    return next((name for offset, magic, name in _IMAGES if head[offset : offset + len(magic)] == magic), "")


def read_head(file: BinaryIO) -> bytes:
    """Return the first bytes of a file, and rewind it."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    return head


def build_unreadable_error(head: bytes) -> UnusableMediaError:
    """Return the error about a file that no reader takes: STILL_IMAGE, TRUNCATED_FILE or NOT_A_VIDEO."""
    if image := _name_image(head):
        return UnusableMediaError(f"the file is an image ({image}), not a video", reason="STILL_IMAGE")
    if what := _name_other(head):
        return UnusableMediaError(f"the file is not a video: it is {what}", reason="NOT_A_VIDEO")
    if any(head[offset : offset + len(magic)] == magic for offset, magic in _CONTAINERS) or _is_transport(head):
        return UnusableMediaError(
            "the file begins like a video, but it is truncated or damaged and cannot be read", reason="TRUNCATED_FILE"
        )
    return UnusableMediaError("the file is neither a video nor an audio file that can be read", reason="NOT_A_VIDEO")


def _name_other(head: bytes) -> str:
    if name := next((name for magic, name in _ARCHIVES if head.startswith(magic)), ""):
        return f"an archive ({name})"
    if head.startswith(b"%PDF"):
        return "a PDF document"
    if not _is_text(head):
        return ""
    if _PLAYLIST.search(head):
        return "a playlist, which only names other files"
    return "a web page" if _WEB_PAGE.search(head) else "text"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.replace(b"\0", b"")[2:]
    if b"\0" in head or not head:
        return False
    printable = sum(byte >= 32 or byte in b"\t\r\n\f" for byte in head)
    return printable >= _PRINTABLE_SHARE * len(head) and _decodes(head)


def _decodes(head: bytes) -> bool:
    try:
        head[: max(len(head) - 4, 1)].decode("utf-8")
    except UnicodeDecodeError:
        return all(byte < 128 for byte in head[:64])
    return True


def _is_transport(head: bytes) -> bool:
    """Whether the head is a transport stream: packets of 188 bytes that begin with 0x47."""
    return len(head) > 3 * 188 and all(head[position] == 0x47 for position in range(0, 3 * 188, 188))
