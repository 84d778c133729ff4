"""Which file shows what: a table beside the files, or a folder for each style."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eightcount_classifier.dataset import Source
from eightcount_common.errors import InvalidInputError

MANIFEST = "manifest.csv"
_COLUMNS = ("path", "style", "performer", "choreography", "music", "take", "camera")
_NEEDED = _COLUMNS[:2]


@dataclass(frozen=True, slots=True)
class Entry:
    """One file, its style, and where it comes from."""

    path: Path
    style: str
    source: Source


def entries_of(folder: Path, *, endings: Sequence[str], manifest: Path | None = None) -> list[Entry]:
    """The files of a folder: by its manifest if it has one, else a folder for each style.

    Args:
        folder: to which paths in the manifest are relative.
        endings: of the file names that count; for folders of styles.
        manifest: another table than `manifest.csv` in the folder.

    Raises:
        InvalidInputError: the manifest is malformed, or there are no files.
    """
    table = manifest or folder / MANIFEST
    entries = read_manifest(table, folder) if manifest or table.is_file() else list(_by_folder(folder, endings))
    if not entries:
        raise InvalidInputError(
            f"{folder} has no {MANIFEST}, and no folder of a style with files {', '.join(endings)}",
            reason="NO_RECORDINGS",
        )
    return entries


def read_manifest(table: Path, folder: Path) -> list[Entry]:
    """The rows of a CSV file with a header; only `path` and `style` are needed.

    Raises:
        InvalidInputError: it cannot be read, lacks a column, has an unknown one, or a row lacks path or style.
    """
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            _check_columns(rows.fieldnames or (), table)
            return [_entry(row, folder, f"{table.name}, line {rows.line_num}") for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInputError(f"{table} cannot be read: {error}", reason="INVALID_MANIFEST") from error


def _check_columns(names: Sequence[str], table: Path) -> None:
    missing, unknown = set(_NEEDED) - set(names), set(names) - set(_COLUMNS)
    if missing or unknown:
        raise InvalidInputError(
            f"{table.name}: wanted the columns {', '.join(_COLUMNS)}, of which all but path and style may be left out; "
            f"got {', '.join(names) or 'none'}",
            reason="INVALID_MANIFEST",
        )


def _entry(row: dict[str, str | None], folder: Path, where: str) -> Entry:
    values = {name: (row.get(name) or "").strip() for name in _COLUMNS}
    if not values["path"] or not values["style"] or None in row:
        raise InvalidInputError(
            f"{where}: wanted a path and a style, and no more cells than the header", reason="INVALID_MANIFEST"
        )
    path, style = values.pop("path"), values.pop("style")
    return Entry(folder / path, style, Source(path, **values))


def _by_folder(folder: Path, endings: Sequence[str]) -> list[Entry]:
    return [
        Entry(path, style.name, Source(f"{style.name}/{path.name}", take=f"{style.name}/{path.name}"))
        for style in sorted(folder.iterdir())
        if style.is_dir()
        for path in sorted(style.iterdir())
        if path.name.lower().endswith(tuple(endings))
    ]
