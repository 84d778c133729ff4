"""Makes a model of dances from free motion capture: `python -m eightcount_generator.starter --motion DIR --data DIR`.

The model is not part of the service, since it holds the recordings themselves.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from eightcount_common.errors import EightcountError
from eightcount_common.steps import result_of
from eightcount_common.storage.folder import FolderStore
from eightcount_generator.families import FAMILIES, Order
from eightcount_generator.lesson import Lesson
from eightcount_generator.library import DanceModels
from eightcount_generator.model_file import ModelLabel
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
    lesson = Lesson(NAME, FAMILY, FAMILIES[FAMILY])
    data = result_of(lesson.steps(recordings, Order()))
    label = lesson.label(data, recordings, notes=f"\n{_SOURCES}")
    models.keep(label, data)
    return label


if __name__ == "__main__":
    sys.exit(main())
