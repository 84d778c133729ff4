"""Writes a dance as BVH, the text format that every animation program reads.

Centimetres, as usual for the format (import into Blender with scale 0.01); y up, the floor at 0, facing +z.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.rotations import Array
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.export.euler import to_zxy

UNITS_PER_METRE = 100.0

END_SITES = {
    "head": (0.0, 0.119, 0.0),
    "left_hand": (0.09, 0.0, 0.0),
    "right_hand": (-0.09, 0.0, 0.0),
    "left_foot": (0.0, 0.0, 0.07),
    "right_foot": (0.0, 0.0, 0.07),
}
"""Metres from the last joint of a chain to the end of its bone: top of the head, fingertips, toes."""

_ROTATIONS = "Zrotation Xrotation Yrotation"
_COUNT_WIDTH = 10


def write_bvh(pieces: Iterable[Dance], file: BinaryIO) -> Iterator[int]:
    """Write a dance piece by piece in constant memory; yield the number of written frames after each piece.

    Numbers have four decimals: micrometres and a ten-thousandth of a degree.

    Args:
        pieces: the dance, one or more frames in all.
        file: seekable; the number of frames is filled in at the end.

    Raises:
        InvalidInputError: EMPTY_DANCE; there is no frame.
    """
    file.write("".join(f"{line}\n" for line in ("HIERARCHY", *_joint(0, ""), "MOTION")).encode())
    file.write(b"Frames: ")
    count_at = file.tell()
    file.write(b" " * _COUNT_WIDTH + f"\nFrame Time: {1 / FRAME_RATE_HERTZ:.8f}\n".encode())
    frames, before = 0, None
    for piece in pieces:
        if len(piece):
            angles = to_zxy(piece.rotations, before=before)
            before = angles[-1]
            file.write(_lines(piece.root * UNITS_PER_METRE, angles))
            frames += len(piece)
        yield frames
    if not frames:
        raise InvalidInputError("a dance without frames cannot be written", reason="EMPTY_DANCE")
    file.seek(count_at)
    file.write(str(frames).rjust(_COUNT_WIDTH).encode())
    file.seek(0, 2)


def _lines(root: Array, angles: Array) -> bytes:
    """Return a line per frame, in the order of the hierarchy."""
    rows = np.concatenate([root, angles[:, _ORDER].reshape(len(angles), -1)], axis=1)
    line = " ".join(["%.4f"] * rows.shape[1]) + "\n"
    return "".join(line % tuple(row) for row in rows.tolist()).encode()


def _joint(joint: int, indent: str) -> Iterator[str]:
    """Yield the lines of a joint and its descendants."""
    root = BODY.parents[joint] < 0
    yield f"{indent}{'ROOT' if root else 'JOINT'} {BODY.joints[joint]}"
    yield f"{indent}{{"
    yield f"{indent}  OFFSET {_offset(BODY.offsets[joint])}"
    yield f"{indent}  CHANNELS " + (f"6 Xposition Yposition Zposition {_ROTATIONS}" if root else f"3 {_ROTATIONS}")
    for child in _children(joint):
        yield from _joint(child, indent + "  ")
    if BODY.joints[joint] in END_SITES:
        end = _offset(np.array(END_SITES[BODY.joints[joint]]))
        yield from (f"{indent}  {line}" for line in ("End Site", "{", f"  OFFSET {end}", "}"))
    yield f"{indent}}}"


def _children(joint: int) -> list[int]:
    return [child for child, parent in enumerate(BODY.parents) if parent == joint]


def _offset(metres: Array) -> str:
    return " ".join(f"{value:.6g}" for value in metres * UNITS_PER_METRE)


def _depth_first(joint: int) -> list[int]:
    return [joint, *(below for child in _children(joint) for below in _depth_first(child))]


_ORDER = _depth_first(0)
"""Joints in the order of the hierarchy."""
