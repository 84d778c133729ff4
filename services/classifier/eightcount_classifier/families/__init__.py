"""The families of models that can be trained, by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from eightcount_classifier.families.base import Family
from eightcount_classifier.families.frames_gru import FramesGru
from eightcount_classifier.families.pose import Pose
from eightcount_classifier.families.pose_lstm import PoseLstm
from eightcount_common.errors import InvalidInputError

FAMILIES: dict[str, Family] = {family.name: family for family in (Pose(), PoseLstm(), FramesGru())}
"""Families by the name that users give."""
DEFAULT_FAMILY = "pose"


def get_family(name: str) -> Family:
    """Return the family of that name; the default family if the name is empty.

    Raises:
        InvalidInputError: UNKNOWN_FAMILY.
    """
    try:
        return FAMILIES[name or DEFAULT_FAMILY]
    except KeyError:
        raise InvalidInputError(
            f"there is no family {name!r}; the families are {', '.join(FAMILIES)}", reason="UNKNOWN_FAMILY"
        ) from None


def override_recipe(family: Family, *, epochs: int = 0, members: int = 0) -> Family:
    """Return the family with another number of epochs and of ensemble members; 0 keeps its own number."""
    recipe = replace(family.recipe, epochs=epochs or family.recipe.epochs, members=members or family.recipe.members)
    return cast("Family", replace(cast("Any", family), recipe=recipe))
