"""`python -m eightcount_gateway.demo`: compares a real dancer with a take of known mistakes on a local stack."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from eightcount_client.cli import work
from eightcount_client.cli.client import Client
from eightcount_client.cli.outcomes import CliError, ExitCode, ignore_interrupts, reported
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.summary import summarise_report
from eightcount_gateway.demo.dancer import DemoError, fetch_dancer
from eightcount_gateway.demo.film import film
from eightcount_gateway.demo.findings import Finding, judge_report
from eightcount_gateway.demo.mistakes import TAKE_MISTAKES, PlantedMistakes
from eightcount_gateway.stack import Stack, StackError


def main(
    folder: Annotated[Path, typer.Option(help="Where media, data and results go.")] = Path("build/demo"),
    port: Annotated[int, typer.Option(help="Port of the report page; another one when it is taken.")] = 8000,
    once: Annotated[bool, typer.Option(help="End after the check instead of serving; also DEMO=once.")] = False,
) -> None:
    """Compare a dancer with a take of planted mistakes, and check that they are found."""
    once = once or os.environ.get("DEMO") == "once"
    with reported(as_json=False):
        display = ProgressDisplay()
        reference, take = _films(folder, display)
        with _stack(folder, 0 if once else port, display) as stack, Client(stack.url) as client:
            with display:
                options = work.ComparisonOptions()
                comparison = work.compare(client, reference, take, options=options, display=display)
                files = work.fetch_results(client, comparison.id, folder / "result")
            _print(summarise_report(comparison.report))
            _judge(judge_report(comparison.report, TAKE_MISTAKES))
            _print(f"\nResults: {', '.join(files.values())}")
            if not once:
                _serve(comparison.page)


def _films(folder: Path, display: ProgressDisplay) -> tuple[Path, Path]:
    """Reference and take; made once."""
    films = {"reference": PlantedMistakes(), "take": TAKE_MISTAKES}
    paths = {name: folder / f"{name}.mp4" for name in films}
    try:
        dancer = fetch_dancer(folder)
    except DemoError as error:
        raise CliError(str(error), reason="DEMO_MEDIA", exit_code=ExitCode.FAILED) from error
    for name, mistakes in films.items():
        recipe = folder / f"{name}.recipe"
        if not paths[name].exists() or not recipe.exists() or recipe.read_text() != repr(mistakes):
            display.say(f"making the {name} out of {dancer.name}")
            film(dancer, paths[name], mistakes=mistakes)
            recipe.write_text(repr(mistakes))
    return paths["reference"], paths["take"]


@contextmanager
def _stack(folder: Path, port: int, display: ProgressDisplay) -> Iterator[Stack]:
    """A running stack at `port`, or at a free one when that is taken."""
    display.say("starting pose, sync, scoring, classifier, generator and the gateway")
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
    typer.run(main)
