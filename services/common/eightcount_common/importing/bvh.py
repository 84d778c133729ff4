"""Motion capture in BVH files (Biovision; Meredith and Maddock, "Motion Capture File Formats Explained", 2001)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh_frames import read_frames
from eightcount_common.importing.bvh_hierarchy import Hierarchy, read_hierarchy
from eightcount_common.importing.bvh_text import decode_lines, encode_name, show_names
from eightcount_common.importing.notes import FileNote
from eightcount_common.importing.source import Source, read_bytes

MAX_BYTES = 128 * 2**20
"""Maximum bytes of text, counted after decompression: 57 joints for 15 minutes at 120 frames per second."""

_ROTATIONS_AT_ONCE = 200_000
_FRAMES_LOOKED_AT = 100
_NEARER = 0.5
_AXES = "XYZ"

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bvh:
    """A skeleton of J joints and its motion over T frames, as stored in the file.

    Attributes:
        joints: J names; an end site is named after its joint, with the suffix " end".
        parents: J indices of the parent, -1 for a root; a parent comes before its children.
        offsets: [J, 3] from the parent, in the file's unit, x y z.
        channels: names of each joint's channels in their order; none for an end site.
        values: [T, C] of all channels in order: positions in the file's unit, rotations in degrees.
        frame_seconds: time from one frame to the next, as stated in the header.
        encoded_names: J names as bytes of the file, in whatever encoding it has; those of `joints` in UTF-8 if empty.
        notes: where the file was read differently from what it states.

    Raises:
        InvalidInputError: INVALID_BVH; the shapes do not agree.
    """

    joints: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: Array
    channels: tuple[tuple[str, ...], ...]
    values: Array
    frame_seconds: float
    encoded_names: tuple[bytes, ...] = ()
    notes: tuple[FileNote, ...] = field(default=())

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

    def positions(self, joints: Sequence[int] | None = None) -> Array:
        """Return [T, J, 3] positions of the joints in the file's unit and axes, by forward kinematics.

        Args:
            joints: indices of the required ones; all if not given. Only they and what they hang on take memory.

        Rotations are applied in the order of the channels, each about the axes rotated by the previous ones. Position
        channels replace the offset, or are added to it where the file is written so (`adds_positions`).
        """
        wanted = list(range(len(self.joints))) if joints is None else list(joints)
        needed = self._with_ancestors(wanted)
        parts = []
        for start, stop in self._split_frames(len(needed)):
            places, _ = self._forward_kinematics(self.values[start:stop], needed)
            parts.append(np.stack([places[joint] for joint in wanted], axis=1))
        return np.concatenate(parts)

    def pose(self, frame: int) -> tuple[Array, Array]:
        """Return [J, 3] positions and [J, 3, 3] rotations of the joints in the world, as in `positions`."""
        everything = range(len(self.joints))
        positions, rotations = self._forward_kinematics(self.values[frame : frame + 1], set(everything))
        places, turned = ([found[joint][0] for joint in everything] for found in (positions, rotations))
        return np.stack(places), np.stack(turned)

    @property
    def adds_positions(self) -> bool:
        """Whether position channels below the roots are relative to the offsets: they are nearer to 0 than to those."""
        beside_zero, beside_offset, column = 0.0, 0.0, 0
        some = self.values[:: max(len(self) // _FRAMES_LOOKED_AT, 1)]
        for parent, names, offset in zip(self.parents, self.channels, self.offsets, strict=True):
            for at, name in enumerate(names, start=column):
                if parent >= 0 and name.endswith("position"):
                    beside_zero += float(np.abs(some[:, at]).sum())
                    beside_offset += float(np.abs(some[:, at] - offset[_AXES.index(name[0])]).sum())
            column += len(names)
        return beside_zero < _NEARER * beside_offset

    def _with_ancestors(self, joints: Sequence[int]) -> set[int]:
        """Return the joints and all that they hang on."""
        needed = set(joints)
        for joint in range(len(self.joints) - 1, -1, -1):
            if joint in needed and self.parents[joint] >= 0:
                needed.add(self.parents[joint])
        return needed

    def _split_frames(self, joints: int) -> Iterator[tuple[int, int]]:
        """Yield ranges of frames so small that the rotations of this many joints take little memory."""
        step = max(_ROTATIONS_AT_ONCE // max(joints, 1), 1)
        for start in range(0, max(len(self), 1), step):
            yield start, start + step

    def _forward_kinematics(self, values: Array, needed: set[int]) -> tuple[dict[int, Array], dict[int, Array]]:
        """Return [T, 3] positions and [T, 3, 3] rotations of some joints, of which each one's parent is one, too."""
        frames = values.shape[0]
        positions: dict[int, Array] = {}
        rotations: dict[int, Array] = {}
        added = self.adds_positions
        first = 0
        for joint, (parent, channels) in enumerate(zip(self.parents, self.channels, strict=True)):
            columns = dict(zip(channels, values[:, first : first + len(channels)].T, strict=True))
            first += len(channels)
            if joint not in needed:
                continue
            if parent >= 0 and not channels:
                positions[joint] = positions[parent] + rotations[parent] @ self.offsets[joint]
                rotations[joint] = rotations[parent]
                continue
            shift, turn = _local_transform(
                columns, np.broadcast_to(self.offsets[joint], (frames, 3)), added=added and parent >= 0
            )
            if parent < 0:
                positions[joint], rotations[joint] = shift, turn
            else:
                positions[joint] = positions[parent] + (rotations[parent] @ shift[..., None])[..., 0]
                rotations[joint] = rotations[parent] @ turn
        return positions, rotations


def _local_transform(columns: dict[str, Array], offset: Array, *, added: bool) -> tuple[Array, Array]:
    """Return translation [T, 3] and rotation [T, 3, 3] of a joint relative to its parent."""
    shift = offset.copy()
    turn = np.broadcast_to(np.eye(3), (offset.shape[0], 3, 3))
    for name, column in columns.items():
        axis = _AXES.index(name[0])
        if name.endswith("position"):
            shift[:, axis] = shift[:, axis] + column if added else column
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
            UNREADABLE_FILE; FRAME_RATE_UNKNOWN.
    """
    lines = decode_lines(read_bytes(source, max_bytes=max_bytes, gunzip=True))
    hierarchy = read_hierarchy(lines)
    frames = read_frames(lines, hierarchy)
    return build_bvh(hierarchy, frames.values, frames.seconds, frames.notes)


def build_bvh(hierarchy: Hierarchy, values: Array, frame_seconds: float, notes: tuple[FileNote, ...] = ()) -> Bvh:
    """Return a hierarchy as it was read together with [T, C] values of its channels."""
    encoded = tuple(encode_name(name) for name in hierarchy.joints)
    return Bvh(
        show_names(encoded),
        tuple(hierarchy.parents),
        np.array(hierarchy.offsets, dtype=np.float64),
        tuple(names or () for names in hierarchy.channels),
        values,
        frame_seconds,
        encoded,
        notes,
    )
