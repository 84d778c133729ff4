"""Requests that create something. A field that is None is not sent: the server's default holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

PoseModel = Literal["heavy", "full", "lite"]
BodyPart = Literal["legs", "upper_body"]
DanceFormat = Literal["mp4", "bvh", "glb", "npz"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dancer:
    """One of several people in a video, selected by a position at a time.

    Attributes:
        x: 0 is the left edge of the upright image, 1 the right one.
        y: 0 is the top, 1 the bottom.
        at_seconds: on the video's own clock.
    """

    x: float
    y: float
    at_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRequest:
    """Compare a take with a reference."""

    reference_video_id: str
    take_video_id: str
    model: PoseModel | None = None
    mirrored: bool | None = None
    skeletons_only: bool | None = None
    align: Literal["auto", "audio", "motion"] | None = None
    reference_dancer: Dancer | None = None
    take_dancer: Dancer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionRequest:
    """Extract the motion of one video; `training` keeps the beats of its music, too, and makes no preview."""

    video_id: str
    model: PoseModel | None = None
    dancer: Dancer | None = None
    training: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignmentRequest:
    """Align recording B with recording A by their sound; `search_speed` tries other playing speeds than 1."""

    a_video_id: str
    b_video_id: str
    search_speed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationRequest:
    """Classify a recording (`video_id`) or a motion from a file (`motion_id`)."""

    video_id: str | None = None
    motion_id: str | None = None
    model: PoseModel | None = None
    style_model: str | None = None
    dancer: Dancer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleAdditionRequest:
    """Add a style to the few-shot model from two or more recordings, or replace it."""

    name: str
    video_ids: Sequence[str]
    model: PoseModel | None = None


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
class StyleTrainingRequest:
    """Train a style model; a model of that name is replaced."""

    name: str
    items: Sequence[TrainingItem]
    family: Literal["pose", "pose-lstm", "frames-gru"] | None = None
    model: PoseModel | None = None
    seed: int | None = None
    max_epochs: int | None = None


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
    skeleton_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DanceTrainingRequest:
    """Train a dance model from the beginning (`family`) or further (`base`); a model of that name is replaced."""

    name: str
    items: Sequence[TrainingItem]
    family: Literal["graph", "seq2seq", "diffusion"] | None = None
    base: str | None = None
    model: PoseModel | None = None
    seed: int | None = None
    max_epochs: int | None = None
