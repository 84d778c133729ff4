"""`eightcount completion`."""

from __future__ import annotations

import click

from eightcount_client.cli.options import json_option, print_result
from eightcount_client.cli.settings import Settings

_VARIABLE = "_EIGHTCOUNT_COMPLETE"


_HELP = """Print the script that completes commands, options and files in SHELL.

\b
bash  eval "$(eightcount completion bash)" in ~/.bashrc
zsh   eval "$(eightcount completion zsh)" in ~/.zshrc
fish  eightcount completion fish > ~/.config/fish/completions/eightcount.fish
"""
"""The control character keeps the line breaks below it (click, "Preventing Rewrapping")."""


@click.command(help=_HELP)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@json_option
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell."""
    from click.shell_completion import get_completion_class

    root = context.find_root()
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"completion for {shell} is not available")
    script = kind.source_template % kind(root.command, {}, "eightcount", _VARIABLE).source_vars()
    settings: Settings = root.obj
    print_result({"shell": shell, "script": script} if settings.as_json else script.strip())
