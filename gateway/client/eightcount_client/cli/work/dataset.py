"""Labelled recordings on this machine: a folder for each style, or a manifest."""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eightcount_client.cli.errors import CliError
from eightcount_client.cli.exit_codes import ExitCode
from eightcount_client.values.recordings import RejectedRecording

ID_COLUMNS = ("performer", "choreography", "music", "take", "camera")
MANIFEST_NAME = "manifest.csv"
MEDIA_ENDINGS = (
    ".mp4", ".m4v", ".mov", ".qt", ".webm", ".ogv", ".ogm", ".mkv", ".avi", ".divx", ".mpg", ".mpeg", ".mpe", ".m1v",
    ".m2v", ".mpv", ".wmv", ".asf", ".flv", ".f4v", ".3gp", ".3g2", ".ts", ".mts", ".m2ts", ".m2t", ".vob", ".mod",
    ".tod", ".mxf", ".dv", ".rm", ".rmvb", ".wtv", ".y4m", ".h264", ".264", ".h265", ".265", ".hevc", ".ivf",
)  # fmt: skip
"""Endings of videos, as cameras, phones, discs and screen recorders write them."""
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
        named: the name of its style as it was found.
    """

    path: Path
    label: str
    style: str
    ids: dict[str, str]
    named: str = ""

    @property
    def is_aist(self) -> bool:
        """Return whether it is an annotation of AIST++."""
        return self.path.suffix == ".pkl" and self.path.parent.name == "keypoints3d"


@dataclass(frozen=True, slots=True)
class Dataset:
    """The recordings of a folder, and the files that are not taken, each with the reason."""

    recordings: list[Recording]
    left_out: list[RejectedRecording]


def read_dataset(folder: Path, manifest: Path | None, *, styles_required: bool = True) -> Dataset:
    """Return the recordings that the manifest names; without one, those in folders named like their styles.

    Where styles are not required, recordings may lie in the folder itself, and need no style in the manifest.

    Raises:
        CliError: there are none, the manifest cannot be understood, or the names of two styles are taken for one.
    """
    if manifest is None and (folder / MANIFEST_NAME).is_file():
        manifest = folder / MANIFEST_NAME
    left_out: list[RejectedRecording] = []
    if manifest:
        recordings = _of_manifest(folder, manifest, styles_required)
        left_out += _beside_manifest(folder, manifest, recordings)
    else:
        recordings = _of_folders(folder, styles_required, left_out)
    if not recordings:
        expected = "a folder for each style" if styles_required else "videos, .bvh or .npz"
        raise _unusable(f"no recordings found: {folder} must have {expected}, or a {MANIFEST_NAME}{_first(left_out)}")
    _check_styles(recordings, styles_required)
    return Dataset(recordings, left_out)


def list_recordings(folder: Path) -> Dataset:
    """Return the recordings anywhere below a folder, whose folders need not be named like styles.

    Raises:
        CliError: there are none.
    """
    left_out: list[RejectedRecording] = []
    recordings = _of_folders(folder, styles_required=False, left_out=left_out)
    if not recordings:
        raise _unusable(f"no recordings found: {folder} must have videos or motion files{_first(left_out)}")
    return Dataset(recordings, left_out)


def _first(left_out: Sequence[RejectedRecording]) -> str:
    """Return the files that were found instead, in a few words."""
    if not left_out:
        return ""
    shown = "; ".join(f"{one.label}: {one.message}" for one in left_out[:3])
    more = f"; and {len(left_out) - 3} more" if len(left_out) > 3 else ""
    return f"; left out: {shown}{more}"


def is_motion_file(path: Path) -> bool:
    """Return whether the file is a motion, and not a video, by its name."""
    return path.name.lower().endswith(MOTION_ENDINGS)


def style_of(text: str) -> str:
    """Return a name as the server takes it: `Hip Hop` -> `Hip_Hop`, `Salón` -> `Salon`; empty if nothing is left."""
    plain = unicodedata.normalize("NFKD", text.strip())
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    return _NOT_IN_NAMES.sub("_", bare).strip("_.-")


def _of_folders(folder: Path, styles_required: bool, left_out: list[RejectedRecording]) -> list[Recording]:
    found = []
    for path in _walk(folder, left_out):
        parts = path.relative_to(folder).parts
        label = "/".join(parts)
        if reason := _reason_to_leave_out(path, parts, styles_required):
            left_out.append(RejectedRecording(label=label, reason=reason[0], message=reason[1]))
            continue
        own = parts[0] if len(parts) > 1 else ""
        found.append(Recording(path, label, style_of(own), {}, own))
    return found


def _reason_to_leave_out(path: Path, parts: tuple[str, ...], styles_required: bool) -> tuple[str, str] | None:
    """Return reason and message where a file is not taken."""
    if any(part.startswith(".") for part in parts):
        return "HIDDEN_FILE", "its name, or that of its folder, begins with a point"
    if not path.name.lower().endswith(MEDIA_ENDINGS + MOTION_ENDINGS):
        ending = path.suffix.lower() or "none"
        return "UNKNOWN_FILE_TYPE", f"its ending, {ending}, is neither that of a video nor of a motion"
    if styles_required and len(parts) < 2:
        return "OUTSIDE_OF_STYLES", "it lies in no folder of a style"
    return None


def _walk(folder: Path, left_out: list[RejectedRecording]) -> Iterator[Path]:
    """Yield the files below a folder in order; folders behind links are entered once."""

    def note(error: OSError) -> None:
        label = os.path.relpath(error.filename or "", folder)
        message = error.strerror or str(error)
        left_out.append(RejectedRecording(label=label, reason="UNREADABLE_FILE", message=message))

    seen = set()
    found = []
    for root, folders, names in os.walk(folder, onerror=note, followlinks=True):
        if (place := os.path.realpath(root)) in seen:
            folders.clear()
            continue
        seen.add(place)
        found += [Path(root, name) for name in names]
    yield from sorted(found)


def _beside_manifest(folder: Path, manifest: Path, recordings: Sequence[Recording]) -> list[RejectedRecording]:
    """Return the files of the folder that the manifest does not name."""
    named = {_place(path) for path in (manifest, *(one.path for one in recordings))}
    left_out: list[RejectedRecording] = []
    others = [path for path in _walk(folder, left_out) if _place(path) not in named]
    message = f"{manifest.name} does not name it"
    return left_out + [
        RejectedRecording(label=path.relative_to(folder).as_posix(), reason="NOT_IN_MANIFEST", message=message)
        for path in others
    ]


def _place(path: Path) -> str:
    """Return a path that is the same however it was written; links stay links."""
    return os.path.normpath(Path.cwd() / path)


def _check_styles(recordings: Iterable[Recording], styles_required: bool) -> None:
    """Refuse names of styles of which nothing is left, and several that would be one.

    Raises:
        CliError: INVALID_DATASET.
    """
    names: dict[str, str] = {}
    for recording in recordings:
        own = recording.named or recording.style
        if not recording.style and (styles_required or own):
            raise _unusable(
                f"the style {own!r} has no letter or digit that names of styles may have (A to Z, 0 to 9); rename it, "
                f"or name it in a {MANIFEST_NAME}"
            )
        first = names.setdefault(recording.style.casefold(), own)
        if first != own:
            raise _unusable(f"the styles {first!r} and {own!r} would be one style; rename one of them, or join them")


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
    named = values.get("style", "")
    style = style_of(named)
    if not values["path"] or ("style" in required and not named):
        raise _unusable(f"{where}: {' and '.join(required)} must not be empty")
    ids = {name: values[name] for name in ID_COLUMNS if values.get(name)}
    return Recording(folder / values["path"], values["path"], style, ids, named)


def _unusable(message: str) -> CliError:
    return CliError(message, reason="INVALID_DATASET", exit_code=ExitCode.USAGE)
