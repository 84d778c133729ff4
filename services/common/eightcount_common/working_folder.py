"""Local folders for long work that may be interrupted and resumed, such as trainings."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from google.protobuf.message import Message

from eightcount_common.errors import InvalidInputError
from eightcount_common.storage import ObjectStore


@contextmanager
def open_working_folder(parent: Path, name: str, identity: Mapping[str, Any]) -> Iterator[Path]:
    """Yield the folder of this work, the same for every run of it, and delete it when the work succeeds.

    The folder need not exist. It is kept when the work fails or is interrupted, so that a later run can resume.

    Args:
        parent: folder that it lies in; "~" is expanded.
        name: name of the work, for people.
        identity: JSON that distinguishes this work from all other work.
    """
    digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
    folder = parent.expanduser() / f"{name}-{digest[:16]}"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def request_identity(message: Message, store: ObjectStore, *, uris: Sequence[str]) -> str:
    """Return a string that identifies the content of a message.

    Args:
        message: the message.
        store: object store; the place where it lies does not count.
        uris: fields of the message that hold URIs of the store.
    """
    known = type(message)()
    known.CopyFrom(message)
    for field in uris:
        with suppress(InvalidInputError):  # empty, or not of this store: reading it will raise
            setattr(known, field, store.key(getattr(message, field)))
    return known.SerializeToString(deterministic=True).hex()


class ProgressMark:
    """Fraction of the work in a folder that is done, kept for a later run that resumes it; 0 at first.

    It is written only once the work itself has created the folder: before that there is nothing to resume.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "fraction_done"
        self.fraction_done = 0.0
        with suppress(OSError, ValueError):
            self.fraction_done = min(max(float(self._path.read_text()), 0.0), 1.0)

    def advance(self, fraction_done: float) -> float:
        """Move forward to a fraction, never back; return the new fraction."""
        self.fraction_done = max(self.fraction_done, fraction_done)
        if self._path.parent.is_dir():
            self._path.write_text(repr(self.fraction_done))
        return self.fraction_done
