"""Teaches a family the known takes only, for `eval_dance` to judge: python -m tests.benchmarks.train_for_eval FAMILY

Writes `build/models/FAMILY-known.safetensors` and a slip beside it that says which takes it was taught. On a GPU if
there is one, in several processes under `torchrun`; called again, it goes on where it was cut short.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Generator, Sequence
from pathlib import Path

from eightcount_common.errors import EightcountError
from eightcount_common.training.distributed import Place, placed
from eightcount_generator.families import FAMILIES, Order, Step, family_named
from eightcount_generator.sources.library import shared_recordings
from tests.benchmarks.dance_makers import model_path, write_model
from tests.benchmarks.dance_split import dealt


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the model; 1 where that cannot be."""
    given = _options().parse_args(arguments)
    if not given.motion.is_dir():
        print("train-for-eval needs EIGHTCOUNT_EVAL_MOTION", file=sys.stderr)
        return 1
    with placed(device=given.device) as place:
        try:
            _train(given, place)
        except EightcountError as error:
            print(f"{error.reason}: {error.message}", file=sys.stderr)
            return 1
    return 0


def _train(given: argparse.Namespace, place: Place) -> None:
    family = family_named(given.family, FAMILIES)
    split = dealt(shared_recordings(given.motion))
    path = given.out or model_path(given.family)
    folder = path.parent / f"{path.stem}-checkpoints"
    folder.mkdir(parents=True, exist_ok=True)
    order = Order(seed=given.seed, max_epochs=given.max_epochs, folder=folder, place=place)
    started = time.perf_counter()
    data = _watched(family.teach(split.known, order), quiet=not place.leads)
    if place.leads:
        taken = time.perf_counter() - started
        write_model(path, data, family=given.family, split=split, seed=given.seed, seconds=taken)
        print(f"{path}: {len(data) / 2**20:.1f} MiB, taught in {taken:.0f} s; {split.shown}")


def _watched(steps: Generator[Step, None, bytes], *, quiet: bool) -> bytes:
    """What the steps come to; they are printed as they go."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return bytes(end.value)
        if not quiet:
            print(f"{step.fraction_done:6.1%} {step.stage} {step.note}".rstrip(), flush=True)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family", choices=FAMILIES)
    motion = os.environ.get("EIGHTCOUNT_EVAL_MOTION", "../shared/data/motion")
    parser.add_argument("--motion", type=Path, default=motion)
    parser.add_argument("--out", type=Path, help="default: where eval-dance looks for it")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--max-epochs", type=int, default=0, help="0 leaves it to the family")
    parser.add_argument("--device", default="", help="as torch names it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
