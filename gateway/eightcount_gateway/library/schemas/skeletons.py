"""Bodies of `/v1/skeletons`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from pydantic import BaseModel, Field

from eightcount_gateway.http.schemas.base import EXAMPLE_ID
from eightcount_gateway.library.skeletons import Skeleton


class SkeletonBody(BaseModel):
    """A character that dances can be written for."""

    id: str = Field(examples=[EXAMPLE_ID])
    file_name: str = Field(examples=["my_rig.bvh"])
    size_bytes: int = Field(examples=[4096])
    joints: list[str] = Field(examples=[["Hips", "Spine", "LeftArm"]], description="names, end sites left out")
    parts: dict[str, str] = Field(
        examples=[{"pelvis": "Hips", "left_shoulder": "LeftArm"}], description="the joint found for a part of the body"
    )
    created_at: datetime

    @classmethod
    def of(cls, skeleton: Skeleton) -> SkeletonBody:
        """What was taken in, as a body."""
        return cls.model_validate(asdict(skeleton))
