"""Skeletons of the users' characters: `/v1/skeletons`."""

from __future__ import annotations

import asyncio

from fastapi import Request, Response

from eightcount_gateway.http.contract import contract_router, streamed_body
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.http.uploads import form, received_file
from eightcount_gateway.library.schemas.skeletons import SkeletonBody
from eightcount_gateway.library.skeletons import MAX_BYTES
from eightcount_gateway.metrics import UPLOADED_BYTES

router = contract_router("/v1/skeletons", "dances")


@router.post(
    "",
    status_code=201,
    openapi_extra=form("a BVH file with the character's skeleton; of its motion, only the first frame counts"),
    responses=answers(
        s400="not a multipart form with a BVH file whose joints are known (SKELETON_UNKNOWN) and can be used",
        s413="larger than the limit",
        s429="too many uploads at the same time",
    ),
)
@streamed_body
async def upload_skeleton(request: Request, response: Response, gateway: GatewayOf) -> SkeletonBody:
    """Takes a character's skeleton in; its id is the `skeleton_id` of dances."""
    limit = min(MAX_BYTES, gateway.settings.max_upload_bytes)
    async with received_file(request, gateway, limit=limit) as part:
        skeleton = await gateway.skeletons.add(part.file_name, part.pieces)
    UPLOADED_BYTES.inc(skeleton.size_bytes)
    response.headers["Location"] = f"/v1/skeletons/{skeleton.id}"
    return SkeletonBody.of(skeleton)


@router.get("/{skeleton_id}", responses=answers(s404="no such skeleton"))
async def get_skeleton(skeleton_id: str, gateway: GatewayOf) -> SkeletonBody:
    """A skeleton, and which of its joints is which part of the body."""
    return SkeletonBody.of(await asyncio.to_thread(gateway.skeletons.get, skeleton_id))
