"""Progress on standard error: bars with the time left on a terminal, a line per change elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from eightcount_client.values.jobs import Job, Step

_QUARTERS = 4
_LEAST_SHARE = 0.05
"""Share of the work from which on the time left is estimated."""
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
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[mark]}"),
            TextColumn("{task.fields[note]}", markup=False, style="dim"),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._states: dict[str, str] = {}
        self._started: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def say(self, text: str) -> None:
        """Print a line above the bars."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def show_upload(self, role: str, done: int, total: int) -> None:
        """Show how many of `total` bytes of a file have been sent."""
        mark = "done" if done >= total else "running"
        self._show(f"Send {role}", mark, done // 1024, max(total // 1024, 1), 0.0)

    def show_count(self, title: str, done: int, total: int, note: str = "") -> None:
        """Show how many of `total` things are done, and what is being done."""
        self._show(title, "done" if done >= total else "running", done, total, 0.0, note)

    def show_job(self, job: Job) -> None:
        """Show the state of every step."""
        for step in job.steps:
            self._show(step.title or step.name, step.state, *_extent(step), step.seconds or 0.0, step.note or "")

    def _show(self, title: str, state: str, done: int, total: int, seconds: float, note: str = "") -> None:
        if self._console.is_terminal:
            self._draw(title, state, done, total, note if state == "running" else "")
            self._states[title] = state
        elif state != "pending":
            self._print_change(title, state, done / total if total else 0.0, seconds)

    def _print_change(self, title: str, state: str, share: float, seconds: float) -> None:
        """Print a line when the state changes, and at every quarter of the way."""
        text = state if state != "running" else f"{100 * int(share * _QUARTERS) // _QUARTERS} %"
        if self._states.get(title) != text:
            after = f" after {seconds:.1f} s" if seconds else ""
            left = self._time_left(title, share, seconds) if state == "running" else ""
            print(f"{title}: {text}{after}{left}", file=sys.stderr, flush=True)
        self._states[title] = text

    def _time_left(self, title: str, share: float, seconds: float) -> str:
        """Estimate of the time left, out of the step's own time, or the time since the title was first shown."""
        now = time.monotonic()
        passed = seconds or now - self._started.setdefault(title, now)
        if not _LEAST_SHARE <= share < 1 or passed < 1:
            return ""
        return f", about {_duration(passed * (1 - share) / share)} left"

    def _draw(self, title: str, state: str, done: int, total: int, note: str) -> None:
        mark = _MARKS.get(state, "")
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
    done, total = step.done or 0, step.total or 0
    if step.state in ("done", "cached", "skipped"):
        full = max(total, done, 1)
        return full, full
    return done, total


def _duration(seconds: float) -> str:
    """`45 s`, `3 min` or `1 h 20 min`."""
    if seconds < 60:
        return f"{max(seconds, 1):.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
