"""Labelled recordings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import UnusableMediaError

T = TypeVar("T")

NOT_A_DANCE = "not_a_dance"
"""Style of movements that are no dance."""
OTHER_DANCE = "other_dance"
"""Style of dances that a model shall recognise as dances and not name."""
RESERVED = (NOT_A_DANCE, OTHER_DANCE)
KINDS_OF_ID = ("take", "performer", "choreography", "music")
"""What must not lie on both sides of a split."""


class UnusableDataError(UnusableMediaError):
    """Training data that no model can be trained on."""

    default_reason = "UNUSABLE_DATA"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a recording comes from; an empty id is not known.

    Attributes:
        label: what reports call it, for example a path.
    """

    label: str
    take: str = ""
    performer: str = ""
    choreography: str = ""
    music: str = ""
    camera: str = ""

    def id_of(self, kind: str) -> str:
        """The id of a kind of `KINDS_OF_ID`, or of the camera; empty when not known."""
        return str(getattr(self, kind))


@dataclass(frozen=True, slots=True)
class Example(Generic[T]):
    """One recording, its style, and what a family of models made of it."""

    style: str
    source: Source
    data: T


@dataclass(frozen=True, slots=True)
class Labels:
    """The classes of a model: its styles in alphabetical order, then `not_a_dance`."""

    styles: tuple[str, ...]

    @classmethod
    def of(cls, styles: list[str]) -> Labels:
        """Classes for examples of these styles.

        Raises:
            UnusableDataError: fewer than two kinds of movement can be told apart.
        """
        named = tuple(sorted(set(styles) - set(RESERVED)))
        if not named or len(named) + (NOT_A_DANCE in styles) < 2:
            raise UnusableDataError(
                f"a model needs two styles, or one and movements that are no dance; got {sorted(set(styles))}",
                reason="TOO_FEW_STYLES",
            )
        return cls(named)

    def __len__(self) -> int:
        return len(self.styles) + 1

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all classes."""
        return (*self.styles, NOT_A_DANCE)

    def index(self, style: str) -> int:
        """The class of a style; -1 of another dance, which has none."""
        return -1 if style == OTHER_DANCE else self.names.index(style)

    def indices(self, styles: list[str]) -> NDArray[np.intp]:
        """[N] classes of styles."""
        return np.array([self.index(style) for style in styles], np.intp)
