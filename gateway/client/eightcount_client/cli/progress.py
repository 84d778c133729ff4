"""Progress on standard error: bars on a terminal, a line per change elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from eightcount_client.cli.jobs import JobState, Step

_TITLES = {
    "probe": "Read the videos",
    "extract": "Watch the dancer",
    "extract_reference": "Watch the reference",
    "extract_take": "Watch the take",
    "align": "Line them up",
    "score": "Score",
    "render": "Draw side by side",
    "listen": "Hear the music",
    "classify": "Name the style",
    "add": "Learn the style",
    "train": "Train the model",
    "generate": "Make the dance",
    "export": "Write the files",
}
_QUARTERS = 4
_MARKS = {
    "pending": "[dim]…",
    "running": "[cyan]▸",
    "done": "[green]✓",
    "cached": "[green]✓ known",
    "skipped": "[dim]–",
    "failed": "[red]✗",
}


class ProgressDisplay:
    """A bar for every upload and step; a context manager."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._bars = Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[mark]}"),
            TextColumn("{task.fields[note]}", markup=False, style="dim"),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._states: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def say(self, text: str) -> None:
        """A line above the bars."""
        self._console.print(text, markup=False, highlight=False)

    def show_upload(self, role: str, done: int, total: int) -> None:
        """How many of `total` bytes of a file have been sent."""
        mark = "done" if done >= total else "running"
        self._show(f"Send {role}", mark, done // 1024, max(total // 1024, 1), 0.0)

    def show_count(self, title: str, done: int, total: int, note: str = "") -> None:
        """How many of `total` things are done, and what is being done."""
        self._show(title, "done" if done >= total else "running", done, total, 0.0, note)

    def show_job(self, state: JobState) -> None:
        """The state of every step."""
        for step in state.steps:
            self._show(_TITLES.get(step.name, step.name), step.state, *_extent(step), step.seconds, step.note)

    def _show(self, title: str, state: str, done: int, total: int, seconds: float, note: str = "") -> None:
        if self._console.is_terminal:
            self._draw(title, state, done, total, note if state == "running" else "")
            self._states[title] = state
        elif state != "pending":
            self._tell(title, state, done / total if total else 0.0, seconds)

    def _tell(self, title: str, state: str, share: float, seconds: float) -> None:
        """A line when the state changes, and at every quarter of the way."""
        text = state if state != "running" else f"{100 * int(share * _QUARTERS) // _QUARTERS} %"
        if self._states.get(title) != text:
            after = f" after {seconds:.1f} s" if seconds else ""
            print(f"{title}: {text}{after}", file=sys.stderr, flush=True)
        self._states[title] = text

    def _draw(self, title: str, state: str, done: int, total: int, note: str) -> None:
        mark = _MARKS[state]
        if title not in self._tasks:
            self._tasks[title] = self._bars.add_task(title, start=False, total=None, mark=mark, note="")
        task = self._tasks[title]
        if state != "pending" and self._states.get(title) in (None, "pending"):
            self._bars.start_task(task)
        self._bars.update(task, completed=done, total=total or None, mark=mark, note=note)
        if state not in ("pending", "running"):
            self._bars.stop_task(task)


def _extent(step: Step) -> tuple[int, int]:
    """Done and total; a finished step is full even when nobody counted it."""
    if step.state in ("done", "cached", "skipped"):
        total = max(step.total, step.done, 1)
        return total, total
    return step.done, step.total
