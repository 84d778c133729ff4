"""`eightcount train`: models of your own recordings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import click

from eightcount_client.cli.lazy_group import Group
from eightcount_client.cli.options import OutputFolder, json_option, pose_model_option, print_result, server_options
from eightcount_client.cli.settings import Settings
from eightcount_client.families import DanceFamily, StyleFamily

if TYPE_CHECKING:
    from eightcount_client.cli.work.dataset import Dataset

F = TypeVar("F", bound=Callable[..., Any])


def _training_options(data_help: str) -> Callable[[F], F]:
    """Add the options of both trainings."""
    options = [
        click.option(
            "--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True, help=data_help
        ),
        click.option(
            "--name", required=True, help='Name of the model: letters, digits, ".", "_" and "-".'
        ),
        click.option(
            "--manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="CSV: path (below DATA), style and, if known, performer, choreography, music, take, camera.",
        ),
        click.option(
            "--seed", type=click.IntRange(min=0), default=0, show_default=True,
            help="The same seed and data give the same model.",
        ),
        click.option(
            "--max-epochs", type=click.IntRange(min=1),
            help="Maximum number of epochs; that of the family if not given.",
        ),
        pose_model_option(),
        server_options,
    ]  # fmt: skip

    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


@click.group(cls=Group, no_args_is_help=True)
@json_option
def train() -> None:
    """Train models on your own recordings."""


@train.command()
@click.option(
    "--family", type=click.Choice(get_args(StyleFamily)), default="pose", show_default=True,
    help="pose and pose-lstm read motions, frames-gru reads video frames.",
)  # fmt: skip
@click.option("--out", type=OutputFolder(), help="Folder for card.md, report.json and confusion.png.")
@_training_options("A folder for each style, a manifest.csv, or AIST++.")
def style(settings: Settings, data: Path, manifest: Path | None, out: Path | None, **options: Any) -> None:
    """Train a model that classifies the styles in DATA.

    Recordings are uploaded one at a time, and the server keeps only their motions. Files that are not taken are listed
    at the end, each with the reason; where none of a style can be used, nothing is trained. After an interruption, the
    same command continues where it stopped.
    """
    from eightcount_client.cli.progress import ProgressDisplay
    from eightcount_client.cli.session import connect
    from eightcount_client.cli.text.styles import describe_training
    from eightcount_client.cli.work import training

    dataset = _read_recordings(data, manifest, styles_required=True)
    choice = training.TrainingOptions(**options)
    with ProgressDisplay() as display, connect(settings, display.say) as client:
        items = training.prepare(client, dataset, options=choice, display=display)
        trained = training.train_style(client, items, options=choice, display=display)
        files = training.fetch_files(client, trained.id, out) if out else []
    if settings.as_json:
        written = [str(out / file) for file in files] if out else []
        print_result({"id": trained.id, "files": written, **trained.as_json()})
    else:
        place = f"/v1/style-trainings/{trained.id}/", settings.data / "styles" / "models" / choice.name
        where = str(out) if out else _place(settings, *place)
        print_result(describe_training(trained.result, trained.rejected, where=where))


@train.command()
@click.option(
    "--family", type=click.Choice(get_args(DanceFamily)),
    help="Model family; graph, the default, stitches segments of the recordings.",
)  # fmt: skip
@click.option("--base", default="", metavar="MODEL", help="A model to fine-tune on DATA; it is not changed.")
@_training_options(
    "Videos, .bvh, .npz, .glb and .pkl, in a folder for each style or all in one; a manifest.csv; or AIST++."
)
def dance(settings: Settings, data: Path, manifest: Path | None, **options: Any) -> None:
    """Train a dance model on the recordings in DATA.

    Recordings are uploaded one at a time, and the server keeps only their motions and beats. Without music, beats are
    estimated from the motion. Files that are not taken are listed at the end, each with the reason. After an
    interruption, the same command continues where it stopped. With --base a model is fine-tuned, for which a few
    recordings are enough.

    Motions are .bvh, .glb, .npz of `extract`, `choreograph` and AMASS, and .pkl of AIST++ and EDGE.
    """
    if options["base"] and options["family"]:
        raise click.UsageError("a fine-tuned model has the family of its --base MODEL; leave --family out")

    from eightcount_client.cli.progress import ProgressDisplay
    from eightcount_client.cli.session import connect
    from eightcount_client.cli.text.dances import describe_dance_training
    from eightcount_client.cli.work import training

    dataset = _read_recordings(data, manifest, styles_required=False)
    choice = training.TrainingOptions(kind="dance", **options | {"family": options["family"] or "graph"})
    with ProgressDisplay() as display, connect(settings, display.say) as client:
        items = training.prepare(client, dataset, options=choice, display=display)
        trained = training.train_dance(client, items, options=choice, display=display)
    if settings.as_json:
        print_result({"id": trained.id, **trained.as_json()})
    else:
        place = f"/v1/dance-models/{choice.name}", settings.data / "dances" / "models" / choice.name / "card.md"
        print_result(describe_dance_training(trained.result, trained.rejected, where=_place(settings, *place)))


def _read_recordings(data: Path, manifest: Path | None, *, styles_required: bool) -> Dataset:
    from eightcount_client.cli.work.aist import is_aist_folder, read_aist
    from eightcount_client.cli.work.dataset import read_dataset

    if is_aist_folder(data) and not manifest:
        return read_aist(data)
    return read_dataset(data, manifest, styles_required=styles_required)


def _place(settings: Settings, path: str, file: Path) -> str:
    """Return the place of a model that was trained on a server, or on a private stack."""
    return f"{settings.url.rstrip('/')}{path}" if settings.url else str(file)
