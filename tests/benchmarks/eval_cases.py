"""The shared cases with their right values: `make eval-cases`; needs the folder EIGHTCOUNT_EVAL_CASES."""

from __future__ import annotations

import argparse
import csv
import os
import sys
from pathlib import Path

from eightcount_client.errors import EightcountError
from tests.benchmarks.inputs.base import SharedCase, WrongAnswerError
from tests.benchmarks.inputs.product import Product, running_product
from tests.benchmarks.inputs.shared_cases import SHARED_CASES
from tests.benchmarks.table import Row, publish

ROOT = Path(__file__).resolve().parents[2]
_NO_CASE = {"base.mp4"}
"""Files that others are compared with."""


def listed_files(folder: Path) -> list[str]:
    """Return the first column of the table."""
    with (folder / "README.tsv").open(newline="") as table:
        return [row["file"] for row in csv.DictReader(table, delimiter="\t") if row["file"] not in _NO_CASE]


def judge_row(case: SharedCase, product: Product, folder: Path) -> Row:
    """Return the row of one case; an error that the product gives is a wrong answer, unless `judge` expects it."""
    try:
        found, met = case.judge(product, folder), True
    except WrongAnswerError as error:
        found, met = str(error), False
    except EightcountError as error:
        found, met = f"{error.reason}: {error}", False
    print(f"{case.files}: {'right' if met else 'WRONG'}: {found}", flush=True)
    return Row(case.files, found, target="the stated value", met=met)


def main() -> int:
    """Print the table; exit code 1 when a case is wrong or has no check."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = os.environ.get("EIGHTCOUNT_EVAL_CASES", ROOT / "../shared/data/cases")
    parser.add_argument("--folder", type=Path, default=default)
    parser.add_argument("--cases", default="", help="only rows whose files contain this text")
    options = parser.parse_args()
    folder = Path(options.folder)
    if not (folder / "README.tsv").is_file():
        print(f"no cases at {folder}: set EIGHTCOUNT_EVAL_CASES", file=sys.stderr)
        return 2
    known = {case.files: case for case in SHARED_CASES}
    names = [name for name in listed_files(folder) if options.cases in name]
    with running_product() as product:
        rows = [
            judge_row(known[name], product, folder) if name in known else Row(name, "no check", met=False)
            for name in names
        ]
    publish("eval-cases", rows)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
