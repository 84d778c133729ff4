"""Rows of the table of styles."""

from __future__ import annotations

import csv

import pytest

from eightcount_client.cli.text.style_table import COLUMNS, cells_of, guard_cell, open_table
from eightcount_client.cli.work.style_rows import StyleRow
from eightcount_client.kinds.classification import StyleAnswer
from eightcount_client.values.recordings import RejectedRecording

HOUSE = StyleAnswer(verdict="style", style="house", probability=0.9, next_style="krump", next_probability=0.05)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_becomes_a_formula(text):
    assert guard_cell(text) == f"'{text}"
    assert cells_of(StyleRow(text, HOUSE))[0] == f"'{text}"


@pytest.mark.parametrize("text", ["a=1.mp4", "1+1", "", "ünïcode-1.mp4"])
def test_other_cells_stay_as_they_are(text):
    assert guard_cell(text) == text


def test_a_row_has_style_confidence_and_the_second_best():
    assert cells_of(StyleRow("a.mp4", HOUSE)) == ["a.mp4", "house", "0.9", "krump", "0.05", ""]


def test_a_movement_that_is_no_dance_has_words_and_no_confidence_in_a_style():
    row = StyleRow(
        "a.mp4", StyleAnswer(verdict="not_a_dance", probability=0.8, next_style="house", next_probability=0.1)
    )
    assert cells_of(row) == ["a.mp4", "", "", "house", "0.1", "Not a dance"]


def test_a_failure_has_its_reason_in_the_last_cell():
    row = StyleRow("a.mp4", failure=RejectedRecording(label="a.mp4", reason="NO_PERSON", message="-nobody"))
    assert cells_of(row) == ["a.mp4", "", "", "", "", "'-nobody [NO_PERSON]"]


def test_a_file_appears_when_the_table_is_whole_whatever_the_names_are(tmp_path):
    target = tmp_path / "new" / "styles.csv"
    with open_table(target) as write:
        write(StyleRow('a, "b"\n.mp4', HOUSE))
        write(StyleRow("\udce9.mp4", HOUSE))
        assert not target.exists()
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows] == [COLUMNS[0], 'a, "b"\n.mp4', "\\udce9.mp4"]
