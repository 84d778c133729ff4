"""The steps of making a dance. Each can be run again after a crash: the same seed makes the same dance."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

from eightcount.generator.v1 import generator_pb2
from eightcount.models.v1 import models_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import InternalError, NotFoundError
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.jobs.run import Steps
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.dance.artifacts import FORMATS, DanceArtifacts, DanceSummary
from eightcount_gateway.kinds.dance.key_poses import KeyPoses
from eightcount_gateway.kinds.dance.music_checks import require_danceable, require_not_too_long
from eightcount_gateway.kinds.own_beats import apply_own_beats, read_own_beats
from eightcount_gateway.library.dance_models import find_dance_model
from eightcount_gateway.library.documents import encode_delimited
from eightcount_gateway.library.skeletons import skeleton_key
from eightcount_gateway.library.videos import Video
from eightcount_gateway.threads import run_in_thread


class DanceJob:
    """One dance's steps, run in the order of the methods."""

    def __init__(self, context: JobContext, job: Job, progress: JobProgress) -> None:
        self._context = context
        self._job = job
        self._progress = progress
        self._artifacts = DanceArtifacts(context.store, job.id)
        self._key_poses = KeyPoses(context, job, progress)

    @property
    def steps(self) -> Steps:
        """The steps in order."""
        watching = [self._key_poses.extract] if self._key_poses.video_ids else []
        methods = [self.listen, *watching, self.generate, self.export]
        return [(method.__name__, method) for method in methods]

    async def listen(self) -> None:
        """Find the model and analyse the music, so that unsuitable music fails here."""
        async with self._progress.step("listen"):
            await self._context.backends.wait_for("generator")
            await find_dance_model(self._context.backends.generator, self._job.text("model"))
            video = await self._video()
            if video.media is not None and video.media.duration_seconds is not None:
                require_not_too_long(video.media.duration_seconds)
            if music := await self._context.music.find(video.sha256):
                self._progress.update("listen", state="cached")
            else:
                await self._context.backends.wait_for("sync")
                music = await self._context.music.analyse(self._context.videos.uri(video), video.sha256)
            require_danceable(apply_own_beats(music, read_own_beats(self._job)))

    async def generate(self) -> None:
        """Generate the dance and store it as it comes."""
        async with self._progress.step("generate"):
            await self._context.backends.wait_for("generator")
            made: list[DanceSummary] = []
            await self._context.writer.put(
                self._artifacts.dance_key, self._messages(made), media_type="application/octet-stream"
            )
            await run_in_thread(self._artifacts.write_summary, made[0])

    async def export(self) -> None:
        """Export the dance as files; the generator service writes them to the store."""
        async with self._progress.step("export"):
            await self._context.backends.wait_for("generator")
            formats = self._job.texts("formats")
            self._progress.update("export", done=0, total=len(formats))
            for done, name in enumerate(formats, start=1):
                if not await run_in_thread(self._context.store.exists, self._artifacts.export_key(name)):
                    await self._export(name)
                self._progress.update("export", done=done, note="")
            seed = self._job.number("seed")
            await run_in_thread(self._artifacts.write_result, seed=seed, formats=formats)

    async def _messages(self, made: list[DanceSummary]) -> AsyncIterator[bytes]:
        header = generator_pb2.DanceHeader()
        responses = self._context.backends.generator.generate(await self._request(await self._music()))
        async with aclosing(responses):
            async for response in responses:
                match response.WhichOneof("event"):
                    case "header":
                        header = response.header
                        self._progress.update("generate", done=0, total=header.frames)
                        yield encode_delimited(header)
                    case "chunk":
                        done = response.chunk.first_frame + response.chunk.root.shape[0]
                        self._progress.update("generate", done=done)
                        yield encode_delimited(response.chunk)
                    case "finished":
                        frames = response.finished.frames
                        self._progress.update("generate", done=frames, total=frames)
                        made.append(DanceSummary.of_messages(header, response.finished))
        if not made or not made[0].seconds:
            raise InternalError("the generator service sent no whole dance", reason="PROTOCOL")

    async def _export(self, name: str) -> None:
        self._progress.update("export", note=name)
        request = generator_pb2.ExportRequest(
            dance_uri=self._context.store.uri(self._artifacts.dance_key),
            format=FORMATS[name],
            target_uri=self._context.store.uri(self._artifacts.export_key(name)),
            music_uri=await self._music_uri() or None,
            skeleton_uri=self._skeleton_uri() or None,
        )
        async with aclosing(self._context.backends.generator.export(request)) as responses:
            async for response in responses:
                if response.HasField("finished"):
                    return
                done, total = response.progress.done, response.progress.total
                self._progress.update("export", note=f"{name}: {done} of {total} frames")
        raise InternalError("the generator service wrote no file", reason="PROTOCOL")

    async def _request(self, music: sync_pb2.Music) -> generator_pb2.GenerateRequest:
        return generator_pb2.GenerateRequest(
            music=music,
            duration_seconds=self._job.optional_real("duration_seconds"),
            model=models_pb2.ModelRef(name=self._job.text("model")),
            style=self._job.text("style") or None,
            seed=self._job.number("seed"),
            energy=self._job.real("energy"),
            mirrored=self._job.request.get("mirrored") is True,
            key_poses=await self._key_poses.key_poses(),
            edit=self._key_poses.edit(),
        )

    async def _music(self) -> sync_pb2.Music:
        music = await self._context.music.find((await self._video()).sha256)
        if music is None:
            raise NotFoundError("the analysis of the music is not stored any more", reason="MUSIC_NOT_ANALYSED")
        return apply_own_beats(music, read_own_beats(self._job))

    def _skeleton_uri(self) -> str:
        """Return the URI of the user's character; empty for our own body."""
        skeleton = self._job.request.get("skeleton_id")
        return self._context.store.uri(skeleton_key(str(skeleton))) if skeleton else ""

    async def _music_uri(self) -> str:
        """Return the URI of the sound; empty when it was deleted meanwhile, which makes a silent video."""
        video = await self._video()
        return "" if video.content_deleted else self._context.videos.uri(video)

    async def _video(self) -> Video:
        return await run_in_thread(self._context.videos.get, self._job.text("music_id"))
