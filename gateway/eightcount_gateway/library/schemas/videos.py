"""Bodies of `/v1/videos`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from pydantic import BaseModel, Field

from eightcount_gateway.http.schemas.base import EXAMPLE_ID, Body, Model
from eightcount_gateway.library.videos import Video


class ShownPartBody(BaseModel):
    """A rectangle in fractions of the width and height of an image, from its top left corner."""

    left: float = Field(examples=[0.1])
    top: float = Field(examples=[0.0])
    width: float = Field(examples=[0.8])
    height: float = Field(examples=[1.0])


class Media(BaseModel):
    """Metadata that the container states; width and height are those of the upright image."""

    container: str = Field(examples=["mov,mp4,m4a,3gp,3g2,mj2"])
    video_codec: str = Field(examples=["h264"])
    audio_codec: str | None = Field(examples=["aac"], description="null without an audio stream")
    width: int = Field(examples=[720])
    height: int = Field(examples=[1280])
    rotation_degrees: int = Field(examples=[90])
    frame_rate: float | None = Field(examples=[29.97], description="null when not stated")
    duration_seconds: float | None = Field(examples=[42.5], description="null when not stated")
    frame_count: int | None = Field(examples=[1274], description="an estimate when not stated; null when there is none")
    shown_part: ShownPartBody | None = Field(
        None,
        description="place of the upright image in the one without the crop that the container states (browsers show "
        "that one); null without a crop",
    )


class VideoBody(BaseModel):
    """An uploaded recording."""

    id: str = Field(examples=[EXAMPLE_ID])
    file_name: str = Field(examples=["my take.mp4"])
    size_bytes: int | None = Field(
        examples=[10485760], description="null when the file was not sent because its motion is stored"
    )
    sha256: str = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
    media: Media | None = Field(description="null for audio files, and until the container has been read")
    created_at: datetime
    content_deleted: bool = Field(False, description="whether only its motion and its beats are stored")

    @classmethod
    def of(cls, video: Video) -> VideoBody:
        """Return the record as a body."""
        values = asdict(video)
        del values["media_type"], values["is_motion"]
        return cls.model_validate(values | {"size_bytes": video.size_bytes or None})


class KnownVideoRequest(Body):
    """A recording that was uploaded before, named by its content."""

    sha256: str = Field(
        pattern="^[0-9a-f]{64}$", examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
    )
    file_name: str = Field(min_length=1, max_length=255, examples=["my take.mp4"])
    model: Model = "heavy"
