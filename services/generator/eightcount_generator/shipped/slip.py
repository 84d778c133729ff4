"""What comes beside a model, so that nobody judges it by what it has learned."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from eightcount_generator.sources.library import Recording


@dataclass(frozen=True, slots=True)
class Slip:
    """What a model was taught.

    Attributes:
        family: of the model.
        sha256: of its file.
        takes: that it was taught.
        seed: that it was taught with.
    """

    family: str
    sha256: str
    takes: tuple[str, ...]
    seed: int


def write_model(path: Path, data: bytes, recordings: Sequence[Recording], *, family: str, seed: int) -> None:
    """A model that was taught some recordings, and its slip beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    slip = Slip(family, _digest(data), tuple(sorted({one.take for one in recordings})), seed)
    path.with_suffix(".json").write_text(json.dumps(asdict(slip), indent=1) + "\n")


def read_slip(path: Path) -> Slip | None:
    """The slip of a model; None when there is none, or it is that of another file."""
    slip = path.with_suffix(".json")
    if not slip.is_file():
        return None
    facts = json.loads(slip.read_text())
    found = Slip(**facts | {"takes": tuple(facts["takes"])})
    return found if found.sha256 == _digest(path.read_bytes()) else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
