"""The data of the 3D stage on the page of a dance: the counts of the music, and the figure."""

from __future__ import annotations

from contextlib import aclosing

from fastapi import Request, Response

from eightcount.generator.v1 import generator_pb2
from eightcount_common.errors import InternalError, NotFoundError
from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http import ranges
from eightcount_gateway.http.contract import GENERATOR_CALL, problems, ranged_file
from eightcount_gateway.http.dependencies import GatewayOf
from eightcount_gateway.kinds.dance.artifacts import FORMATS, MEDIA_TYPES, DanceArtifacts
from eightcount_gateway.kinds.own_beats import apply_own_beats, read_own_beats
from eightcount_gateway.kinds.results import require_finished
from eightcount_gateway.kinds.routing import artifact_router
from eightcount_gateway.kinds.sources import find_content
from eightcount_gateway.library.schemas.music_counts import MusicCounts
from eightcount_gateway.threads import run_in_thread

router = artifact_router()


@router.get(
    "/{dance_id}/counts.json", operation_id="downloadDanceCounts",
    responses=problems("DANCE_NOT_FOUND", "MUSIC_NOT_ANALYSED"),
)  # fmt: skip
async def get_counts(dance_id: str, gateway: GatewayOf) -> MusicCounts:
    """Return the counts of the music; they are known as soon as the step `listen` is done."""
    job = await run_in_thread(gateway.jobs.get, dance_id, "dance")
    music = await gateway.context.music.find(await find_content(gateway.context, job, job.text("music_id")))
    if music is None:
        raise NotFoundError("the music of the dance is not analysed yet", reason="MUSIC_NOT_ANALYSED")
    return MusicCounts.of(apply_own_beats(music, read_own_beats(job)))


@router.get(
    "/{dance_id}/stage.glb", response_class=Response, operation_id="downloadDanceStage",
    responses=ranged_file("The dance as binary glTF.", MEDIA_TYPES["glb"])
    | problems("DANCE_NOT_FOUND", "NOT_FINISHED", *GENERATOR_CALL),
)  # fmt: skip
async def get_stage_figure(dance_id: str, request: Request, gateway: GatewayOf) -> Response:
    """Return the dance as binary glTF for the page, whatever formats were requested; written at the first request."""
    job = await require_finished(gateway, dance_id, "dance")
    artifacts = DanceArtifacts(gateway.store, job.id)
    mannequin = not job.request.get("skeleton_id")  # what is written for a user's character is shaped like that
    written = mannequin and "glb" in job.texts("formats")
    key = artifacts.export_key("glb") if written else artifacts.stage_key
    if not await run_in_thread(gateway.store.exists, key):
        await _write_figure(gateway, artifacts.dance_key, key)
    return await ranges.respond(
        request, gateway.store, key, media_type=MEDIA_TYPES["glb"], etag=f"{job.id}-stage", file_name="dance.glb"
    )


async def _write_figure(gateway: Gateway, dance_key: str, target_key: str) -> None:
    """Write the figure; two requests at the same time write the same file, and the store keeps whole ones only."""
    request = generator_pb2.ExportRequest(
        dance_uri=gateway.store.uri(dance_key), format=FORMATS["glb"], target_uri=gateway.store.uri(target_key)
    )
    async with aclosing(gateway.backends.generator.export(request)) as responses:
        async for response in responses:
            if response.HasField("finished"):
                return
    raise InternalError("the generator service wrote no file", reason="PROTOCOL")
