"""Cropping that only the container states: FFmpeg's interface for Python does not pass it on.

MP4 and QuickTime state a clean aperture (`clap`, ISO/IEC 14496-12, section 12.1.4), Matroska states `PixelCropTop` and
so on (RFC 9559, section 5.1.4.1.28). Only the boxes and elements on the way to these are read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO

from eightcount_common.media.presentation import UNCROPPED, Crop, Size

_CONTAINER_BOXES = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_SAMPLE_ENTRY_BYTES = 78
_MAX_TABLE_BYTES = 1 << 20
_MAX_BOXES = 20_000

_SEGMENT, _TRACKS, _ENTRY, _VIDEO, _CLUSTER = 0x18538067, 0x1654AE6B, 0xAE, 0xE0, 0x1F43B675
_CROPS = {0x54CC: "left", 0x54BB: "top", 0x54DD: "right", 0x54AA: "bottom"}
_WIDTH, _HEIGHT, _SHOWN_WIDTH, _SHOWN_HEIGHT, _UNIT = 0xB0, 0xBA, 0x54B0, 0x54BA, 0x54B2
_UNKNOWN_UNIT = 4


@dataclass(frozen=True, slots=True)
class StatedView:
    """Statements of a container about the images of one track.

    Attributes:
        crop: pixels of the stored image that are not shown.
        pixel_aspect: width over height of a stored pixel; None when FFmpeg's reading of the file holds.
    """

    crop: Crop = UNCROPPED
    pixel_aspect: Fraction | None = None


UNSTATED = StatedView()


def read_stated_view(file: BinaryIO, container: str, *, video_index: int, track_id: int) -> StatedView:
    """Return the cropping of a video track; none when it is not stated or the file is damaged.

    Args:
        file: seekable; its position is restored, as a decoder may be reading it.
        container: FFmpeg's name of the format.
        video_index: number of the track among the video tracks of a Matroska file, from 0.
        track_id: the track's number in an MP4 file.
    """
    position = file.tell()
    try:
        if "mp4" in container:
            return _read_mp4(file, track_id)
        if "matroska" in container:
            return _read_matroska(file, video_index)
    except (struct.error, ValueError, IndexError, ZeroDivisionError, EOFError):
        return UNSTATED
    finally:
        file.seek(position)
    return UNSTATED


# --- MP4 and QuickTime ---


@dataclass(frozen=True, slots=True)
class _Box:
    name: bytes
    start: int
    end: int


def _list_boxes(file: BinaryIO, start: int, end: int) -> Iterator[_Box]:
    """Yield the boxes between two positions; an impossible size ends them."""
    for _ in range(_MAX_BOXES):
        file.seek(start)
        head = file.read(16)
        if start + 8 > end or len(head) < 8:
            return
        size, name = struct.unpack_from(">I4s", head)
        header = 8
        if size == 1:
            size, header = struct.unpack_from(">Q", head, 8)[0], 16
        elif size == 0:
            size = end - start
        if size < header:
            return
        yield _Box(name, start + header, min(start + size, end))
        start += size


def _find_boxes(file: BinaryIO, box: _Box, *path: bytes) -> Iterator[_Box]:
    """Yield the boxes at a path below a box."""
    for child in _list_boxes(file, box.start, box.end):
        if child.name == path[0]:
            if len(path) == 1:
                yield child
            else:
                yield from _find_boxes(file, child, *path[1:])


def _read_mp4(file: BinaryIO, track_id: int) -> StatedView:
    whole = _Box(b"", 0, file.seek(0, 2))
    for track in _find_boxes(file, whole, b"moov", b"trak"):
        header = next(_find_boxes(file, track, b"tkhd"), None)
        if header is None:
            continue
        number, shown = _parse_track_header(_read(file, header))
        if number != track_id:
            continue
        for table in _find_boxes(file, track, b"mdia", b"minf", b"stbl", b"stsd"):
            return _parse_sample_entry(_read(file, table), shown)
    return UNSTATED


def _read(file: BinaryIO, box: _Box) -> bytes:
    file.seek(box.start)
    return file.read(min(box.end - box.start, _MAX_TABLE_BYTES))


def _parse_track_header(data: bytes) -> tuple[int, tuple[int, int]]:
    """Return the track's number, and width and height in 65536ths in which it is shown."""
    long = data[0] == 1
    (number,) = struct.unpack_from(">I", data, 20 if long else 12)
    width, height = struct.unpack_from(">II", data, 88 if long else 76)
    return number, (width, height)


