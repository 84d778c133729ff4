"""Motion files: `/v1/motions`."""

from __future__ import annotations

from fastapi import Request, Response

from eightcount_gateway.http.contract import contract_router, streamed_body
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.http.uploads import form, received_file
from eightcount_gateway.library.motion_import import MAX_BYTES
from eightcount_gateway.library.schemas.motions import MotionBody
from eightcount_gateway.metrics import UPLOADED_BYTES

router = contract_router("/v1/motions", "motions")


@router.post(
    "",
    status_code=201,
    openapi_extra=form("motion: .npz as extractions give it, or .bvh"),
    responses=answers(
        s400="not a multipart form with a motion that can be read",
        s413="larger than the limit",
        s422="nobody is in the motion",
        s429="too many uploads at the same time",
    ),
)
@streamed_body
async def upload_motion(request: Request, response: Response, gateway: GatewayOf) -> MotionBody:
    """Takes a motion in that was extracted elsewhere or captured; it can be classified and trained on."""
    limit = min(MAX_BYTES, gateway.settings.max_upload_bytes)
    async with received_file(request, gateway, limit=limit) as part:
        video, motion = await gateway.motion_files.add(part.file_name, part.pieces)
    UPLOADED_BYTES.inc(video.size_bytes)
    response.headers["Location"] = f"/v1/videos/{video.id}"
    return MotionBody.of(video, motion)
