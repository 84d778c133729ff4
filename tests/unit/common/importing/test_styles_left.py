"""No style of a training vanishes without a word."""

from __future__ import annotations

import pytest

from eightcount_common.errors import InvalidInputError, UnusableMediaError
from eightcount_common.importing.styles_left import check_styles_differ, check_styles_left

WANTED = [("house", "a"), ("house", "b"), ("house", "c"), ("krump", "d"), ("", "e")]


def test_a_style_with_enough_recordings_left_passes() -> None:
    check_styles_left(WANTED, ["house", "krump"], {"b": "no", "c": "no", "e": "no"})
    check_styles_left(WANTED, ["house", "house", "krump"], {"c": "no"}, at_least=2)


@pytest.mark.parametrize(
    ("used", "at_least", "words"),
    [
        (["house"], 1, "none of the 1 recordings of the style 'krump' can be used"),
        (["krump"], 1, "none of the 3 recordings of the style 'house' can be used"),
        (["house", "krump"], 2, "1 of the 3 recordings of the style 'house' can be used"),
    ],
)
def test_a_style_that_would_vanish_is_named_with_the_reasons(used: list[str], at_least: int, words: str) -> None:
    with pytest.raises(UnusableMediaError, match=words) as raised:
        check_styles_left(WANTED, used, {"a": "too short", "b": "no dancer", "d": "broken"}, at_least=at_least)
    assert raised.value.reason == "STYLE_WOULD_VANISH"


def test_names_that_differ_by_case_alone_are_refused() -> None:
    check_styles_differ(["house", "krump", "house"])
    with pytest.raises(InvalidInputError, match="'house' and 'House'") as raised:
        check_styles_differ(["house", "krump", "House"])
    assert raised.value.reason == "STYLES_ALIKE"
