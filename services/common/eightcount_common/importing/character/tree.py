"""The joints of a BVH file as a tree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eightcount_common.importing.bvh import Bvh

_SHORT = 1e-3
"""Share of the whole character's size below which a bone has no length."""


class Tree:
    """Parents and children of the joints, and their distances in the rest pose.

    Attributes:
        parents: of each joint, -1 for the root.
        children: of each joint, in order.
        rest: [J, 3] positions of the joints in the rest pose, the first root at the origin.
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
            else:
                self.rest[joint] = bvh.offsets[joint] - bvh.offsets[0]
        self._size = float(self._along.max())

    def ancestors(self, joint: int) -> list[int]:
        """Return the ancestors of a joint, nearest first."""
        path = []
        while (joint := self.parents[joint]) >= 0:
            path.append(joint)
        return path

    def descendants(self, joint: int) -> list[int]:
        """Return the descendants of a joint, in the order of the file."""
        found, open_ = [], list(reversed(self.children[joint]))
        while open_:
            found.append(open_.pop())
            open_.extend(reversed(self.children[found[-1]]))
        return found

    def common_ancestor(self, joints: Sequence[int]) -> int:
        """Return the lowest common ancestor of the joints, which can be one of them; -1 under different roots."""
        paths = [[joint, *self.ancestors(joint)] for joint in joints]
        return next((joint for joint in paths[0] if all(joint in path for path in paths)), -1)

    def path(self, start: int, end: int) -> tuple[int, ...]:
        """Return the joints below `start` on the way down to `end`; empty when they are the same."""
        path = [end, *self.ancestors(end)]
        return tuple(path[: path.index(start)][::-1])

    def bone_length(self, start: int, end: int) -> float:
        """Return the length of the bones from a joint to its descendant, in the file's unit."""
        return float(self._along[end] - self._along[start])

    def distance(self, one: int, other: int) -> float:
        """Return the distance of two joints in the rest pose, in the file's unit."""
        return float(np.linalg.norm(self.rest[one] - self.rest[other]))

    def are_apart(self, one: int, other: int) -> bool:
        """Whether two joints have different positions in the rest pose."""
        return self.distance(one, other) > _SHORT * self._size
