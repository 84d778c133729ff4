"""Every row of the shared cases (`cases/README.tsv`), judged by its stated value; one line per module of cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.inputs.product import Product


@dataclass(frozen=True, slots=True)
class SharedCase:
    """One row.

    Attributes:
        files: names as the first column of the table gives them.
        judge: asks the product about files in the folder; raises `WrongAnswerError` when the answer is not right, and
            returns what was found, for the table.
    """

    files: str
    judge: Callable[[Product, Path], str]


SHARED_CASES: tuple[SharedCase, ...] = ()
