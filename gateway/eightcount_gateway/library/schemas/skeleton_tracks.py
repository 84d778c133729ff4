"""Body of the keypoints in the image."""

from __future__ import annotations

from pydantic import BaseModel, Field


class SkeletonTrackBody(BaseModel):
    """Keypoints of a dancer in the upright image of every frame, to be drawn over the video."""

    keypoints: list[str] = Field(examples=[["nose", "left_eye"]], description="names of the K keypoints")
    bones: list[tuple[int, int]] = Field(examples=[[(0, 1)]], description="which of them are joined")
    width: int = Field(examples=[720], description="of the image, in pixels; 0 for a motion without a video")
    height: int = Field(examples=[1280])
    has_preview: bool = Field(description="whether the video has a preview, which shows the same at the same times")
    seconds: list[float] = Field(examples=[[0.0, 0.0333]], description="T times of the video")
    points: list[list[float | None]] = Field(
        examples=[[[310.5, 420.0, 322.1, 411.9]]],
        description="T rows of 2 K values, x and y of each keypoint in pixels; null where it is not visible",
    )
