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
from eightcount_common.importing.manifest import list_entries
from eightcount_common.importing.motion_file import ENDINGS
from eightcount_common.steps import run_steps
from eightcount_common.training.distributed import TrainingWorker, start_worker
from eightcount_common.training.progress_bar import show_progress
from eightcount_generator.families import FAMILIES, Family, Order, family_named
from eightcount_generator.lesson import Lesson
from eightcount_generator.model_file import ModelFile, labelled, read_label
from eightcount_generator.sources.files import recordings_of
from eightcount_generator.sources.library import Recording


@dataclass(slots=True)
class _Found:
    """What can be learned from; names of files that cannot, and why."""

    recordings: list[Recording] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def main(arguments: list[str] | None = None, *, families: Mapping[str, Family] = FAMILIES) -> int:
    """Teaches, and writes model and card; 0 when that was done."""
    given = _parser(families).parse_args(arguments)
    console = Console(stderr=True)
    try:
        with start_worker(device=given.device) as worker:
            lesson = _lesson(given, families)
            _teach(lesson, given, worker, console)
    except EightcountError as error:
        console.print(f"{error.reason}: {error.message}", style="red", highlight=False, markup=False)
        return 1
    return 0


def _teach(lesson: Lesson, given: argparse.Namespace, worker: TrainingWorker, console: Console) -> None:
    found = _recordings(given)
    for name, why in found.left_out if worker.is_leader else ():
        console.print(f"left out: {name}: {why}", highlight=False, markup=False)
    order = Order(given.seed, given.epochs, given.runs or given.out / "run", worker)
    with show_progress(console, shown=worker.is_leader) as show:
        steps = lesson.steps(found.recordings, order)
        data = run_steps(steps, lambda step: show(step.note or step.stage, step.fraction_done))
    if worker.is_leader:
        label = lesson.label(data, found.recordings, left_out=found.left_out)
        given.out.mkdir(parents=True, exist_ok=True)
        (given.out / "card.md").write_text(label.card)
        (given.out / "model.safetensors").write_bytes(labelled(data, label))
        console.print(f"written to {given.out}; read card.md first", highlight=False)


def _lesson(given: argparse.Namespace, families: Mapping[str, Family]) -> Lesson:
    base = _base(given.base) if given.base else None
    if base and given.family not in ("", base.label.family):
        raise InvalidInputError(
            f"the model to begin with is of the family {base.label.family!r}, not {given.family!r}",
            reason="FAMILY_DIFFERS",
        )
    name = base.label.family if base else given.family
    return Lesson(given.name, name, family_named(name, families), base)


def _base(path: Path) -> ModelFile:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error}", reason="UNREADABLE_FILE") from error
    return ModelFile(read_label(io.BytesIO(data)), data)


def _recordings(given: argparse.Namespace) -> _Found:
    found = _Found()
    for entry in list_entries(given.data, endings=ENDINGS, manifest=given.manifest, styles_required=False):
        try:
            found.recordings += recordings_of(entry)
        except EightcountError as error:
            found.left_out.append((entry.label, f"{error.reason}: {error.message}"))
    if not found.recordings:
        told = "; ".join(f"{name}: {why}" for name, why in found.left_out[:3])
        raise InvalidInputError(f"no file can be learned from: {told}", reason="NO_RECORDINGS")
    return found


def _parser(families: Mapping[str, Family]) -> argparse.ArgumentParser:
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
