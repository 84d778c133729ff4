"""Alignments: `/v1/alignments`."""

from __future__ import annotations

import asyncio

from eightcount_common.report import alignment_as_json
from eightcount_gateway.http.contract import SYNC_CALL, contract_router, problems
from eightcount_gateway.http.dependencies import GatewayOf
from eightcount_gateway.http.schemas.alignments import Alignment, AlignmentRequest

router = contract_router("/v1/alignments", "alignments")


@router.post(
    "",
    operation_id="alignVideos",
    responses=problems(
        "VIDEO_NOT_FOUND", "CONTENT_DELETED", "NO_AUDIO", "DAMAGED_AUDIO", "AUDIO_TOO_LONG", "EMPTY_FILE",
        "TRUNCATED_FILE", "NOT_A_VIDEO", "UNSUPPORTED_CODEC", *SYNC_CALL,
    ),
)  # fmt: skip
async def align_videos(body: AlignmentRequest, gateway: GatewayOf) -> Alignment:
    """Align two recordings by their sound: t_a = offset_seconds + speed_ratio * clock_ratio * t_b.

    The answer comes at once, and nothing is stored.
    """
    a, b = [
        gateway.videos.uri(await asyncio.to_thread(gateway.videos.get, video_id))
        for video_id in (body.a_video_id, body.b_video_id)
    ]
    await gateway.backends.wait_for("sync")
    return Alignment.model_validate(
        alignment_as_json(await gateway.backends.sync.align(a, b, search_speed=body.search_speed))
    )
