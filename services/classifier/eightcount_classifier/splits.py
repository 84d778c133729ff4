"""Which recordings are trained on and which are tested on, so that nothing is in both.

Accuracies near 100 % on dance videos come from splits in which the same take, filmed by another camera, or the same
dancer with the same choreography to the same song, lies on both sides. Recordings that share an id are kept together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_classifier.dataset import KINDS_OF_ID, Source
from eightcount_common.errors import InvalidInputError

Fold = NDArray[np.intp]
"""Positions of the recordings that are tested on; all others are trained on."""
_DEALS = 20
"""Orders that are tried before a split is given up; the first nearly always does."""


class LeakError(InvalidInputError):
    """An id lies on both sides of a split."""

    default_reason = "SPLIT_LEAKS"


@dataclass(frozen=True, slots=True)
class Split:
    """Folds for cross-validation.

    Attributes:
        folds: positions tested on; together all of them, each once.
        kept_apart: kinds of id that never cross.
        crossing: kinds of id that do cross, because no split could part them.
    """

    folds: tuple[Fold, ...]
    kept_apart: tuple[str, ...]
    crossing: tuple[str, ...]


def grouped_split(
    sources: Sequence[Source], styles: Sequence[str], *, folds: int, random: np.random.Generator
) -> Split:
    """The strictest split that leaves every style in training whenever it is tested on.

    Ids of all kinds are kept apart if that can be done; else kinds are let go, in the order performer, choreography,
    music, until every style that has several recordings lies in two groups at least. What had to be let go is told.

    Args:
        sources: of N recordings.
        styles: [N] their styles.
        folds: how many at most; fewer when there are fewer groups.
        random: breaks ties.

    Raises:
        InvalidInputError: some style is in one group whatever is let go.
    """
    kinds = [kind for kind in KINDS_OF_ID if any(source.id_of(kind) for source in sources)]
    for dropped in ((), ("performer",), ("performer", "choreography"), ("performer", "choreography", "music")):
        kept = tuple(kind for kind in kinds if kind not in dropped)
        groups = _groups(sources, kept)
        alone = [style for style in sorted(set(styles)) if len(set(groups[np.array(styles) == style])) < 2]
        if not alone and (dealt := _dealt_well(groups, styles, folds, random)):
            for fold in dealt:
                check_split(sources, fold, kept)
            return Split(dealt, kept, tuple(kind for kind in kinds if kind not in kept))
    raise InvalidInputError(
        f"every style needs two recordings of different takes; too few of {', '.join(alone or sorted(set(styles)))}",
        reason="TOO_FEW_TAKES",
    )


def given_split(sources: Sequence[Source], tested: Fold) -> Split:
    """A split that somebody else decided, such as the official one of a data set, and what it keeps apart."""
    kinds = [kind for kind in KINDS_OF_ID if any(source.id_of(kind) for source in sources)]
    crossing = tuple(kind for kind in kinds if _crossing(sources, tested, kind))
    return Split((tested,), tuple(kind for kind in kinds if kind not in crossing), crossing)


def naive_split(count: int, *, folds: int, random: np.random.Generator) -> tuple[Fold, ...]:
    """Recordings dealt at random, as if they had nothing to do with each other."""
    return tuple(np.sort(part) for part in np.array_split(random.permutation(count), folds))


def check_split(sources: Sequence[Source], tested: Fold, kinds: Sequence[str]) -> None:
    """Makes sure that no id is both trained and tested on.

    Raises:
        LeakError: one is; the message names it.
    """
    for kind in kinds:
        if both := _crossing(sources, tested, kind):
            raise LeakError(f"{kind} {sorted(both)[0]!r} is in the training and in the test data")


def _crossing(sources: Sequence[Source], tested: Fold, kind: str) -> set[str]:
    """Ids of a kind that are on both sides."""
    inside = {sources[position].id_of(kind) for position in tested}
    outside = {sources[position].id_of(kind) for position in np.setdiff1d(np.arange(len(sources)), tested)}
    return (inside & outside) - {""}


def _groups(sources: Sequence[Source], kinds: Sequence[str]) -> NDArray[np.intp]:
    """[N] number of the group of each recording: those that are joined by any shared id, however indirectly."""
    parent = list(range(len(sources)))

    def root(position: int) -> int:
        while parent[position] != position:
            parent[position] = parent[parent[position]]
            position = parent[position]
        return position

    first: dict[tuple[str, str], int] = {}
    for position, source in enumerate(sources):
        for kind in kinds:
            if value := source.id_of(kind):
                parent[root(position)] = root(first.setdefault((kind, value), position))
    return np.array([root(position) for position in range(len(sources))], np.intp)


def _dealt_well(
    groups: NDArray[np.intp], styles: Sequence[str], folds: int, random: np.random.Generator
) -> tuple[Fold, ...] | None:
    """Folds none of which holds the whole of a style; none when no order of dealing leads to such."""
    for _ in range(_DEALS):
        dealt = _dealt(groups, styles, folds, random)
        totals = Counter(styles)
        parts = [Counter(np.array(styles)[fold].tolist()) for fold in dealt]
        if all(count < totals[style] for part in parts for style, count in part.items()):
            return dealt
    return None


def _dealt(
    groups: NDArray[np.intp], styles: Sequence[str], folds: int, random: np.random.Generator
) -> tuple[Fold, ...]:
    """Groups dealt into folds, largest first, each to the fold that has least of its styles, but not all of one."""
    sizes = Counter(groups.tolist())
    names = sorted(sizes, key=lambda group: (-sizes[group], random.random()))
    count = min(folds, len(names))
    held = [Counter[str]() for _ in range(count)]
    names_of = np.array(styles)
    fold_of: dict[int, int] = {}
    for group in names:
        inside = Counter(names_of[groups == group].tolist())
        dealt_of = {style: sum(fold[style] for fold in held) for style in inside}
        costs = [
            (
                sum(0 < held[fold][style] == dealt_of[style] for style in inside),
                sum(held[fold][style] for style in inside), sum(held[fold].values()), fold,
            )
            for fold in range(count)
        ]  # fmt: skip
        fold_of[group] = min(costs)[-1]
        held[fold_of[group]].update(inside)
    dealt = np.array([fold_of[group] for group in groups.tolist()])
    return tuple(np.flatnonzero(dealt == fold) for fold in range(count) if np.any(dealt == fold))
