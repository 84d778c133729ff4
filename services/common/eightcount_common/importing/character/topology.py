"""Identification of a body by the shape of its tree, for joints whose names follow no convention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from eightcount_common.importing.character.tree import Tree
from eightcount_common.importing.joint_names import LIMBS, SIDES, Limb, normalise_name, side_of

Array = NDArray[np.float64]
Chain = tuple[int, ...]

_ALIKE = 0.08
"""Relative difference in length allowed between the bones of both sides."""
_LEAST_BONES = 3
"""Minimum number of bones of an arm or a leg, counted from the trunk."""
_CLEAR = 0.2
"""Minimum cosine at which a direction is unambiguous."""
_DOWN = -0.7
"""Maximum cosine between the legs and the trunk of a standing body."""
_PAIRS_LOOKED_AT = 60
"""Maximum number of pairs of chains that are considered, the longest."""
_CHAINS_LOOKED_AT = 64
"""Maximum number of chains that begin at one joint, those with most bones."""
_WORST = 2.0
"""Largest sum of deviations from the proportions of a person, in octaves, that is accepted."""
_CLEARER = 0.1
"""Minimum difference in this sum between the best and the next."""
_PROPORTIONS = {"arm": 1.08, "leg": 1.0, "arm to leg": 0.63, "leg to trunk": 1.65, "shoulders to leg": 0.4}
"""Upper arm to forearm, thigh to shin, arm (two bones) to leg, leg to the distance of shoulders from hips, and width of
the shoulders to leg."""
_SLACK = {"arm": 0.15, "leg": 0.15, "arm to leg": 0.15, "leg to trunk": 0.15, "shoulders to leg": 0.3}
"""Octaves that a proportion may be off without counting."""
_SMALLEST = 1e-3
_WORDS: dict[Limb, tuple[str, ...]] = {
    "arm": ("arm", "elbow", "wrist", "hand", "humerus", "腕", "ひじ", "手"),
    "leg": ("leg", "thigh", "knee", "shin", "calf", "foot", "ankle", "toe", "足", "ひざ"),
}
_OTHER_WORDS = (
    "hair", "skirt", "tail", "wing", "sleeve", "ribbon", "breast", "bust", "cloth", "cape", "coat", "prop", "髪",
    "スカート", "袖", "胸",
)  # fmt: skip
_TWIST_WORDS = ("twist", "roll", "捩")


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two similar chains of joints that begin at the same joint; the limb in each, and its bones' lengths."""

    start: int
    chains: tuple[Chain, Chain]
    limbs: tuple[Chain, Chain]
    upper: float
    lower: float
    words: frozenset[str] = field(default=frozenset())

    @property
    def length(self) -> float:
        """Length of both bones."""
        return self.upper + self.lower


def find_body_by_shape(
    tree: Tree, positions: Array, names: Sequence[str] = (), named: Mapping[Limb, Mapping[str, int]] | None = None
) -> dict[str, int] | None:
    """Return the joints of the keypoints of `BODY_12`; None when the shape is ambiguous.

    Of the pairs of similar chains, those are legs and arms that have the proportions of a person and hang down from the
    hips or on the trunk above; names that say arm or leg help. Left and right are distinguished by names, otherwise
    by the feet, which point ahead.

    Args:
        tree: the joints.
        positions: [J, 3] positions of a standing body, from which the sides are determined.
        names: of the joints; none where they say nothing.
        named: arms or legs that are known.
    """
    named = named or {}
    pairs = _find_pairs(tree, names or [""] * len(tree.parents))
    found = _choose_limbs(tree, positions, pairs, named)
    if found is None:
        return None
    legs, arms = found
    sides = _tell_sides(positions, names, legs, arms)
    if sides is None:
        return None
    return {
        **_name_joints(legs, "leg", first_is_left=sides[0]),
        **_name_joints(arms, "arm", first_is_left=sides[1]),
    } | {keypoint: joint for limb in named.values() for keypoint, joint in limb.items()}


def _choose_limbs(
    tree: Tree, positions: Array, pairs: Sequence[_Pair], named: Mapping[Limb, Mapping[str, int]]
) -> tuple[_Pair, _Pair] | None:
    """Return legs and arms: the most human of all combinations, unless another is nearly as human."""
    rated = [
        (_rate(positions, legs, arms), legs, arms)
        for legs in pairs
        for arms in pairs
        if _agree(legs, named.get("leg")) and _agree(arms, named.get("arm")) and _fit(tree, positions, legs, arms)
    ]
    rated.sort(key=lambda one: one[0])
    if not rated or rated[0][0] > _WORST:
        return None
    best = rated[0]
    rivals = [rate for rate, legs, arms in rated[1:] if (legs.limbs, arms.limbs) != (best[1].limbs, best[2].limbs)]
    return None if rivals and rivals[0] - best[0] < _CLEARER else (best[1], best[2])


