"""Skeletons of the users' characters: `/v1/skeletons`."""

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
from eightcount_gateway.library.routes.videos import FileName
from eightcount_gateway.library.schemas.skeletons import SkeletonBody
from eightcount_gateway.library.skeletons import MAX_BYTES
from eightcount_gateway.metrics import UPLOADED_BYTES
from eightcount_gateway.threads import run_in_thread

router = contract_router("/v1/skeletons", "skeletons")


@router.post(
    "",
    status_code=201,
    operation_id="uploadSkeleton",
    openapi_extra=form("a BVH file with the character's skeleton; of its motion, only the first frame counts"),
    responses=problems(
        "NOT_MULTIPART", "FILE_MISSING", "UPLOAD_CUT_SHORT", "INVALID_BVH", "INVALID_SKELETON", "SKELETON_UNKNOWN",
        "SKELETON_UNUSABLE", "UNREADABLE_FILE", "DAMAGED_GZIP", "TOO_LARGE", "EMPTY_FILE", "TOO_MANY_UPLOADS",
    ),
)  # fmt: skip
@streamed_body
async def upload_skeleton(request: Request, response: Response, gateway: GatewayOf) -> SkeletonBody:
    """Upload the skeleton of a character; its id is the `skeleton_id` of dances."""
    limit = min(MAX_BYTES, gateway.settings.max_upload_bytes)
    async with received_file(request, gateway, limit=limit) as part:
        skeleton = await gateway.skeletons.add(part.file_name, part.pieces)
    UPLOADED_BYTES.inc(skeleton.size_bytes)
    response.headers["Location"] = f"/v1/skeletons/{skeleton.id}"
    return SkeletonBody.of(skeleton)


@router.get("", operation_id="listSkeletons")
async def list_skeletons(
    gateway: GatewayOf,
    limit: Limit = 50,
    cursor: CursorText = None,
    file_name: FileName = None,
    created_after: CreatedAfter = None,
    created_before: CreatedBefore = None,
) -> Page[SkeletonBody]:
    """List the skeletons, newest first."""
    where = Filter(file_name, None, utc_text(created_after), utc_text(created_before))
    skeletons = await run_in_thread(gateway.skeletons.list, limit=limit + 1, after=text_cursor(cursor), where=where)
    page = page_of(skeletons, limit, lambda skeleton: Cursor(skeleton.created_at, skeleton.id))
    return Page[SkeletonBody](items=[SkeletonBody.of(one) for one in page.items], next_cursor=page.next_cursor)


@router.get("/{skeleton_id}", operation_id="getSkeleton", responses=problems("SKELETON_NOT_FOUND"))
async def get_skeleton(skeleton_id: str, gateway: GatewayOf) -> SkeletonBody:
    """Return a skeleton, and the joint that was found for each part of the body."""
    return SkeletonBody.of(await run_in_thread(gateway.skeletons.get, skeleton_id))


@router.delete(
    "/{skeleton_id}", operation_id="deleteSkeleton", responses=problems("SKELETON_NOT_FOUND", "NOT_FINISHED")
)
async def delete_skeleton(skeleton_id: str, gateway: GatewayOf, dry_run: DryRun = False) -> DeletionBody:
    """Delete a skeleton; the dances that were written for it stay."""
    await run_in_thread(gateway.skeletons.get, skeleton_id)
    return DeletionBody.of(await gateway.deletion.delete(Resource("skeleton", skeleton_id), dry_run=dry_run))
