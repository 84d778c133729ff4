"""`python -m eightcount_gateway.demo`: compares a real dancer with a take of known mistakes on a local stack."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eightcount_client import Client
from eightcount_client.cli.errors import CliError, ignore_interrupts, report_errors
from eightcount_client.cli.exit_codes import ExitCode
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.text.reports import summarise_report
from eightcount_client.cli.work import recordings
from eightcount_gateway.demo.dancer import DemoError
from eightcount_gateway.demo.findings import Finding, judge_report
from eightcount_gateway.demo.mistakes import TAKE_MISTAKES
from eightcount_gateway.demo.sample import make_sample
from eightcount_gateway.stack import Stack, StackError


def main() -> None:
    """Compare a dancer with a take of planted mistakes, and check that they are found."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build/demo"), help="Folder of media, data and results.")
    parser.add_argument("--port", type=int, default=8000, help="Port of the report page; a free one if it is taken.")
    parser.add_argument("--once", action="store_true", help="Exit after the check; also DEMO=once.")
    options = parser.parse_args()
    run_demo(options.folder, options.port, once=options.once or os.environ.get("DEMO") == "once")


def run_demo(folder: Path, port: int, *, once: bool) -> None:
    """Run the demo; end the process with an exit code of the command if it fails."""
    with report_errors(as_json=False):
        display = ProgressDisplay()
        reference, take = _make_videos(folder, display)
        with _stack(folder, 0 if once else port, display) as stack, Client(stack.url) as client:
            with display:
                comparison = recordings.compare(client, reference, take, options={}, display=display)
                files = recordings.fetch_results(client, comparison.id, folder / "result")
            _print(summarise_report(comparison.report))
            _judge(judge_report(comparison.report.raw, TAKE_MISTAKES))
            _print(f"\nResults: {', '.join(files.values())}")
            if not once:
                _serve(comparison.page)


def _make_videos(folder: Path, display: ProgressDisplay) -> tuple[Path, Path]:
    """Return reference and take, which the first page offers, too."""
    sample = folder / "sample"
    os.environ.setdefault("EIGHTCOUNT_GATEWAY_SAMPLE", str(sample.resolve()))
    try:
        return make_sample(sample, display.say)
    except DemoError as error:
        raise CliError(str(error), reason="DEMO_MEDIA", exit_code=ExitCode.FAILED) from error


@contextmanager
def _stack(folder: Path, port: int, display: ProgressDisplay) -> Iterator[Stack]:
    """Run a stack at `port`, or at a free port if that is taken."""
    display.say("starting the services and the gateway")
    stack = Stack(folder / "data", port=port, announce=display.say)
    try:
        stack.start()
    except StackError as error:
        if error.reason != "PORT_TAKEN":
            raise
        display.say(f"port {port} is taken; using a free one")
        stack = Stack(folder / "data", announce=display.say)
        stack.start()
    try:
        yield stack
    finally:
        stack.stop()


def _judge(findings: list[Finding]) -> None:
    _print("\nPlanted and found:")
    for finding in findings:
        _print(f"  {'ok  ' if finding.right else 'MISS'}  {finding.planted}\n        -> {finding.found}")
    missed = [finding.planted for finding in findings if not finding.right]
    if missed:
        raise CliError(f"not found: {'; '.join(missed)}", reason="DEMO_MISSED", exit_code=ExitCode.FAILED)


def _serve(page: str) -> None:
    _print(f"\nThe report: {page}\nCtrl-C stops.")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        ignore_interrupts()
        _print("stopping")


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
