"""Makes models of dances from free motion capture.

    python -m eightcount_generator.starter diffusion --motion DIR --out DIR
    python -m eightcount_generator.starter graph --motion DIR --data DIR

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
from eightcount_common.steps import run_steps
from eightcount_common.storage.folder import FolderStore
from eightcount_common.training.distributed import TrainingWorker, start_worker
from eightcount_common.training.progress_bar import show_progress
from eightcount_generator.families import FAMILIES, Order
from eightcount_generator.lesson import Lesson
from eightcount_generator.library import DanceModels
from eightcount_generator.model_file import ModelLabel, labelled
from eightcount_generator.shipped.slip import write_model
from eightcount_generator.sources.library import Recording, shared_recordings
from eightcount_generator.sources.split import dealt

_SOURCES = """\

## Where the recordings come from

Salsa, Indian and modern dance: the CMU Graphics Lab Motion Capture Database, mocap.cs.cmu.edu, created with funding
from NSF EIA-0196217; free for all uses. Dances of the style "free", which nobody named: G1 Moves, CC BY 4.0, dance
Jasmine Coro, direction and performance Mitch Chaiet, retargeted to a humanoid robot. All were brought to one body. A
style is one or two dancers here: it is as much how they move as what the style is. None came with its music.
"""
_HELD_OUT = """
Every fifth take of each style was kept from it: those are what its dances are compared with.
"""


def main(arguments: list[str] | None = None) -> int:
    """Makes the model; 0 when that was done."""
    given = _parser().parse_args(arguments)
    console = Console(stderr=True)
    try:
        with start_worker(device=given.device) as worker:
            label = _kept(given) if given.data else _taught(given, worker, console)
    except EightcountError as error:
        console.print(f"{error.reason}: {error.message}", style="red", highlight=False, markup=False)
        return 1
    if worker.is_leader:
        console.print(f"made {label.name}, which knows {', '.join(label.styles)}", highlight=False, markup=False)
    return 0


def make(motion: Path, models: DanceModels, family: str = "graph") -> ModelLabel:
    """Makes a model of all recordings and keeps it.

    Raises:
        InvalidInputError: the recordings are not there, or cannot be read.
    """
    recordings = shared_recordings(motion)
    lesson = Lesson(family, family, FAMILIES[family])
    data = run_steps(lesson.steps(recordings, Order()))
    label = lesson.label(data, recordings, notes=_SOURCES)
    models.keep(label, data)
    return label


def _kept(given: argparse.Namespace) -> ModelLabel:
    return make(given.motion, DanceModels(FolderStore(given.data)), given.family)


def _taught(given: argparse.Namespace, worker: TrainingWorker, console: Console) -> ModelLabel:
    recordings: list[Recording] = dealt(shared_recordings(given.motion)).known
    lesson = Lesson(given.family, given.family, FAMILIES[given.family])
    order = Order(given.seed, given.epochs, given.runs / given.family if given.runs else None, worker)
    with show_progress(console, shown=worker.is_leader) as told:
        data = run_steps(
            lesson.steps(recordings, order), lambda step: told(step.note or step.stage, step.fraction_done)
        )
    label = lesson.label(data, recordings, notes=f"{_HELD_OUT}{_SOURCES}")
    if worker.is_leader:
        path = given.out / f"{given.family}.safetensors"
        write_model(path, labelled(data, label), recordings, family=given.family, seed=given.seed)
        path.with_suffix(".md").write_text(label.card)
    return label


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eightcount_generator.starter", description=__doc__,
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
