"""The commands about styles."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from eightcount_client.cli import style_work
from eightcount_client.cli.options import FileArgument, JsonOption, Model, ModelOption, dancer_option, print_result
from eightcount_client.cli.outcomes import reported
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.session import ClientSettings, connected
from eightcount_client.cli.style_summary import describe_classification, describe_models, describe_rejected

styles = typer.Typer(name="styles", help="Models of styles, and styles of your own.", no_args_is_help=True)


def classify(
    file: Annotated[Path, FileArgument],
    style_model: Annotated[
        str, typer.Option(help="Model of styles, as `styles list` names it; the starter model if not given.")
    ] = "",
    model: ModelOption = Model.heavy,
    dancer: Annotated[dict[str, float] | None, dancer_option("--dancer", "where several people are in FILE")] = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what dance FILE shows, how sure that is, and which seconds look like what.

    FILE is a video, or a motion: .npz as `extract` writes it, or .bvh.
    A dance of a style that the model does not know is called unknown. Ctrl-C cancels the work on the server.
    """
    with reported(as_json=as_json):
        with ProgressDisplay() as display, connected(ClientSettings(), display.say) as client:
            found = style_work.classify(
                client, file, model=model.value, style_model=style_model, dancer=dancer, display=display
            )  # fmt: skip
        if as_json:
            print_result({"id": found.id, "url": found.page, "result": found.result})
        else:
            print_result(describe_classification(found.result))


@styles.command("list")
def list_models(
    card: Annotated[str, typer.Option(metavar="MODEL", help="Print the card of this model instead.")] = "",
    as_json: JsonOption = False,
) -> None:
    """List the models and the styles they know."""
    with reported(as_json=as_json):
        display = ProgressDisplay()
        with connected(ClientSettings(), display.say) as client:
            found = client.get(f"/v1/style-models/{quote(card, safe='')}" if card else "/v1/style-models")
        if as_json:
            print_result(found)
        else:
            print_result(found["card"] if card else describe_models(found["models"]))


@styles.command()
def add(
    name: Annotated[str, typer.Argument(help='Letters, digits, ".", "_" and "-".')],
    clips: Annotated[list[Path], FileArgument],
    model: ModelOption = Model.heavy,
    as_json: JsonOption = False,
) -> None:
    """Teach the few-shot model a style from two or more CLIPS, without training.

    Five clips or more are better. A style of that name is replaced. Then: classify FILE --style-model few-shot.
    """
    with reported(as_json=as_json):
        with ProgressDisplay() as display, connected(ClientSettings(), display.say) as client:
            result = style_work.add_style(client, name, clips, model=model.value, display=display)
        if as_json:
            print_result(result)
        else:
            known = f"{result['model']['name']} knows {', '.join(result['model']['styles'])}"
            print_result("\n".join([f"Learned {name}; {known}", *describe_rejected(result["rejected"])]))


@styles.command()
def remove(
    name: Annotated[str, typer.Argument(help="As it was added.")],
    as_json: JsonOption = False,
) -> None:
    """Make the few-shot model forget a style."""
    with reported(as_json=as_json):
        display = ProgressDisplay()
        with connected(ClientSettings(), display.say) as client:
            client.delete(f"/v1/styles/{quote(name, safe='')}")
        print_result({"removed": name} if as_json else f"Forgot {name}")
