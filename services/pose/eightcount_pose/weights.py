"""The command that fetches the BlazePose weights: `python -m eightcount_pose.weights`."""

from __future__ import annotations

import sys
from pathlib import Path

from eightcount_common.weights import WeightFile, resolve, run_fetch_command
from eightcount_pose.models import ALL_WEIGHTS
from eightcount_pose.settings import PoseSettings

COMMAND = "python -m eightcount_pose.weights"
"""The command that a person runs when weights are missing."""


def resolve_weights(folder: Path, weight: WeightFile) -> Path:
    """Return the path of verified weights.

    Raises:
        WeightsError: they are missing or damaged; the message names the command that fetches them.
    """
    return resolve(folder, weight, command=f"{COMMAND} --folder {folder}")


def main(arguments: list[str] | None = None) -> int:
    """Fetch the missing files and print which; return 0 when every file is present and verified."""
    return run_fetch_command(
        arguments, ALL_WEIGHTS, command=COMMAND, what="the BlazePose weights", folder=PoseSettings().weights
    )


if __name__ == "__main__":
    sys.exit(main())
