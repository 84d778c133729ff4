"""The kind `comparison`."""

from __future__ import annotations

from eightcount_gateway.jobs.kind import JobKind, Resource
from eightcount_gateway.jobs.model import Job, JsonObject
from eightcount_gateway.kinds.comparison.routes import router
from eightcount_gateway.kinds.comparison.schemas import ComparisonBody, ComparisonRequest
from eightcount_gateway.kinds.comparison.workflow import ROLES, ComparisonJob
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.effort import expect_extraction, find_duration
from eightcount_gateway.kinds.sources import videos
from eightcount_gateway.threads import run_in_thread

_REST = 0.2
"""Seconds of work per second of video for everything but the extraction."""


async def _prepare(context: JobContext, body: ComparisonRequest) -> JsonObject:
    for video_id in (body.reference_video_id, body.take_video_id):
        await run_in_thread(context.videos.get, video_id)
    return body.model_dump()


def _uses(_context: JobContext, job: Job) -> tuple[Resource, ...]:
    return videos(job.text("reference_video_id"), job.text("take_video_id"))


def _expect_seconds(context: JobContext, request: JsonObject) -> float:
    roles = {role: request[f"{role}_video_id"] for role in ROLES}
    extraction = sum(
        expect_extraction(context, video_id, request["model"], request[f"{role}_dancer"])
        for role, video_id in roles.items()
    )
    return extraction + _REST * max(find_duration(context, video_id) for video_id in roles.values())


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
    expect_seconds=_expect_seconds,
    failures=("VIDEO_NOT_FOUND",),
    has_page=True,
    artifacts=lambda _job: (
        "report.json", "side_by_side.mp4", "errors.json", "motions/reference.npz", "motions/take.npz",
        "skeletons/reference.json", "skeletons/take.json", "everything.zip",
    ),
    routers=(router,),
    uses=_uses,
    prefixes=lambda job: (f"comparisons/{job.id}/",),
)  # fmt: skip
