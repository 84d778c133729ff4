"""`eightcount up`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eightcount_client.cli.errors import ignore_interrupts
from eightcount_client.cli.options import json_option, print_result
from eightcount_client.cli.settings import Settings

if TYPE_CHECKING:
    from eightcount_client.cli.session import LocalStack
    from eightcount_client.kinds.devices import Invitation


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="HTTP port; 0 picks a free one."
)
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), default=Path("eightcount-data"), show_default=True,
    help="Folder of objects, jobs and logs.",
)  # fmt: skip
@click.option("--lan", is_flag=True, help="Also let phones in the same network in, over TLS; prints a QR code for one.")
@click.option(
    "--lan-address", "addresses", multiple=True, metavar="ADDRESS",
    help="Private IPv4 address of this machine that phones use; may be repeated. All that are found, if not given.",
)  # fmt: skip
@click.option(
    "--lan-port",
    type=click.IntRange(0, 65534),
    default=8443,
    show_default=True,
    help="Port of TLS; the next one shows how to trust the certificate. 0 picks free ones.",
)
@json_option
@click.pass_obj
def up(
    settings: Settings, host: str, port: int, data: Path, lan: bool, addresses: tuple[str, ...], lan_port: int
) -> None:
    """Start every service on this machine and keep it running until Ctrl-C.

    Crashed services are started again. Logs are in DATA/logs.
    """
    import threading

    from eightcount_client.cli.progress import ProgressDisplay
    from eightcount_client.cli.session import NetworkOptions, missing_parts, running_stack

    display = ProgressDisplay()
    missing = missing_parts()
    display.say("starting the services and the gateway")
    for sentence in missing:
        display.say(sentence)
    network = NetworkOptions(addresses, lan_port) if lan or addresses else None
    with running_stack(data, display.say, host=host, port=port, network=network) as stack:
        invitation = _invite(settings, stack.url) if network else None
        if settings.as_json:
            _print_json(stack, data, invitation)
        else:
            print_result(f"Eightcount is ready at {stack.url} (data and logs in {data}; Ctrl-C stops)")
            if invitation:
                _print_invitation(invitation, stack.url)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            ignore_interrupts()
            display.say("stopping")
    display.say("stopped")


def _invite(settings: Settings, url: str) -> Invitation:
    from eightcount_client.client import Client

    with Client(url, api_key=settings.api_key) as client:
        return client.invite_device()


def _print_json(stack: LocalStack, data: Path, invitation: Invitation | None) -> None:
    import json

    described: dict[str, Any] = {"url": stack.url, "data": str(data.resolve()), "pids": dict(stack.pids)}
    if invitation:
        described["invitation"] = {"url": invitation.url, "fingerprint": invitation.fingerprint}
    click.echo(json.dumps(described))


def _print_invitation(invitation: Invitation, url: str) -> None:
    from eightcount_client.cli.text.invitation_text import can_draw, invitation_text

    out = sys.stdout
    text = invitation_text(invitation, f"{url}/devices", drawable=can_draw(out.encoding), coloured=out.isatty())
    print_result(text)
