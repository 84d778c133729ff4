"""The command that fetches the weights of the beat network: `python -m eightcount_sync.weights`."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from eightcount_common.weights import resolve, run_fetch_command
from eightcount_sync.models import BEAT_WEIGHTS
from eightcount_sync.music.beat_network import BeatNetwork
from eightcount_sync.settings import SyncSettings

COMMAND = "python -m eightcount_sync.weights"
"""The command that a person runs when weights are missing."""


@cache
def load_beat_network(folder: Path) -> BeatNetwork:
    """Read the verified weights of the beat network.

    Raises:
        WeightsError: they are missing or damaged; the message names the command that fetches them.
    """
    command = f"{COMMAND} --folder {folder}"
    return BeatNetwork.read([resolve(folder, weight, command=command) for weight in BEAT_WEIGHTS])


def main(arguments: list[str] | None = None) -> int:
    """Fetch the missing files and print which; return 0 when every file is present and verified."""
    return run_fetch_command(
        arguments, BEAT_WEIGHTS, command=COMMAND, what="the weights of the beat network", folder=SyncSettings().weights
    )


if __name__ == "__main__":
    sys.exit(main())
