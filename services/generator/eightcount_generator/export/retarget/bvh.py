"""Writes a dance as BVH on the skeleton of a character, with its hierarchy, unit and axes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import numpy as np

from eightcount_common.importing.bvh import Bvh
from eightcount_common.importing.character.character import Character
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.rotations import Array
from eightcount_generator.export.euler import to_ordered
from eightcount_generator.export.retarget.retargeting import Retargeting, Turns
from eightcount_generator.export.whole_dance import collect_pieces


def write_character_bvh(pieces: Iterable[Dance], character: Character, file: BinaryIO) -> Iterator[int]:
    """Write a dance for a character; yield the number of finished frames.

    The hierarchy is that of the file: names, offsets, order of channels, end sites. Angles have four decimals; joints
    without a counterpart in our body stay as they are at rest, or in the first frame where that is the character's
    stance.

    Raises:
        InvalidInputError: EMPTY_DANCE; there is no frame.
    """
    dance = yield from collect_pieces(pieces)
    table = _Table(Retargeting(character))
    file.write(b"".join(line + b"\n" for line in (b"HIERARCHY", *hierarchy_lines(character.bvh), b"MOTION")))
    file.write(f"Frames: {len(dance)}\nFrame Time: {1 / FRAME_RATE_HERTZ:.8f}\n".encode())
    for turns in table.retargeting.blocks(dance):
        file.write(table.lines(turns))
        yield len(dance)


class _Table:
    """Formats lines of channels; constant channels are formatted once."""

    def __init__(self, retargeting: Retargeting) -> None:
        self.retargeting = retargeting
        character = retargeting.character
        bvh = character.bvh
        first = np.cumsum([0, *map(len, bvh.channels)])
        words = [_number(value) for value in resting_channels(character)]
        joints = [one.joint for one in retargeting.joints]
        turned = [[first[joint] + at for at in _rotations(bvh, joint)] for joint in joints]
        self._orders = ["".join(bvh.channels[joint][at][0] for at in _rotations(bvh, joint)) for joint in joints]
        mover = bvh.channels[character.mover]
        self._positions = [first[character.mover] + mover.index(f"{axis}position") for axis in "XYZ"]
        added = bvh.parents[character.mover] >= 0 and character.counts_from_offset
        self._shift = bvh.offsets[character.mover] if added else np.zeros(3)
        moving = [*self._positions, *(column for columns in turned for column in columns)]
        decimals = _decimals(character.leg)
        for column in moving:
            words[column] = f"%.{decimals}f" if column in self._positions else "%.4f"
        self._line = " ".join(words) + "\n"
        self._order = np.argsort(moving)
        self._before: Array | None = None

    def lines(self, turns: Turns) -> bytes:
        """Return a line for each frame; the next call continues."""
        angles = to_ordered(turns.local, self._orders, before=self._before)
        self._before = angles[-1]
        rows = np.concatenate([turns.place - self._shift, angles.reshape(len(angles), -1)], axis=1)[:, self._order]
        return "".join(self._line % tuple(row) for row in rows.tolist()).encode()


def hierarchy_lines(bvh: Bvh) -> Iterator[bytes]:
    """Yield the lines of all joints; names are the bytes of the character's file, in whatever encoding it has."""
    open_: list[int] = []
    names = bvh.encoded_names or tuple(name.encode() for name in bvh.joints)
    for joint, (name, parent) in enumerate(zip(names, bvh.parents, strict=True)):
        while open_ and open_[-1] != parent:
            open_.pop()
            yield b"  " * len(open_) + b"}"
        indent = b"  " * len(open_)
        ends = is_end_site(bvh, joint)
        yield indent + (b"End Site" if ends else (b"JOINT " if open_ else b"ROOT ") + name)
        yield indent + b"{"
        yield indent + f"  OFFSET {' '.join(_number(value) for value in bvh.offsets[joint].tolist())}".encode()
        if not ends:
            yield indent + f"  CHANNELS {' '.join([str(len(bvh.channels[joint])), *bvh.channels[joint]])}".encode()
        open_.append(joint)
    while open_:
        open_.pop()
        yield b"  " * len(open_) + b"}"


def is_end_site(bvh: Bvh, joint: int) -> bool:
    """Return whether a joint was read from an end site."""
    parent = bvh.parents[joint]
    return (
        parent >= 0
        and not bvh.channels[joint]
        and bvh.joints[joint] == f"{bvh.joints[parent]} end"
        and joint not in bvh.parents
    )


def resting_channels(character: Character) -> list[float]:
    """[C] channels of the character in its stance."""
    bvh = character.bvh
    if not character.stance.at_rest:
        return [float(value) for value in bvh.values[0]]
    added = character.counts_from_offset
    return [
        0.0 if name.endswith("rotation") or (added and parent >= 0) else float(bvh.offsets[joint]["XYZ".index(name[0])])
        for joint, (parent, names) in enumerate(zip(bvh.parents, bvh.channels, strict=True))
        for name in names
    ]


def _rotations(bvh: Bvh, joint: int) -> list[int]:
    return [at for at, name in enumerate(bvh.channels[joint]) if name.endswith("rotation")]


def _decimals(leg: float) -> int:
    """Return the decimals that a micrometre of a person needs."""
    return int(np.clip(np.ceil(6 - np.log10(leg)), 4, 18))


def _number(value: float) -> str:
    """Return the shortest text that is read as the same number."""
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
