"""Labelled recordings on this machine: a folder for each style, or a manifest."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from eightcount_client.cli.errors import CliError
from eightcount_client.cli.exit_codes import ExitCode

ID_COLUMNS = ("performer", "choreography", "music", "take", "camera")
MANIFEST_NAME = "manifest.csv"
MEDIA_ENDINGS = (
    ".mp4", ".m4v", ".mov", ".webm", ".ogv", ".mkv", ".avi", ".mpg", ".mpeg", ".wmv", ".flv", ".3gp", ".ts"
)  # fmt: skip
MOTION_ENDINGS = (".npz", ".bvh", ".bvh.gz", ".pkl", ".glb")
"""As `eightcount_common.importing.motion_file` reads them; here so that the command starts without numpy."""
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Recording:
    """One labelled file.

    Attributes:
        path: of the file.
        label: its name in reports: its path below the folder.
        style: name of its style; empty where it has none.
        ids: performer, choreography, music, take and camera, as far as they are known.
    """

    path: Path
    label: str
    style: str
    ids: dict[str, str]

    @property
    def is_aist(self) -> bool:
        """Return whether it is an annotation of AIST++."""
        return self.path.suffix == ".pkl" and self.path.parent.name == "keypoints3d"


def read_dataset(folder: Path, manifest: Path | None, *, styles_required: bool = True) -> list[Recording]:
    """Return the recordings that the manifest names; without one, those in folders named like their styles.

    Where styles are not required, recordings may lie in the folder itself, and need no style in the manifest.

    Raises:
        CliError: there are none, or the manifest cannot be understood.
    """
    if manifest is None and (folder / MANIFEST_NAME).is_file():
        manifest = folder / MANIFEST_NAME
    found = _of_manifest(folder, manifest, styles_required) if manifest else _of_folders(folder, styles_required)
    if not found:
        expected = "a folder for each style" if styles_required else "videos, .bvh or .npz"
        raise _unusable(f"no recordings found: {folder} must have {expected}, or a {MANIFEST_NAME}")
    return found


def is_motion_file(path: Path) -> bool:
    """Return whether the file is a motion, and not a video, by its name."""
    return path.name.lower().endswith(MOTION_ENDINGS)


def style_of(text: str) -> str:
    """Return a name as the server takes it: `Hip Hop` -> `Hip_Hop`."""
    return _NOT_IN_NAMES.sub("_", text.strip()).strip("_.-")


def _of_folders(folder: Path, styles_required: bool) -> list[Recording]:
    found = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        usable = path.name.lower().endswith(MEDIA_ENDINGS + MOTION_ENDINGS) and not path.name.startswith(".")
        if usable and len(parts) > styles_required and path.is_file():
            found.append(Recording(path, "/".join(parts), style_of(parts[0]) if len(parts) > 1 else "", {}))
    return found


def _of_manifest(folder: Path, manifest: Path, styles_required: bool) -> list[Recording]:
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, skipinitialspace=True)
            required = ("path", "style") if styles_required else ("path",)
            if missing := set(required) - set(rows.fieldnames or ()):
                columns = f"{' and '.join(required)}; it lacks {' and '.join(sorted(missing))}"
                raise _unusable(f"{manifest} must have the columns {columns}")
            return [_of_row(folder, row, required, where=f"{manifest} line {rows.line_num}") for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unusable(f"{manifest} is not a CSV file in UTF-8: {error}") from error


def _of_row(folder: Path, row: dict[str, str | None], required: tuple[str, ...], *, where: str) -> Recording:
    values = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
    style = style_of(values.get("style", ""))
    if not values["path"] or ("style" in required and not style):
        raise _unusable(f"{where}: {' and '.join(required)} must not be empty")
    ids = {name: values[name] for name in ID_COLUMNS if values.get(name)}
    return Recording(folder / values["path"], values["path"], style, ids)


def _unusable(message: str) -> CliError:
    return CliError(message, reason="INVALID_DATASET", exit_code=ExitCode.USAGE)
