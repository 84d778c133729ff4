"""Styles of recordings as a CSV table."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from eightcount_client.cli.text.styles import describe_verdict
from eightcount_client.cli.work.style_rows import StyleRow
from eightcount_client.files import whole_file
from eightcount_client.kinds.classification import StyleAnswer

COLUMNS = ("file", "style", "confidence", "second_best", "second_confidence", "why")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def open_table(target: Path | None) -> Iterator[Callable[[StyleRow], None]]:
    """Return the function that writes a row; the file appears when the table is whole, standard output row by row.

    Raises:
        OSError: the file cannot be written.
    """
    if target is None:
        yield _writer(sys.stdout)
        return
    with whole_file(target) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
        yield _writer(text)
        text.flush()
        text.detach()


def cells_of(row: StyleRow) -> list[str]:
    """Return the cells of a row; none is taken for a formula by a spreadsheet."""
    found = _answer_cells(row.answer) if row.answer else ["", "", "", "", _why_not(row)]
    return [guard_cell(cell) for cell in (row.label, *found)]


def guard_cell(text: str) -> str:
    """Return the text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _writer(text: TextIO) -> Callable[[StyleRow], None]:
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)

    def write(row: StyleRow) -> None:
        table.writerow(cells_of(row))
        text.flush()

    return write


def _answer_cells(answer: StyleAnswer) -> list[str]:
    named = answer.verdict == "style"
    confidence = _share(answer.probability) if named else ""
    why = "" if named else describe_verdict(answer.verdict)
    return [answer.style or "", confidence, answer.next_style or "", _share(answer.next_probability), why]


def _why_not(row: StyleRow) -> str:
    return f"{row.failure.message} [{row.failure.reason}]" if row.failure else ""


def _share(probability: float | None) -> str:
    return "" if probability is None else str(probability)
