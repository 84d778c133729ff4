"""Annotations of AIST++ as labelled recordings. What reads them is loaded only where there are some."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from eightcount_client.cli.dataset import Recording, style_of
from eightcount_client.cli.outcomes import CliError, ExitCode
from eightcount_common.errors import InvalidInputError

if TYPE_CHECKING:
    from eightcount_common.importing.aist_names import AistName

_KEYPOINTS = "keypoints3d"


def is_aist_folder(folder: Path) -> bool:
    """Whether the folder holds the 3D keypoints of AIST++."""
    return (folder / _KEYPOINTS).is_dir()


def read_aist(folder: Path) -> list[Recording]:
    """The recordings that the authors found reliable, with performer, choreography, music and take.

    Raises:
        CliError: the folder has none.
    """
    from eightcount_common.importing.aist_folder import AistFolder

    annotations = AistFolder(folder, "keypoints3d")
    found = [
        Recording(clip.path, clip.path.relative_to(folder).as_posix(), style_of(clip.label), _ids(clip.name))
        for clip in annotations.clips()
    ]
    if not found:
        message = f"no recordings found in {folder / _KEYPOINTS}"
        raise CliError(message, reason="INVALID_DATASET", exit_code=ExitCode.USAGE)
    broken = [file.path for file in annotations.broken if file.path.suffix == ".pkl"]  # told of when they are read
    return found + [Recording(path, path.relative_to(folder).as_posix(), "", {}) for path in broken]


def _ids(name: AistName) -> dict[str, str]:
    return {
        "performer": name.performer, "choreography": name.choreography, "music": name.music, "take": name.take
    }  # fmt: skip


@contextmanager
def readable(recording: Recording) -> Iterator[Path]:
    """A file that the server can read: the recording's own, or its keypoints as .npz, which is gone afterwards.

    Raises:
        CliError: the annotation is broken.
    """
    if not recording.is_aist:
        yield recording.path
        return
    from eightcount_common.importing.aist import read_keypoints3d
    from eightcount_common.importing.motion_file import write_motion_npz

    with tempfile.TemporaryDirectory(prefix="eightcount-") as folder:
        path = Path(folder, f"{recording.path.stem}.npz")
        try:
            write_motion_npz(read_keypoints3d(recording.path), path)
        except InvalidInputError as error:
            raise CliError(error.message, reason=error.reason, exit_code=ExitCode.BAD_MEDIA) from error
        yield path
