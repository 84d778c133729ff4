"""The commands about styles."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eightcount_gateway.cli import style_work
from eightcount_gateway.cli.options import FileArgument, JsonOption, Model, ModelOption, print_result
from eightcount_gateway.cli.outcomes import reported
from eightcount_gateway.cli.progress import ProgressDisplay
from eightcount_gateway.cli.session import ClientSettings, connected
from eightcount_gateway.cli.style_summary import describe_classification


def classify(
    file: Annotated[Path, FileArgument],
    style_model: Annotated[
        str, typer.Option(help="Model of styles, as `styles list` names it; the starter model if not given.")
    ] = "",
    model: ModelOption = Model.heavy,
    as_json: JsonOption = False,
) -> None:
    """Tell what dance FILE shows, how sure that is, and which seconds look like what.

    A dance of a style that the model does not know is called unknown. Ctrl-C cancels the work on the server.
    """
    with reported(as_json=as_json):
        with ProgressDisplay() as display, connected(ClientSettings(), display.say) as client:
            found = style_work.classify(client, file, model=model.value, style_model=style_model, display=display)
        if as_json:
            print_result({"id": found.id, "url": found.page, "result": found.result})
        else:
            print_result(describe_classification(found.result))
