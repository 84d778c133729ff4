"""Motion capture in BVH files (Biovision; Meredith and Maddock, "Motion Capture File Formats Explained", 2001)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh_frames import read_frames
from eightcount_common.importing.bvh_hierarchy import read_hierarchy
from eightcount_common.importing.source import Source, read_bytes

MAX_BYTES = 128 * 2**20
"""Maximum bytes of text, counted after decompression: 57 joints for 15 minutes at 120 frames per second."""

_FRAMES_AT_ONCE = 4096
_AXES = "XYZ"

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bvh:
    """A skeleton of J joints and its motion over T frames, as stored in the file.

    Attributes:
        joints: J names; an end site is named after its joint, with the suffix " end".
        parents: J indices of the parent, -1 for the root; a parent comes before its children.
        offsets: [J, 3] from the parent, in the file's unit, x y z.
        channels: names of each joint's channels in their order; none for an end site.
        values: [T, C] of all channels in order: positions in the file's unit, rotations in degrees.
        frame_seconds: time from one frame to the next, as stated in the header.

    Raises:
        InvalidInputError: INVALID_BVH; the shapes do not agree.
    """

    joints: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: Array
    channels: tuple[tuple[str, ...], ...]
    values: Array
    frame_seconds: float

    def __post_init__(self) -> None:
        joints, width = len(self.joints), sum(map(len, self.channels))
        if not len(self.parents) == len(self.channels) == joints or self.offsets.shape != (joints, 3):
            raise InvalidInputError(
                f"BVH: each of {joints} joints requires a parent, an offset and channels", reason="INVALID_BVH"
            )
        if self.values.ndim != 2 or self.values.shape[1] != width:
            raise InvalidInputError(
                f"BVH: every frame must have {width} values; got shape {self.values.shape}", reason="INVALID_BVH"
            )

    def __len__(self) -> int:
        return int(self.values.shape[0])

    def positions(self) -> Array:
        """Return [T, J, 3] positions of the joints in the file's unit and axes, by forward kinematics.

        Rotations are applied in the order of the channels, each about the axes rotated by the previous ones. Position
        channels replace the offset.
        """
        parts = [self._forward_kinematics(self.values[start:stop])[0] for start, stop in self._split_frames()]
        return np.concatenate(parts)

    def pose(self, frame: int) -> tuple[Array, Array]:
        """Return [J, 3] positions and [J, 3, 3] rotations of the joints in the world, as in `positions`."""
        positions, rotations = self._forward_kinematics(self.values[frame : frame + 1])
        return positions[0], np.stack([turned[0] for turned in rotations])

    def _split_frames(self) -> Iterator[tuple[int, int]]:
        """Yield ranges of frames so small that their rotations take little memory."""
        for start in range(0, max(len(self), 1), _FRAMES_AT_ONCE):
            yield start, start + _FRAMES_AT_ONCE

    def _forward_kinematics(self, values: Array) -> tuple[Array, list[Array]]:
        frames = values.shape[0]
        positions = np.empty((frames, len(self.joints), 3))
        rotations: list[Array] = []
        first = 0
        for joint, (parent, channels) in enumerate(zip(self.parents, self.channels, strict=True)):
            columns = dict(zip(channels, values[:, first : first + len(channels)].T, strict=True))
            first += len(channels)
            shift, turn = _local_transform(columns, np.broadcast_to(self.offsets[joint], (frames, 3)))
            if parent < 0:
                positions[:, joint] = shift
                rotations.append(turn)
            else:
                positions[:, joint] = positions[:, parent] + (rotations[parent] @ shift[..., None])[..., 0]
                rotations.append(rotations[parent] @ turn if channels else rotations[parent])
        return positions, rotations


def _local_transform(columns: dict[str, Array], offset: Array) -> tuple[Array, Array]:
    """Return translation [T, 3] and rotation [T, 3, 3] of a joint relative to its parent."""
    shift = offset.copy()
    turn = np.broadcast_to(np.eye(3), (offset.shape[0], 3, 3))
    for name, column in columns.items():
        axis = _AXES.index(name[0])
        if name.endswith("position"):
            shift[:, axis] = column
        else:
            turn = turn @ _rotate_about(axis, np.radians(column))
    return shift, turn


def _rotate_about(axis: int, angles_rad: Array) -> Array:
    """Return [T, 3, 3] right-handed rotations about one axis."""
    following, last = (axis + 1) % 3, (axis + 2) % 3
    cosine, sine = np.cos(angles_rad), np.sin(angles_rad)
    matrices = np.zeros((angles_rad.shape[0], 3, 3))
    matrices[:, axis, axis] = 1
    matrices[:, following, following] = matrices[:, last, last] = cosine
    matrices[:, following, last], matrices[:, last, following] = -sine, sine
    return matrices


def read_bvh(source: Source, *, max_bytes: int = MAX_BYTES) -> Bvh:
    """Read a BVH file, plain or gzip: at most `MAX_BYTES` bytes, `MAX_FRAMES` frames and `MAX_JOINTS` joints.

    Raises:
        InvalidInputError: INVALID_BVH with the line and what was expected there, TOO_LARGE, DAMAGED_GZIP or
            UNREADABLE_FILE.
    """
    text = read_bytes(source, max_bytes=max_bytes, gunzip=True).decode("utf-8-sig", errors="replace")
    lines = text.split("\n")
    hierarchy = read_hierarchy(lines)
    frames = read_frames(lines, hierarchy)
    return Bvh(
        tuple(hierarchy.joints),
        tuple(hierarchy.parents),
        np.array(hierarchy.offsets, dtype=np.float64),
        tuple(names or () for names in hierarchy.channels),
        frames.values,
        frames.seconds,
    )
