"""Teaches a model of dances from motion files of this machine, on one device or several.

    python -m eightcount_generator.train --data DIR --name NAME --out DIR --family FAMILY [--base MODEL]
    torchrun --nproc-per-node 4 -m eightcount_generator.train --data DIR --name NAME --out DIR --family FAMILY

DIR has .bvh and .npz files, in folders named like their styles or not, or a `manifest.csv`. The same command goes on
where it was cut short.
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
from eightcount_common.importing.motion_file import ENDINGS
from eightcount_common.manifest import entries_of
from eightcount_common.steps import result_of
from eightcount_common.training.distributed import Place, placed
from eightcount_common.training.terminal import shown_progress
from eightcount_generator.families import FAMILIES, Family, TrainingConfig, find_family
from eightcount_generator.model_file import ModelFile, embed_metadata, read_metadata
from eightcount_generator.sources.files import read_recordings
from eightcount_generator.sources.recording import Recording
from eightcount_generator.training_job import TrainingJob


@dataclass(slots=True)
class _LocalRecordings:
    """What can be learned from; names of files that cannot, and why."""

    recordings: list[Recording] = field(default_factory=list)
    excluded: list[tuple[str, str]] = field(default_factory=list)


def main(arguments: list[str] | None = None, *, families: Mapping[str, Family] = FAMILIES) -> int:
    """Teaches, and writes model and card; 0 when that was done."""
    options = _build_parser(families).parse_args(arguments)
    console = Console(stderr=True)
    try:
        with placed(device=options.device) as place:
            job = _training_job(options, families)
            _train(job, options, place, console)
    except EightcountError as error:
        console.print(f"{error.reason}: {error.message}", style="red", highlight=False, markup=False)
        return 1
    return 0


def _train(job: TrainingJob, options: argparse.Namespace, place: Place, console: Console) -> None:
    found = _read_local_recordings(options)
    for name, why in found.excluded if place.leads else ():
        console.print(f"left out: {name}: {why}", highlight=False, markup=False)
    config = TrainingConfig(options.seed, options.epochs, options.runs or options.out / "run", place)
    with shown_progress(console, shown=place.leads) as show:
        steps = job.run(found.recordings, config)
        data = result_of(steps, lambda step: show(step.note or step.stage, step.fraction_done))
    if place.leads:
        label = job.describe_model(data, found.recordings, excluded=found.excluded)
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "card.md").write_text(label.card)
        (options.out / "model.safetensors").write_bytes(embed_metadata(data, label))
        console.print(f"written to {options.out}; read card.md first", highlight=False)


def _training_job(options: argparse.Namespace, families: Mapping[str, Family]) -> TrainingJob:
    base = _read_base(options.base) if options.base else None
    if base and options.family not in ("", base.metadata.family):
        raise InvalidInputError(
            f"the model to begin with is of the family {base.metadata.family!r}, not {options.family!r}",
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
    for entry in entries_of(options.data, endings=ENDINGS, manifest=options.manifest, styles_wanted=False):
        try:
            found.recordings += read_recordings(entry)
        except EightcountError as error:
            found.excluded.append((entry.label, f"{error.reason}: {error.message}"))
    if not found.recordings:
        told = "; ".join(f"{name}: {why}" for name, why in found.excluded[:3])
        raise InvalidInputError(f"no file can be learned from: {told}", reason="NO_RECORDINGS")
    return found


def _build_parser(families: Mapping[str, Family]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eightcount_generator.train", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--data", type=Path, required=True, help="folder of the recordings")
    parser.add_argument("--name", required=True, help="of the model")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model and its card")
    parser.add_argument("--family", choices=list(families), default="", help="that of the model to begin with")
    parser.add_argument("--base", type=Path, help="file of a model to begin with")
    parser.add_argument("--manifest", type=Path, help="another table than manifest.csv of the folder")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=0, help="at most; the family's own when not given")
    parser.add_argument("--device", default="", help="as torch names it; a GPU if there is one when not given")
    parser.add_argument("--runs", type=Path, help="folder for checkpoints; OUT/run when not given")
    return parser


if __name__ == "__main__":
    sys.exit(main())
