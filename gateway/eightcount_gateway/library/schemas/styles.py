"""Bodies of `/v1/styles`."""

from __future__ import annotations

from pydantic import BaseModel, Field


class AddedStyle(BaseModel):
    """A style of the few-shot model."""

    name: str = Field(examples=["our_solo"])
