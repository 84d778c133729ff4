"""Trains the pretrained models of the service: `python -m eightcount_classifier.pretrained --motion DIR`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import torch

from eightcount_classifier.pretrained.recipe import train_few_shot, train_starter
from eightcount_classifier.training.pipeline import TrainingProgress
from eightcount_common.errors import EightcountError
from eightcount_common.training.distributed import start_worker

_HERE = Path(__file__).parent


def main(arguments: list[str] | None = None) -> int:
    """Train both models, and write them with the card and the report of the model `starter`."""
    parser = argparse.ArgumentParser(prog="python -m eightcount_classifier.pretrained", description=__doc__)
    parser.add_argument("--motion", type=Path, required=True, help="folder of the recordings, see sources.py")
    parser.add_argument("--out", type=Path, default=_HERE, help="folder to write the models to")
    parser.add_argument("--card", type=Path, help="folder to write card, report and confusion matrix to")
    parser.add_argument(
        "--runs", type=Path, help="folder of the checkpoints; a run in the folder of an interrupted run resumes it"
    )
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="processor threads")
    parser.add_argument("--only", choices=("starter", "few-shot"), help="train one of them only")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    np.seterr(invalid="raise")
    try:
        with start_worker() as worker:
            if options.only != "few-shot":
                train_starter(
                    options.motion,
                    options.out,
                    options.card or options.out,
                    worker,
                    runs=options.runs,
                    report=_print_progress,
                )
            if options.only != "starter":
                train_few_shot(options.motion, options.out, worker, runs=options.runs, report=_print_progress)
    except EightcountError as error:
        print(f"{error.reason}: {error.message}", file=sys.stderr)  # noqa: T201 - a command talks to its user
        return 1
    return 0


def _print_progress(progress: TrainingProgress) -> None:
    line = (
        f"{progress.fraction_done:4.0%}  {progress.stage}, epoch {progress.epoch.number} of {progress.epoch.total}: "
        f"loss {progress.epoch.training_loss:.3f}, held out {progress.epoch.validation_loss:.3f}"
    )
    print(line, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
