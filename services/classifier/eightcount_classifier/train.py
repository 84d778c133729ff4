"""Trains a model on motion files of this machine, on one device or several.

    python -m eightcount_classifier.train --data DIR --name NAME --out DIR
    torchrun --nproc-per-node 4 -m eightcount_classifier.train --data DIR --name NAME --out DIR

DIR has a folder for each style or a `manifest.csv`; with `--aist` it is a folder of AIST++ annotations.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from eightcount_classifier.body import BodyMotion, body_of
from eightcount_classifier.dataset import Example, Source
from eightcount_classifier.families import DEFAULT_FAMILY, FAMILIES, family_named, trained_otherwise
from eightcount_classifier.generated import generated_examples
from eightcount_classifier.model import model_bytes
from eightcount_classifier.splits import Split, given_split
from eightcount_classifier.training.production import Order, Product, produce
from eightcount_common.errors import EightcountError
from eightcount_common.importing.aist_folder import AistClip, AistFolder
from eightcount_common.importing.manifest import list_entries
from eightcount_common.importing.motion_file import ENDINGS, read_motion
from eightcount_common.training.distributed import start_worker
from eightcount_common.training.progress_bar import show_progress

GENERATED = 20
OF_POSES = [name for name, family in FAMILIES.items() if family.looks_at == "poses"]


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that could not serve, and why."""

    label: str
    reason: str


def main(arguments: list[str] | None = None) -> int:
    """Trains, and writes model, card, report and confusion matrix; 0 when that was done."""
    given = _parser().parse_args(arguments)
    console = Console(stderr=True)
    try:
        with start_worker(device=given.device) as worker:
            broken: list[Broken] = []
            examples = list(_aist(given.data, given.aist, broken) if given.aist else _files(given, broken))
            for file in broken if worker.is_leader else ():
                console.print(f"left out: {file.label}: {file.reason}", highlight=False, markup=False)
            extra = () if given.no_generated else generated_examples(GENERATED, seed=given.seed)
            family = trained_otherwise(family_named(given.family), epochs=given.epochs, members=given.members)
            order = Order(given.name, family, given.seed, extra=extra, split=_split(given, examples))
            with show_progress(console, shown=worker.is_leader) as show:
                product = produce(
                    order, examples, worker, folder=given.runs or given.out / "run",
                    report=lambda step: show(step.stage, step.fraction_done),
                )  # fmt: skip
            if worker.is_leader:
                _write(product, given.out)
                console.print(f"written to {given.out}; read card.md first", highlight=False)
    except EightcountError as error:
        console.print(f"{error.reason}: {error.message}", style="red", highlight=False, markup=False)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eightcount_classifier.train", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--data", type=Path, required=True, help="folder of the recordings")
    parser.add_argument("--name", required=True, help="of the model")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model and its card")
    parser.add_argument("--family", choices=OF_POSES, default=DEFAULT_FAMILY)
    parser.add_argument("--manifest", type=Path, help="another table than manifest.csv of the folder")
    parser.add_argument("--aist", choices=("keypoints2d", "keypoints3d"), help="the folder holds AIST++ annotations")
    parser.add_argument(
        "--split", choices=("pose", "crossmodal"), help="judge on this official split of AIST++ instead of an own one"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=0, help="at most; the family's own when not given")
    parser.add_argument("--members", type=int, default=0, help="networks that answer together; the family's own number")
    parser.add_argument("--device", default="", help="as torch names it; a GPU if there is one when not given")
    parser.add_argument("--runs", type=Path, help="folder for checkpoints and logs; OUT/run when not given")
    parser.add_argument("--no-generated", action="store_true", help="no generated movements that are no dance")
    return parser


def _files(given: argparse.Namespace, broken: list[Broken]) -> Iterator[Example[BodyMotion]]:
    for entry in list_entries(given.data, endings=ENDINGS, manifest=given.manifest):
        try:
            yield Example(entry.style, Source(entry.label, **entry.ids), body_of(read_motion(entry.path)))
        except EightcountError as error:
            broken.append(Broken(entry.label, f"{error.reason}: {error.message}"))


def _aist(folder: Path, kind: Any, broken: list[Broken]) -> Iterator[Example[BodyMotion]]:
    annotations = AistFolder(folder, kind)
    for clip, motion in annotations.motions():
        yield Example(clip.label, aist_source(clip), body_of(motion))
    broken += [Broken(file.path.name, f"{file.reason}: {file.message}") for file in annotations.broken]


def _split(given: argparse.Namespace, examples: Sequence[Example[BodyMotion]]) -> Split | None:
    """The official split that was asked for."""
    if not given.split:
        return None
    tested = {name.take for name in AistFolder(given.data, given.aist).split(f"{given.split}_test")}
    fold = np.flatnonzero([example.source.take in tested for example in examples])
    return given_split([example.source for example in examples], fold)


def aist_source(clip: AistClip) -> Source:
    """Where a clip of AIST++ comes from."""
    name = clip.name
    return Source(
        str(name), take=name.take, performer=name.performer, choreography=name.choreography, music=name.music,
        camera=clip.camera,
    )  # fmt: skip


def _write(product: Product, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, content in product.files.items():
        (out / name).write_bytes(content)
    (out / "model.safetensors").write_bytes(model_bytes(product.model))


if __name__ == "__main__":
    sys.exit(main())
