"""Dances: generated to music, or changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from eightcount_client.kinds.kind import JobKind
from eightcount_client.values.beats import OwnBeats
from eightcount_client.values.jobs import Job
from eightcount_client.values.poses import PoseModel

BodyPart = Literal["legs", "upper_body"]
DanceFormat = Literal["mp4", "bvh", "glb", "npz"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPose:
    """A pose that the dance passes through `seconds` after its start: the pose of another dance or a video there."""

    seconds: float
    dance_id: str | None = None
    video_id: str | None = None
    at_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DanceEdit:
    """A dance to change, and what stays of it: the given parts of the body, or all that is outside of start and end."""

    dance_id: str
    keep: tuple[BodyPart, ...] = ()
    start_seconds: float | None = None
    end_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DanceRequest:
    """Generate a dance to a piece of music, or edit one (`edit`)."""

    music_id: str | None = None
    model: str | None = None
    style: str | None = None
    seed: int | None = None
    energy: float | None = None
    mirrored: bool | None = None
    duration_seconds: float | None = None
    key_poses: Sequence[KeyPose] | None = None
    edit: DanceEdit | None = None
    pose_model: PoseModel | None = None
    formats: Sequence[DanceFormat] | None = None
    beats: OwnBeats | None = None
    skeleton_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dance(Job):
    """The generation of a dance."""

    music_id: str | None = ""
    model: str | None = ""
    style: str | None = ""
    seed: int = 0
    energy: float = 0.0
    mirrored: bool = False
    duration_seconds: float | None = None
    formats: tuple[str, ...] = ()
    key_poses: tuple[KeyPose, ...] = ()
    edit: DanceEdit | None = None
    edited_from: str | None = None
    pose_model: str | None = None
    beats: OwnBeats | None = None
    skeleton_id: str | None = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSegment:
    """A stretch of a dance that was taken from a recording."""

    first_frame: int
    frames: int
    recording: str
    recording_frame: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DanceResult:
    """The generated dance; `source_segments` is empty unless the model joins recordings."""

    model: str
    frames: int
    seconds: float
    seed: int = 0
    formats: tuple[str, ...] = ()
    source_segments: tuple[SourceSegment, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One count of the music, from 1 within an eight-count or six-count; None where that is not known."""

    start_s: float
    end_s: float
    count: int | None = None
    eight_count: int | None = None
    counts_per_phrase: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MusicCounts:
    """Counts of a dance's music (`counts.json`); `guessed` where its bars are not known."""

    tempo_bpm: float | None = None
    guessed: bool = False
    metre: str | None = None
    confidence: float | None = None
    metre_confidence: float | None = None
    count_confidence: float | None = None
    counts: tuple[Count, ...] = ()


DANCES = JobKind("dances", Dance, DanceRequest, "result.json", DanceResult)