def _agree(pair: _Pair, known: Mapping[str, int] | None) -> bool:
    """Whether the chains of a pair contain a limb that is known."""
    if known is None:
        return True
    joints = {joint for chain in pair.chains for joint in chain}
    return set(known.values()) <= joints


def _fit(tree: Tree, positions: Array, legs: _Pair, arms: _Pair) -> bool:
    """Whether the legs point down from where the arms are, and neither hangs on the other."""
    if legs.start == arms.start or {*legs.chains[0], *legs.chains[1]} & {*arms.chains[0], *arms.chains[1]}:
        return False
    if any(chain[0] in (arms.start, *tree.ancestors(arms.start)) for chain in legs.chains):
        return False
    if any(chain[0] in (legs.start, *tree.ancestors(legs.start)) for chain in arms.chains):
        return False
    up = positions[arms.start] - positions[legs.start]
    down = np.mean([positions[limb[2]] - positions[limb[0]] for limb in legs.limbs], axis=0)
    return bool(_unit(down) @ _unit(up) < _DOWN)


def _rate(positions: Array, legs: _Pair, arms: _Pair) -> float:
    """Return the deviation from the proportions of a person in octaves, less what the names say.

    Legs that end above the lowest joint deviate by as much as they are shorter than that.
    """
    hips, shoulders = (np.mean([positions[limb[0]] for limb in pair.limbs], axis=0) for pair in (legs, arms))
    trunk = max(float(np.linalg.norm(shoulders - hips)), 1e-12)
    width = np.subtract(*(positions[limb[0]] for limb in arms.limbs))
    ratios = {
        "arm": arms.upper / arms.lower,
        "leg": legs.upper / legs.lower,
        "arm to leg": arms.length / legs.length,
        "leg to trunk": legs.length / trunk,
        "shoulders to leg": float(np.linalg.norm(width)) / legs.length,
    }
    off = sum(
        max(abs(np.log2(max(ratio, _SMALLEST) / _PROPORTIONS[name])) - _SLACK[name], 0.0)
        for name, ratio in ratios.items()
    )
    up = _unit(shoulders - hips)
    above = min(float(positions[chain[-1]] @ up) for chain in legs.chains) - float((positions @ up).min())
    told = ("leg" in legs.words) - ("arm" in legs.words) + ("arm" in arms.words) - ("leg" in arms.words)
    return float(off) + above / legs.length - 0.5 * told + 2.0 * ("other" in legs.words or "other" in arms.words)


def _find_pairs(tree: Tree, names: Sequence[str]) -> list[_Pair]:
    """Return pairs of similar chains with each way to find two bones in them, the longest first."""
    ends = _find_ends(tree)
    found: list[_Pair] = []
    for start, children in enumerate(tree.children):
        chains = [(child, *tree.path(child, ends[child])) for child in children]
        chains = sorted((chain for chain in chains if len(chain) >= _LEAST_BONES), key=len)[-_CHAINS_LOOKED_AT:]
        for one, other in combinations(chains, 2):
            alike = _count_alike(tree, start, one, other)
            if alike >= _LEAST_BONES:
                found += _read_limbs(tree, names, start, (one[:alike], other[:alike]))
    return sorted(found, key=lambda pair: -pair.length)[:_PAIRS_LOOKED_AT]


def _read_limbs(tree: Tree, names: Sequence[str], start: int, chains: tuple[Chain, Chain]) -> Iterator[_Pair]:
    """Yield every two consecutive bones of both chains; with twist bones, also without these."""
    plain = [joint for joint in chains[0] if not any(word in names[joint].lower() for word in _TWIST_WORDS)]
    kept = [chains[0].index(joint) for joint in plain]
    words = _read_words([names[joint] for chain in chains for joint in chain])
    kept = kept if len(kept) >= _LEAST_BONES else list(range(len(chains[0])))
    halves = _merge_halves(tree, chains[0], kept)
    for rows in dict.fromkeys([*_triples(kept), *_triples(halves)]):
        limbs = tuple(tuple(chain[row] for row in rows) for chain in chains)
        upper, lower = (tree.bone_length(limbs[0][at], limbs[0][at + 1]) for at in range(2))
        if upper > 0 and lower > 0:
            yield _Pair(start, chains, (limbs[0], limbs[1]), upper, lower, words)


def _read_words(names: Sequence[str]) -> frozenset[str]:
    plain = [normalise_name(name) for name in names]
    limbs: set[str] = {limb for limb, words in _WORDS.items() if any(word in name for name in plain for word in words)}
    other = any(word in name for name in plain for word in _OTHER_WORDS) or any(name.endswith("ear") for name in plain)
    return frozenset(limbs or ({"other"} if other else ()))


