"""The model families by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from eightcount_common.errors import InvalidInputError
from eightcount_generator.families.base import Family, TrainingConfig, TrainingProgress, TrainingStage
from eightcount_generator.families.diffusion import Diffusion
from eightcount_generator.families.graph import Graph
from eightcount_generator.families.seq2seq import Seq2Seq

__all__ = ["FAMILIES", "Family", "TrainingConfig", "TrainingProgress", "TrainingStage", "find_family"]

FAMILIES: Mapping[str, Family] = MappingProxyType({"diffusion": Diffusion(), "graph": Graph(), "seq2seq": Seq2Seq()})
"""Every family by its name."""


def find_family(name: str, families: Mapping[str, Family]) -> Family:
    """Return the family of that name.

    Raises:
        InvalidInputError: UNKNOWN_FAMILY.
    """
    if name not in families:
        raise InvalidInputError(
            f"there is no model family {name[:64]!r}; the families are {', '.join(families)}", reason="UNKNOWN_FAMILY"
        )
    return families[name]
