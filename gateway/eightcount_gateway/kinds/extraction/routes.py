"""The artifacts of an extraction: its motion, and the skeleton in the image."""

from __future__ import annotations

from fastapi.responses import StreamingResponse

from eightcount_gateway.http.contract import binary, problems
from eightcount_gateway.http.dependencies import GatewayOf
from eightcount_gateway.kinds.results import require_finished, respond_with_motion, respond_with_skeleton
from eightcount_gateway.kinds.routing import artifact_router
from eightcount_gateway.library.schemas.skeleton_tracks import SkeletonTrackBody

router = artifact_router()

_PROBLEMS = problems("EXTRACTION_NOT_FOUND", "NOT_FINISHED")


@router.get(
    "/{extraction_id}/motion.npz", response_class=StreamingResponse, operation_id="downloadExtractionMotion",
    responses=binary("The motion for numpy.", "application/zip") | _PROBLEMS,
)  # fmt: skip
async def get_motion(extraction_id: str, gateway: GatewayOf) -> StreamingResponse:
    """Return the motion."""
    job = await require_finished(gateway, extraction_id, "extraction")
    return await respond_with_motion(gateway, job, job.text("video_id"), "motion.npz")


@router.get(
    "/{extraction_id}/skeleton.json", response_model=SkeletonTrackBody, responses=_PROBLEMS,
    operation_id="downloadExtractionSkeleton",
)  # fmt: skip
async def get_skeleton(extraction_id: str, gateway: GatewayOf) -> StreamingResponse:
    """Return where the dancer is in the image of every frame."""
    job = await require_finished(gateway, extraction_id, "extraction")
    return await respond_with_skeleton(gateway, job, job.text("video_id"))
