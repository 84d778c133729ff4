"""The joints of a BVH file as a tree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eightcount_common.importing.bvh import Bvh

_SHORT = 1e-3
"""Share of the whole character's size below which a bone has no length."""


class Tree:
    """Who hangs on whom, and how far apart joints rest.

    Attributes:
        parents: of each joint, -1 for the root.
        children: of each joint, in order.
        rest: [J, 3] where the joints are when nothing is turned, the root at the origin.
    """

    def __init__(self, bvh: Bvh) -> None:
        self.parents = bvh.parents
        self.children: list[list[int]] = [[] for _ in bvh.parents]
        self.rest = np.zeros_like(bvh.offsets)
        self._along = np.zeros(len(bvh.parents))
        for joint, parent in enumerate(bvh.parents):
            if parent >= 0:
                self.children[parent].append(joint)
                self.rest[joint] = self.rest[parent] + bvh.offsets[joint]
                self._along[joint] = self._along[parent] + np.linalg.norm(bvh.offsets[joint])
        self._size = float(self._along.max())

    def above(self, joint: int) -> list[int]:
        """The joints above a joint, nearest first."""
        path = []
        while (joint := self.parents[joint]) >= 0:
            path.append(joint)
        return path

    def below(self, joint: int) -> list[int]:
        """All that hangs on a joint, in the order of the file."""
        found, open_ = [], list(reversed(self.children[joint]))
        while open_:
            found.append(open_.pop())
            open_.extend(reversed(self.children[found[-1]]))
        return found

    def common(self, joints: Sequence[int]) -> int:
        """The lowest joint above all of these, or one of them."""
        paths = [[joint, *self.above(joint)] for joint in joints]
        return next(joint for joint in paths[0] if all(joint in path for path in paths))

    def path(self, start: int, end: int) -> tuple[int, ...]:
        """From below `start` down the tree to `end`; nothing when they are one."""
        path = [end, *self.above(end)]
        return tuple(path[: path.index(start)][::-1])

    def length(self, start: int, end: int) -> float:
        """Of all bones from a joint to one that hangs on it, in the file's unit."""
        return float(self._along[end] - self._along[start])

    def reach(self, one: int, other: int) -> float:
        """How far apart two joints rest, in the file's unit."""
        return float(np.linalg.norm(self.rest[one] - self.rest[other]))

    def apart(self, one: int, other: int) -> bool:
        """Whether two joints rest in different places."""
        return self.reach(one, other) > _SHORT * self._size
