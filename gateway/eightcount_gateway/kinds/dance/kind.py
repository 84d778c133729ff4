"""The kind `dance`."""

from __future__ import annotations

from collections.abc import Sequence

from eightcount_gateway.http.contract import GENERATOR_CALL
from eightcount_gateway.jobs.kind import JobKind, Resource
from eightcount_gateway.jobs.model import Job, JsonObject
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.dance import stage_routes
from eightcount_gateway.kinds.dance.dance_request import complete_request
from eightcount_gateway.kinds.dance.routes import router
from eightcount_gateway.kinds.dance.schemas import DanceBody, DanceRequest
from eightcount_gateway.kinds.dance.workflow import DanceJob
from eightcount_gateway.kinds.effort import expect_extractions, find_duration
from eightcount_gateway.kinds.sources import refer_to, videos

_WORK = 0.5
"""Seconds of work per second of the dance."""
_STEPS = {
    "listen": "Find the beats of the music",
    "extract": "Follow the dancers of the key poses",
    "generate": "Generate the dance",
    "export": "Write the files",
}


def _select_steps(request: JsonObject) -> Sequence[str]:
    """A dance with key poses from videos extracts the motions of those."""
    keys = request.get("key_poses")
    if isinstance(keys, list) and any(key["video_id"] for key in keys):
        return tuple(_STEPS)
    return tuple(name for name in _STEPS if name != "extract")


def _uses(_context: JobContext, job: Job) -> tuple[Resource, ...]:
    keys, edit = job.records("key_poses"), job.record("edit")
    dances = [*(key["dance_id"] for key in keys), edit["dance_id"] if edit else ""]
    return (
        videos(job.optional_text("music_id"), *(key["video_id"] for key in keys))
        + refer_to("dance", dances)
        + refer_to("dance_model", [job.optional_text("model")])
        + refer_to("skeleton", [job.optional_text("skeleton_id")])
    )


def _expect_seconds(context: JobContext, request: JsonObject) -> float:
    seconds = request["duration_seconds"] or find_duration(context, request["music_id"]) or float("inf")
    keys = request["key_poses"]
    videos_of_keys = {key["video_id"] for key in keys if key["video_id"]} if isinstance(keys, list) else ()
    return _WORK * float(str(seconds)) + expect_extractions(context, videos_of_keys, request["pose_model"])


DANCE = JobKind(
    name="dance",
    path="dances",
    tag="dances",
    purpose="generate a dance to music",
    steps=_STEPS,
    units={"extract": "frames", "generate": "frames", "export": "files"},
    select_steps=_select_steps,
    workflow=DanceJob,
    request=DanceRequest,
    body=DanceBody,
    prepare=complete_request,
    expect_seconds=_expect_seconds,
    failures=(
        "INVALID_OPTIONS", "INVALID_EDIT", "INVALID_KEY_POSE", "NO_KEY_POSES", "SKELETON_NOT_USED", "VIDEO_NOT_FOUND",
        "DANCE_NOT_FOUND", "MODEL_NOT_FOUND", "NO_DANCE_MODEL", "SKELETON_NOT_FOUND", "NOT_FINISHED", "CONTENT_DELETED",
        *GENERATOR_CALL,
    ),
    has_page=True,
    artifacts=lambda job: ("result.json", *(f"dance.{name}" for name in job.texts("formats"))),
    routers=(router, stage_routes.router),
    uses=_uses,
    prefixes=lambda job: (f"dances/{job.id}/",),
)  # fmt: skip
