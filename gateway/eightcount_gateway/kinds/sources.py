"""The videos and dances that a job is made of."""

from __future__ import annotations

from collections.abc import Iterable

from eightcount_common.errors import NotFoundError
from eightcount_gateway.jobs.kind import Resource
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.library.deletion.ownership import CONTENTS
from eightcount_gateway.threads import run_in_thread


def videos(*ids: str) -> tuple[Resource, ...]:
    """Return videos as resources; empty ids are left out."""
    return tuple(Resource("video", video_id) for video_id in dict.fromkeys(ids) if video_id)


def refer_to(resource_type: str, names: Iterable[str]) -> tuple[Resource, ...]:
    """Return resources of one type; empty names are left out."""
    return tuple(Resource(resource_type, name) for name in dict.fromkeys(names) if name)


async def find_content(context: JobContext, job: Job, video_id: str) -> str:
    """Return the SHA-256 of a job's video, which may have been deleted since.

    Raises:
        NotFoundError: there is no such video, and the job does not know its content.
    """
    try:
        return (await run_in_thread(context.videos.get, video_id)).sha256
    except NotFoundError:
        sha256 = (job.record(CONTENTS) or {}).get(video_id)
        if sha256 is None:
            raise
        return str(sha256)


async def motion_is_given(context: JobContext, video_id: str) -> bool:
    """Return whether the video is a record without content, whose motion was given or is kept."""
    try:
        return (await run_in_thread(context.videos.get, video_id)).content_deleted
    except NotFoundError:
        return False
