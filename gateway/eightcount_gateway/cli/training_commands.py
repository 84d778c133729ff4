"""The commands that train."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from eightcount_gateway.cli import training_work
from eightcount_gateway.cli.aist import is_aist_folder, read_aist
from eightcount_gateway.cli.dataset import read_dataset
from eightcount_gateway.cli.options import JsonOption, Model, ModelOption, print_result
from eightcount_gateway.cli.outcomes import reported
from eightcount_gateway.cli.progress import ProgressDisplay
from eightcount_gateway.cli.session import ClientSettings, connected
from eightcount_gateway.cli.style_summary import describe_training

train = typer.Typer(name="train", help="Train models on recordings of your own.", no_args_is_help=True)


class Family(StrEnum):
    """What a model of styles looks at, and how."""

    pose = "pose"
    pose_lstm = "pose-lstm"
    frames_gru = "frames-gru"


@train.callback()
def _train() -> None:
    """A group, so that `train style` keeps its second word."""


@train.command()
def style(
    data: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="A folder for each style, a manifest.csv, or AIST++.")
    ],
    name: Annotated[str, typer.Option(help='What the model is called: letters, digits, ".", "_" and "-".')],
    family: Annotated[
        Family,
        typer.Option(help="pose: motions; pose-lstm: motions in order; frames-gru: pictures."),
    ] = Family.pose,
    manifest: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="CSV: path (below DATA), style and, if known, performer, choreography, music, take, camera.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed and data give the same model.")] = 0,
    max_epochs: Annotated[int, typer.Option(min=0, help="0 leaves it to the family.")] = 0,
    out: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder for card.md, report.json and confusion.png.")
    ] = None,
    model: ModelOption = Model.heavy,
    as_json: JsonOption = False,
) -> None:
    """Train a model that tells the styles in DATA apart.

    Recordings are sent one at a time, and the server keeps their motions only. Broken ones are listed at the end.
    Interrupted, and run again, it goes on where it stopped.
    """
    options = training_work.TrainingOptions(name, family.value, model.value, seed, max_epochs)
    with reported(as_json=as_json):
        recordings = read_aist(data) if is_aist_folder(data) and not manifest else read_dataset(data, manifest)
        settings = ClientSettings()
        with ProgressDisplay() as display, connected(settings, display.say) as client:
            material = training_work.prepare(client, recordings, options=options, display=display)
            training = training_work.train(client, material, options=options, display=display)
            files = training_work.fetch_files(client, training, out) if out else []
        if as_json:
            written = [str(out / file) for file in files] if out else []
            print_result({"id": training.id, "files": written, **training.result})
        else:
            where = str(out) if out else _where(settings, name, training.id)
            print_result(describe_training(training.result, where=where))


def _where(settings: ClientSettings, name: str, training_id: str) -> str:
    """Where the files of a model are that was trained on a server, or on a private stack."""
    if settings.url:
        return f"{settings.url.rstrip('/')}/v1/style-trainings/{training_id}/"
    return str(settings.data.expanduser() / "styles" / "models" / name)
