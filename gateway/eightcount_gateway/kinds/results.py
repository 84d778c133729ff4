"""The files that finished jobs leave, as HTTP responses."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from eightcount_common.errors import ConflictError
from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http import ranges
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.kinds.pose_choice import find_motion, read_dancer, read_pose_model
from eightcount_gateway.kinds.sources import find_content, motion_is_given
from eightcount_gateway.library.documents import read_json
from eightcount_gateway.library.motions.npz import write_npz
from eightcount_gateway.library.motions.refs import MotionRef
from eightcount_gateway.library.motions.skeleton_track import write_skeleton_track
from eightcount_gateway.threads import run_in_thread

_KEPT = {"Cache-Control": "private, max-age=3600"}
"""A motion never changes."""


async def require_finished(gateway: Gateway, job_id: str, kind: str) -> Job:
    """Return a job that has succeeded.

    Raises:
        NotFoundError: there is no such job.
        ConflictError: NOT_FINISHED; it has not ended, or it failed.
    """
    job = await run_in_thread(gateway.jobs.get, job_id, kind)
    if job.status != "succeeded":
        raise ConflictError(f"the {kind.replace('_', ' ')} is {job.status}; there is no result", reason="NOT_FINISHED")
    return job


async def respond_with_json(request: Request, gateway: Gateway, job: Job, key: str, body: type[BaseModel]) -> Response:
    """Return a JSON document of a job as a `body`."""
    name = key.rpartition("/")[2].partition(".")[0]
    return await ranges.respond_json(request, body, lambda: read_json(gateway.store, key), etag=f"{job.id}-{name}")


async def respond_with_motion(
    gateway: Gateway, job: Job, video_id: str, file_name: str, *, role: str = ""
) -> StreamingResponse:
    """Return the motion of one of the job's videos, in a comparison that of a role, as .npz.

    Raises:
        ConflictError: NOT_FINISHED; it is not complete.
    """
    pieces = await write_motion(gateway, job, video_id, role=role)
    headers = _KEPT | {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


async def write_motion(gateway: Gateway, job: Job, video_id: str, *, role: str = "") -> Iterator[bytes]:
    """Return the pieces of that motion as .npz.

    Raises:
        ConflictError: NOT_FINISHED; it is not complete.
    """
    ref = await _find_complete_motion(gateway, job, video_id, role)
    summary = await run_in_thread(gateway.motions.summary, ref)
    return write_npz(lambda: gateway.motions.open(ref), summary.frames)


async def respond_with_skeleton(gateway: Gateway, job: Job, video_id: str, *, role: str = "") -> StreamingResponse:
    """Return where the dancer of one of the job's videos is in the image, as a `SkeletonTrackBody`.

    Raises:
        ConflictError: NOT_FINISHED; the motion is not complete.
    """
    ref = await _find_complete_motion(gateway, job, video_id, role)
    has_preview = await run_in_thread(gateway.store.exists, ref.preview_key)
    pieces = write_skeleton_track(lambda: gateway.motions.open(ref), has_preview=has_preview)
    return StreamingResponse(pieces, media_type="application/json", headers=_KEPT)


async def _find_complete_motion(gateway: Gateway, job: Job, video_id: str, role: str) -> MotionRef:
    sha256 = await find_content(gateway.context, job, video_id)
    ref = None
    if await motion_is_given(gateway.context, video_id):
        ref = await run_in_thread(gateway.motions.find_latest, sha256, read_pose_model(job), read_dancer(job, role))
    if ref is None:
        ref = find_motion(job, sha256, role)
    if not await run_in_thread(gateway.motions.exists, ref):
        raise ConflictError(f"the job is {job.status}; the motion is not complete", reason="NOT_FINISHED")
    return ref
