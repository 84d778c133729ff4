"""Motion files: `/v1/motions`."""

from __future__ import annotations

from fastapi import Request, Response

from eightcount_gateway.http.contract import contract_router, problems, streamed_body
from eightcount_gateway.http.dependencies import DryRun, GatewayOf
from eightcount_gateway.http.paging import (
    CreatedAfter,
    CreatedBefore,
    Cursor,
    CursorText,
    Limit,
    Page,
    page_of,
    text_cursor,
    utc_text,
)
from eightcount_gateway.http.schemas.deletions import DeletionBody
from eightcount_gateway.http.uploads import form, received_file
from eightcount_gateway.jobs.kind import Resource
from eightcount_gateway.library.index import Filter
from eightcount_gateway.library.motions.importing import MAX_BYTES
from eightcount_gateway.library.routes.videos import FileName, Sha256
from eightcount_gateway.library.schemas.motions import MotionBody
from eightcount_gateway.metrics import UPLOADED_BYTES
from eightcount_gateway.threads import run_in_thread

router = contract_router("/v1/motions", "motions")


@router.post(
    "",
    status_code=201,
    operation_id="uploadMotion",
    openapi_extra=form("a motion: .npz of an extraction, a dance or AMASS, .bvh, .glb, or .pkl of AIST++ or EDGE"),
    responses=problems(
        "NOT_MULTIPART", "FILE_MISSING", "UPLOAD_CUT_SHORT", "UNKNOWN_MOTION_FORMAT", "INVALID_MOTION", "INVALID_BVH",
        "INVALID_GLB", "INVALID_SMPL", "FRAME_RATE_UNKNOWN", "INVALID_AIST", "INVALID_AIST_NAME", "INVALID_ARRAY",
        "INVALID_SKELETON", "UNREADABLE_FILE", "DAMAGED_GZIP", "DAMAGED_PICKLE", "UNSAFE_PICKLE", "SKELETON_UNKNOWN",
        "TOO_LARGE", "EMPTY_FILE", "NO_PERSON", "TOO_MANY_UPLOADS",
    ),
)  # fmt: skip
@streamed_body
async def upload_motion(request: Request, response: Response, gateway: GatewayOf) -> MotionBody:
    """Upload a motion that was extracted elsewhere or captured.

    Its id can be given wherever the motion of a recording is needed: for comparisons, classifications, style additions,
    trainings, and extractions, which return it as .npz.
    """
    limit = min(MAX_BYTES, gateway.settings.max_upload_bytes)
    async with received_file(request, gateway, limit=limit) as part:
        motion = await gateway.motion_files.add(part.file_name, part.pieces)
    UPLOADED_BYTES.inc(motion.video.size_bytes)
    response.headers["Location"] = f"/v1/motions/{motion.video.id}"
    return MotionBody.of(motion)


@router.get("", operation_id="listMotions")
async def list_motions(
    gateway: GatewayOf,
    limit: Limit = 50,
    cursor: CursorText = None,
    file_name: FileName = None,
    sha256: Sha256 = None,
    created_after: CreatedAfter = None,
    created_before: CreatedBefore = None,
) -> Page[MotionBody]:
    """List the uploaded motions, newest first."""
    where = Filter(file_name, sha256, utc_text(created_after), utc_text(created_before))
    motions = await run_in_thread(gateway.motion_files.list, limit=limit + 1, after=text_cursor(cursor), where=where)
    page = page_of(motions, limit, lambda motion: Cursor(motion.video.created_at, motion.video.id))
    return Page[MotionBody](items=[MotionBody.of(motion) for motion in page.items], next_cursor=page.next_cursor)


@router.get("/{motion_id}", operation_id="getMotion", responses=problems("MOTION_NOT_FOUND"))
async def get_motion(motion_id: str, gateway: GatewayOf) -> MotionBody:
    """Return the metadata of an uploaded motion."""
    return MotionBody.of(await run_in_thread(gateway.motion_files.get, motion_id))


@router.delete("/{motion_id}", operation_id="deleteMotion", responses=problems("MOTION_NOT_FOUND", "NOT_FINISHED"))
async def delete_motion(motion_id: str, gateway: GatewayOf, dry_run: DryRun = False) -> DeletionBody:
    """Delete an uploaded motion with everything that was made of it alone."""
    await run_in_thread(gateway.motion_files.get, motion_id)
    return DeletionBody.of(await gateway.deletion.delete(Resource("video", motion_id), dry_run=dry_run))
