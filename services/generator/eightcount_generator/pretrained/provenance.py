"""The provenance of a pretrained model: the takes it was trained on, so that nobody evaluates it on those."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from eightcount_generator.sources.recording import Recording


@dataclass(frozen=True, slots=True)
class Provenance:
    """The origin of a pretrained model: its family, recordings and seed.

    Attributes:
        family: family of the model.
        sha256: digest of the model file.
        takes: takes that it was trained on.
        seed: seed of the training.
    """

    family: str
    sha256: str
    takes: tuple[str, ...]
    seed: int


def write_pretrained_model(
    path: Path, data: bytes, recordings: Sequence[Recording], *, family: str, seed: int
) -> None:  # fmt: skip
    """Write a model that was trained on these recordings, and its provenance beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    provenance = Provenance(family, _sha256(data), tuple(sorted({one.take for one in recordings})), seed)
    path.with_suffix(".json").write_text(json.dumps(asdict(provenance), indent=1) + "\n")


def read_provenance(path: Path) -> Provenance | None:
    """Read the provenance of a model file; None when there is none, or it belongs to another file."""
    provenance = path.with_suffix(".json")
    if not provenance.is_file():
        return None
    fields = json.loads(provenance.read_text())
    found = Provenance(**fields | {"takes": tuple(fields["takes"])})
    return found if found.sha256 == _sha256(path.read_bytes()) else None


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
