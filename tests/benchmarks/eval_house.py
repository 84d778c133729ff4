"""How easily a stranger carries on: names, rooms, contracts, deletion, start-up time.

    make eval-house [ARGS="--rows rooms names openapi ..."]

Each row is measured in this run, except the repeated test runs: `make test-repeat` takes hours, and writes them down.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from tests import node_tools
from tests.architecture import function_names, imports, openapi, registrations
from tests.architecture.source import ROOT, functions
from tests.benchmarks.table import REPORTS, Row, publish

_LOOSE_MODULES, _KIND_PLACES, _SERVICE_PLACES, _SERVICES = 6, 6, 12, 5
_HELP_SECONDS, _MEDIAN_LINES = 0.18, 6
_HELP_RUNS = 7


def measure_rooms() -> list[Row]:
    """Modules that lie loose, and rules with exemptions."""
    loose, exempt = imports.loose_modules(), imports.exemptions()
    return [
        _at_most("loose modules at the gateway's root, dunder files apart", len(loose), _LOOSE_MODULES),
        _at_most("import-rule exemptions", len(exempt), _SERVICES, target="one per service"),
    ]


def measure_additions() -> list[Row]:
    """Places that an addition touches, as documented and as found in the code."""
    kinds, services = (registrations.documented_places(name) for name in ("A kind of job", "A gRPC service"))
    return [
        _at_most("places touched to add a kind of job", len(kinds), _KIND_PLACES),
        _at_most("places touched to add a service", len(services), _SERVICE_PLACES),
    ]


def measure_names() -> list[Row]:
    """Function names that are bare participles."""
    return [_at_most("function names that are bare participles", len(function_names.bare_participles()), 0)]


def measure_openapi() -> list[Row]:
    """What a generator of clients would miss, and what the linter says."""
    document = json.loads(_run([sys.executable, "-m", "eightcount_gateway.http.openapi"]).stdout)
    untyped = openapi.untyped_operations(document) + openapi.operations_without_reasons(document)
    operations = {name.rsplit(" ", 1)[0] if name.count(" ") > 1 else name for name in untyped}
    total = sum(1 for _ in openapi.operations(document))
    lint = _lint_errors(document)
    return [
        _at_most(
            f"of {total} operations, without a typed success body or with undocumented reasons", len(operations), 0
        ),
        _at_most("OpenAPI lint (redocly, recommended), errors", lint, 0),
    ]


def measure_clients() -> list[Row]:
    """The journey with two generated clients."""
    return [_run_tests("journey with two generated clients, from upload to report and glb", "tests/clients")]


def measure_deletion() -> list[Row]:
    """Objects and rows that stay when everything was deleted."""
    return [
        _run_tests("objects and rows left after deletion, over all kinds", "tests/integration/gateway/test_deletion.py")
    ]


def measure_startup() -> list[Row]:
    """Processor time of a help text; the median of several runs."""
    seconds = statistics.median(
        _processor_seconds([sys.executable, "-m", "eightcount_client", "align", "--help"]) for _ in range(_HELP_RUNS)
    )
    return [
        Row(
            "processor time of `eightcount align --help`",
            f"{seconds:.2f} s",
            "-",
            f"<= {_HELP_SECONDS} s",
            seconds <= _HELP_SECONDS,
        )
    ]


def measure_code() -> list[Row]:
    """Size of functions, annotations, circles of imports."""
    every = list(functions())
    median = statistics.median(function.lines for function in every)
    annotated = sum(function.annotated for function in every) / len(every)
    circles = imports.import_circles()
    return [
        Row(
            f"median lines of a function (of {len(every)}) / annotated / import circles",
            f"{median:g} / {annotated:.0%} / {len(circles)}", "-", f"{_MEDIAN_LINES} / 100 % / 0",
            median <= _MEDIAN_LINES and annotated == 1 and not circles,
        )
    ]  # fmt: skip


def read_repeats() -> list[Row]:
    """Failures of repeated test runs, as `make test-repeat` wrote them down."""
    what, path = "failures in 3 runs of `make test` under load and 1 in random order", REPORTS / "test-repeat.runs.json"
    if not path.exists():
        return [Row(what, "not run; `make test-repeat` does", "-", "0", None)]
    runs = json.loads(path.read_text())
    failures = sum(run["failed"] for run in runs)
    enough = sum(run["load"] > 0 for run in runs) >= 3 and any(run["order"] == "random" for run in runs)
    return [Row(what, f"{failures} in {len(runs)} runs", "-", "0", enough and failures == 0)]


_ROWS: dict[str, Callable[[], list[Row]]] = {
    "rooms": measure_rooms,
    "additions": measure_additions,
    "names": measure_names,
    "openapi": measure_openapi,
    "clients": measure_clients,
    "deletion": measure_deletion,
    "startup": measure_startup,
    "repeats": read_repeats,
    "code": measure_code,
}


def _at_most(what: str, count: int, limit: int, *, target: str = "") -> Row:
    return Row(what, str(count), "-", target or (f"<= {limit}" if limit else "0"), count <= limit)


def _run_tests(what: str, tests: str) -> Row:
    command = [sys.executable, "-m", "pytest", "-q", tests]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    outcome = result.stdout.strip().splitlines()[-1].strip("= ")
    return Row(f"{what} (`{tests}`)", outcome, "-", "all pass", result.returncode == 0)


def _lint_errors(document: dict[str, Any]) -> int:
    path = ROOT / "build" / "openapi.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))
    result = node_tools.run("redocly", "lint", "--extends", "recommended", "--format", "json", path, folder=ROOT)
    return int(json.loads(result.stdout)["totals"]["errors"])


def _processor_seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _run(command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)


def main() -> None:
    """Measures the rows that were asked for, and publishes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", nargs="+", choices=_ROWS, default=list(_ROWS), help="rows to measure; all by default")
    chosen: list[str] = parser.parse_args().rows
    publish("eval-house", [row for name in chosen for row in _ROWS[name]()])


if __name__ == "__main__":
    main()
