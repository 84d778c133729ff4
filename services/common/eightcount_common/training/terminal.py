"""What a training that is started by hand shows of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

Show = Callable[[str, float], None]
"""Takes what is being done, and the part of the whole work that is done."""


@contextmanager
def shown_progress(console: Console, *, shown: bool) -> Iterator[Show]:
    """A bar, on which nothing moves when not `shown`."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not shown) as bar:
        task = bar.add_task("training", total=1.0)
        yield lambda stage, fraction: bar.update(task, completed=fraction, description=stage)
