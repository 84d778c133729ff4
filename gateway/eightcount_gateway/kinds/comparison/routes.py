"""The artifacts of a comparison: report, side-by-side video, frame errors, motions and skeletons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http import ranges
from eightcount_gateway.http.contract import binary, cached_json, problems, ranged_file
from eightcount_gateway.http.dependencies import GatewayOf
from eightcount_gateway.http.schemas.reports import ComparisonReport, FrameErrorsBody
from eightcount_gateway.kinds.comparison.artifacts import ComparisonArtifacts
from eightcount_gateway.kinds.comparison.frame_errors import write_errors
from eightcount_gateway.kinds.comparison.workflow import ROLES
from eightcount_gateway.kinds.results import (
    require_finished,
    respond_with_json,
    respond_with_motion,
    respond_with_skeleton,
    write_motion,
)
from eightcount_gateway.kinds.routing import artifact_router
from eightcount_gateway.library.archives import write_archive
from eightcount_gateway.library.documents import read_json
from eightcount_gateway.library.schemas.skeleton_tracks import SkeletonTrackBody
from eightcount_gateway.threads import run_in_thread

router = artifact_router()

_PROBLEMS = problems("COMPARISON_NOT_FOUND", "NOT_FINISHED")


@router.get(
    "/{comparison_id}/report.json", responses=_PROBLEMS | cached_json(), response_model=ComparisonReport,
    operation_id="downloadComparisonReport",
)  # fmt: skip
async def get_report(comparison_id: str, request: Request, gateway: GatewayOf) -> Response:
    """Return the report."""
    job = await require_finished(gateway, comparison_id, "comparison")
    return await respond_with_json(
        request, gateway, job, ComparisonArtifacts(gateway.store, job.id).report_key, ComparisonReport
    )


@router.get(
    "/{comparison_id}/side_by_side.mp4", response_class=Response, operation_id="downloadComparisonVideo",
    responses=ranged_file("Both dancers side by side.", "video/mp4") | _PROBLEMS,
)  # fmt: skip
async def get_side_by_side(comparison_id: str, request: Request, gateway: GatewayOf) -> Response:
    """Return the side-by-side video, whole or in ranges."""
    artifacts = await _artifacts(gateway, comparison_id)
    return await ranges.respond(
        request, gateway.store, artifacts.video_key, media_type="video/mp4", etag=f"{comparison_id}-video",
        file_name="side_by_side.mp4",
    )  # fmt: skip


@router.get(
    "/{comparison_id}/errors.json", response_model=FrameErrorsBody, responses=_PROBLEMS,
    operation_id="downloadComparisonErrors",
)  # fmt: skip
async def get_errors(comparison_id: str, gateway: GatewayOf) -> StreamingResponse:
    """Return the errors of every frame and joint, as multiples of the joint's limit."""
    artifacts = await _artifacts(gateway, comparison_id)
    return StreamingResponse(write_errors(artifacts.open_errors), media_type="application/json")


@router.get(
    "/{comparison_id}/motions/{role}.npz", response_class=StreamingResponse, operation_id="downloadComparisonMotion",
    responses=binary("The motion for numpy.", "application/zip") | _PROBLEMS,
)  # fmt: skip
async def get_motion(comparison_id: str, role: Literal["reference", "take"], gateway: GatewayOf) -> StreamingResponse:
    """Return the motion of the `reference` or the `take`."""
    job = await require_finished(gateway, comparison_id, "comparison")
    return await respond_with_motion(gateway, job, job.text(f"{role}_video_id"), f"{role}.npz", role=role)


@router.get(
    "/{comparison_id}/skeletons/{role}.json", response_model=SkeletonTrackBody, responses=_PROBLEMS,
    operation_id="downloadComparisonSkeleton",
)  # fmt: skip
async def get_skeleton(comparison_id: str, role: Literal["reference", "take"], gateway: GatewayOf) -> StreamingResponse:
    """Return where the dancer of the `reference` or the `take` is in the image of every frame."""
    job = await require_finished(gateway, comparison_id, "comparison")
    return await respond_with_skeleton(gateway, job, job.text(f"{role}_video_id"), role=role)


@router.get(
    "/{comparison_id}/everything.zip", response_class=StreamingResponse, operation_id="downloadComparisonArchive",
    responses=binary("The report, the errors, the video and both motions.", "application/zip") | _PROBLEMS,
)  # fmt: skip
async def get_everything(comparison_id: str, gateway: GatewayOf) -> StreamingResponse:
    """Return every file of the comparison in one archive."""
    job = await require_finished(gateway, comparison_id, "comparison")
    artifacts = ComparisonArtifacts(gateway.store, job.id)
    report = ComparisonReport.model_validate(await run_in_thread(read_json, gateway.store, artifacts.report_key))
    motions = {role: await write_motion(gateway, job, job.text(f"{role}_video_id"), role=role) for role in ROLES}
    files: list[tuple[str, Iterator[bytes]]] = [
        ("report.json", iter([report.model_dump_json(indent=1).encode()])),
        ("errors.json", write_errors(artifacts.open_errors)),
        ("side_by_side.mp4", gateway.store.read(artifacts.video_key)),
        *((f"{role}.npz", pieces) for role, pieces in motions.items()),
    ]
    headers = {"Content-Disposition": f'attachment; filename="comparison-{comparison_id}.zip"'}
    return StreamingResponse(write_archive(files), media_type="application/zip", headers=headers)


async def _artifacts(gateway: Gateway, comparison_id: str) -> ComparisonArtifacts:
    job = await require_finished(gateway, comparison_id, "comparison")
    return ComparisonArtifacts(gateway.store, job.id)
