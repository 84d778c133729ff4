"""Recordings: `/v1/videos`."""

from __future__ import annotations

import asyncio

from fastapi import Request, Response

from eightcount_common.errors import NotFoundError
from eightcount_gateway.http import ranges
from eightcount_gateway.http.contract import contract_router, streamed_body
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.http.uploads import form, received_file
from eightcount_gateway.library.schemas.videos import KnownVideoRequest, VideoBody
from eightcount_gateway.metrics import UPLOADED_BYTES

router = contract_router("/v1/videos", "videos")


@router.post(
    "",
    status_code=201,
    openapi_extra=form("video or audio file"),
    responses=answers(
        s400="not a multipart form with a file",
        s413="larger than the limit",
        s422="not a video or audio file",
        s429="too many uploads at the same time",
    ),
)
@streamed_body
async def upload_video(request: Request, response: Response, gateway: GatewayOf) -> VideoBody:
    """Uploads a recording. The file goes to the store as it comes."""
    async with received_file(request, gateway, limit=gateway.settings.max_upload_bytes) as part:
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
