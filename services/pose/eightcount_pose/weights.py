"""The command that brings the BlazePose weights: `python -m eightcount_pose.weights`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from eightcount_common.weights import WeightFile, WeightsError, fetch, resolve
from eightcount_pose.models import ALL_WEIGHTS
from eightcount_pose.settings import PoseSettings

COMMAND = "python -m eightcount_pose.weights"
"""What a person runs when weights are missing."""


def find(folder: Path, weight: WeightFile) -> Path:
    """Path of verified weights.

    Raises:
        WeightsError: they are missing or damaged; the message names the command that helps.
    """
    return resolve(folder, weight, command=f"{COMMAND} --folder {folder}")


def main(arguments: list[str] | None = None) -> int:
    """Fetches what is missing and says so; 0 when every file is there and right."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Download and verify the BlazePose weights.")
    parser.add_argument("--folder", type=Path, default=PoseSettings().weights, help="default: %(default)s")
    folder: Path = parser.parse_args(arguments).folder
    try:
        fetched = fetch(folder, ALL_WEIGHTS)
    except WeightsError as error:
        print(f"{error.reason}: {error.message}", file=sys.stderr)  # noqa: T201 - a command talks to its user
        return 1
    names = ", ".join(weight.name for weight in fetched) or "nothing to do"
    print(f"weights in {folder}: {names}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
