"""Bodies of `/v1/dances` and `/v1/dance-models`."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from eightcount_gateway.http.schemas.base import EXAMPLE_ID, Body, Model, StoredBody
from eightcount_gateway.http.schemas.beats import OWN_BEATS, BeatsBody
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.kinds.dance.edit_schemas import MAX_KEY_POSES, EditBody, KeyPoseBody
from eightcount_gateway.kinds.dance.music_checks import LONGEST_SECONDS
from eightcount_gateway.kinds.schemas import JobBody

DanceFormat = Literal["mp4", "bvh", "glb", "npz"]
_MODEL = Field("", max_length=64, description="dance model; empty for the default model", examples=[""])
_STYLE = Field("", max_length=64, description="one of the model's styles; empty: chosen by the model", examples=[""])


def _all_formats() -> list[DanceFormat]:
    return ["mp4", "bvh", "glb", "npz"]


class DanceRequest(Body):
    """Make a dance to a piece of music."""

    music_id: str = Field(
        "",
        max_length=64,
        examples=[EXAMPLE_ID],
        description="an uploaded audio file or a video with sound; the music of the edited dance if not given",
    )
    model: str = _MODEL
    style: str = _STYLE
    seed: int = Field(0, ge=0, lt=2**63, description="the same seed, music and options give the same dance")
    energy: float = Field(0.0, ge=-1, le=1, description="from -1, calmer than the music, to 1, wilder")
    mirrored: bool = Field(False, description="swap left and right")
    duration_seconds: float | None = Field(
        None,
        gt=0,
        le=LONGEST_SECONDS,
        examples=[None],
        description="length of the dance; null: until the end of the music, or the length of the edited dance",
    )
    key_poses: list[KeyPoseBody] = Field(
        default_factory=list, max_length=MAX_KEY_POSES, description="poses that the dance passes through"
    )
    edit: EditBody | None = Field(None, description="generates parts of an existing dance again")
    pose_model: Model = Field("heavy", description="pose network for the videos of key poses")
    formats: list[DanceFormat] = Field(
        default_factory=_all_formats, min_length=1, max_length=8, description="formats of the files"
    )
    beats: BeatsBody | None = Field(None, description=OWN_BEATS)
    skeleton_id: str = Field(
        "", max_length=64, examples=[""],
        description="id of a skeleton to which bvh and glb are retargeted; the standard body when empty",
    )  # fmt: skip

    @field_validator("formats")
    @classmethod
    def _each_once(cls, formats: list[DanceFormat]) -> list[DanceFormat]:
        return list(dict.fromkeys(formats))

    @model_validator(mode="after")
    def _has_music_and_possible_poses(self) -> Self:
        if not self.music_id and self.edit is None:
            raise ValueError("music_id is required, unless a dance is edited")
        self.key_poses.sort(key=lambda key: key.seconds)
        if any(first.seconds == second.seconds for first, second in pairwise(self.key_poses)):
            raise ValueError("two key poses at the same seconds")
        return self


class DanceBody(JobBody):
    """A dance and its progress."""

    kind: Literal["dance"]
    music_id: str
    model: str
    style: str
    seed: int
    energy: float
    mirrored: bool
    duration_seconds: float | None = None
    formats: list[DanceFormat]
    key_poses: list[KeyPoseBody] = Field(default_factory=list)
    edit: EditBody | None = None
    edited_from: str | None = Field(None, description="the dance that was edited")
    pose_model: Model = "heavy"
    beats: BeatsBody | None = None
    skeleton_id: str = ""

    @classmethod
    def derive_fields(cls, job: Job) -> dict[str, Any]:
        """Return the dance that this one was changed from."""
        edit = job.record("edit")
        if edit is None:
            return {}
        return {"edited_from": edit["dance_id"], "links": {"edited_from": f"/v1/dances/{edit['dance_id']}"}}


class SourceSegmentBody(StoredBody):
    """A segment of a dance that was copied from a recording."""

    first_frame: int = Field(examples=[0])
    frames: int = Field(examples=[64])
    recording: str = Field(examples=["salsa/monday.mp4"])
    recording_frame: int = Field(examples=[410], description="first copied frame of the recording")


class DanceResult(StoredBody):
    """The outcome of a dance."""

    renamed: ClassVar[dict[str, str]] = {"borrowed": "source_segments"}

    model: str = Field(examples=["mine/3f2a9c41d0be"], description="name and version")
    frames: int = Field(examples=[900])
    seconds: float = Field(examples=[30.0])
    seed: int
    formats: list[DanceFormat]
    source_segments: list[SourceSegmentBody] = Field(
        description="the recordings that segments were copied from, for models that stitch recordings; empty for others"
    )
