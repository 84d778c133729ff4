"""The kind `comparison`."""

from __future__ import annotations

import asyncio

from eightcount_gateway.jobs.kind import JobKind, Resource
from eightcount_gateway.jobs.model import Job, JsonObject
from eightcount_gateway.kinds.comparison.routes import router
from eightcount_gateway.kinds.comparison.schemas import ComparisonBody, ComparisonRequest
from eightcount_gateway.kinds.comparison.workflow import ComparisonJob
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.sources import videos


async def _prepare(context: JobContext, body: ComparisonRequest) -> JsonObject:
    for video_id in (body.reference_video_id, body.take_video_id):
        await asyncio.to_thread(context.videos.get, video_id)
    return body.model_dump()


def _uses(_context: JobContext, job: Job) -> tuple[Resource, ...]:
    return videos(job.text("reference_video_id"), job.text("take_video_id"))


COMPARISON = JobKind(
    name="comparison",
    path="comparisons",
    tag="comparisons",
    purpose="compare a take with a reference",
    steps={
        "probe": "Read both videos",
        "extract_reference": "Follow the dancer of the reference",
        "extract_take": "Follow the dancer of the take",
        "align": "Align the recordings",
        "score": "Score every joint on every count",
        "render": "Render the side-by-side video",
    },
    units=dict.fromkeys(("extract_reference", "extract_take", "render"), "frames"),
    workflow=ComparisonJob,
    request=ComparisonRequest,
    body=ComparisonBody,
    prepare=_prepare,
    failures=("VIDEO_NOT_FOUND",),
    has_page=True,
    artifacts=lambda _job: (
        "report.json", "side_by_side.mp4", "errors.json", "motions/reference.npz", "motions/take.npz",
    ),
    routers=(router,),
    uses=_uses,
    prefixes=lambda job: (f"comparisons/{job.id}/",),
)  # fmt: skip
