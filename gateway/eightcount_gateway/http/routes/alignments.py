"""Alignments: `/v1/alignments`."""

from __future__ import annotations

import asyncio
from typing import Any

from eightcount_common.report import alignment_as_json
from eightcount_gateway.http.contract import contract_router
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.http.schemas.alignments import AlignmentRequest

router = contract_router("/v1/alignments", "alignments")

_EXAMPLE = {
    "verdict": "aligned", "offset_seconds": 3.0371, "clock_ratio": 1.0, "speed_ratio": 1.0, "confidence": 0.99,
    "reason": "OK", "message": "The recordings share their music.", "method": "audio",
    "residual_rms_seconds": 0.0021, "overlap_seconds": 40.2, "segments": [], "candidates": [],
}  # fmt: skip


@router.post(
    "",
    responses=answers(
        {200: {"content": {"application/json": {"example": _EXAMPLE}}}},
        s400="not a valid request",
        s404="no such video",
        s422="no sound to align",
        s503="sync cannot be reached",
    ),
)
async def align(body: AlignmentRequest, gateway: GatewayOf) -> dict[str, Any]:
    """Aligns two recordings: t_a = offset_seconds + speed_ratio * clock_ratio * t_b."""
    a, b = [
        gateway.videos.uri(await asyncio.to_thread(gateway.videos.get, video_id))
        for video_id in (body.a_video_id, body.b_video_id)
    ]
    await gateway.backends.wait_for("sync")
    return alignment_as_json(await gateway.backends.sync.align(a, b, search_speed=body.search_speed))
