"""The commands that train."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from eightcount_client.cli import training_work
from eightcount_client.cli.aist import is_aist_folder, read_aist
from eightcount_client.cli.dance_summary import describe_dance_training
from eightcount_client.cli.dataset import Recording, read_dataset
from eightcount_client.cli.options import JsonOption, Model, ModelOption, print_result
from eightcount_client.cli.outcomes import reported
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.session import ClientSettings, connected
from eightcount_client.cli.style_summary import describe_training

train = typer.Typer(name="train", help="Train models on recordings of your own.", no_args_is_help=True)

NameOption = Annotated[str, typer.Option(help='What the model is called: letters, digits, ".", "_" and "-".')]
SeedOption = Annotated[int, typer.Option(min=0, help="The same seed and data give the same model.")]
EpochsOption = Annotated[int, typer.Option(min=0, help="0 leaves it to the family.")]
ManifestOption = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        help="CSV: path (below DATA), style and, if known, performer, choreography, music, take, camera.",
    ),
]


class Family(StrEnum):
    """What a model of styles looks at, and how."""

    pose = "pose"
    pose_lstm = "pose-lstm"
    frames_gru = "frames-gru"


class DanceFamily(StrEnum):
    """How a model makes dances."""

    graph = "graph"
    seq2seq = "seq2seq"
    diffusion = "diffusion"


@train.command()
def style(
    data: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="A folder for each style, a manifest.csv, or AIST++.")
    ],
    name: NameOption,
    family: Annotated[
        Family,
        typer.Option(help="pose: motions; pose-lstm: motions in order; frames-gru: pictures."),
    ] = Family.pose,
    manifest: ManifestOption = None,
    seed: SeedOption = 0,
    max_epochs: EpochsOption = 0,
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
        recordings = _recordings(data, manifest)
        settings = ClientSettings()
        with ProgressDisplay() as display, connected(settings, display.say) as client:
            material = training_work.prepare(client, recordings, options=options, display=display)
            training = training_work.train(client, material, options=options, display=display)
            files = training_work.fetch_files(client, training, out) if out else []
        if as_json:
            written = [str(out / file) for file in files] if out else []
            print_result({"id": training.id, "files": written, **training.result})
        else:
            kept = f"/v1/style-trainings/{training.id}/", settings.data / "styles" / "models" / name
            print_result(describe_training(training.result, where=str(out) if out else _where(settings, *kept)))


@train.command()
def dance(
    data: Annotated[
        Path,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Videos, .bvh and .npz, in a folder for each style or all in one; a manifest.csv; or AIST++.",
        ),
    ],
    name: NameOption,
    family: Annotated[
        DanceFamily | None,
        typer.Option(help="How it makes dances; graph, if not given, joins stretches of the recordings."),
    ] = None,
    base: Annotated[
        str, typer.Option(metavar="MODEL", help="A model that learns DATA besides what it knows; it stays as it is.")
    ] = "",
    manifest: ManifestOption = None,
    seed: SeedOption = 0,
    max_epochs: EpochsOption = 0,
    model: ModelOption = Model.heavy,
    as_json: JsonOption = False,
) -> None:
    """Train a model that dances like the recordings in DATA.

    Recordings are sent one at a time, and the server keeps their motions and beats only. Where there is no music, beats
    are taken from the motion. Broken ones are listed at the end. Interrupted, and run again, it goes on where it was.
    With --base a model is trained further, which a handful of recordings is enough for.
    """
    if base and family:
        raise typer.BadParameter("a model that is made of --base MODEL is of its family; leave --family out")
    chosen = (family or DanceFamily.graph).value
    options = training_work.TrainingOptions(name, chosen, model.value, seed, max_epochs, kind="dance", base=base)
    with reported(as_json=as_json):
        recordings = _recordings(data, manifest, styles_wanted=False)
        settings = ClientSettings()
        with ProgressDisplay() as display, connected(settings, display.say) as client:
            material = training_work.prepare(client, recordings, options=options, display=display)
            training = training_work.train(client, material, options=options, display=display)
        if as_json:
            print_result({"id": training.id, **training.result})
        else:
            kept = f"/v1/dance-models/{name}", settings.data / "dances" / "models" / name / "card.md"
            print_result(describe_dance_training(training.result, where=_where(settings, *kept)))


def _recordings(data: Path, manifest: Path | None, *, styles_wanted: bool = True) -> list[Recording]:
    if is_aist_folder(data) and not manifest:
        return read_aist(data)
    return read_dataset(data, manifest, styles_wanted=styles_wanted)


def _where(settings: ClientSettings, path: str, file: Path) -> str:
    """Where something is that was made on a server, or on a private stack."""
    return f"{settings.url.rstrip('/')}{path}" if settings.url else str(file.expanduser())
