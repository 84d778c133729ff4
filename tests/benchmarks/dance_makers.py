"""The makers of dances that are compared, each taught on the known takes only.

`graph` is made on the spot. A network comes as two files that `train_for_eval` writes: the model, and a slip that says
which takes it was taught. Without the slip, or with a held-out take on it, a model is not judged at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from eightcount_common.errors import InvalidInputError
from eightcount_generator.families import FAMILIES
from eightcount_generator.makers.base import Maker
from eightcount_generator.makers.graph.library import build_library
from eightcount_generator.makers.graph.maker import GraphMaker
from tests.benchmarks.dance_split import Split
from tests.benchmarks.table import Row

MODELS = Path(__file__).resolve().parents[2] / "build" / "models"
MADE_ON_THE_SPOT = "graph"
COMPARED = (MADE_ON_THE_SPOT, "seq2seq", "diffusion")


@dataclass(frozen=True, slots=True)
class Slip:
    """What comes beside a model that is to be judged.

    Attributes:
        family: of the model.
        sha256: of its file.
        takes: that it was taught.
        seed: that it was taught with.
        seconds: the teaching took.
    """

    family: str
    sha256: str
    takes: tuple[str, ...]
    seed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Contender:
    """A maker to be judged; without one, why there is none."""

    name: str
    maker: Maker | None
    why: str = ""

    def none(self, what: str) -> Row:
        """The row of a figure that cannot be taken."""
        return Row(what, f"no model ({self.why})")


def contenders(names: Sequence[str], split: Split, files: Mapping[str, Path]) -> list[Contender]:
    """The makers of given names; a model that is not at `files` is looked for at `model_path`.

    Raises:
        InvalidInputError: TAUGHT_HELD_OUT, where a model has learned from what it would be judged by; INVALID_MODEL.
    """
    return [_contender(name, split, files.get(name, model_path(name))) for name in names]


def model_path(family: str) -> Path:
    """Where `train_for_eval` leaves a model."""
    return MODELS / f"{family}-known.safetensors"


def write_model(path: Path, data: bytes, *, family: str, split: Split, seed: int, seconds: float) -> None:
    """A model that was taught the known takes, and its slip."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    takes = tuple(sorted({one.take for one in split.known}))
    slip = Slip(family, hashlib.sha256(data).hexdigest(), takes, seed, round(seconds, 1))
    _slip_path(path).write_text(json.dumps(asdict(slip), indent=2) + "\n")


def _contender(name: str, split: Split, path: Path) -> Contender:
    if name == MADE_ON_THE_SPOT:
        return Contender(name, GraphMaker(build_library(split.known)))
    if name not in FAMILIES:
        return Contender(name, None, "no such family")
    if not path.is_file():
        return Contender(name, None, f"no {path.name}")
    data = path.read_bytes()
    slip = _read_slip(path)
    if slip is None or (slip.family, slip.sha256) != (name, hashlib.sha256(data).hexdigest()):
        return Contender(name, None, f"nothing says what {path.name} was taught")
    if leaked := sorted({one.take for one in split.held_out} & set(slip.takes)):
        raise InvalidInputError(f"{path.name} was taught takes that are held out: {leaked}", reason="TAUGHT_HELD_OUT")
    return Contender(name, FAMILIES[name].read(data))


def _slip_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _read_slip(path: Path) -> Slip | None:
    if not _slip_path(path).is_file():
        return None
    facts = json.loads(_slip_path(path).read_text())
    return Slip(**facts | {"takes": tuple(facts["takes"])})
