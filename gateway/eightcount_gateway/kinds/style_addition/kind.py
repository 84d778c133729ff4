"""The kind `style_addition`."""

from __future__ import annotations

from eightcount_gateway.http.contract import CLASSIFIER_CALL
from eightcount_gateway.jobs.kind import JobKind, Resource
from eightcount_gateway.jobs.model import Job, JsonObject
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.effort import expect_extractions
from eightcount_gateway.kinds.sources import videos
from eightcount_gateway.kinds.style_addition.routes import router
from eightcount_gateway.kinds.style_addition.schemas import StyleAdditionBody, StyleAdditionRequest
from eightcount_gateway.kinds.style_addition.workflow import StyleAdditionJob
from eightcount_gateway.threads import run_in_thread


async def _prepare(context: JobContext, body: StyleAdditionRequest) -> JsonObject:
    context.backends.require("classifier")
    for video_id in body.video_ids:
        await run_in_thread(context.videos.get, video_id)
    return body.model_dump()


def _uses(_context: JobContext, job: Job) -> tuple[Resource, ...]:
    return videos(*job.texts("video_ids"))


STYLE_ADDITION = JobKind(
    name="style_addition",
    path="style-additions",
    tag="styles",
    purpose="add a style from a few recordings",
    steps={"extract": "Follow the dancers", "add": "Add the style"},
    workflow=StyleAdditionJob,
    request=StyleAdditionRequest,
    body=StyleAdditionBody,
    prepare=_prepare,
    expect_seconds=lambda context, request: expect_extractions(context, request["video_ids"], request["model"]),
    failures=("VIDEO_NOT_FOUND", "CLASSIFIER_NOT_CONFIGURED"),
    deletion_failures=CLASSIFIER_CALL,
    artifacts=lambda _job: ("result.json",),
    routers=(router,),
    uses=_uses,
    outlives_sources=True,
    prefixes=lambda job: (f"style-additions/{job.id}/",),
    product=lambda job: Resource("style", job.text("name")),
)
