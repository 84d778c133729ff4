"""Beats of music as dancers count them."""

from __future__ import annotations

from eightcount.sync.v1 import sync_pb2
from eightcount_gateway.library.counts import counts_of


def _music(beats: int, **fields: object) -> sync_pb2.Music:
    return sync_pb2.Music(has_beat=True, beats_seconds=[0.25 + 0.5 * beat for beat in range(beats)], **fields)


def test_beats_are_counted_in_eights_and_those_before_lead_up_to_the_first() -> None:
    counts = counts_of(_music(12, eight_count_starts=[2, 10]))
    assert [count.count for count in counts] == [7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2]
    assert [count.eight_count for count in counts] == [None, None, *[1] * 8, 2, 2]


def test_a_waltz_is_counted_in_sixes() -> None:
    counts = counts_of(_music(9, eight_count_starts=[2, 8], counts_per_phrase=6, metre="3/4"))
    assert [count.count for count in counts] == [5, 6, 1, 2, 3, 4, 5, 6, 1]
    assert {count.counts_per_phrase for count in counts} == {6}


def test_a_count_lasts_until_the_next_and_the_last_as_long_as_the_one_before() -> None:
    counts = counts_of(_music(3, eight_count_starts=[0]))
    assert [(count.start_s, count.end_s) for count in counts] == [(0.25, 0.75), (0.75, 1.25), (1.25, 1.75)]


def test_an_eight_count_that_comes_early_starts_anew() -> None:
    counts = counts_of(_music(6, eight_count_starts=[0, 4]))
    assert [(count.count, count.eight_count) for count in counts] == [(1, 1), (2, 1), (3, 1), (4, 1), (1, 2), (2, 2)]


def test_without_eight_counts_beats_have_no_number() -> None:
    assert {(count.count, count.eight_count) for count in counts_of(_music(4))} == {(None, None)}


def test_one_beat_is_none() -> None:
    assert counts_of(_music(1)) == []
