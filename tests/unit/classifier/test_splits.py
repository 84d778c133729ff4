"""Nothing that belongs together is on both sides of a split."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from eightcount_classifier.dataset import ID_KINDS, Labels, Source, UnusableDataError
from eightcount_classifier.evaluation.splits import (
    LeakError,
    Split,
    check_split,
    make_fixed_split,
    make_grouped_split,
    make_naive_split,
)
from eightcount_common.errors import InvalidInputError

STYLES = ("house", "locking", "popping")


def collection(random: np.random.Generator) -> tuple[list[Source], list[str]]:
    """Recordings with ids that are shared at random, some of them not known."""
    count = int(random.integers(6, 60))
    many = {kind: int(random.integers(2, 2 * count)) for kind in ID_KINDS}
    known = random.random(len(ID_KINDS)) < 0.7
    sources = [
        Source(
            str(number),
            **{
                kind: f"{kind} {random.integers(many[kind])}" if has and random.random() < 0.9 else ""
                for kind, has in zip(ID_KINDS, known, strict=True)
            },
        )
        for number in range(count)
    ]
    return sources, random.choice(STYLES[: random.integers(1, 4)], count).tolist()


@cache
def collections() -> list[tuple[list[Source], list[str], int, Split]]:
    """Random collections that can be split, with their splits."""
    found = []
    for seed in range(400):
        random = np.random.default_rng(seed)
        sources, styles = collection(random)
        folds = int(random.integers(2, 7))
        try:
            split = make_grouped_split(sources, styles, folds=folds, random=random)
        except InvalidInputError as error:
            assert error.reason == "TOO_FEW_TAKES"  # noqa: PT017
        else:
            found.append((sources, styles, folds, split))
    return found


def test_shared_ids_never_cross_however_they_are_shared():
    assert len(collections()) > 100
    for sources, _, _, split in collections():
        for fold in split.folds:
            inside = set(fold.tolist())
            for kind in split.kept_apart:
                tested = {sources[position].get_id(kind) for position in inside} - {""}
                trained = {source.get_id(kind) for position, source in enumerate(sources) if position not in inside}
                assert not tested & trained


def test_every_recording_is_tested_on_once_and_there_are_no_more_folds_than_wanted():
    for sources, _, folds, split in collections():
        assert sorted(np.concatenate(split.folds).tolist()) == list(range(len(sources)))
        assert 2 <= len(split.folds) <= folds


def test_every_style_is_in_training_whenever_it_is_tested_on():
    for _, styles, _, split in collections():
        for fold in split.folds:
            inside = set(fold.tolist())
            trained = {style for position, style in enumerate(styles) if position not in inside}
            assert {styles[position] for position in inside} <= trained


def test_what_is_kept_apart_and_what_is_let_go_are_told_together():
    for sources, _, _, split in collections():
        known = {kind for kind in ID_KINDS if any(source.get_id(kind) for source in sources)}
        assert set(split.kept_apart) | set(split.crossing) == known
        assert not set(split.kept_apart) & set(split.crossing)
        assert "take" not in split.crossing


def test_recordings_that_are_joined_through_others_stay_together():
    chain = [
        Source("a", take="1"),
        Source("b", take="1", performer="Ann"),
        Source("c", performer="Ann", music="song"),
        Source("d", music="song", choreography="routine"),
        Source("e", choreography="routine"),
        Source("f"),
        Source("g"),
    ]
    split = make_grouped_split(chain, ["house"] * 7, folds=3, random=np.random.default_rng(0))
    assert [fold.tolist() for fold in split.folds if 0 in fold] == [[0, 1, 2, 3, 4]]
    assert split.kept_apart == ID_KINDS


def test_cameras_of_one_take_stay_together():
    sources = [Source(f"{take}/{view}", take=str(take), camera=str(view)) for take in range(6) for view in range(3)]
    split = make_grouped_split(sources, ["house", "popping"] * 9, folds=5, random=np.random.default_rng(0))
    for fold in split.folds:
        assert len(fold) % 3 == 0
        check_split(sources, fold, ["take"])


def test_a_style_of_a_single_performer_lets_the_performer_go_and_says_so():
    sources = [Source(str(n), performer="Ann" if n < 4 else "Ben", take=str(n)) for n in range(8)]
    split = make_grouped_split(sources, ["house"] * 4 + ["popping"] * 4, folds=4, random=np.random.default_rng(0))
    assert split.crossing == ("performer",)
    assert split.kept_apart == ("take",)


def test_with_one_song_in_each_style_the_song_is_let_go_last():
    sources = [Source(str(n), performer=f"p{n}", choreography=f"c{n}", music=f"m{n // 4}") for n in range(8)]
    split = make_grouped_split(sources, ["house"] * 4 + ["popping"] * 4, folds=4, random=np.random.default_rng(0))
    assert split.crossing == ("performer", "choreography", "music")


def test_two_styles_that_share_their_performers_are_kept_apart_by_performer():
    sources = [Source(f"{n}", performer=f"p{n % 4}") for n in range(8)]
    split = make_grouped_split(sources, ["house"] * 4 + ["popping"] * 4, folds=5, random=np.random.default_rng(0))
    assert split.crossing == ()
    assert len(split.folds) == 4
    assert all(len(fold) == 2 for fold in split.folds)


def test_a_split_that_was_tampered_with_is_found_out():
    sources = [Source(str(n), performer=f"p{n // 2}") for n in range(8)]
    split = make_grouped_split(sources, ["house", "popping"] * 4, folds=4, random=np.random.default_rng(0))
    good, other = split.folds[:2]
    check_split(sources, good, split.kept_apart)
    with pytest.raises(LeakError, match="performer 'p") as caught:
        check_split(sources, np.append(good[:-1], other[0]), split.kept_apart)
    assert caught.value.reason == "SPLIT_LEAKS"
    for position in range(8):
        moved = [*sources]
        moved[position] = replace(sources[position], performer="p0" if position >= 2 else "p3")
        with pytest.raises(LeakError):
            for fold in split.folds:
                check_split(moved, fold, split.kept_apart)


def test_a_split_that_others_decided_tells_what_it_keeps_apart_and_what_not():
    sources = [Source(str(n), performer=f"p{n % 3}", music=f"m{n // 2}") for n in range(6)]
    split = make_fixed_split(sources, np.array([0, 1]))
    assert split.kept_apart == ("music",)
    assert split.crossing == ("performer",)
    assert [fold.tolist() for fold in split.folds] == [[0, 1]]


def test_unknown_ids_are_nobodys():
    sources = [Source(str(n)) for n in range(4)]
    check_split(sources, np.array([0, 2]), ID_KINDS)
    split = make_grouped_split(sources, ["house"] * 4, folds=4, random=np.random.default_rng(0))
    assert split.kept_apart == split.crossing == ()
    assert len(split.folds) == 4


def test_a_style_with_a_single_take_is_a_clear_error():
    sources = [Source("1", take="a"), Source("2", take="a"), Source("3", take="b"), Source("4", take="c")]
    with pytest.raises(InvalidInputError, match="too few of house") as caught:
        make_grouped_split(sources, ["house", "house", "popping", "popping"], folds=5, random=np.random.default_rng(0))
    assert caught.value.reason == "TOO_FEW_TAKES"


def test_the_same_seed_deals_the_same_folds():
    sources, styles = collection(np.random.default_rng(12))
    first, again = (make_grouped_split(sources, styles, folds=4, random=np.random.default_rng(5)) for _ in range(2))
    assert [fold.tolist() for fold in first.folds] == [fold.tolist() for fold in again.folds]


def test_the_naive_split_deals_everything_once():
    folds = make_naive_split(23, folds=5, random=np.random.default_rng(0))
    assert sorted(np.concatenate(folds).tolist()) == list(range(23))
    assert {len(fold) for fold in folds} == {4, 5}


def test_the_classes_of_a_model_are_its_styles_and_no_dance_and_not_other_dances():
    labels = Labels.from_styles(["salsa", "not_a_dance", "house", "other_dance", "salsa"])
    assert labels.names == ("house", "salsa", "not_a_dance")
    assert labels.indices(["salsa", "other_dance", "not_a_dance", "house"]).tolist() == [1, -1, 2, 0]


@pytest.mark.parametrize("styles", [[], ["house"], ["not_a_dance", "other_dance"], ["house", "other_dance"]])
def test_a_model_of_one_kind_of_movement_is_refused(styles):
    with pytest.raises(UnusableDataError) as caught:
        Labels.from_styles(styles)
    assert caught.value.reason == "TOO_FEW_STYLES"
