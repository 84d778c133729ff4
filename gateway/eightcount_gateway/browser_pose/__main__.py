"""The command that makes the files with which browsers find poses: `python -m eightcount_gateway.browser_pose`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from eightcount_common.weights import WeightsError
from eightcount_gateway.browser_pose.files import COMMAND, prepare
from eightcount_gateway.settings import GatewaySettings


def main(arguments: list[str] | None = None) -> int:
    """Fetch and build what is missing and print it; return 0 when every file is there."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Fetch what a browser needs to find poses itself.")
    default = GatewaySettings().browser_pose
    parser.add_argument("--folder", type=Path, default=default, help="default: %(default)s")
    folder: Path = parser.parse_args(arguments).folder
    try:
        made = prepare(folder)
    except WeightsError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - a command
        return 1
    print(f"poses in the browser in {folder}: {', '.join(made) or 'nothing to do'}")  # noqa: T201 - a command
    return 0


if __name__ == "__main__":
    sys.exit(main())
