"""Progress bar of a training that was started from a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

UpdateProgress = Callable[[str, float], None]
"""Takes the name of the current stage, and the fraction of the whole work that is done."""


@contextmanager
def show_progress(console: Console, *, shown: bool) -> Iterator[UpdateProgress]:
    """Show a progress bar; draw nothing unless `shown`."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not shown) as bar:
        task = bar.add_task("training", total=1.0)
        yield lambda stage, fraction: bar.update(task, completed=fraction, description=stage)
