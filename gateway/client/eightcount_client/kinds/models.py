"""Style models, dance models, and the styles of the few-shot model."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from eightcount_client.kinds.kind import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A style of the few-shot model."""

    name: str
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleModel:
    """A model that classifies styles.

    Attributes:
        origin: `pretrained`, or `trained` on this server.
        is_default: whether it is used when a request names no model.
        balanced_accuracy: on the test recordings, 0 to 1; None when it was not measured.
        card: Markdown; empty in lists.
    """

    name: str
    version: str = ""
    family: str = ""
    styles: tuple[str, ...] = ()
    origin: str | None = None
    is_default: bool = False
    size_bytes: int | None = None
    created_at: datetime | None = None
    balanced_accuracy: float | None = None
    card: str | None = ""
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DanceModel:
    """A model that generates dances.

    Attributes:
        origin: `pretrained`, or `trained` on this server.
        is_default: whether it is used when a request names no model.
        supports_constraints: whether it accepts key poses and edits.
        card: Markdown; empty in lists.
    """

    name: str
    version: str = ""
    family: str = ""
    styles: tuple[str, ...] = ()
    origin: str | None = None
    is_default: bool = False
    size_bytes: int | None = None
    created_at: datetime | None = None
    supports_constraints: bool = False
    card: str | None = ""
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


STYLES = Resource("styles", Style)
STYLE_MODELS = Resource("style-models", StyleModel)
DANCE_MODELS = Resource("dance-models", DanceModel)
