"""The artifact of an extraction: its motion."""

from __future__ import annotations

from fastapi.responses import StreamingResponse

from eightcount_gateway.http.contract import binary, problems
from eightcount_gateway.http.dependencies import GatewayOf
from eightcount_gateway.kinds.results import require_finished, respond_with_motion
from eightcount_gateway.kinds.routing import artifact_router

router = artifact_router()


@router.get(
    "/{extraction_id}/motion.npz", response_class=StreamingResponse, operation_id="downloadExtractionMotion",
    responses=binary("The motion for numpy.", "application/zip") | problems("EXTRACTION_NOT_FOUND", "NOT_FINISHED"),
)  # fmt: skip
async def get_motion(extraction_id: str, gateway: GatewayOf) -> StreamingResponse:
    """Return the motion."""
    job = await require_finished(gateway, extraction_id, "extraction")
    return await respond_with_motion(gateway, job, job.text("video_id"), "motion.npz")
