"""Bodies of `/v1/skeletons`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from pydantic import BaseModel, Field

from eightcount_gateway.http.schemas.base import EXAMPLE_ID
from eightcount_gateway.library.skeletons import Skeleton


class SkeletonBody(BaseModel):
    """The skeleton of a character, which dances can be written for."""

    id: str = Field(examples=[EXAMPLE_ID])
    file_name: str = Field(examples=["my_rig.bvh"])
    size_bytes: int = Field(examples=[4096])
    joints: list[str] = Field(examples=[["Hips", "Spine", "LeftArm"]], description="names of its joints")
    parts: dict[str, str] = Field(
        examples=[{"pelvis": "Hips", "left_shoulder": "LeftArm"}],
        description="the joint for each part of the body",
    )
    created_at: datetime

    @classmethod
    def of(cls, skeleton: Skeleton) -> SkeletonBody:
        """Return the skeleton as a body."""
        return cls.model_validate(asdict(skeleton))
