"""Labelled recordings, and the classes of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import UnusableMediaError

T = TypeVar("T")

NOT_A_DANCE = "not_a_dance"
"""Style of movements that are not dances."""
OTHER_DANCE = "other_dance"
"""Style of dances that a model should recognise as dances without naming their style."""
RESERVED = (NOT_A_DANCE, OTHER_DANCE)
ID_KINDS = ("take", "performer", "choreography", "music")
"""Kinds of id that must not be on both sides of a split."""


class UnusableDataError(UnusableMediaError):
    """The training data are not sufficient to train a model."""

    default_reason = "UNUSABLE_DATA"


@dataclass(frozen=True, slots=True)
class Source:
    """Origin of a recording; an empty id is unknown.

    Attributes:
        label: name of the recording in reports, for example a path.
    """

    label: str
    take: str = ""
    performer: str = ""
    choreography: str = ""
    music: str = ""
    camera: str = ""

    def get_id(self, kind: str) -> str:
        """Return the id of a kind in `ID_KINDS`, or of the camera; empty if unknown."""
        return str(getattr(self, kind))


@dataclass(frozen=True, slots=True)
class Example(Generic[T]):
    """One recording with its style, as data of a family of models."""

    style: str
    source: Source
    data: T


@dataclass(frozen=True, slots=True)
class Labels:
    """The classes of a model: its styles in alphabetical order, then `not_a_dance`."""

    styles: tuple[str, ...]

    @classmethod
    def from_styles(cls, styles: list[str]) -> Labels:
        """Return the classes for examples of these styles.

        Raises:
            UnusableDataError: TOO_FEW_STYLES; there are fewer than two classes.
        """
        named = tuple(sorted(set(styles) - set(RESERVED)))
        if not named or len(named) + (NOT_A_DANCE in styles) < 2:
            raise UnusableDataError(
                f"two styles are required, or one style and movements that are not dances; got {sorted(set(styles))}",
                reason="TOO_FEW_STYLES",
            )
        return cls(named)

    def __len__(self) -> int:
        return len(self.styles) + 1

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all classes, in order."""
        return (*self.styles, NOT_A_DANCE)

    def index(self, style: str) -> int:
        """Return the class of a style; -1 for `OTHER_DANCE`, which has no class."""
        return -1 if style == OTHER_DANCE else self.names.index(style)

    def indices(self, styles: list[str]) -> NDArray[np.intp]:
        """Return the classes [N] of styles."""
        return np.array([self.index(style) for style in styles], np.intp)
