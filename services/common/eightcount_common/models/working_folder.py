"""Local folders of trainings, which may be interrupted and resumed."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from google.protobuf.message import Message

from eightcount_common.errors import InvalidInputError
from eightcount_common.storage import ObjectStore

_DIGITS = 16


class WorkingFolders:
    """The folders of the trainings of one service; thread-safe.

    Args:
        parent: folder that they lie in; "~" is expanded.
    """

    def __init__(self, parent: Path) -> None:
        self._parent = parent
        self._lock = threading.Lock()
        self._open: set[Path] = set()

    @contextmanager
    def open(self, name: str, identity: Mapping[str, Any]) -> Iterator[Path]:
        """Yield the folder of a training, the same for every run of it, and delete it when the training succeeds.

        The folder need not exist. It is kept when the training fails or is interrupted, so that a later run can resume.

        Args:
            name: name of the model.
            identity: JSON that distinguishes this training from all others of that name.
        """
        digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
        folder = self._parent.expanduser() / f"{name}-{digest[:_DIGITS]}"
        with self._lock:
            self._open.add(folder)
        try:
            yield folder
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            with self._lock:
                self._open.discard(folder)

    def delete(self, name: str) -> bool:
        """Delete the folders of all interrupted trainings of a model; return whether there was one.

        A folder that a training of this process is using stays.
        """
        pattern = re.compile(rf"{re.escape(name)}-[0-9a-f]{{{_DIGITS}}}")
        parent = self._parent.expanduser()
        with self._lock:
            folders = [path for path in parent.glob("*") if pattern.fullmatch(path.name) and path not in self._open]
            for path in folders:
                shutil.rmtree(path, ignore_errors=True)
        return bool(folders)


class ProgressMark:
    """Fraction of the work in a folder that is done, kept for a later run that resumes it; 0 at first.

    It is written only once the training itself has created the folder: before that there is nothing to resume.
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
