"""Warnings about a result."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWarning:
    """Something that makes a result less reliable."""

    reason: str
    message: str
