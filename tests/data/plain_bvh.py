"""A reader of well-formed BVH that shares nothing with ours: names as bytes, and positions by scipy."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation


def read_plain_bvh(data: bytes) -> dict[bytes, np.ndarray]:
    """Return [T, 3] positions of each joint by its name, in the file's unit; position channels replace the offset."""
    head, _, motion = data.partition(b"\nMOTION\n")
    names: list[bytes] = []
    parents: list[int] = []
    offsets: list[np.ndarray] = []
    channels: list[list[str]] = []
    open_: list[int] = []
    for line in head.split(b"\n"):
        word, _, rest = line.strip().partition(b" ")
        if word in (b"ROOT", b"JOINT", b"End"):
            names.append(rest)
            parents.append(open_[-1] if open_ else -1)
            channels.append([])
            offsets.append(np.zeros(3))
            open_.append(len(names) - 1)
        elif word == b"OFFSET":
            offsets[open_[-1]] = np.array(rest.split(), float)
        elif word == b"CHANNELS":
            channels[open_[-1]] = rest.decode().split()[1:]
        elif word == b"}":
            open_.pop()
    rows = np.array([line.split() for line in motion.split(b"\n")[2:] if line.strip()], float)
    return _positions(names, parents, offsets, channels, rows)


def _positions(
    names: list[bytes], parents: list[int], offsets: list[np.ndarray], channels: list[list[str]], rows: np.ndarray
) -> dict[bytes, np.ndarray]:
    places: list[np.ndarray] = []
    turns: list[Rotation] = []
    found: dict[bytes, np.ndarray] = {}
    column = 0
    for name, parent, offset, own in zip(names, parents, offsets, channels, strict=True):
        values = dict(zip(own, rows[:, column : column + len(own)].T, strict=True))
        column += len(own)
        shift = np.tile(offset, (len(rows), 1))
        for axis in range(3):
            if (moved := values.get(f"{'XYZ'[axis]}position")) is not None:
                shift[:, axis] = moved
        order = "".join(channel[0] for channel in own if channel.endswith("rotation"))
        angles = [values[channel] for channel in own if channel.endswith("rotation")]
        turn = Rotation.from_euler(order, np.stack(angles, axis=1), degrees=True) if order else None
        above = turns[parent] if parent >= 0 else None
        places.append(places[parent] + above.apply(shift) if above is not None else shift)
        turns.append(
            turn if above is None and turn is not None else above * turn if turn is not None and above is not None
            else above if above is not None else Rotation.identity(len(rows))
        )  # fmt: skip
        found.setdefault(name, places[-1])
    return found
