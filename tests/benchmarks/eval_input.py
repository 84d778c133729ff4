"""Inputs as people send them, by family: right, refused with the right reason, or wrong.

make eval-input [ARGS="--families 'pixel aspect ratio' --verbose"]

Every file is made in the run and goes through a running stack over HTTP.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.inputs.base import Family, Outcome, Tally, run_case
from tests.benchmarks.inputs.families import FAMILIES
from tests.benchmarks.inputs.product import Product, running_product
from tests.benchmarks.table import REPORTS, Row, publish

MIN_FILES = 150
MIN_RIGHT_SHARE = 0.95


def run_families(families: Sequence[Family], *, cases: str = "") -> list[Tally]:
    """Judge every input whose name contains `cases`."""
    with running_product() as product:
        return [Tally(family.name, list(_run_family(family, product, cases))) for family in families]


def _run_family(family: Family, product: Product, cases: str) -> Iterator[Outcome]:
    for case in family.cases():
        if cases not in case.name:
            continue
        with tempfile.TemporaryDirectory(prefix="eightcount-input-") as folder:
            outcome = run_case(family.name, case, product, Path(folder))
        print(f"{family.name} / {case.name}: {outcome.verdict} {outcome.detail}", flush=True)
        yield outcome


def rows_of(tallies: Sequence[Tally]) -> list[Row]:
    """Return a row per family, and the goals over all of them."""
    total = Tally("all", [outcome for tally in tallies for outcome in tally.outcomes])
    readable = Tally("readable", [outcome for outcome in total.outcomes if outcome.readable])
    share = readable.count("right") / max(len(readable.outcomes), 1)
    return [
        *(_family_row(tally) for tally in tallies),
        Row("files", str(len(total.outcomes)), target=f">= {MIN_FILES}", met=len(total.outcomes) >= MIN_FILES),
        _none_row("wrong", total.count("wrong")),
        _none_row("silent losses", total.count("silent")),
        _none_row("INTERNAL and the like", total.count("internal")),
        Row("readable files that are right", f"{share:.1%}", target=">= 95 %", met=share >= MIN_RIGHT_SHARE),
    ]


def _family_row(tally: Tally) -> Row:
    counts = f"{tally.count('right')} / {tally.count('refused')} / {tally.count('wrong', 'silent', 'internal')}"
    return Row(f"{tally.family}: right / refused / wrong", counts)


def _none_row(what: str, count: int) -> Row:
    return Row(what, str(count), target="0", met=count == 0)


def main() -> int:
    """Print the table; exit code 1 when a goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", default="", help="only families whose name contains this text")
    parser.add_argument("--cases", default="", help="only inputs whose name contains this text")
    options = parser.parse_args()
    chosen = [family for family in FAMILIES if options.families in family.name]
    tallies = run_families(chosen, cases=options.cases)
    REPORTS.mkdir(parents=True, exist_ok=True)
    outcomes = [asdict(outcome) for tally in tallies for outcome in tally.outcomes]
    (REPORTS / "eval-input.outcomes.json").write_text(json.dumps(outcomes, indent=2) + "\n")
    rows = rows_of(tallies)
    publish("eval-input", rows)
    return 0 if all(row.met is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
