"""The dance generators that are compared, each trained on the known takes only.

`graph` is built on the spot. A network is the pretrained one, whose provenance lists the takes that it was trained on.
Without a provenance, or with a held-out take in it, a model is not evaluated.
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
    """A generator to evaluate; without one, the reason why there is none."""

    name: str
    generator: DanceGenerator | None
    why: str = ""

    def none(self, what: str) -> Row:
        """Return the row of a metric that cannot be computed."""
        return Row(what, f"no model ({self.why})")


def contenders(names: Sequence[str], split: Split, files: Mapping[str, Path]) -> list[Contender]:
    """Return the generators of the given families; a model that is not in `files` is expected at `model_path`.

    Raises:
        InvalidInputError: TRAINED_ON_HELD_OUT, a model was trained on held-out takes; INVALID_MODEL.
    """
    return [_contender(name, split, files.get(name, model_path(name))) for name in names]


def model_path(family: str) -> Path:
    """Return the path of a pretrained model."""
    return FOLDER / f"{family}.safetensors"


def _contender(name: str, split: Split, path: Path) -> Contender:
    if name == BUILT_ON_THE_SPOT:
        return Contender(name, GraphGenerator(build_motion_graph(split.known)))
    if name not in FAMILIES:
        return Contender(name, None, "no such family")
    if not path.is_file():
        return Contender(name, None, f"no {path.name}")
    provenance = read_provenance(path)
    if provenance is None or provenance.family != name:
        return Contender(name, None, f"{path.name} has no provenance")
    if leaked := sorted({one.take for one in split.held_out} & set(provenance.takes)):
        raise InvalidInputError(f"{path.name} was trained on held-out takes: {leaked}", reason="TRAINED_ON_HELD_OUT")
    return Contender(name, FAMILIES[name].read(path.read_bytes()))
