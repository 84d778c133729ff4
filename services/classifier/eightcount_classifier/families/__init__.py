"""The families of models, by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from eightcount_classifier.families.base import Family
from eightcount_classifier.families.pose import Pose
from eightcount_classifier.families.pose_lstm import PoseLstm
from eightcount_common.errors import InvalidInputError

FAMILIES: dict[str, Family] = {family.name: family for family in (Pose(), PoseLstm())}
"""Families by the name that users give."""
DEFAULT_FAMILY = "pose"


def family_named(name: str) -> Family:
    """The family of that name; the default one when empty.

    Raises:
        InvalidInputError: there is none.
    """
    try:
        return FAMILIES[name or DEFAULT_FAMILY]
    except KeyError:
        raise InvalidInputError(
            f"there is no family {name!r}; there are {', '.join(FAMILIES)}", reason="UNKNOWN_FAMILY"
        ) from None


def trained_otherwise(family: Family, *, epochs: int = 0, members: int = 0) -> Family:
    """The family with at most so many epochs and so many networks that answer together; 0 leaves its own."""
    recipe = replace(family.recipe, epochs=epochs or family.recipe.epochs, members=members or family.recipe.members)
    return cast("Family", replace(cast("Any", family), recipe=recipe))
