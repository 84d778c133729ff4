"""Parts of the bodies of every resource."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from eightcount_gateway.settings import service_names

Model = Literal["heavy", "full", "lite"]
ModelOrigin = Literal["pretrained", "trained"]
EXAMPLE_ID = "5f0d2c9a7b1e4f3a8c6d"
OTHER_EXAMPLE_ID = "0c1d2e3f4a5b6c7d8e9f"


class Body(BaseModel):
    """A request; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class StoredBody(BaseModel):
    """A document that is written once and read later, perhaps by a newer version of the gateway.

    Fields that an older version did not write have a default; those that it called otherwise are renamed.
    """

    model_config = ConfigDict(json_schema_serialization_defaults_required=True, extra="ignore")
    renamed: ClassVar[dict[str, str]] = {}
    """Earlier name of a field -> its name."""

    @model_validator(mode="before")
    @classmethod
    def _rename(cls, values: object) -> object:
        if not isinstance(values, dict) or not cls.renamed:
            return values
        return {cls.renamed.get(name, name): value for name, value in values.items()}


def null_if_unknown(value: object) -> object:
    """Return null for the words by which documents of earlier versions said that a value is not known."""
    return None if value in ("", "unspecified", "UNSPECIFIED") else value


class DancerBody(Body):
    """One of several people, by a point where he or she is at some time; nobody is followed before that time."""

    x: float = Field(ge=0, le=1, examples=[0.25], description="0 is the left edge of the upright image, 1 the right")
    y: float = Field(ge=0, le=1, examples=[0.5], description="0 is the top, 1 the bottom")
    at_seconds: float = Field(
        0.0, ge=0, allow_inf_nan=False, examples=[3.0], description="seconds on the video's own time"
    )


DANCER = "who is followed where several people are visible; null for the largest and most central person"


class FieldError(BaseModel):
    """A field or parameter that violates a rule."""

    field: str = Field(examples=["take_video_id"], description="path of the field, or name of the parameter")
    message: str = Field(examples=["Field required"])


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str = Field(examples=["urn:eightcount:problem:not-a-video"])
    title: str = Field(examples=["Unprocessable Entity"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["the file is not a video that can be read"])
    reason: str = Field(description="machine-readable, stable across versions", examples=["NOT_A_VIDEO"])
    instance: str = Field(examples=["/v1/videos"], description="path of the request")
    request_id: str = Field(
        examples=["4f1c2ab98d"], description="the same as in the header `X-Request-Id` and in the log"
    )
    errors: list[FieldError] = Field(default_factory=list, description="the invalid fields")


PART_STATES = dict.fromkeys((*service_names(), "store", "database"), "ok")


class ReadinessProblem(Problem):
    """A part of the server cannot be used."""

    ready: bool = Field(examples=[False])
    parts: dict[str, str] = Field(
        examples=[PART_STATES | {"pose": "POSE_UNAVAILABLE"}], description="`ok` or a reason, by name of the part"
    )


NAME = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""Letters, digits, ".", "_" and "-"."""


VideoId = Annotated[str, Field(max_length=64)]