def _parse_sample_entry(data: bytes, shown: tuple[int, int]) -> StatedView:
    """Return what the first sample entry of `stsd` says."""
    (entry_bytes,) = struct.unpack_from(">I", data, 8)
    width, height = struct.unpack_from(">HH", data, 8 + 8 + 24)
    boxes = dict(_split_boxes(data[8 + 8 + _SAMPLE_ENTRY_BYTES : 8 + entry_bytes]))
    if b"clap" not in boxes:
        return UNSTATED
    crop = _parse_clean_aperture(boxes[b"clap"], Size(width, height))
    if not crop.fits(Size(width, height)) or crop == UNCROPPED:
        return UNSTATED
    if b"pasp" in boxes:
        across, down = struct.unpack_from(">II", boxes[b"pasp"])
        return StatedView(crop, Fraction(across, down))
    if not all(shown) or shown == (width << 16, height << 16):  # some programs add `clap` and leave the rest alone
        return StatedView(crop, Fraction(1))
    clean = crop.shrink(Size(width, height))
    return StatedView(crop, Fraction(shown[0] * clean.height, shown[1] * clean.width))


def _split_boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    start = 0
    while start + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, start)
        if size < 8:
            return
        yield name, data[start + 8 : start + size]
        start += size


def _parse_clean_aperture(data: bytes, stored: Size) -> Crop:
    """Return the crop to the clean aperture, to the nearest whole pixels."""
    numbers = struct.unpack_from(">IIIIiIiI", data)
    width, height, across, down = (Fraction(numbers[index], numbers[index + 1]) for index in (0, 2, 4, 6))
    left = round((stored.width - width) / 2 + across)
    top = round((stored.height - height) / 2 + down)
    return Crop(left, top, stored.width - left - round(width), stored.height - top - round(height))


# --- Matroska ---


def _read_matroska(file: BinaryIO, video_index: int) -> StatedView:
    end = file.seek(0, 2)
    for name, start, stop in _list_elements(file, 0, end):
        if name == _SEGMENT:
            return _read_segment(file, start, stop, video_index)
    return UNSTATED


def _read_segment(file: BinaryIO, start: int, stop: int, video_index: int) -> StatedView:
    for name, begin, end in _list_elements(file, start, stop):
        if name == _CLUSTER:
            return UNSTATED
        if name == _TRACKS:
            videos = [
                _parse_video(file, first, last)
                for entry, entry_start, entry_end in _list_elements(file, begin, end)
                if entry == _ENTRY
                for part, first, last in _list_elements(file, entry_start, entry_end)
                if part == _VIDEO
            ]
            return videos[video_index] if video_index < len(videos) else UNSTATED
    return UNSTATED


def _parse_video(file: BinaryIO, start: int, stop: int) -> StatedView:
    values = {}
    for name, begin, end in _list_elements(file, start, stop):
        if end - begin <= 8:
            file.seek(begin)
            values[name] = int.from_bytes(file.read(end - begin), "big")
    stored = Size(values[_WIDTH], values[_HEIGHT]) if {_WIDTH, _HEIGHT} <= values.keys() else Size(0, 0)
    crop = Crop(**{side: values.get(name, 0) for name, side in _CROPS.items()})
    if crop == UNCROPPED or not crop.fits(stored):
        return UNSTATED
    clean = crop.shrink(stored)
    if values.get(_UNIT) == _UNKNOWN_UNIT or not values.get(_SHOWN_WIDTH) or not values.get(_SHOWN_HEIGHT):
        return StatedView(crop, Fraction(1))
    shown = Fraction(values[_SHOWN_WIDTH], values[_SHOWN_HEIGHT])
    return StatedView(crop, shown * Fraction(clean.height, clean.width))


def _list_elements(file: BinaryIO, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """Yield name, start and end of the elements between two positions (EBML, RFC 8794, section 4)."""
    for _ in range(_MAX_BOXES):
        if start + 2 > stop:
            return
        file.seek(start)
        head = file.read(12)
        name, name_bytes = _parse_number(head, keep_marker=True)
        size, size_bytes = _parse_number(head[name_bytes:], keep_marker=False)
        begin = start + name_bytes + size_bytes
        unknown = size == (1 << 7 * size_bytes) - 1
        end = stop if unknown else min(begin + size, stop)
        yield name, begin, end
        start = end


def _parse_number(data: bytes, *, keep_marker: bool) -> tuple[int, int]:
    """Return a number of variable length, and its length."""
    if not data or not data[0]:
        raise EOFError
    count = 9 - data[0].bit_length()
    value = int.from_bytes(data[:count], "big")
    return (value if keep_marker else value & ((1 << 7 * count) - 1)), count
