"""Identification of a body by the shape of its tree, for joints whose names follow no convention."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from eightcount_common.importing.character.tree import Tree

Array = NDArray[np.float64]

_ALIKE = 0.03
"""Relative difference in length allowed between the bones of both sides."""
_LEAST_BONES = 3
"""Minimum number of bones of an arm or a leg, counted from the trunk."""
_CLEAR = 0.2
"""Minimum cosine at which a direction is unambiguous."""
_DOWN = -0.7
"""Maximum cosine between the legs and the trunk of a standing body."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two similar chains of joints that begin at the same joint, and their length."""

    start: int
    chains: tuple[tuple[int, ...], tuple[int, ...]]
    length: float


def find_body_by_shape(tree: Tree, positions: Array) -> dict[str, int] | None:
    """Return the joints of the keypoints of `BODY_12`; None when the shape is ambiguous.

    The two longest pairs of similar chains are legs and arms, the legs nearer to the root; the feet define ahead, and
    this defines left.

    Args:
        tree: the joints.
        positions: [J, 3] positions of a standing body, from which the sides are determined.
    """
    pairs = _find_pairs(tree)
    if len(pairs) < 2:
        return None
    legs, arms = sorted(pairs[:2], key=lambda pair: len(tree.ancestors(pair.start)))
    if len(tree.ancestors(legs.start)) == len(tree.ancestors(arms.start)):
        return None
    side = _find_side(tree, positions, legs, arms)
    if side is None:
        return None
    arm_side = _along(tree, positions, arms, side[1])
    if abs(arm_side) < _CLEAR:
        return None
    found = _name_joints(tree, legs, ("hip", "knee", "ankle"), first_is_left=side[0] > 0)
    return found | _name_joints(tree, arms, ("shoulder", "elbow", "wrist"), first_is_left=arm_side > 0)


def _find_pairs(tree: Tree) -> list[_Pair]:
    """Return pairs of chains by descending length, none within another."""
    ends = _find_ends(tree)
    candidates: list[_Pair] = []
    for start, children in enumerate(tree.children):
        chains = [(child, *tree.path(child, ends[child])) for child in children]
        chains = [chain for chain in chains if len(chain) >= _LEAST_BONES]
        candidates += [
            _Pair(start, (one, other), tree.bone_length(start, one[-1]))
            for one, other in combinations(chains, 2)
            if _are_similar(tree, start, one, other)
        ]
    taken: set[int] = set()
    pairs = []
    for pair in sorted(candidates, key=lambda pair: -pair.length):
        if not {pair.start, pair.chains[0][0], pair.chains[1][0]} & taken:
            pairs.append(pair)
            for chain in pair.chains:
                taken |= {chain[0], *tree.descendants(chain[0])}
    return pairs


def _find_ends(tree: Tree) -> list[int]:
    """Return [J] the farthest descendant of each joint, along the bones."""
    ends = list(range(len(tree.parents)))
    for joint in range(len(tree.parents) - 1, 0, -1):
        parent = tree.parents[joint]
        if (
            ends[parent] == parent
            or tree.bone_length(parent, ends[joint]) > tree.bone_length(parent, ends[parent]) + 1e-9
        ):
            ends[parent] = ends[joint]
    return ends


def _are_similar(tree: Tree, start: int, one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    if len(one) != len(other):
        return False
    lengths = np.array([[tree.bone_length(start, joint) for joint in chain] for chain in (one, other)])
    return bool(lengths[0, -1] > 0 and np.abs(lengths[0] - lengths[1]).max() < _ALIKE * lengths[0, -1])


def _find_limb(tree: Tree, chain: tuple[int, ...]) -> tuple[int, int, int]:
    """Return the start, the middle joint and the end of the two longest consecutive bones."""
    rows = zip(chain[:-2], chain[1:-1], chain[2:], strict=True)
    return max(rows, key=lambda row: tree.bone_length(row[0], row[2]))


def _find_side(tree: Tree, positions: Array, legs: _Pair, arms: _Pair) -> tuple[float, Array] | None:
    """Return how far the first leg is on the left, and the direction of left; None when the feet do not point ahead."""
    up = _unit(positions[arms.start] - positions[legs.start])
    limbs = [_find_limb(tree, chain) for chain in legs.chains]
    down = _unit(np.mean([positions[ankle] - positions[hip] for hip, _, ankle in limbs], axis=0))
    soles = [positions[chain[-1]] - positions[limb[2]] for chain, limb in zip(legs.chains, limbs, strict=True)]
    feet = _unit(np.mean(soles, axis=0))
    ahead = feet - feet @ up * up
    if down @ up > _DOWN or np.linalg.norm(ahead) < _CLEAR:
        return None
    left = np.cross(up, _unit(ahead))
    side = _along(tree, positions, legs, left)
    return None if abs(side) < _CLEAR else (side, left)


def _along(tree: Tree, positions: Array, pair: _Pair, left: Array) -> float:
    """Return the cosine between a direction and the line from the second chain to the first."""
    middles = [positions[_find_limb(tree, chain)[1]] for chain in pair.chains]
    return float(_unit(middles[0] - middles[1]) @ left)


def _unit(vector: Array) -> Array:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12))


def _name_joints(tree: Tree, pair: _Pair, parts: tuple[str, str, str], *, first_is_left: bool) -> dict[str, int]:
    left, right = pair.chains if first_is_left else pair.chains[::-1]
    return {
        f"{side}_{part}": joint
        for side, chain in (("left", left), ("right", right))
        for part, joint in zip(parts, _find_limb(tree, chain), strict=True)
    }
