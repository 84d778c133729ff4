"""Requests for dances: missing values are filled in, and impossible requests are refused before a job is created."""

from __future__ import annotations

from dataclasses import dataclass

from eightcount_common.errors import ConflictError, InvalidInputError
from eightcount_gateway.jobs.model import Job, JsonValue
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.dance.artifacts import DanceArtifacts, DanceSummary
from eightcount_gateway.kinds.dance.edit_schemas import EditBody, KeyPoseBody
from eightcount_gateway.kinds.dance.schemas import DanceRequest
from eightcount_gateway.library.dance_models import find_constraint_model
from eightcount_gateway.threads import run_in_thread

_TOLERANCE_SECONDS = 0.017
"""Half a frame."""


@dataclass(frozen=True, slots=True)
class FinishedDance:
    """A finished dance: its request and its summary."""

    job: Job
    summary: DanceSummary


async def complete_request(context: JobContext, body: DanceRequest) -> dict[str, JsonValue]:
    """The request of a job: music, length and model of an edit are those of the dance that it changes, if not given.

    Raises:
        NotFoundError: there is no such music, dance, video, model or skeleton.
        ConflictError: NOT_FINISHED; a dance that is used is not done. CONTENT_DELETED.
        InvalidInputError: INVALID_EDIT, INVALID_KEY_POSE, NO_KEY_POSES; SKELETON_NOT_USED.
    """
    context.backends.require("generator")
    request = body.model_dump()
    await _require_skeleton(context, body)
    edited = await _find_finished_dance(context, body.edit.dance_id) if body.edit else None
    if body.edit and edited:
        _require_fitting(body.edit, edited.summary.seconds, body.duration_seconds)
        request["music_id"] = body.music_id or edited.job.text("music_id")
        request["duration_seconds"] = edited.summary.seconds
        if body.edit.start_seconds and body.edit.end_seconds is None:
            request["edit"]["end_seconds"] = edited.summary.seconds
    await run_in_thread(context.videos.get, request["music_id"])
    start, end = _new_stretch(body.edit, request["duration_seconds"])
    for key in body.key_poses:
        _require_between(key, start, end)
        await _require_source(context, key, body.pose_model)
    if body.key_poses or body.edit:
        preferred = edited.summary.model.partition("/")[0] if edited else ""
        request["model"] = await find_constraint_model(context.backends.generator, body.model, preferred=preferred)
    return request


async def _require_skeleton(context: JobContext, body: DanceRequest) -> None:
    if not body.skeleton_id:
        return
    await run_in_thread(context.skeletons.get, body.skeleton_id)
    if not {"bvh", "glb"} & set(body.formats):
        raise InvalidInputError("only bvh and glb are written for a skeleton", reason="SKELETON_NOT_USED")


async def _find_finished_dance(context: JobContext, dance_id: str) -> FinishedDance:
    job = await run_in_thread(context.jobs.get, dance_id, "dance")
    if job.status != "succeeded":
        raise ConflictError(f"the dance {dance_id} is {job.status}; it must be done", reason="NOT_FINISHED")
    return FinishedDance(job, await run_in_thread(DanceArtifacts(context.store, job.id).read_summary))


def _require_fitting(edit: EditBody, seconds: float, asked_seconds: float | None) -> None:
    if asked_seconds is not None and abs(asked_seconds - seconds) > _TOLERANCE_SECONDS:
        raise InvalidInputError(
            f"an edited dance is as long as it was, {seconds:g} s; got duration_seconds {asked_seconds:g}",
            reason="INVALID_EDIT",
        )
    end = seconds if edit.end_seconds is None else edit.end_seconds
    if edit.start_seconds >= seconds or end > seconds + _TOLERANCE_SECONDS:
        raise InvalidInputError(
            f"the dance has {seconds:g} s; got a stretch of {edit.start_seconds:g} to {end:g} s", reason="INVALID_EDIT"
        )
    if not edit.keep and not edit.start_seconds and end > seconds - _TOLERANCE_SECONDS:
        raise InvalidInputError("an edit that keeps nothing is a new dance", reason="INVALID_EDIT")


def _new_stretch(edit: EditBody | None, seconds: float | None) -> tuple[float, float | None]:
    """Return start and end of the range that is generated; no end where it is not known yet."""
    if edit is None:
        return 0.0, seconds
    return edit.start_seconds, seconds if edit.end_seconds is None else edit.end_seconds


def _require_between(key: KeyPoseBody, start: float, end: float | None) -> None:
    if key.seconds < start or (end is not None and key.seconds >= end):
        upto = f"{end:g} s" if end is not None else "the end"
        raise InvalidInputError(
            f"key poses must lie in the range that is generated, {start:g} s to {upto}; got {key.seconds:g} s",
            reason="INVALID_KEY_POSE",
        )


async def _require_source(context: JobContext, key: KeyPoseBody, pose_model: str) -> None:
    seconds: float | None
    if key.dance_id:
        seconds = (await _find_finished_dance(context, key.dance_id)).summary.seconds
    else:
        seconds = await _video_seconds(context, key.video_id, pose_model)
    if seconds is not None and key.at_seconds > seconds:
        what = "dance" if key.dance_id else "video"
        raise InvalidInputError(
            f"the {what} of the key pose at {key.seconds:g} s has {seconds:g} s; got the moment {key.at_seconds:g} s",
            reason="INVALID_KEY_POSE",
        )


async def _video_seconds(context: JobContext, video_id: str, pose_model: str) -> float | None:
    """Return the length of a video with a dancer in it; None when it is not known."""
    video = await run_in_thread(context.videos.get, video_id)
    if video.content_deleted and not await run_in_thread(context.motions.find_latest, video.sha256, pose_model):
        context.videos.uri(video)
    if video.media is None and video.media_type.startswith("audio/"):
        raise InvalidInputError(
            f"a key pose requires a video; {video.file_name!r} has sound only", reason="INVALID_KEY_POSE"
        )
    return video.media.duration_seconds if video.media else None
