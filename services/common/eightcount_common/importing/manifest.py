"""The files of a data set and their labels: from a table beside the files, or from a folder for each style."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eightcount_common.errors import InvalidInputError

MANIFEST = "manifest.csv"
ID_COLUMNS = ("performer", "choreography", "music", "take", "camera")
_COLUMNS = ("path", "style", *ID_COLUMNS)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a data set.

    Attributes:
        path: of the file.
        label: its name in reports: the path below the folder.
        style: of the dance; empty when it is not stated.
        ids: identifiers by `ID_COLUMNS`; empty where they are not known.
    """

    path: Path
    label: str
    style: str
    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a data set.

    Attributes:
        entries: those that are read.
        left_out: path below the folder of each other file, and why it is not read.
    """

    entries: list[Entry]
    left_out: list[tuple[str, str]]


def list_entries(
    folder: Path, *, endings: Sequence[str], manifest: Path | None = None, styles_required: bool = True
) -> Listing:
    """Return the files of a folder: by its manifest if it has one, otherwise from a folder for each style.

    Args:
        folder: the paths in the manifest are relative to it.
        endings: of the file names that are listed from folders of styles.
        manifest: a table other than `manifest.csv` in the folder.
        styles_required: when false, files may lie in the folder itself and need no style in the manifest.

    Raises:
        InvalidInputError: the manifest is malformed, or there are no files.
    """
    table = manifest or folder / MANIFEST
    if manifest or table.is_file():
        found = Listing(read_manifest(table, folder, styles_required=styles_required), [])
    else:
        found = _list_folder(folder, tuple(endings), styles_required=styles_required)
    if not found.entries:
        required = "folder of a style with files" if styles_required else "files"
        raise InvalidInputError(
            f"{folder} has no {MANIFEST}, and no {required} {', '.join(endings)}", reason="NO_RECORDINGS"
        )
    return found


def read_manifest(table: Path, folder: Path, *, styles_required: bool = True) -> list[Entry]:
    """Return the rows of a CSV file with a header; only `path` and, if required, `style` must be there.

    Raises:
        InvalidInputError: the file cannot be read, lacks a column or has an unknown one, or a row lacks a path or
            style.
    """
    needed = _COLUMNS[: 1 + styles_required]
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            _check_columns(rows.fieldnames or (), needed, table)
            return [_parse_row(row, needed, folder, f"{table.name}, line {rows.line_num}") for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInputError(f"{table} cannot be read: {error}", reason="INVALID_MANIFEST") from error


def _check_columns(names: Sequence[str], needed: Sequence[str], table: Path) -> None:
    missing, unknown = set(needed) - set(names), set(names) - set(_COLUMNS)
    if missing or unknown:
        raise InvalidInputError(
            f"{table.name}: the columns must be {', '.join(_COLUMNS)}, of which all but {' and '.join(needed)} are "
            f"optional; got {', '.join(names) or 'none'}",
            reason="INVALID_MANIFEST",
        )


def _parse_row(row: dict[str, str | None], needed: Sequence[str], folder: Path, where: str) -> Entry:
    values = {name: (row.get(name) or "").strip() for name in _COLUMNS}
    if not all(values[name] for name in needed) or None in row:
        raise InvalidInputError(
            f"{where}: a {' and a '.join(needed)} is required, and no more cells than in the header",
            reason="INVALID_MANIFEST",
        )
    path, style = values.pop("path"), values.pop("style")
    return Entry(folder / path, path, style, values)


def _list_folder(folder: Path, endings: tuple[str, ...], *, styles_required: bool) -> Listing:
    listing = Listing([], [])
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.is_dir():
            continue
        parts = path.relative_to(folder).parts
        label = "/".join(parts)
        if reason := _reason_to_leave_out(parts, endings, styles_required=styles_required):
            listing.left_out.append((label, reason))
        else:
            listing.entries.append(Entry(path, label, parts[0] if len(parts) > 1 else "", {"take": label}))
    return listing


def _reason_to_leave_out(parts: tuple[str, ...], endings: tuple[str, ...], *, styles_required: bool) -> str:
    """Return why a file is not read; empty if it is."""
    if any(part.startswith(".") for part in parts):
        return "HIDDEN_FILE: its name, or that of its folder, begins with a point"
    if not parts[-1].lower().endswith(endings):
        return f"UNKNOWN_FILE_TYPE: it ends with none of {', '.join(endings)}"
    if styles_required and len(parts) < 2:
        return "OUTSIDE_OF_STYLES: it lies in no folder of a style"
    return ""
