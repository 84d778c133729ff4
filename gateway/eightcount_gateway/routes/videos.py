"""Recordings: `/v1/videos`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from eightcount_common.errors import BusyError, InvalidInputError, NotFoundError
from eightcount_gateway import ranges
from eightcount_gateway.metering import too_large
from eightcount_gateway.metrics import UPLOADED_BYTES
from eightcount_gateway.multipart import open_file_part
from eightcount_gateway.routes import GatewayOf, answers
from eightcount_gateway.schemas import KnownVideoRequest, VideoBody

router = APIRouter(prefix="/v1/videos", tags=["videos"])

_FORM_OVERHEAD_BYTES = 64 * 1024
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "video or audio file"}
                    },
                }
            }
        },
    }
}


@router.post(
    "",
    status_code=201,
    openapi_extra=_FORM,
    responses=answers(
        s400="not a multipart form with a file",
        s413="larger than the limit",
        s422="not a video or audio file",
        s429="too many uploads at the same time",
    ),
)
async def upload_video(request: Request, response: Response, gateway: GatewayOf) -> VideoBody:
    """Uploads a recording. The file goes to the store as it comes."""
    limit = gateway.settings.max_upload_bytes
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit + _FORM_OVERHEAD_BYTES:
        raise too_large(limit)
    if gateway.uploads.locked():
        raise BusyError("too many uploads at the same time; try again later", reason="TOO_MANY_UPLOADS")
    gateway.engine.expect_jobs()
    async with gateway.uploads:
        part = await open_file_part(_body(request), request.headers.get("content-type", ""), field="file")
        video = await gateway.videos.add(part.file_name, part.pieces)
    UPLOADED_BYTES.inc(video.size_bytes)
    response.headers["Location"] = f"/v1/videos/{video.id}"
    return VideoBody.of(video)


@router.post("/known", status_code=201, responses=answers(s400="not a valid request", s404="its motion is not kept"))
async def register_video(body: KnownVideoRequest, response: Response, gateway: GatewayOf) -> VideoBody:
    """Names a recording whose motion is kept from an earlier time, so that it need not be sent again."""
    if await asyncio.to_thread(gateway.motions.known, body.sha256, body.model) is None:
        raise NotFoundError("no motion of this recording is kept; send the recording", reason="MOTION_NOT_FOUND")
    video = await asyncio.to_thread(gateway.videos.register, body.file_name, body.sha256)
    response.headers["Location"] = f"/v1/videos/{video.id}"
    return VideoBody.of(video)


@router.get("/{video_id}", responses=answers(s404="no such video"))
async def get_video(video_id: str, gateway: GatewayOf) -> VideoBody:
    """What is known of a recording."""
    return VideoBody.of(await asyncio.to_thread(gateway.videos.get, video_id))


@router.head("/{video_id}/content", include_in_schema=False)
@router.get(
    "/{video_id}/content",
    response_class=Response,
    responses=answers(
        {206: {"description": "the range that was asked for"}},
        s404="no such video",
        s416="the range lies outside of the file",
    ),
)
async def get_video_content(video_id: str, request: Request, gateway: GatewayOf) -> Response:
    """The recording's bytes, whole or in ranges."""
    video = await asyncio.to_thread(gateway.videos.get, video_id)
    if video.content_deleted:
        raise NotFoundError("the recording's content was deleted", reason="CONTENT_DELETED")
    return await ranges.respond(request, gateway.store, video.key, media_type=video.media_type, etag=video.sha256)


@router.delete("/{video_id}/content", status_code=204, responses=answers(s404="no such video"))
async def delete_video_content(video_id: str, gateway: GatewayOf) -> None:
    """Deletes the recording's bytes and the small copy of its pictures; its motion and its beats are kept."""
    video = await asyncio.to_thread(gateway.videos.get, video_id)
    await asyncio.to_thread(gateway.videos.delete_content, video)
    await asyncio.to_thread(gateway.motions.delete_preview, video.sha256)


async def _body(request: Request) -> AsyncIterator[bytes]:
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect as error:
        raise InvalidInputError(
            "the client went away before the file was complete", reason="UPLOAD_CUT_SHORT"
        ) from error
