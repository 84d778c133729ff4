"""Bodies of requests and responses, with examples for the OpenAPI page."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from eightcount_gateway.jobs.model import Job, Status, StepState
from eightcount_gateway.videos import Video

Model = Literal["heavy", "full", "lite"]
_ID = "5f0d2c9a7b1e4f3a8c6d"


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(examples=["urn:eightcount:problem:not-a-video"])
    title: str = Field(examples=["Unprocessable Entity"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["the file is not a video that can be read"])
    reason: str = Field(description="machine-readable, stable", examples=["NOT_A_VIDEO"])
    instance: str = Field(examples=["/v1/videos"])


class Media(BaseModel):
    """What the container says; sizes of the upright image."""

    container: str = Field(examples=["mov,mp4,m4a,3gp,3g2,mj2"])
    video_codec: str = Field(examples=["h264"])
    audio_codec: str = Field(examples=["aac"], description="empty without an audio stream")
    width: int = Field(examples=[720])
    height: int = Field(examples=[1280])
    rotation_degrees: int = Field(examples=[90])
    frame_rate: float = Field(examples=[29.97], description="0 when not stated")
    duration_seconds: float = Field(examples=[42.5], description="0 when not stated")
    frame_count: int = Field(examples=[1274], description="an estimate when not stated")


class VideoBody(BaseModel):
    """An uploaded recording."""

    id: str = Field(examples=[_ID])
    file_name: str = Field(examples=["my take.mp4"])
    size_bytes: int = Field(examples=[10485760])
    sha256: str = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
    media: Media | None = Field(description="null for audio files")
    created_at: datetime

    @classmethod
    def of(cls, video: Video) -> VideoBody:
        """The record as a body."""
        values = asdict(video)
        del values["media_type"]
        return cls.model_validate(values)


class ComparisonRequest(_Body):
    """Compare a take with a reference."""

    reference_video_id: str = Field(max_length=64, examples=[_ID])
    take_video_id: str = Field(max_length=64, examples=["0c1d2e3f4a5b6c7d8e9f"])
    model: Model = Field("heavy", description="pose network: heavy is the most exact, lite the fastest")
    mirrored: bool = Field(False, description="the take is a mirror image of the reference")
    skeletons_only: bool = Field(False, description="the video shows skeletons on a plain ground and no person")
    align: Literal["auto", "audio", "motion"] = Field("auto", description="auto: by sound, else by movement")


class ExtractionRequest(_Body):
    """Extract the motion of one video."""

    video_id: str = Field(max_length=64, examples=[_ID])
    model: Model = "heavy"


class AlignmentRequest(_Body):
    """Align two recordings by their sound."""

    a_video_id: str = Field(max_length=64, examples=[_ID])
    b_video_id: str = Field(max_length=64, examples=["0c1d2e3f4a5b6c7d8e9f"])
    search_speed: bool = Field(False, description="also try other playing speeds; slower")


class StepBody(BaseModel):
    """One step of a job."""

    name: str = Field(examples=["extract_take"])
    state: StepState = Field(examples=["running"])
    done: int = Field(examples=[240], description="frames (or files) finished")
    total: int = Field(examples=[1274], description="0 when not known")
    seconds: float = Field(examples=[3.2])


class ErrorBody(BaseModel):
    """Why a job failed."""

    reason: str = Field(examples=["NO_PERSON"])
    message: str = Field(examples=["no person was found in the video"])


class _JobBody(BaseModel):
    id: str = Field(examples=[_ID])
    status: Status = Field(examples=["running"])
    steps: list[StepBody]
    error: ErrorBody | None
    created_at: datetime
    links: dict[str, str] = Field(description="where to go from here; results appear when there are any")


class ComparisonBody(_JobBody):
    """A comparison and how far it got."""

    reference_video_id: str
    take_video_id: str
    model: Model
    mirrored: bool
    skeletons_only: bool = False
    align: str
    score: float | None = Field(examples=[78.4], description="0 to 100; null until it is scored")

    @classmethod
    def of(cls, job: Job) -> ComparisonBody:
        """The job as a body."""
        base = f"/v1/comparisons/{job.id}"
        links = {"self": base, "events": f"{base}/events", "page": f"/comparisons/{job.id}"}
        if job.status == "succeeded":
            names = ("report.json", "side_by_side.mp4", "errors.json", "motions/reference.npz", "motions/take.npz")
            links |= {name: f"{base}/{name}" for name in names}
        return cls.model_validate(_common(job) | {"links": links, "score": job.score})


class ExtractionBody(_JobBody):
    """An extraction and how far it got."""

    video_id: str
    model: Model

    @classmethod
    def of(cls, job: Job) -> ExtractionBody:
        """The job as a body."""
        base = f"/v1/extractions/{job.id}"
        links = {"self": base, "events": f"{base}/events"}
        if job.status == "succeeded":
            links["motion.npz"] = f"{base}/motion.npz"
        return cls.model_validate(_common(job) | {"links": links})


class ComparisonList(BaseModel):
    """Comparisons, newest first."""

    comparisons: list[ComparisonBody]


def body_of(job: Job) -> ComparisonBody | ExtractionBody:
    """The body that fits the job's kind."""
    return ComparisonBody.of(job) if job.kind == "comparison" else ExtractionBody.of(job)


def _common(job: Job) -> dict[str, Any]:
    return {
        **job.request,
        "id": job.id,
        "status": job.status,
        "steps": [asdict(step) for step in job.steps],
        "error": asdict(job.error) if job.error else None,
        "created_at": datetime.fromtimestamp(job.created_at, UTC),
    }
