"""Makes a model of dances from free motion capture: `python -m eightcount_generator.starter --motion DIR --data DIR`.

The model is not part of the service, since it holds the recordings themselves.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

from eightcount_common.errors import EightcountError
from eightcount_common.storage.folder import FolderStore
from eightcount_generator.card import card_of
from eightcount_generator.families import FAMILIES, Order, Step
from eightcount_generator.library import DanceModels
from eightcount_generator.model_file import ModelLabel, version_of
from eightcount_generator.sources.library import shared_recordings

NAME, FAMILY = "starter", "graph"
_SOURCES = """\
## Where the recordings come from

Salsa, Indian and modern dance: the CMU Graphics Lab Motion Capture Database, mocap.cs.cmu.edu, created with funding
from NSF EIA-0196217; free for all uses. Dances without a style: G1 Moves, CC BY 4.0, dance Jasmine Coro, direction and
performance Mitch Chaiet, retargeted to a humanoid robot. All were brought to one body.
"""


def main(arguments: list[str] | None = None) -> int:
    """Makes the model and keeps it where private stacks look for models."""
    parser = argparse.ArgumentParser(prog="python -m eightcount_generator.starter", description=__doc__)
    parser.add_argument("--motion", type=Path, required=True, help="folder of the recordings; see sources/library.py")
    parser.add_argument("--data", type=Path, required=True, help="folder of a store, such as EIGHTCOUNT_DATA")
    given = parser.parse_args(arguments)
    try:
        label = make(given.motion, DanceModels(FolderStore(given.data)))
    except EightcountError as error:
        print(f"{error.reason}: {error.message}", file=sys.stderr)  # noqa: T201 - a command talks to its user
        return 1
    print(f"made {label.name}, which knows {', '.join(label.styles)}")  # noqa: T201
    return 0


def make(motion: Path, models: DanceModels) -> ModelLabel:
    """Makes the model and keeps it.

    Raises:
        InvalidInputError: the recordings are not there, or cannot be read.
    """
    recordings = shared_recordings(motion)
    family = FAMILIES[FAMILY]
    data = _result(family.teach(recordings, Order()))
    made_at = datetime.now(UTC).isoformat(timespec="microseconds")
    card = card_of(NAME, FAMILY, recordings, made_at=made_at, notes=f"{family.notes}\n{_SOURCES}")
    label = ModelLabel(NAME, version_of(data), FAMILY, family.read(data).styles, made_at, card)
    models.keep(label, data)
    return label


def _result(steps: Generator[Step, None, bytes]) -> bytes:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return bytes(end.value)


if __name__ == "__main__":
    sys.exit(main())
