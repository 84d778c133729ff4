"""The makers of dances that are compared, each taught on the known takes only.

`graph` is made on the spot. A network is the one that comes with the service, and has a slip beside it that says which
takes it was taught. Without the slip, or with a held-out take on it, a model is not judged at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eightcount_common.errors import InvalidInputError
from eightcount_generator.families import FAMILIES
from eightcount_generator.models.base import DanceGenerator
from eightcount_generator.models.graph.generator import GraphGenerator
from eightcount_generator.models.graph.motion_graph import build_motion_graph
from eightcount_generator.pretrained import FOLDER
from eightcount_generator.pretrained.provenance import read_provenance
from eightcount_generator.sources.split import Split
from tests.benchmarks.table import Row

BUILT_ON_THE_SPOT = "graph"
COMPARED = (BUILT_ON_THE_SPOT, "seq2seq", "diffusion")


@dataclass(frozen=True, slots=True)
class Contender:
    """A maker to be judged; without one, why there is none."""

    name: str
    generator: DanceGenerator | None
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
    """Where the models that come with the service lie."""
    return FOLDER / f"{family}.safetensors"


def _contender(name: str, split: Split, path: Path) -> Contender:
    if name == BUILT_ON_THE_SPOT:
        return Contender(name, GraphGenerator(build_motion_graph(split.known)))
    if name not in FAMILIES:
        return Contender(name, None, "no such family")
    if not path.is_file():
        return Contender(name, None, f"no {path.name}")
    slip = read_provenance(path)
    if slip is None or slip.family != name:
        return Contender(name, None, f"nothing says what {path.name} was taught")
    if leaked := sorted({one.take for one in split.held_out} & set(slip.takes)):
        raise InvalidInputError(f"{path.name} was taught takes that are held out: {leaked}", reason="TAUGHT_HELD_OUT")
    return Contender(name, FAMILIES[name].read(path.read_bytes()))
