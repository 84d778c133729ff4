"""Groups of commands: their lists cut no line, and commands are imported when they run."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

_WHOLE_LINE = 1000


class Group(click.Group):
    """A group whose list of commands has whole sentences."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        rows = [(name, self.summary(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def summary(self, ctx: click.Context, name: str) -> str:
        """Return one line about a command."""
        command = self.get_command(ctx, name)
        return command.get_short_help_str(_WHOLE_LINE) if command else ""


class LazyGroup(Group):
    """Knows the name, the place and one line of help of each command, so that the help of one does not load the others.

    Args:
        lazy: name of a command -> "module:attribute" and its line in the list of commands.
    """

    def __init__(self, *args: Any, lazy: dict[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order in which they were given."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        if cmd_name not in self._lazy:
            return None
        module, _, attribute = self._lazy[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def summary(self, ctx: click.Context, name: str) -> str:  # noqa: ARG002
        """Return one line about a command without importing it."""
        return self._lazy[name][1]
