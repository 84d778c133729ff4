"""Bodies of `/v1/motions`."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from eightcount_gateway.http.schemas.base import EXAMPLE_ID
from eightcount_gateway.library.motions.importing import MotionFile


class FileWarningBody(BaseModel):
    """A difference between what a file states and what was read."""

    reason: str = Field(examples=["FRAMES_MISCOUNTED"])
    message: str = Field(examples=["The header states 40 frames, the file has 41; 41 were read."])


class MotionBody(BaseModel):
    """A motion from a file; its id stands for a recording wherever only the motion is needed."""

    id: str = Field(examples=[EXAMPLE_ID])
    file_name: str = Field(examples=["take_07.bvh"])
    size_bytes: int = Field(examples=[1048576])
    sha256: str
    skeleton: str = Field(examples=["body_12"])
    model: str = Field(examples=["bvh"], description="program or format that the motion comes from")
    frames: int = Field(examples=[1274])
    duration_seconds: float = Field(examples=[42.5])
    created_at: datetime
    warnings: list[FileWarningBody] = Field(
        default_factory=list, description="where the file was read differently from what it states"
    )

    @classmethod
    def of(cls, motion: MotionFile) -> MotionBody:
        """Return the motion as a body."""
        return cls(
            id=motion.video.id,
            file_name=motion.video.file_name,
            size_bytes=motion.video.size_bytes,
            sha256=motion.video.sha256,
            skeleton=motion.skeleton,
            model=motion.model,
            frames=motion.frames,
            duration_seconds=round(motion.duration_seconds, 3),
            created_at=datetime.fromisoformat(motion.video.created_at),
            warnings=[FileWarningBody(reason=one.reason, message=one.message) for one in motion.warnings],
        )
