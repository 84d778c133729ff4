"""The sample: a dancer, and a take with planted mistakes.

`python -m eightcount_gateway.demo.sample` makes it for the first page.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from eightcount_gateway.demo.dancer import DemoError, fetch_dancer
from eightcount_gateway.demo.mistakes import TAKE_MISTAKES, PlantedMistakes

COMMAND = "python -m eightcount_gateway.demo.sample"
"""The command that makes it."""
_PLANTED = {"reference": PlantedMistakes(), "take": TAKE_MISTAKES}


def is_there(folder: Path) -> bool:
    """Whether the folder holds the sample."""
    return all((folder.expanduser() / f"{name}.mp4").is_file() for name in _PLANTED)


def make_sample(folder: Path, announce: Callable[[str], None]) -> tuple[Path, Path]:
    """Return reference and take in the folder, which are made once.

    Raises:
        DemoError: the dancer cannot be fetched.
    """
    from eightcount_gateway.demo.take import write_take  # only the machine that makes videos has the codecs

    dancer = fetch_dancer(folder)
    paths = {name: folder / f"{name}.mp4" for name in _PLANTED}
    for name, mistakes in _PLANTED.items():
        recipe = folder / f"{name}.recipe"
        if not paths[name].exists() or not recipe.exists() or recipe.read_text() != repr(mistakes):
            announce(f"making the {name} from {dancer.name}")
            write_take(dancer, paths[name], mistakes=mistakes)
            recipe.write_text(repr(mistakes))
    return paths["reference"], paths["take"]


def main() -> int:
    """Make the sample in the folder that the gateway offers it from."""
    from eightcount_gateway.settings import GatewaySettings

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--folder", type=Path, default=GatewaySettings().sample, help="Folder of the sample.")
    folder = parser.parse_args().folder.expanduser()
    try:
        make_sample(folder, lambda line: print(line, file=sys.stderr))  # noqa: T201
    except DemoError as error:
        sys.exit(str(error))
    print(f"the sample is in {folder}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