def _triples(places: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return start, middle and end of every two consecutive bones between these places of a chain."""
    return list(zip(places[:-2], places[1:-1], places[2:], strict=True)) if len(places) > 2 else []


def _merge_halves(tree: Tree, chain: Chain, kept: Sequence[int]) -> list[int]:
    """Return the places without joints that halve a straight bone, where two bones one after the other are halved."""
    halved = []
    for at in range(len(kept) - 2):
        start, middle, end = (chain[kept[at + step]] for step in range(3))
        one, other = tree.bone_length(start, middle), tree.bone_length(middle, end)
        straight = tree.distance(start, end) > (1 - 1e-3) * (one + other)
        if straight and one > 0 and abs(one - other) < 0.02 * one:
            halved.append(at + 1)
    for first in halved:
        if first + 2 in halved:
            return [place for at, place in enumerate(kept) if at not in (first, first + 2)]
    return []


def _find_ends(tree: Tree) -> list[int]:
    """Return [J] the farthest descendant of each joint, along the bones."""
    ends = list(range(len(tree.parents)))
    for joint in range(len(tree.parents) - 1, 0, -1):
        parent = tree.parents[joint]
        if parent >= 0 and (
            ends[parent] == parent
            or tree.bone_length(parent, ends[joint]) > tree.bone_length(parent, ends[parent]) + 1e-9
        ):
            ends[parent] = ends[joint]
    return ends


def _count_alike(tree: Tree, start: int, one: Chain, other: Chain) -> int:
    """Return the number of bones from the start that are as long on both sides; the ends can carry different things."""
    count = min(len(one), len(other))
    lengths = np.array([[tree.bone_length(start, joint) for joint in chain[:count]] for chain in (one, other)])
    differ = np.abs(lengths[0] - lengths[1]) > _ALIKE * np.maximum(lengths[0], lengths[1])
    alike = int(differ.argmax()) if differ.any() else count
    return alike if alike and lengths[0, alike - 1] > 0 else 0


def _tell_sides(positions: Array, names: Sequence[str], legs: _Pair, arms: _Pair) -> tuple[bool, bool] | None:
    """Return whether the first leg and the first arm are the left ones; None when nothing shows it."""
    by_name = [_first_is_left(names, pair) for pair in (legs, arms)]
    if by_name[0] is not None and by_name[1] is not None:
        return by_name[0], by_name[1]
    ahead = _find_side(positions, legs, arms)
    if ahead is None:
        return None
    leg_side, left = ahead
    arm_side = _along(positions, arms, left)
    if abs(arm_side) < _CLEAR:
        return None
    return leg_side > 0, arm_side > 0


def _first_is_left(names: Sequence[str], pair: _Pair) -> bool | None:
    """Return whether the names say that the first chain is the left one; None when they do not."""
    if not names:
        return None
    told = [{side_of(names[joint]) for joint in limb} for limb in pair.limbs]
    if [*told] == [{"left"}, {"right"}]:
        return True
    return False if told == [{"right"}, {"left"}] else None


def _find_side(positions: Array, legs: _Pair, arms: _Pair) -> tuple[float, Array] | None:
    """Return how far the first leg is on the left, and the direction of left; None when the feet do not point ahead."""
    up = _unit(positions[arms.start] - positions[legs.start])
    down = _unit(np.mean([positions[limb[2]] - positions[limb[0]] for limb in legs.limbs], axis=0))
    soles = [positions[chain[-1]] - positions[limb[2]] for chain, limb in zip(legs.chains, legs.limbs, strict=True)]
    feet = _unit(np.mean(soles, axis=0))
    ahead = feet - feet @ up * up
    if down @ up > _DOWN or np.linalg.norm(ahead) < _CLEAR:
        return None
    left = np.cross(up, _unit(ahead))
    side = _along(positions, legs, left)
    return None if abs(side) < _CLEAR else (side, left)


def _along(positions: Array, pair: _Pair, left: Array) -> float:
    """Return the cosine between a direction and the line from the second chain to the first."""
    middles = [positions[limb[1]] for limb in pair.limbs]
    return float(_unit(middles[0] - middles[1]) @ left)


def _unit(vector: Array) -> Array:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12))


def _name_joints(pair: _Pair, limb: Limb, *, first_is_left: bool) -> dict[str, int]:
    order = pair.limbs if first_is_left else pair.limbs[::-1]
    return {
        f"{side}_{part}": joint
        for side, joints in zip(SIDES, order, strict=True)
        for part, joint in zip(LIMBS[limb], joints, strict=True)
    }
