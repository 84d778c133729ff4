"""Options of the command line that give beats by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest

from eightcount_client import OwnBeats
from eightcount_client.cli.beats_options import take_beats
from eightcount_client.decoding import decode


def options(**given: Any) -> dict[str, Any]:
    return {"bpm": None, "first_beat": None, "taps": None, "metre": None, "count_one": 1, "align": "auto"} | given


def test_tempo_first_beat_metre_and_count_become_beats() -> None:
    given = options(bpm=96.0, first_beat=0.4, metre="3/4", count_one=4)
    assert take_beats(given) == OwnBeats(bpm=96.0, first_beat_s=0.4, beats_per_bar=3, first_count=4)
    assert given == {"align": "auto"}


def test_without_any_there_are_no_own_beats() -> None:
    assert take_beats(options()) is None


def test_taps_are_read_from_the_beginnings_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "taps.txt"
    path.write_text("0.5 1\n1.0 2\n\n1.5 3\n2.0 4\n")
    assert take_beats(options(taps=path)) == OwnBeats(taps_s=(0.5, 1.0, 1.5, 2.0))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"bpm": 96.0}, "needs --first-beat"),
        ({"bpm": 96.0, "first_beat": 0.0, "taps": Path("taps.txt")}, "not both"),
        ({"count_one": 3}, "needs --first-beat"),
    ],
)
def test_impossible_options_are_refused_with_the_reason(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(click.UsageError, match=reason):
        take_beats(options(**given))


def test_beats_that_a_job_returns_are_decoded() -> None:
    body = {"bpm": None, "first_beat_s": None, "taps_s": [0.5, 1.0, 1.5, 2.0], "beats_per_bar": 3, "first_count": 1}
    assert decode(OwnBeats, body) == OwnBeats(taps_s=(0.5, 1.0, 1.5, 2.0), beats_per_bar=3)
