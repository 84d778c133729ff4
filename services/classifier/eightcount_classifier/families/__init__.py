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


def with_epochs(family: Family, epochs: int) -> Family:
    """The family, trained for at most so many epochs; as it is for 0."""
    if not epochs:
        return family
    return cast("Family", replace(cast("Any", family), recipe=replace(family.recipe, epochs=epochs)))
