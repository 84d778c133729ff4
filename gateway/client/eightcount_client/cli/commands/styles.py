"""`eightcount styles`: style models, and styles of your own."""

from __future__ import annotations

from pathlib import Path

import click

from eightcount_client.cli.lazy_group import Group
from eightcount_client.cli.options import file_argument, json_option, pose_model_option, print_result, server_options
from eightcount_client.cli.settings import Settings


@click.group(cls=Group, no_args_is_help=True)
@json_option
def styles() -> None:
    """List style models; add and remove your own styles."""


@styles.command("list")
@click.option("--card", default="", metavar="MODEL", help="Print the card of this model instead.")
@server_options
def list_models(settings: Settings, card: str) -> None:
    """List the style models and their styles."""
    from eightcount_client.cli.progress import ProgressDisplay
    from eightcount_client.cli.session import connect
    from eightcount_client.cli.text.styles import describe_models

    with connect(settings, ProgressDisplay().say) as client:
        found = [client.style_models.get(card)] if card else list(client.style_models.list())
    if settings.as_json:
        print_result(found[0].raw if card else {"models": [model.raw for model in found]})
    else:
        print_result(found[0].card or "" if card else describe_models(found))


@styles.command()
@click.argument("name")
@file_argument("clips", many=True)
@pose_model_option()
@server_options
def add(settings: Settings, name: str, clips: tuple[Path, ...], model: str) -> None:
    """Add a style of your own from two or more CLIPS, without training.

    Five clips or more are better. NAME consists of letters, digits, ".", "_" and "-"; a style of that name is replaced.
    Then: eightcount classify FILE --own-styles.
    """
    from eightcount_client.cli.progress import ProgressDisplay
    from eightcount_client.cli.session import connect
    from eightcount_client.cli.text.styles import describe_rejected
    from eightcount_client.cli.work.styles import add_style

    with ProgressDisplay() as display, connect(settings, display.say) as client:
        added = add_style(client, name, clips, model=model, display=display)
    if settings.as_json:
        print_result(added.as_json())
    else:
        changed = added.result.model
        styles_now = f"styles of {changed.name}: {', '.join(changed.styles)}"
        print_result("\n".join([f"Added {name}; {styles_now}", *describe_rejected(added.rejected)]))


@styles.command()
@click.argument("name")
@server_options
def remove(settings: Settings, name: str) -> None:
    """Remove the style NAME that was added."""
    from eightcount_client.cli.progress import ProgressDisplay
    from eightcount_client.cli.session import connect

    with connect(settings, ProgressDisplay().say) as client:
        client.styles.delete(name)
    print_result({"removed": name} if settings.as_json else f"Removed {name}")
