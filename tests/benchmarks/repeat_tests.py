"""The whole test suite again and again: beside busy processes, and in random order. Runs add up over calls.

make test-repeat [ARGS="--loaded 3 --busy 4 --shuffled 1"]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from tests.architecture.source import ROOT
from tests.benchmarks.table import REPORTS, Row, publish

RUNS = REPORTS / "test-repeat.runs.json"
_LOG = "test-repeat.{number}.log"
"""Output of each run, while it runs, too."""
_OUTCOME = re.compile(r"(\d+) (passed|failed|error)")
_SPIN = "while True: pass"


@dataclass(frozen=True, slots=True)
class TestRun:
    """One run of the suite.

    Attributes:
        commit: that was tested.
        order: `file` or `random`.
        load: busy processes beside it.
        passed, failed: numbers of tests; errors count as failed.
        seconds: wall time.
        failures: the failed tests.
    """

    __test__ = False

    commit: str
    order: str
    load: int
    passed: int
    failed: int
    seconds: float
    failures: list[str]


def run_suite(number: int, *, load: int, seed: int | None, arguments: list[str]) -> TestRun:
    """Run every test once, in random order when a seed is given; `number` names the file of the output."""
    shuffle = ["--random-order", f"--random-order-seed={seed}"] if seed is not None else []
    started = time.monotonic()
    output = REPORTS / _LOG.format(number=number)
    output.parent.mkdir(parents=True, exist_ok=True)
    with _busy_processes(load), output.open("w") as log:
        result = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--numprocesses=auto", "--dist=loadfile", *shuffle, *arguments],
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
            env=os.environ | {"COLUMNS": "500"},
        )
    lines = output.read_text(errors="replace").strip().splitlines()
    counts = {name: int(number) for number, name in _OUTCOME.findall(_find_summary(lines))}
    failures = [line for line in lines if line.startswith(("FAILED ", "ERROR "))]
    failed = max(counts.get("failed", 0) + counts.get("error", 0), int(result.returncode != 0))
    order = "file" if seed is None else "random"
    return TestRun(_commit(), order, load, counts.get("passed", 0), failed, time.monotonic() - started, failures)


def _find_summary(lines: list[str]) -> str:
    """Return pytest's last line that counts tests; libraries may write after it."""
    return next((line for line in reversed(lines) if _OUTCOME.search(line) and " in " in line), "")


@contextmanager
def _busy_processes(count: int) -> Iterator[None]:
    processes = [subprocess.Popen([sys.executable, "-c", _SPIN]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _commit() -> str:
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def read_runs() -> list[TestRun]:
    """Return the runs so far."""
    return [TestRun(**run) for run in json.loads(RUNS.read_text())] if RUNS.exists() else []


def describe(runs: list[TestRun]) -> list[Row]:
    """Return a row for each run."""
    return [
        Row(
            f"{run.commit}: {run.order} order, beside {run.load} busy processes",
            f"{run.passed} passed, {run.failed} failed, {run.seconds / 60:.1f} min", "-", "0 failed", run.failed == 0,
        )
        for run in runs
    ]  # fmt: skip


def main() -> None:
    """Run the suite as often as asked for, and write down each run as it ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loaded", type=int, default=3, help="runs beside busy processes")
    parser.add_argument("--busy", type=int, default=4, help="busy processes")
    parser.add_argument("--shuffled", type=int, default=1, help="runs in random order")
    parser.add_argument("tests", nargs="*", help="arguments for pytest; the whole suite by default")
    chosen = parser.parse_args()
    plans = [(chosen.busy, None)] * chosen.loaded + [(0, random.randrange(2**31)) for _ in range(chosen.shuffled)]
    for load, seed in plans:
        before = read_runs()
        runs = [*before, run_suite(len(before) + 1, load=load, seed=seed, arguments=chosen.tests)]
        RUNS.parent.mkdir(parents=True, exist_ok=True)
        RUNS.write_text(json.dumps([asdict(run) for run in runs], indent=2))
        publish("test-repeat", describe(runs))


if __name__ == "__main__":
    main()
