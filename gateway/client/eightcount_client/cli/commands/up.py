"""`eightcount up`."""

from __future__ import annotations

from pathlib import Path

import click

from eightcount_client.cli.errors import ignore_interrupts
from eightcount_client.cli.options import json_option, print_result
from eightcount_client.cli.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="HTTP port; 0 picks a free one."
)
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), default=Path("eightcount-data"), show_default=True,
    help="Folder of objects, jobs and logs.",
)  # fmt: skip
@json_option
@click.pass_obj
def up(settings: Settings, host: str, port: int, data: Path) -> None:
    """Start every service on this machine and keep it running until Ctrl-C.

    Crashed services are started again. Logs are in DATA/logs.
    """
    import threading

    from eightcount_client.cli.progress import ProgressDisplay
    from eightcount_client.cli.session import missing_parts, running_stack

    display = ProgressDisplay()
    missing = missing_parts()
    display.say("starting the services and the gateway")
    for sentence in missing:
        display.say(sentence)
    with running_stack(data, display.say, host=host, port=port) as stack:
        if settings.as_json:
            import json

            click.echo(json.dumps({"url": stack.url, "data": str(data.resolve()), "pids": dict(stack.pids)}))
        else:
            print_result(f"Eightcount is ready at {stack.url} (data and logs in {data}; Ctrl-C stops)")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            ignore_interrupts()
            display.say("stopping")
    display.say("stopped")
