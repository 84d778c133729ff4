"""The kind `classification`."""

from __future__ import annotations

from eightcount_gateway.jobs.kind import JobKind, Resource
from eightcount_gateway.jobs.model import Job, JsonObject
from eightcount_gateway.kinds.classification.filters import filter_by_style
from eightcount_gateway.kinds.classification.routes import router
from eightcount_gateway.kinds.classification.schemas import ClassificationBody, ClassificationRequest
from eightcount_gateway.kinds.classification.workflow import ClassificationJob
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.effort import expect_extraction, find_duration
from eightcount_gateway.kinds.sources import refer_to, videos
from eightcount_gateway.threads import run_in_thread

_REST = 0.05
"""Seconds of work per second of video for everything but the extraction."""


async def _prepare(context: JobContext, body: ClassificationRequest) -> JsonObject:
    context.backends.require("classifier")
    await run_in_thread(context.videos.get, body.video_id or body.motion_id)
    return body.model_dump()


def _uses(_context: JobContext, job: Job) -> tuple[Resource, ...]:
    sources = videos(job.optional_text("video_id"), job.optional_text("motion_id"))
    return sources + refer_to("style_model", [job.optional_text("style_model")])


def _expect_seconds(context: JobContext, request: JsonObject) -> float:
    video_id = request["video_id"] or request["motion_id"]
    extraction = expect_extraction(context, video_id, request["model"], request["dancer"])
    return extraction + _REST * find_duration(context, video_id)


CLASSIFICATION = JobKind(
    name="classification",
    path="classifications",
    tag="classifications",
    purpose="name the style of a dance",
    steps={
        "probe": "Read the recording",
        "extract": "Follow the dancer",
        "listen": "Find the beats of the music",
        "classify": "Classify the style",
    },
    units={"extract": "frames"},
    workflow=ClassificationJob,
    request=ClassificationRequest,
    body=ClassificationBody,
    prepare=_prepare,
    expect_seconds=_expect_seconds,
    failures=("VIDEO_NOT_FOUND", "CLASSIFIER_NOT_CONFIGURED"),
    has_page=True,
    artifacts=lambda _job: ("result.json",),
    routers=(router,),
    filter_answers=filter_by_style,
    uses=_uses,
    prefixes=lambda job: (f"classifications/{job.id}/",),
)
