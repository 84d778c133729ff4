"""`eightcount data`: the data that the server stores."""

from __future__ import annotations

from datetime import datetime
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from eightcount_client.cli.lazy_group import Group
from eightcount_client.cli.options import json_option, print_result, server_options
from eightcount_client.cli.settings import Settings

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class ResourceName(click.ParamType[str]):
    """Name of a collection of the API; the client, which knows them, is loaded when one is completed."""

    name = "RESOURCE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """Return the name; it is checked when the client is there."""
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        """Return the names that begin so."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in _resource_names() if name.startswith(incomplete)]


class ListCommand(click.Command):
    """A command whose help ends with the names of the collections."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the names; the client, which knows them, is loaded only for that."""
        text = f"RESOURCE is one of {', '.join(_resource_names())}."
        formatter.write("\n" + fill(text, formatter.width, break_on_hyphens=False) + "\n")


def _resource_names() -> list[str]:
    from eightcount_client.client import Client

    with Client("http://127.0.0.1") as client:
        return list(client.collections)


@click.group(cls=Group, no_args_is_help=True)
@json_option
def data() -> None:
    """List and delete what the server stores: uploads, jobs of every kind, styles and models."""


@data.command("list", cls=ListCommand)
@click.argument("resources", type=ResourceName(), nargs=-1, metavar="[RESOURCE]...")
@click.option(
    "--status", type=click.Choice(["queued", "running", "succeeded", "failed", "cancelled"]), multiple=True,
    help="Only jobs in this state; repeat the option for more.",
)  # fmt: skip
@click.option("--after", type=click.DateTime(), help="Only resources that were created after this day or time (UTC).")
@click.option("--before", type=click.DateTime(), help="Only resources that were created before this day or time (UTC).")
@click.option("--file-name", default="", metavar="NAME", help="Only uploads of this file name.")
@click.option(
    "--style", multiple=True, metavar="NAME", help="Only classifications that name this style; repeat it for more."
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Maximum number of each RESOURCE."
)
@server_options
def list_data(
    settings: Settings,
    resources: tuple[str, ...],
    status: tuple[str, ...],
    after: datetime | None,
    before: datetime | None,
    file_name: str,
    style: tuple[str, ...],
    limit: int,
) -> None:
    """List what the server stores of each RESOURCE, newest first; of all of them if none is named."""
    from eightcount_client.cli.progress import ProgressDisplay
    from eightcount_client.cli.session import connect
    from eightcount_client.cli.text.stored_data import describe_resources
    from eightcount_client.cli.work.stored_data import Selection, list_resources

    _require_server(settings)
    selection = Selection(status, after, before, file_name, style, limit)
    with connect(settings, ProgressDisplay().say) as client:
        found = list_resources(client, resources, selection)
    print_result(found if settings.as_json else describe_resources(found))


@data.command()
@click.argument("resource", type=ResourceName(), metavar="RESOURCE")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--dry-run", is_flag=True, help="Only list what would be deleted.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask for confirmation.")
@server_options
def delete(settings: Settings, resource: str, ids: tuple[str, ...], dry_run: bool, yes: bool) -> None:
    """Delete resources with everything that was made of them alone.

    Lists what would be deleted, and what stays because another resource needs it, and asks for confirmation unless
    --yes is given. With --json, or without a terminal, nothing is deleted without --yes. RESOURCE is as for
    `data list`; the ID of a model or a style is its name.
    """
    from eightcount_client.cli.progress import ProgressDisplay
    from eightcount_client.cli.session import connect
    from eightcount_client.cli.text.stored_data import describe_deletions
    from eightcount_client.cli.work.stored_data import delete_resources

    _require_server(settings)
    display = ProgressDisplay()
    with connect(settings, display.say) as client:
        deletions = delete_resources(client, resource, ids, dry_run=not yes or dry_run)
        if not (yes or dry_run or settings.as_json):
            print_result(describe_deletions(deletions))
            if not _confirm():
                print_result("Nothing was deleted.")
                return
            deletions = delete_resources(client, resource, ids, dry_run=False)
    print_result(
        {"deletions": [deletion.raw for deletion in deletions]} if settings.as_json else describe_deletions(deletions)
    )


def _confirm() -> bool:
    """Ask the person at the terminal."""
    import sys

    from eightcount_client.cli.errors import CliError
    from eightcount_client.cli.exit_codes import ExitCode

    if not sys.stdin.isatty():
        message = "nothing was deleted: a terminal is required to ask for confirmation; --yes deletes without asking"
        raise CliError(message, reason="CONFIRMATION_REQUIRED", exit_code=ExitCode.USAGE)
    return click.confirm("Delete this?", err=True)


def _require_server(settings: Settings) -> None:
    """A private stack lives for one command and keeps nothing."""
    from eightcount_client.cli.errors import CliError
    from eightcount_client.cli.exit_codes import ExitCode

    if not settings.url:
        message = "data is kept by a running server; name it with EIGHTCOUNT_URL=http://127.0.0.1:8000"
        raise CliError(message, reason="NEEDS_SERVER", exit_code=ExitCode.USAGE)
