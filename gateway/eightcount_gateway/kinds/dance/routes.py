"""The artifacts of a dance: its result, and the dance in every format."""

from __future__ import annotations

from typing import Literal

from fastapi import Request, Response

from eightcount_common.errors import NotFoundError
from eightcount_gateway.http import ranges
from eightcount_gateway.http.contract import cached_json, problems, ranged_file
from eightcount_gateway.http.dependencies import GatewayOf
from eightcount_gateway.kinds.dance.artifacts import MEDIA_TYPES, DanceArtifacts
from eightcount_gateway.kinds.dance.schemas import DanceResult
from eightcount_gateway.kinds.results import require_finished, respond_with_json
from eightcount_gateway.kinds.routing import artifact_router

router = artifact_router()


@router.get(
    "/{dance_id}/result.json", response_model=DanceResult, operation_id="downloadDanceResult",
    responses=problems("DANCE_NOT_FOUND", "NOT_FINISHED") | cached_json(),
)  # fmt: skip
async def get_result(dance_id: str, request: Request, gateway: GatewayOf) -> Response:
    """Return the length of the dance, its model, and the recordings that it was copied from."""
    job = await require_finished(gateway, dance_id, "dance")
    return await respond_with_json(request, gateway, job, DanceArtifacts(gateway.store, job.id).result_key, DanceResult)


@router.get(
    "/{dance_id}/dance.{name}", response_class=Response, operation_id="downloadDance",
    responses=ranged_file("The dance.", *MEDIA_TYPES.values())
    | problems("DANCE_NOT_FOUND", "FORMAT_NOT_WRITTEN", "NOT_FINISHED"),
)  # fmt: skip
async def get_file(
    dance_id: str, name: Literal["mp4", "bvh", "glb", "npz"], request: Request, gateway: GatewayOf
) -> Response:
    """Return the dance as a video with the music (mp4), for animators (bvh, glb) or for numpy (npz)."""
    job = await require_finished(gateway, dance_id, "dance")
    if name not in job.texts("formats"):
        written = ", ".join(job.texts("formats"))
        raise NotFoundError(f"the dance was not written as {name}, but as {written}", reason="FORMAT_NOT_WRITTEN")
    return await ranges.respond(
        request, gateway.store, DanceArtifacts(gateway.store, job.id).export_key(name),
        media_type=MEDIA_TYPES[name], etag=f"{job.id}-{name}", file_name=f"dance.{name}",
    )  # fmt: skip
