"""Reading the skeleton of a BVH file, with only the first frame of its motion."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import Bvh, build_bvh
from eightcount_common.importing.bvh_frames import read_frames
from eightcount_common.importing.bvh_hierarchy import Hierarchy, read_hierarchy
from eightcount_common.importing.bvh_text import decode_lines
from eightcount_common.importing.source import Source

MAX_BYTES = 4 * 2**20
"""Bytes of text that are read: a thousand joints and their first frame take a tenth of it."""

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31


def read_skeleton(source: Source) -> Bvh:
    """Read the hierarchy of a BVH file, plain or gzip, with its first frame, or with the rest pose without frames.

    Raises:
        InvalidInputError: INVALID_BVH with the line and what was expected there, DAMAGED_GZIP or UNREADABLE_FILE.
    """
    lines = decode_lines(_read_beginning(source))
    hierarchy = read_hierarchy(lines)
    after = [line for line in lines[hierarchy.motion_line :] if line.strip()]
    counted = after[0].split(":") if after else [""]
    if len(after) > 2 and counted[-1].strip() != "0":
        values = read_frames(lines, hierarchy, only_first=True).values
    else:
        values = _rest_channels(hierarchy)
    return build_bvh(hierarchy, values, 1.0)


def _rest_channels(hierarchy: Hierarchy) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return [1, C] channels of the rest pose: every joint at its offset, without rotation."""
    row = [
        (offset or (0.0, 0.0, 0.0))["XYZ".index(name[0])] if name.endswith("position") else 0.0
        for names, offset in zip(hierarchy.channels, hierarchy.offsets, strict=True)
        for name in names or ()
    ]
    return np.array([row], dtype=np.float64)


def _read_beginning(source: Source) -> bytes:
    try:
        if isinstance(source, (str, Path)):
            with Path(source).open("rb") as file:
                data = file.read(MAX_BYTES)
        else:
            data = source.read(MAX_BYTES)
        if data.startswith(_GZIP_MAGIC):
            data = zlib.decompressobj(_GZIP_WINDOW).decompress(data, MAX_BYTES)
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or error}"
        raise InvalidInputError(message, reason="UNREADABLE_FILE") from error
    except zlib.error as error:
        raise InvalidInputError(f"the gzip file is damaged: {error}", reason="DAMAGED_GZIP") from error
    return data
