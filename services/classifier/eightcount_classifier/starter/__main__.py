"""Makes the models that come with the service: `python -m eightcount_classifier.starter --motion DIR`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import torch

from eightcount_classifier.starter.recipe import make_embedding, make_starter
from eightcount_classifier.training.production import Step
from eightcount_common.errors import EightcountError
from eightcount_common.training.distributed import start_worker

_HERE = Path(__file__).parent


def main(arguments: list[str] | None = None) -> int:
    """Trains both models and writes them, the starter model's card and its report."""
    parser = argparse.ArgumentParser(prog="python -m eightcount_classifier.starter", description=__doc__)
    parser.add_argument("--motion", type=Path, required=True, help="folder of the recordings; see sources.py")
    parser.add_argument("--out", type=Path, default=_HERE, help="where the models are written")
    parser.add_argument("--card", type=Path, help="folder for card, report and confusion matrix")
    parser.add_argument("--runs", type=Path, help="folder for checkpoints; an interrupted run is continued from it")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="processor threads")
    parser.add_argument("--only", choices=("starter", "few-shot"), help="make just one of them")
    given = parser.parse_args(arguments)
    torch.set_num_threads(given.threads)
    np.seterr(invalid="raise")
    try:
        with start_worker() as worker:
            if given.only != "few-shot":
                make_starter(given.motion, given.out, given.card or given.out, worker, runs=given.runs, report=_show)
            if given.only != "starter":
                make_embedding(given.motion, given.out, worker, runs=given.runs, report=_show)
    except EightcountError as error:
        print(f"{error.reason}: {error.message}", file=sys.stderr)  # noqa: T201 - a command talks to its user
        return 1
    return 0


def _show(step: Step) -> None:
    line = (
        f"{step.fraction_done:4.0%}  {step.stage}, epoch {step.epoch.number} of {step.epoch.total}: "
        f"loss {step.epoch.training_loss:.3f}, held out {step.epoch.held_out_loss:.3f}"
    )
    print(line, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
