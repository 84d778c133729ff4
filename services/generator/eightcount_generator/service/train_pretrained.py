"""Trains dance models on a collection of free motion capture.

    python -m eightcount_generator.service.train_pretrained diffusion --motion DIR --out DIR
    python -m eightcount_generator.service.train_pretrained graph --motion DIR --data DIR

With --out, a pretrained model is made: it is trained on all takes except every fifth, and written as
FAMILY.safetensors with its card FAMILY.md and its provenance FAMILY.json. The same command resumes an interrupted
training. With --data, the model is trained on all recordings and saved in a store; a model of the family `graph`
contains the recordings themselves, so none is pretrained.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console

from eightcount_common.errors import EightcountError
from eightcount_common.steps import run_steps
from eightcount_common.storage.folder import FolderStore
from eightcount_common.training.distributed import TrainingWorker, start_worker
from eightcount_common.training.progress_bar import show_progress
from eightcount_generator.families import FAMILIES, TrainingConfig
from eightcount_generator.model_file import ModelMetadata, embed_metadata
from eightcount_generator.pretrained.provenance import write_pretrained_model
from eightcount_generator.service.model_registry import DanceModelRegistry
from eightcount_generator.sources.collection import read_collection
from eightcount_generator.sources.split import split_by_take
from eightcount_generator.training_job import TrainingJob

_CREDITS = """\

## Where the recordings come from

Salsa, Indian and modern dance: the CMU Graphics Lab Motion Capture Database, mocap.cs.cmu.edu, created with funding
from NSF EIA-0196217; free for all uses. Dances of the style "free", which has no other name: G1 Moves, CC BY 4.0, dance
Jasmine Coro, direction and performance Mitch Chaiet, retargeted to a humanoid robot. All were retargeted to one body. A
style consists of one or two dancers here, so it is as much their way of moving as the style. None came with its music.
"""
_HELD_OUT_NOTE = """
Every fifth take of each style was held out; its dances are evaluated against those.
"""


def main(arguments: list[str] | None = None) -> int:
    """Train the model; return 0 on success."""
    options = _build_parser().parse_args(arguments)
    console = Console(stderr=True)
    try:
        with start_worker(device=options.device) as worker:
            if options.data:
                metadata = build_model(options.motion, DanceModelRegistry(FolderStore(options.data)), options.family)
            else:
                metadata = _train_pretrained(options, worker, console)
    except EightcountError as error:
        console.print(f"{error.reason}: {error.message}", style="red", highlight=False, markup=False)
        return 1
    if worker.is_leader:
        styles = ", ".join(metadata.styles)
        console.print(f"trained {metadata.name} with the styles {styles}", highlight=False, markup=False)
    return 0


def build_model(motion: Path, models: DanceModelRegistry, family: str = "graph") -> ModelMetadata:
    """Train a model on all recordings of the collection and save it.

    Raises:
        InvalidInputError: the recordings are missing or cannot be read.
    """
    recordings = read_collection(motion)
    job = TrainingJob(family, family, FAMILIES[family])
    data = run_steps(job.run(recordings, TrainingConfig()))
    metadata = job.describe_model(data, recordings, notes=_CREDITS)
    models.save_model(metadata, data)
    return metadata


def _train_pretrained(options: argparse.Namespace, worker: TrainingWorker, console: Console) -> ModelMetadata:
    recordings = split_by_take(read_collection(options.motion)).known
    job = TrainingJob(options.family, options.family, FAMILIES[options.family])
    folder = options.runs / options.family if options.runs else None
    config = TrainingConfig(options.seed, options.epochs, folder, worker)
    with show_progress(console, shown=worker.is_leader) as show:
        steps = job.run(recordings, config)
        data = run_steps(steps, lambda progress: show(progress.note or progress.stage, progress.fraction_done))
    metadata = job.describe_model(data, recordings, notes=f"{_HELD_OUT_NOTE}{_CREDITS}")
    if worker.is_leader:
        path = options.out / f"{options.family}.safetensors"
        content = embed_metadata(data, metadata)
        write_pretrained_model(path, content, recordings, family=options.family, seed=options.seed)
        path.with_suffix(".md").write_text(metadata.card)
    return metadata


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eightcount_generator.service.train_pretrained", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("family", choices=FAMILIES, help="model family")
    parser.add_argument(
        "--motion", type=Path, required=True, help="folder of the collection; see sources/collection.py"
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, help="folder for the model, its card and its provenance")
    where.add_argument("--data", type=Path, help="folder of a store, such as EIGHTCOUNT_DATA")
    parser.add_argument("--runs", type=Path, help="folder for checkpoints (default: none are written)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the training (default: 0)")
    parser.add_argument("--epochs", type=int, help="maximum number of epochs (default: the family's own)")
    parser.add_argument("--device", default="", help="device in torch's notation (default: a GPU if there is one)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
