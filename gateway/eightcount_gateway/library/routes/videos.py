"""Recordings: `/v1/videos`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from eightcount_common.errors import ConflictError, NotFoundError
from eightcount_gateway.http import ranges
from eightcount_gateway.http.contract import SYNC_CALL, contract_router, problems, ranged_file, streamed_body
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
from eightcount_gateway.library.motions.refs import preview_key_of
from eightcount_gateway.library.schemas.music_counts import MusicCounts
from eightcount_gateway.library.schemas.videos import KnownVideoRequest, VideoBody
from eightcount_gateway.library.videos import MEDIA_TYPES
from eightcount_gateway.metrics import UPLOADED_BYTES
from eightcount_gateway.threads import run_in_thread

router = contract_router("/v1/videos", "videos")

FileName = Annotated[str | None, Query(max_length=255, description="exact name of the uploaded file")]
Sha256 = Annotated[str | None, Query(pattern="^[0-9a-f]{64}$", description="SHA-256 of the content")]


@router.post(
    "",
    status_code=201,
    operation_id="uploadVideo",
    openapi_extra=form("a video or audio file"),
    responses=problems(
        "NOT_MULTIPART", "FILE_MISSING", "UPLOAD_CUT_SHORT", "TOO_LARGE", "EMPTY_FILE", "NOT_A_VIDEO", "TRUNCATED_FILE",
        "UNSUPPORTED_CODEC", "TOO_MANY_UPLOADS",
    ),
)  # fmt: skip
@streamed_body
async def upload_video(request: Request, response: Response, gateway: GatewayOf) -> VideoBody:
    """Upload a recording.

    The file is written to the store as it arrives. Its container is read at once; when the pose service cannot be
    reached, `media` stays null until a job reads it.
    """
    async with received_file(request, gateway, limit=gateway.settings.max_upload_bytes) as part:
        video = await gateway.videos.add(part.file_name, part.pieces)
    UPLOADED_BYTES.inc(video.size_bytes)
    response.headers["Location"] = f"/v1/videos/{video.id}"
    return VideoBody.of(video)


@router.post("/known", status_code=201, operation_id="registerVideo", responses=problems("MOTION_NOT_FOUND"))
async def register_video(body: KnownVideoRequest, response: Response, gateway: GatewayOf) -> VideoBody:
    """Register a recording whose motion is stored from an earlier time, so that it need not be uploaded again."""
    if await run_in_thread(gateway.motions.find_latest, body.sha256, body.model) is None:
        raise NotFoundError("no motion of this recording is stored; upload the recording", reason="MOTION_NOT_FOUND")
    video = await run_in_thread(gateway.videos.register, body.file_name, body.sha256)
    response.headers["Location"] = f"/v1/videos/{video.id}"
    return VideoBody.of(video)


@router.get("", operation_id="listVideos")
async def list_videos(
    gateway: GatewayOf,
    limit: Limit = 50,
    cursor: CursorText = None,
    file_name: FileName = None,
    sha256: Sha256 = None,
    created_after: CreatedAfter = None,
    created_before: CreatedBefore = None,
) -> Page[VideoBody]:
    """List the recordings, newest first."""
    where = Filter(file_name, sha256, utc_text(created_after), utc_text(created_before))
    videos = await run_in_thread(gateway.videos.list, limit=limit + 1, after=text_cursor(cursor), where=where)
    page = page_of(videos, limit, lambda video: Cursor(video.created_at, video.id))
    return Page[VideoBody](items=[VideoBody.of(video) for video in page.items], next_cursor=page.next_cursor)


@router.get("/{video_id}", operation_id="getVideo", responses=problems("VIDEO_NOT_FOUND"))
async def get_video(video_id: str, gateway: GatewayOf) -> VideoBody:
    """Return the metadata of a recording."""
    return VideoBody.of(await run_in_thread(gateway.videos.get, video_id))


@router.get(
    "/{video_id}/content",
    operation_id="downloadVideoContent",
    response_class=Response,
    responses={
        **ranged_file("The recording.", *sorted({*MEDIA_TYPES.values(), "application/octet-stream"})),
        **problems("VIDEO_NOT_FOUND", "CONTENT_DELETED"),
    },
)
async def download_video_content(video_id: str, request: Request, gateway: GatewayOf) -> Response:
    """Download the recording, whole or in ranges."""
    video = await run_in_thread(gateway.videos.get, video_id)
    if video.content_deleted:
        raise ConflictError("the recording's content was deleted", reason="CONTENT_DELETED")
    return await ranges.respond(request, gateway.store, video.key, media_type=video.media_type, etag=video.sha256)


@router.get(
    "/{video_id}/preview.mp4",
    operation_id="downloadVideoPreview",
    response_class=Response,
    responses={**ranged_file("The preview.", "video/mp4"), **problems("VIDEO_NOT_FOUND", "PREVIEW_NOT_FOUND")},
)
async def download_video_preview(video_id: str, request: Request, gateway: GatewayOf) -> Response:
    """Download the preview: a small copy that every browser plays, upright, its first frame at 0 s.

    The first extraction of the recording's motion leaves it.
    """
    video = await run_in_thread(gateway.videos.get, video_id)
    key = preview_key_of(video.sha256)
    if not await run_in_thread(gateway.store.exists, key):
        raise NotFoundError("the recording has no preview", reason="PREVIEW_NOT_FOUND")
    etag = f"{video.sha256}-preview"
    return await ranges.respond(request, gateway.store, key, media_type="video/mp4", etag=etag, file_name="preview.mp4")


@router.get(
    "/{video_id}/counts.json",
    operation_id="downloadVideoCounts",
    responses=problems("VIDEO_NOT_FOUND", "CONTENT_DELETED", *SYNC_CALL),
)
async def download_video_counts(video_id: str, gateway: GatewayOf) -> MusicCounts:
    """Return the counts of the recording's music; none where it has no steady beat. The first request analyses it."""
    video = await run_in_thread(gateway.videos.get, video_id)
    music = await gateway.context.music.find(video.sha256)
    if music is None:
        uri = gateway.videos.uri(video)
        await gateway.backends.wait_for("sync")
        music = await gateway.context.music.analyse(uri, video.sha256)
    return MusicCounts.of(music)


@router.delete(
    "/{video_id}/content",
    status_code=204,
    operation_id="deleteVideoContent",
    responses=problems("VIDEO_NOT_FOUND"),
)
async def delete_video_content(video_id: str, gateway: GatewayOf) -> None:
    """Delete the recording's bytes, the small copy of its frames and their features; its motion and its beats stay."""
    video = await run_in_thread(gateway.videos.get, video_id)
    await run_in_thread(gateway.videos.delete_content, video)
    await run_in_thread(gateway.motions.delete_preview, video.sha256)


@router.delete("/{video_id}", operation_id="deleteVideo", responses=problems("VIDEO_NOT_FOUND", "NOT_FINISHED"))
async def delete_video(video_id: str, gateway: GatewayOf, dry_run: DryRun = False) -> DeletionBody:
    """Delete a recording with everything that was made of it alone: motions, reports, videos, dances, caches.

    A comparison is made of two recordings: it goes with the second. The answer lists what stays, and who needs it.
    """
    await run_in_thread(gateway.videos.get, video_id)
    return DeletionBody.of(await gateway.deletion.delete(Resource("video", video_id), dry_run=dry_run))
