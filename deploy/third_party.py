"""Print the third-party requirements of distributions of this repository: `python third_party.py FOLDER ...`.

Extras are requested as with pip: `services/classifier[frames]`. The image recipe installs the printed requirements in a
layer of its own, which a change of our code does not invalidate.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_OURS = re.compile(r"eightcount-[a-z]+(?:\[(?P<extras>[a-z, ]+)\])?$")


def third_party(folders: Iterable[Path], *, extras: Iterable[str] = ()) -> list[str]:
    """Return the third-party requirements of the distributions in these folders.

    Args:
        folders: of the distributions.
        extras: requested in addition to those that the distributions request from each other.
    """
    projects: list[dict[str, Any]] = [
        tomllib.loads((folder / "pyproject.toml").read_text())["project"] for folder in folders
    ]
    found = {requirement for project in projects for requirement in project.get("dependencies", ())}
    wanted = set(extras) | {
        extra.strip()
        for requirement in found
        if (match := _OURS.match(requirement)) and match["extras"]
        for extra in match["extras"].split(",")
    }
    for project in projects:
        for extra, requirements in project.get("optional-dependencies", {}).items():
            found |= set(requirements) if extra in wanted else set()
    return sorted(requirement for requirement in found if not _OURS.match(requirement))


if __name__ == "__main__":
    given = [argument.rstrip("]").partition("[") for argument in sys.argv[1:]]
    asked = [extra.strip() for _, _, extras in given for extra in extras.split(",")]
    print("\n".join(third_party([Path(folder) for folder, _, _ in given], extras=asked)))  # noqa: T201 - this is a command
