"""The kind `extraction`."""

from __future__ import annotations

from eightcount_gateway.jobs.kind import JobKind, Resource
from eightcount_gateway.jobs.model import Job, JsonObject
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.effort import expect_extraction
from eightcount_gateway.kinds.extraction.routes import router
from eightcount_gateway.kinds.extraction.schemas import ExtractionBody, ExtractionRequest
from eightcount_gateway.kinds.extraction.workflow import ExtractionJob
from eightcount_gateway.kinds.sources import videos
from eightcount_gateway.threads import run_in_thread


async def _prepare(context: JobContext, body: ExtractionRequest) -> JsonObject:
    await run_in_thread(context.videos.get, body.video_id)
    return body.model_dump()


def _uses(_context: JobContext, job: Job) -> tuple[Resource, ...]:
    return videos(job.text("video_id"))


EXTRACTION = JobKind(
    name="extraction",
    path="extractions",
    tag="extractions",
    purpose="extract the motion of one video",
    steps={"extract": "Follow the dancer"},
    units={"extract": "frames"},
    workflow=ExtractionJob,
    request=ExtractionRequest,
    body=ExtractionBody,
    prepare=_prepare,
    expect_seconds=lambda context, request: expect_extraction(
        context, request["video_id"], request["model"], request["dancer"]
    ),
    failures=("VIDEO_NOT_FOUND",),
    artifacts=lambda _job: ("motion.npz", "skeleton.json"),
    routers=(router,),
    uses=_uses,
)
