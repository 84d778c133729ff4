"""Trains a dance model on motion files of this machine, on one device or several.

    python -m eightcount_generator.train --data DIR --name NAME --out DIR --family FAMILY [--base MODEL]
    torchrun --nproc-per-node 4 -m eightcount_generator.train --data DIR --name NAME --out DIR --family FAMILY

DIR contains .bvh and .npz files, optionally in one folder per style, or a `manifest.csv`. The same command resumes an
interrupted training.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from eightcount_common.errors import EightcountError, InvalidInputError
from eightcount_common.importing.manifest import list_entries
from eightcount_common.importing.motion_file import ENDINGS
from eightcount_common.importing.styles_left import check_styles_left
from eightcount_common.steps import run_steps
from eightcount_common.training.distributed import TrainingWorker, start_worker
from eightcount_common.training.progress_bar import show_progress
from eightcount_generator.families import FAMILIES, Family, TrainingConfig, find_family
from eightcount_generator.model_file import ModelFile, embed_metadata, read_metadata
from eightcount_generator.sources.files import read_recordings
from eightcount_generator.sources.recording import Recording
from eightcount_generator.training_job import TrainingJob


@dataclass(slots=True)
class _LocalRecordings:
    """The recordings to train on; names of the files that could not be used, and why."""

    recordings: list[Recording] = field(default_factory=list)
    excluded: list[tuple[str, str]] = field(default_factory=list)


def main(arguments: list[str] | None = None, *, families: Mapping[str, Family] = FAMILIES) -> int:
    """Train, and write the model and its card; return 0 on success."""
    options = _build_parser(families).parse_args(arguments)
    console = Console(stderr=True)
    try:
        with start_worker(device=options.device) as worker:
            job = _training_job(options, families)
            _train(job, options, worker, console)
    except EightcountError as error:
        console.print(f"{error.reason}: {error.message}", style="red", highlight=False, markup=False)
        return 1
    return 0


def _train(job: TrainingJob, options: argparse.Namespace, worker: TrainingWorker, console: Console) -> None:
    found = _read_local_recordings(options)
    for name, why in found.excluded if worker.is_leader else ():
        console.print(f"not used: {name}: {why}", highlight=False, markup=False)
    config = TrainingConfig(options.seed, options.epochs, options.runs or options.out / "run", worker)
    with show_progress(console, shown=worker.is_leader) as show:
        steps = job.run(found.recordings, config)
        data = run_steps(steps, lambda progress: show(progress.note or progress.stage, progress.fraction_done))
    if worker.is_leader:
        metadata = job.describe_model(data, found.recordings, excluded=found.excluded)
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "card.md").write_text(metadata.card)
        (options.out / "model.safetensors").write_bytes(embed_metadata(data, metadata))
        console.print(f"written to {options.out}; read card.md first", highlight=False)


def _training_job(options: argparse.Namespace, families: Mapping[str, Family]) -> TrainingJob:
    base = _read_base(options.base) if options.base else None
    if base and options.family not in ("", base.metadata.family):
        raise InvalidInputError(
            f"the base model is of the family {base.metadata.family!r}, not {options.family!r}",
            reason="FAMILY_DIFFERS",
        )
    name = base.metadata.family if base else options.family
    return TrainingJob(options.name, name, find_family(name, families), base)


def _read_base(path: Path) -> ModelFile:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error}", reason="UNREADABLE_FILE") from error
    return ModelFile(read_metadata(io.BytesIO(data)), data)


def _read_local_recordings(options: argparse.Namespace) -> _LocalRecordings:
    found = _LocalRecordings()
    listing = list_entries(options.data, endings=ENDINGS, manifest=options.manifest, styles_required=False)
    found.excluded += listing.left_out
    for entry in listing.entries:
        try:
            found.recordings += read_recordings(entry)
        except EightcountError as error:
            found.excluded.append((entry.label, f"{error.reason}: {error.message}"))
    if not found.recordings:
        shown = "; ".join(f"{name}: {why}" for name, why in found.excluded[:3])
        raise InvalidInputError(f"none of the files can be used for training: {shown}", reason="NO_RECORDINGS")
    wanted = [(entry.style, entry.label) for entry in listing.entries]
    check_styles_left(wanted, [one.style for one in found.recordings], dict(found.excluded))
    return found


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a number from 1; got {text!r}")
    return int(text)


def _build_parser(families: Mapping[str, Family]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eightcount_generator.train", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--data", type=Path, required=True, help="folder of the recordings")
    parser.add_argument("--name", required=True, help="name of the model")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model and its card")
    parser.add_argument("--family", choices=list(families), default="", help="model family; that of --base if given")
    parser.add_argument("--base", type=Path, help="file of a model to fine-tune")
    parser.add_argument("--manifest", type=Path, help="table to read instead of DATA/manifest.csv")
    parser.add_argument("--seed", type=int, default=0, help="seed of the training (default: 0)")
    parser.add_argument("--epochs", type=_positive, help="maximum number of epochs (default: the family's own)")
    parser.add_argument("--device", default="", help="device in torch's notation (default: a GPU if there is one)")
    parser.add_argument("--runs", type=Path, help="folder for checkpoints (default: OUT/run)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
