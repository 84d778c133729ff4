"""Recordings to train on, and those that were left out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingItem:
    """One recording to train on. Dance models use performer and take only."""

    video_id: str
    style: str | None = None
    label: str | None = None
    performer: str | None = None
    choreography: str | None = None
    music: str | None = None
    take: str | None = None
    camera: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRecording:
    """A recording that was left out, and why."""

    label: str
    reason: str
    message: str
