"""Bodies of `/v1/motions`."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from eightcount_common.motion import MotionSequence
from eightcount_gateway.http.schemas.base import EXAMPLE_ID
from eightcount_gateway.library.motion_import import duration_seconds
from eightcount_gateway.library.videos import Video


class MotionBody(BaseModel):
    """A motion from a file; its id stands for a recording wherever only the motion is needed."""

    id: str = Field(examples=[EXAMPLE_ID])
    file_name: str = Field(examples=["take_07.bvh"])
    size_bytes: int = Field(examples=[1048576])
    sha256: str
    skeleton: str = Field(examples=["body_12"])
    model: str = Field(examples=["bvh"], description="what made the motion")
    frames: int = Field(examples=[1274])
    duration_seconds: float = Field(examples=[42.5])
    created_at: datetime

    @classmethod
    def of(cls, video: Video, motion: MotionSequence) -> MotionBody:
        """What was taken in, as a body."""
        return cls.model_validate(
            {
                "id": video.id,
                "file_name": video.file_name,
                "size_bytes": video.size_bytes,
                "sha256": video.sha256,
                "created_at": video.created_at,
                "skeleton": motion.skeleton.name,
                "model": motion.model,
                "frames": len(motion),
                "duration_seconds": round(duration_seconds(motion), 3),
            }
        )
