"""Annotations of AIST++ as labelled recordings. Their reader is part of `eightcount-common` and optional."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eightcount_client.cli.errors import CliError
from eightcount_client.cli.exit_codes import ExitCode
from eightcount_client.cli.optional import import_optional
from eightcount_client.cli.work.dataset import Dataset, Recording, style_of
from eightcount_client.values.recordings import RejectedRecording

_KEYPOINTS = "keypoints3d"
_OWNER = {"purpose": "reading AIST++ requires", "distribution": "eightcount-common"}


def is_aist_folder(folder: Path) -> bool:
    """Return whether the folder holds the 3D keypoints of AIST++."""
    return (folder / _KEYPOINTS).is_dir()


def read_aist(folder: Path) -> Dataset:
    """Return the recordings that the authors found reliable, with performer, choreography, music and take.

    Raises:
        CliError: the folder has none, or the reader is not installed.
    """
    annotations = _reader("aist_folder").AistFolder(folder, _KEYPOINTS)
    found = [
        Recording(clip.path, clip.path.relative_to(folder).as_posix(), style_of(clip.label), _ids(clip.name))
        for clip in annotations.clips()
    ]
    if not found:
        message = f"no recordings found in {folder / _KEYPOINTS}"
        raise CliError(message, reason="INVALID_DATASET", exit_code=ExitCode.USAGE)
    left_out = [
        RejectedRecording(label=file.path.relative_to(folder).as_posix(), reason=file.reason, message=file.message)
        for file in (*annotations.broken, *annotations.ignored)
    ]
    return Dataset(found, left_out)


def _ids(name: Any) -> dict[str, str]:
    return {
        "performer": name.performer, "choreography": name.choreography, "music": name.music, "take": name.take
    }  # fmt: skip


@contextmanager
def convert_recording(recording: Recording) -> Iterator[Path]:
    """Return a file that the server can read: the recording's own, or its keypoints as .npz, which is gone afterwards.

    Raises:
        CliError: the annotation is broken.
    """
    if not recording.is_aist:
        yield recording.path
        return
    with tempfile.TemporaryDirectory(prefix="eightcount-") as folder:
        path = Path(folder, f"{recording.path.stem}.npz")
        try:
            _reader("motion_file").write_motion_npz(_reader("aist").read_keypoints3d(recording.path), path)
        except import_optional("eightcount_common.errors", **_OWNER).InvalidInputError as error:
            raise CliError(error.message, reason=error.reason, exit_code=ExitCode.BAD_MEDIA) from error
        yield path


def _reader(module: str) -> Any:
    return import_optional(f"eightcount_common.importing.{module}", **_OWNER)
