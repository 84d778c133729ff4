"""What the 3D stage on the page of a dance shows: the counts of the music, and the figure."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from fastapi import Request, Response

from eightcount.generator.v1 import generator_pb2
from eightcount_common.errors import InternalError, NotFoundError
from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http import ranges
from eightcount_gateway.http.contract import contract_router
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.kinds.dance.artifacts import FORMATS, MEDIA_TYPES, DanceArtifacts
from eightcount_gateway.kinds.dance.routes import finished_dance, known_dance
from eightcount_gateway.kinds.dance.stage_schemas import DanceCounts

router = contract_router("/v1/dances", "dances")


@router.get("/{dance_id}/counts.json", responses=answers(s404="no such dance, or its music was not heard yet"))
async def get_counts(dance_id: str, gateway: GatewayOf) -> DanceCounts:
    """The counts of the music that the dance is made to; there as soon as the step `listen` is done."""
    job = await known_dance(gateway, dance_id)
    video = await asyncio.to_thread(gateway.videos.get, job.text("music_id"))
    music = await gateway.aligner.known_music(video.sha256)
    if music is None:
        raise NotFoundError("the music of the dance was not heard yet", reason="MUSIC_NOT_HEARD")
    return DanceCounts.of(music)


@router.head("/{dance_id}/stage.glb", include_in_schema=False)
@router.get(
    "/{dance_id}/stage.glb",
    response_class=Response,
    responses=answers(
        {206: {"description": "the range that was asked for"}},
        s404="no such dance",
        s409="the dance is not done, or it failed",
        s503="it was not written as glb, and there is no generator service to write it",
    ),
)
async def get_stage_figure(dance_id: str, request: Request, gateway: GatewayOf) -> Response:
    """The dance as binary glTF for the page, whatever formats were asked for; written when it is first looked at."""
    job = await finished_dance(gateway, dance_id)
    artifacts = DanceArtifacts(gateway.store, job.id)
    mannequin = not job.request.get("skeleton_id")  # what is written for a user's character is shaped like that
    written = mannequin and "glb" in job.texts("formats")
    key = artifacts.export_key("glb") if written else artifacts.stage_key
    if not await asyncio.to_thread(gateway.store.exists, key):
        await _write_figure(gateway, artifacts.dance_key, key)
    return await ranges.respond(
        request, gateway.store, key, media_type=MEDIA_TYPES["glb"], etag=f"{job.id}-stage", file_name="dance.glb"
    )


async def _write_figure(gateway: Gateway, dance_key: str, target_key: str) -> None:
    """Two who look at the same time write the same file; the store keeps whole ones only."""
    request = generator_pb2.ExportRequest(
        dance_uri=gateway.store.uri(dance_key), format=FORMATS["glb"], target_uri=gateway.store.uri(target_key)
    )
    async with aclosing(gateway.backends.generator.export(request)) as responses:
        async for response in responses:
            if response.HasField("finished"):
                return
    raise InternalError("the generator service wrote no file", reason="PROTOCOL")
