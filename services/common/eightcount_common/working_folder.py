"""Folders of this machine for work that takes long and may be cut short, such as trainings."""

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
def working_folder(below: Path, name: str, facts: Mapping[str, Any]) -> Iterator[Path]:
    """A folder that the same work finds again; it need not exist. It is deleted when the work is done, and only then.

    Args:
        below: which folder it lies; "~" is the user's own.
        name: of the work, for people.
        facts: JSON that tells it from all other work.
    """
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    folder = below.expanduser() / f"{name}-{digest[:16]}"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def facts_of(message: Message, store: ObjectStore, *, uris: Sequence[str]) -> str:
    """What tells a message from others, wherever the store lies that the fields `uris` of it point into."""
    known = type(message)()
    known.CopyFrom(message)
    for field in uris:
        with suppress(InvalidInputError):  # empty, or not of this store: whoever reads it will say so
            setattr(known, field, store.key(getattr(message, field)))
    return known.SerializeToString(deterministic=True).hex()


class Mark:
    """How far work in a folder has come, for an earlier run of the same to be gone on with; 0 at first.

    It is kept where whoever works there has made the folder, since only then is there something to go on with.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "fraction_done"
        self.fraction_done = 0.0
        with suppress(OSError, ValueError):
            self.fraction_done = min(max(float(self._path.read_text()), 0.0), 1.0)

    def reach(self, fraction_done: float) -> float:
        """Moves on, never back; where it is now."""
        self.fraction_done = max(self.fraction_done, fraction_done)
        if self._path.parent.is_dir():
            self._path.write_text(repr(self.fraction_done))
        return self.fraction_done
