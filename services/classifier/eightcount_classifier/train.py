"""Trains a style model on local motion files, on one device or several.

    python -m eightcount_classifier.train --data DIR --name NAME --out DIR
    torchrun --nproc-per-node 4 -m eightcount_classifier.train --data DIR --name NAME --out DIR

DIR contains a folder for each style, or a `manifest.csv`; with `--aist` it is a folder of AIST++ annotations.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from eightcount_classifier.dataset import Example, Source
from eightcount_classifier.evaluation.splits import Split, make_fixed_split
from eightcount_classifier.families import DEFAULT_FAMILY, FAMILIES, get_family, override_recipe
from eightcount_classifier.features.body import BodyMotion, standardise_motion
from eightcount_classifier.model import serialize_model
from eightcount_classifier.training.generated_movements import generate_examples
from eightcount_classifier.training.pipeline import TrainingConfig, TrainingResult, train_style_model
from eightcount_common.errors import EightcountError
from eightcount_common.importing.aist_folder import AistClip, AistFolder
from eightcount_common.importing.manifest import list_entries
from eightcount_common.importing.motion_file import ENDINGS, read_motion
from eightcount_common.importing.styles_left import check_styles_differ, check_styles_left
from eightcount_common.training.distributed import start_worker
from eightcount_common.training.progress_bar import show_progress

GENERATED = 20
POSE_FAMILIES = [name for name, family in FAMILIES.items() if family.input_kind == "poses"]


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file that cannot be used, and the reason."""

    label: str
    reason: str


def main(arguments: list[str] | None = None) -> int:
    """Train, and write model, card, report and confusion matrix; return the exit status."""
    options = _build_parser().parse_args(arguments)
    console = Console(stderr=True)
    try:
        with start_worker(device=options.device) as worker:
            rejected: list[RejectedFile] = []
            examples = list(
                _read_aist(options.data, options.aist, rejected) if options.aist else _read_files(options, rejected)
            )
            for file in rejected if worker.is_leader else ():
                console.print(f"not used: {file.label}: {file.reason}", highlight=False, markup=False)
            _check_styles(options, examples, rejected)
            extra = () if options.no_generated else generate_examples(GENERATED, seed=options.seed)
            family = override_recipe(get_family(options.family), epochs=options.epochs, members=options.members)
            config = TrainingConfig(
                options.name, family, options.seed, extra=extra, split=_read_split(options, examples)
            )
            with show_progress(console, shown=worker.is_leader) as show:
                result = train_style_model(
                    config, examples, worker, folder=options.runs or options.out / "run",
                    report=lambda progress: show(progress.stage, progress.fraction_done),
                )  # fmt: skip
            if worker.is_leader:
                _write(result, options.out)
                console.print(f"written to {options.out}; read card.md first", highlight=False)
    except EightcountError as error:
        console.print(f"{error.reason}: {error.message}", style="red", highlight=False, markup=False)
        return 1
    return 0


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eightcount_classifier.train", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--data", type=Path, required=True, help="folder of the recordings")
    parser.add_argument("--name", required=True, help="name of the model")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model and its card to")
    parser.add_argument("--family", choices=POSE_FAMILIES, default=DEFAULT_FAMILY)
    parser.add_argument("--manifest", type=Path, help="table of the recordings; manifest.csv in the folder by default")
    parser.add_argument(
        "--aist", choices=("keypoints2d", "keypoints3d"), help="the folder contains AIST++ annotations of this kind"
    )
    parser.add_argument(
        "--split",
        choices=("pose", "crossmodal"),
        help="evaluate on this official split of AIST++ instead of a grouped split",
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of everything random")
    parser.add_argument("--epochs", type=int, default=0, help="largest number of epochs; that of the family by default")
    parser.add_argument(
        "--members", type=int, default=0, help="networks of the ensemble; the number of the family by default"
    )
    parser.add_argument("--device", default="", help="torch device; a GPU by default, if there is one")
    parser.add_argument("--runs", type=Path, help="folder of checkpoints and logs; OUT/run by default")
    parser.add_argument(
        "--no-generated", action="store_true", help="do not train on generated movements that are not dances"
    )
    return parser


def _read_files(options: argparse.Namespace, rejected: list[RejectedFile]) -> Iterator[Example[BodyMotion]]:
    listing = list_entries(options.data, endings=ENDINGS, manifest=options.manifest)
    rejected += [RejectedFile(label, reason) for label, reason in listing.left_out]
    for entry in listing.entries:
        try:
            yield Example(entry.style, Source(entry.label, **entry.ids), standardise_motion(read_motion(entry.path)))
        except EightcountError as error:
            rejected.append(RejectedFile(entry.label, f"{error.reason}: {error.message}"))


def _check_styles(
    options: argparse.Namespace, examples: Sequence[Example[BodyMotion]], rejected: Sequence[RejectedFile]
) -> None:
    """Stop where a style of the folder would vanish.

    Raises:
        EightcountError: STYLE_WOULD_VANISH or STYLES_ALIKE.
    """
    if options.aist:
        return
    entries = list_entries(options.data, endings=ENDINGS, manifest=options.manifest).entries
    check_styles_differ(entry.style for entry in entries)
    reasons = {file.label: file.reason for file in rejected}
    check_styles_left([(entry.style, entry.label) for entry in entries], [one.style for one in examples], reasons)


def _read_aist(folder: Path, kind: Any, rejected: list[RejectedFile]) -> Iterator[Example[BodyMotion]]:
    annotations = AistFolder(folder, kind)
    for clip, motion in annotations.motions():
        yield Example(clip.label, make_aist_source(clip), standardise_motion(motion))
    rejected += [RejectedFile(file.path.name, f"{file.reason}: {file.message}") for file in annotations.broken]


def _read_split(options: argparse.Namespace, examples: Sequence[Example[BodyMotion]]) -> Split | None:
    """Return the official split if one was requested."""
    if not options.split:
        return None
    tested = {name.take for name in AistFolder(options.data, options.aist).read_split(f"{options.split}_test")}
    fold = np.flatnonzero([example.source.take in tested for example in examples])
    return make_fixed_split([example.source for example in examples], fold)


def make_aist_source(clip: AistClip) -> Source:
    """Return the origin of a clip of AIST++."""
    name = clip.name
    return Source(
        str(name), take=name.take, performer=name.performer, choreography=name.choreography, music=name.music,
        camera=clip.camera,
    )  # fmt: skip


def _write(result: TrainingResult, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, content in result.files.items():
        (out / name).write_bytes(content)
    model = replace(result.model, metadata=replace(result.model.metadata, created_at_seconds=time.time()))
    (out / "model.safetensors").write_bytes(serialize_model(model))


if __name__ == "__main__":
    sys.exit(main())
