"""Splits of recordings into training and test data that do not leak.

Accuracies near 100 % on dance videos come from splits in which the same take, seen by another camera,
or the same dancer
with the same choreography to the same song, is on both sides. Recordings that share an id stay on one side here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_classifier.dataset import ID_KINDS, Source
from eightcount_common.errors import InvalidInputError

Fold = NDArray[np.intp]
"""Positions of the test recordings; all others are training data."""
_ATTEMPTS = 20
"""Random orders that are tried before a split is given up; the first nearly always works."""


class LeakError(InvalidInputError):
    """An id is on both sides of a split."""

    default_reason = "SPLIT_LEAKS"


@dataclass(frozen=True, slots=True)
class Split:
    """Folds of a cross-validation.

    Attributes:
        folds: positions of the test recordings; every recording is in one fold.
        kept_apart: kinds of id that are never on both sides.
        crossing: kinds of id that are on both sides, because no split separates them.
    """

    folds: tuple[Fold, ...]
    kept_apart: tuple[str, ...]
    crossing: tuple[str, ...]


def make_grouped_split(
    sources: Sequence[Source], styles: Sequence[str], *, folds: int, random: np.random.Generator
) -> Split:
    """Return the strictest split in which every tested style is also in the training data.

    All kinds of id are kept apart if possible. Otherwise kinds are dropped in the order performer, choreography, music,
    until every style with several recordings is in at least two groups; `Split.crossing` lists the dropped kinds.

    Args:
        sources: origins of N recordings.
        styles: [N] styles of the recordings.
        folds: largest number of folds; there are fewer if there are fewer groups.
        random: breaks ties.

    Raises:
        InvalidInputError: TOO_FEW_TAKES; a style has a single group even if all these kinds are dropped.
    """
    kinds = [kind for kind in ID_KINDS if any(source.get_id(kind) for source in sources)]
    for dropped in ((), ("performer",), ("performer", "choreography"), ("performer", "choreography", "music")):
        kept = tuple(kind for kind in kinds if kind not in dropped)
        groups = _find_groups(sources, kept)
        alone = [style for style in sorted(set(styles)) if len(set(groups[np.array(styles) == style])) < 2]
        if not alone and (found := _find_folds(groups, styles, folds, random)):
            for fold in found:
                check_split(sources, fold, kept)
            return Split(found, kept, tuple(kind for kind in kinds if kind not in kept))
    raise InvalidInputError(
        f"every style requires two recordings of different takes; there are too few of "
        f"{', '.join(alone or sorted(set(styles)))}",
        reason="TOO_FEW_TAKES",
    )


def make_fixed_split(sources: Sequence[Source], tested: Fold) -> Split:
    """Return a given split, such as the official one of a data set, with the kinds of id that it keeps apart."""
    kinds = [kind for kind in ID_KINDS if any(source.get_id(kind) for source in sources)]
    crossing = tuple(kind for kind in kinds if _find_crossing(sources, tested, kind))
    return Split((tested,), tuple(kind for kind in kinds if kind not in crossing), crossing)


def make_naive_split(count: int, *, folds: int, random: np.random.Generator) -> tuple[Fold, ...]:
    """Return random folds of recordings, regardless of their ids."""
    return tuple(np.sort(part) for part in np.array_split(random.permutation(count), folds))


def check_split(sources: Sequence[Source], tested: Fold, kinds: Sequence[str]) -> None:
    """Check that no id is in both the training and the test data.

    Raises:
        LeakError: SPLIT_LEAKS; the message names the id.
    """
    for kind in kinds:
        if both := _find_crossing(sources, tested, kind):
            raise LeakError(f"{kind} {sorted(both)[0]!r} is in the training and in the test data")


def _find_crossing(sources: Sequence[Source], tested: Fold, kind: str) -> set[str]:
    """Return the ids of a kind that are on both sides."""
    inside = {sources[position].get_id(kind) for position in tested}
    outside = {sources[position].get_id(kind) for position in np.setdiff1d(np.arange(len(sources)), tested)}
    return (inside & outside) - {""}


def _find_groups(sources: Sequence[Source], kinds: Sequence[str]) -> NDArray[np.intp]:
    """Return the group [N] of each recording: recordings are grouped by any shared id, directly or indirectly."""
    parent = list(range(len(sources)))

    def root(position: int) -> int:
        while parent[position] != position:
            parent[position] = parent[parent[position]]
            position = parent[position]
        return position

    first: dict[tuple[str, str], int] = {}
    for position, source in enumerate(sources):
        for kind in kinds:
            if value := source.get_id(kind):
                parent[root(position)] = root(first.setdefault((kind, value), position))
    return np.array([root(position) for position in range(len(sources))], np.intp)


def _find_folds(
    groups: NDArray[np.intp], styles: Sequence[str], folds: int, random: np.random.Generator
) -> tuple[Fold, ...] | None:
    """Return folds none of which holds all recordings of a style, or None if no attempt finds such folds."""
    for _ in range(_ATTEMPTS):
        assigned_folds = _assign_groups(groups, styles, folds, random)
        totals = Counter(styles)
        parts = [Counter(np.array(styles)[fold].tolist()) for fold in assigned_folds]
        if all(count < totals[style] for part in parts for style, count in part.items()):
            return assigned_folds
    return None


def _assign_groups(
    groups: NDArray[np.intp], styles: Sequence[str], folds: int, random: np.random.Generator
) -> tuple[Fold, ...]:
    """Assign groups to folds, largest first, each to the fold with the fewest of its styles but not all of one."""
    sizes = Counter(groups.tolist())
    names = sorted(sizes, key=lambda group: (-sizes[group], random.random()))
    count = min(folds, len(names))
    held = [Counter[str]() for _ in range(count)]
    names_of = np.array(styles)
    fold_of: dict[int, int] = {}
    for group in names:
        inside = Counter(names_of[groups == group].tolist())
        assigned = {style: sum(fold[style] for fold in held) for style in inside}
        costs = [
            (
                sum(0 < held[fold][style] == assigned[style] for style in inside),
                sum(held[fold][style] for style in inside), sum(held[fold].values()), fold,
            )
            for fold in range(count)
        ]  # fmt: skip
        fold_of[group] = min(costs)[-1]
        held[fold_of[group]].update(inside)
    assigned_folds = np.array([fold_of[group] for group in groups.tolist()])
    return tuple(np.flatnonzero(assigned_folds == fold) for fold in range(count) if np.any(assigned_folds == fold))
