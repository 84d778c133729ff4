"""Makes models of dances from free motion capture.

    python -m eightcount_generator.service.train_pretrained diffusion --motion DIR --out DIR
    python -m eightcount_generator.service.train_pretrained graph --motion DIR --data DIR

The first teaches a network, which learns all takes but every fifth and is what comes with the service: with `--out` it
is written as FAMILY.safetensors, its card as FAMILY.md, and what it was taught as FAMILY.json. Called again, it goes on
where it was cut short. The second makes a model that holds the recordings themselves, all of them, and keeps it in a
store; it is no part of the service.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console

from eightcount_common.errors import EightcountError
from eightcount_common.steps import result_of
from eightcount_common.storage.folder import FolderStore
from eightcount_common.training.distributed import Place, placed
from eightcount_common.training.terminal import shown_progress
from eightcount_generator.families import FAMILIES, TrainingConfig
from eightcount_generator.model_file import ModelMetadata, embed_metadata
from eightcount_generator.pretrained.provenance import write_pretrained_model
from eightcount_generator.service.model_registry import ModelRegistry
from eightcount_generator.sources.collection import read_collection
from eightcount_generator.sources.recording import Recording
from eightcount_generator.sources.split import split_by_take
from eightcount_generator.training_job import TrainingJob

_CREDITS = """\

## Where the recordings come from

Salsa, Indian and modern dance: the CMU Graphics Lab Motion Capture Database, mocap.cs.cmu.edu, created with funding
from NSF EIA-0196217; free for all uses. Dances of the style "free", which nobody named: G1 Moves, CC BY 4.0, dance
Jasmine Coro, direction and performance Mitch Chaiet, retargeted to a humanoid robot. All were brought to one body. A
style is one or two dancers here: it is as much how they move as what the style is. None came with its music.
"""
_HELD_OUT_NOTE = """
Every fifth take of each style was kept from it: those are what its dances are compared with.
"""


def main(arguments: list[str] | None = None) -> int:
    """Makes the model; 0 when that was done."""
    options = _build_parser().parse_args(arguments)
    console = Console(stderr=True)
    try:
        with placed(device=options.device) as place:
            label = _build_into_store(options) if options.data else _train_from_scratch(options, place, console)
    except EightcountError as error:
        console.print(f"{error.reason}: {error.message}", style="red", highlight=False, markup=False)
        return 1
    if place.leads:
        console.print(f"made {label.name}, which knows {', '.join(label.styles)}", highlight=False, markup=False)
    return 0


def build_model(motion: Path, models: ModelRegistry, family: str = "graph") -> ModelMetadata:
    """Makes a model of all recordings and keeps it.

    Raises:
        InvalidInputError: the recordings are not there, or cannot be read.
    """
    recordings = read_collection(motion)
    job = TrainingJob(family, family, FAMILIES[family])
    data = result_of(job.run(recordings, TrainingConfig()))
    label = job.describe_model(data, recordings, notes=_CREDITS)
    models.save(label, data)
    return label


def _build_into_store(options: argparse.Namespace) -> ModelMetadata:
    return build_model(options.motion, ModelRegistry(FolderStore(options.data)), options.family)


def _train_from_scratch(options: argparse.Namespace, place: Place, console: Console) -> ModelMetadata:
    recordings: list[Recording] = split_by_take(read_collection(options.motion)).known
    job = TrainingJob(options.family, options.family, FAMILIES[options.family])
    config = TrainingConfig(
        options.seed, options.epochs, options.runs / options.family if options.runs else None, place
    )
    with shown_progress(console, shown=place.leads) as told:
        data = result_of(job.run(recordings, config), lambda step: told(step.note or step.stage, step.fraction_done))
    label = job.describe_model(data, recordings, notes=f"{_HELD_OUT_NOTE}{_CREDITS}")
    if place.leads:
        path = options.out / f"{options.family}.safetensors"
        write_pretrained_model(path, embed_metadata(data, label), recordings, family=options.family, seed=options.seed)
        path.with_suffix(".md").write_text(label.card)
    return label


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eightcount_generator.service.train_pretrained", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("family", choices=FAMILIES)
    parser.add_argument("--motion", type=Path, required=True, help="folder of the recordings; see sources/library.py")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, help="folder for the model, its card and its slip")
    where.add_argument("--data", type=Path, help="folder of a store, such as EIGHTCOUNT_DATA")
    parser.add_argument("--runs", type=Path, help="folder for checkpoints; none are written when not given")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=0, help="at most; the family's own when not given")
    parser.add_argument("--device", default="", help="as torch names it; a GPU if there is one when not given")
    return parser


if __name__ == "__main__":
    sys.exit(main())
