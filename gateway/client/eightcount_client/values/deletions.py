"""Deletions: the resources that go, and those that stay."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRef:
    """A resource by its collection and id."""

    resource: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptResource:
    """A resource that stays, because the resources `needed_by` still need it."""

    resource: str
    id: str
    needed_by: tuple[ResourceRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """The result of a deletion; with `dry_run`, of one that was not carried out."""

    deleted: tuple[ResourceRef, ...] = ()
    kept: tuple[KeptResource, ...] = ()
    dry_run: bool = False
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
