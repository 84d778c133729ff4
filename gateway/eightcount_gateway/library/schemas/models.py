"""The body of a model, of styles or of dances."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, model_validator

from eightcount_gateway.http.schemas.base import ModelOrigin, StoredBody


class ModelBody(StoredBody):
    """The metadata that all models have. Results of trainings hold it, perhaps as an earlier version wrote it."""

    name: str = Field(examples=["starter"])
    version: str = Field(examples=["3f2a9c41d0be"], description="beginning of the SHA-256 of the model's content")
    family: str = Field(examples=["pose"])
    styles: list[str] = Field(examples=[["ballet", "hip_hop"]])
    origin: ModelOrigin = Field(description="`pretrained` or `trained`")
    is_default: bool = Field(False, description="whether it is used when a request names no model")
    size_bytes: int | None = Field(None, examples=[1048576], description="bytes of the model file; null when not known")
    created_at: datetime | None = Field(None, description="time of the training; null when the file does not state it")

    @model_validator(mode="before")
    @classmethod
    def _read_earlier_origin(cls, values: object) -> object:
        """Read `shipped`, which earlier versions wrote for the origin."""
        if not isinstance(values, dict) or "origin" in values or "shipped" not in values:
            return values
        return values | {"origin": "pretrained" if values["shipped"] else "trained"}
