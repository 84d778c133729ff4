"""Places of kinds of jobs, services, engines and families: as documented, and as found in the code."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

from tests.architecture.source import ROOT

EXTENDING = ROOT / "docs" / "extending.md"
_PLACE = re.compile(r"^\d+\. (`.*?)(?::| \()", re.MULTILINE)
_PATH = re.compile(r"`([^`]+)`")
_FILE = re.compile(r"`([\w./-]+\.(?:py|toml|txt|yaml|proto|md))`")
_PRODUCT = ("proto", "services", "gateway", "deploy", ".importlinter", "Makefile", "pyproject.toml")


def documented_places(heading: str) -> list[list[str]]:
    """Return the places of a section of `docs/extending.md`: lists of paths, with `<...>` for the addition's name."""
    section = EXTENDING.read_text().split(f"## {heading}\n")[1].split("\n## ")[0].split("Places:")[1].split("Steps:")[0]
    return [_PATH.findall(place) for place in _PLACE.findall(section)]


def unknown_files() -> list[str]:
    """Return the names of files in `docs/extending.md` that are not the end of the path of a file that git tracks."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [f"/{path}" for path in listed.stdout.splitlines()]
    named = set(_FILE.findall(EXTENDING.read_text()))
    return sorted(name for name in named if not any(path.endswith(f"/{name}") for path in paths))


def missing_places(places: list[list[str]], pattern: str, **names: str) -> list[str]:
    """Return the places that do not exist, and the files among them in whose text nothing matches the pattern."""
    missing = []
    for path in (path for paths in places for path in paths):
        for key, value in names.items():
            path = path.replace(f"<{key}>", value)
        place = ROOT / path
        if not place.exists() or (place.is_file() and not re.search(pattern, place.read_text(), re.IGNORECASE)):
            missing.append(path)
    return missing


def files_mentioning(patterns: Iterable[str]) -> set[str]:
    """Return the product's files, relative to the repository, whose text matches one of the regular expressions."""
    expression = re.compile("|".join(patterns))
    return {name for name in product_files() if expression.search((ROOT / name).read_text(errors="ignore"))}


def product_files() -> list[str]:
    """Return the product's files that git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *_PRODUCT],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [name for name in listed.stdout.splitlines() if Path(ROOT, name).is_file()]


def is_within(name: str, places: list[list[str]], **names: str) -> bool:
    """Return whether a file is one of the places, with `<kind>` and the like replaced by the given names."""
    for paths in places:
        for path in paths:
            for key, value in names.items():
                path = path.replace(f"<{key}>", value)
            if fnmatch(name, f"{path}*" if path.endswith("/") else path):
                return True
    return False
