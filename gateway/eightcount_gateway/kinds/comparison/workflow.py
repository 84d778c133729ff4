"""The steps of a comparison. Each can be run again after a crash: what it made replaces what was there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import InternalError, NotFoundError
from eightcount_gateway.backends.scoring import stream_motion
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.jobs.run import Steps
from eightcount_gateway.kinds.comparison import report
from eightcount_gateway.kinds.comparison.alignment import Aligner, music_warnings
from eightcount_gateway.kinds.comparison.artifacts import ComparisonArtifacts
from eightcount_gateway.kinds.comparison.seen_motion import NO_SOUND, explain_motion_files, open_seen_motion
from eightcount_gateway.kinds.comparison.sound_and_picture import picture_warnings
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.job_motions import name_model
from eightcount_gateway.kinds.own_beats import apply_own_beats, read_own_beats
from eightcount_gateway.kinds.pose_choice import find_motion, model_id_field, read_dancer
from eightcount_gateway.library.documents import encode_delimited
from eightcount_gateway.library.motions.extractor import Source
from eightcount_gateway.library.motions.refs import JobWarning, MotionRef
from eightcount_gateway.library.streams import read_through
from eightcount_gateway.library.videos import Video
from eightcount_gateway.threads import run_in_thread

ROLES = {"reference": scoring_pb2.ROLE_REFERENCE, "take": scoring_pb2.ROLE_TAKE}


class ComparisonJob:
    """One comparison's steps, run in the order of the methods."""

    def __init__(self, context: JobContext, job: Job, progress: JobProgress) -> None:
        self._context = context
        self._job = job
        self._progress = progress
        self._artifacts = ComparisonArtifacts(context.store, job.id)

    @property
    def steps(self) -> Steps:
        """The steps in order."""
        methods = (self.probe, self.extract, self.align, self.score, self.render)
        return [(method.__name__, method) for method in methods]

    async def probe(self) -> None:
        """Read both containers, unless they are known, so that unreadable files fail within a second."""
        async with self._progress.step("probe"):
            videos = {role: await self._video(role) for role in ROLES}
            self._progress.update("probe", done=0, total=len(videos))
            if not all(video.is_motion for video in videos.values()):
                await self._context.backends.wait_for("pose")
            for done, (role, video) in enumerate(videos.items(), start=1):
                if video.is_motion:
                    await self._ref(role)
                    self._progress.update("probe", done=done)
                    continue
                self._context.videos.uri(video)  # raises when it was deleted
                variant, dancer = self._job.text("model"), read_dancer(self._job, role)
                model = await name_model(self._context, video, variant, dancer)
                self._progress.note_in_request(model_id_field(self._job, role), model)
                self._progress.update("probe", done=done)

    async def extract(self) -> None:
        """Extract both motions at the same time."""
        try:
            async with asyncio.TaskGroup() as group:
                for role in ROLES:
                    group.create_task(self._extract(role))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from failed

    async def align(self) -> None:
        """Align the take with the reference, and find the beats of the reference."""
        async with self._progress.step("align"):
            await self._context.backends.wait_for("sync")
            reference, take = [await self._video(role) for role in ROLES]
            if reference.is_motion or take.is_motion:
                await self._align_motions(reference)
                return
            reference_uri, take_uri = self._context.videos.uri(reference), self._context.videos.uri(take)
            aligner = Aligner(self._context.motions, self._context.backends)
            outcome, music = await asyncio.gather(
                aligner.align(
                    (reference_uri, await self._ref("reference")),
                    (take_uri, await self._ref("take")),
                    mode=self._job.text("align"),
                ),
                self._context.music.analyse(reference_uri, reference.sha256),
            )
            music = self._with_own_beats(music, reference)
            about_picture = picture_warnings(outcome.alignment, music)
            outcome = replace(outcome, warnings=(*about_picture, *outcome.warnings, *music_warnings(music)))
            await run_in_thread(self._artifacts.write_alignment, outcome, music)

    async def score(self) -> None:
        """Score the take: the errors of every frame, and the report."""
        async with self._progress.step("score"):
            await self._context.backends.wait_for("scoring")
            scored: list[scoring_pb2.Report] = []
            await self._context.writer.put(
                self._artifacts.errors_key, self._errors(scored), media_type="application/octet-stream"
            )
            await self._write_report(scored[0])
            if scored[0].HasField("score"):
                self._progress.set_score(round(scored[0].score, 1))

    async def render(self) -> None:
        """Render the side-by-side video; the scoring service writes it to the store."""
        async with self._progress.step("render"):
            await self._context.backends.wait_for("scoring")
            async with aclosing(self._context.backends.scoring.render(self._render_request())) as responses:
                async for response in responses:
                    if response.HasField("progress"):
                        done, total = response.progress.done, response.progress.total
                        self._progress.update("render", done=done, total=total)
                    elif response.HasField("finished"):
                        frames = response.finished.frames
                        self._progress.update("render", done=frames, total=frames)

    async def _video(self, role: str) -> Video:
        return await run_in_thread(self._context.videos.get, self._job.text(f"{role}_video_id"))

    async def _ref(self, role: str) -> MotionRef:
        video = await self._video(role)
        if not video.is_motion:
            return find_motion(self._progress.job, video.sha256, role)
        variant = self._job.text("model")
        known = await run_in_thread(self._context.motions.find_latest, video.sha256, variant)
        if known is None:
            raise NotFoundError(f"the motion of {video.file_name!r} was deleted", reason="MOTION_NOT_FOUND")
        return known

    async def _align_motions(self, reference: Video) -> None:
        """Align by the movement, since a motion from a file has no sound; the reference's beats are found as usual."""
        refs = [await self._ref(role) for role in ROLES]
        aligner = Aligner(self._context.motions, self._context.backends)
        outcome = await aligner.align(("", refs[0]), ("", refs[1]), mode="motion")
        if reference.is_motion:
            music = sync_pb2.Music(reason="NO_AUDIO")
        else:
            uri = self._context.videos.uri(reference)
            music = await self._context.music.analyse(uri, reference.sha256)
        music = self._with_own_beats(music, reference)
        warnings = (JobWarning("NO_SHARED_MUSIC", NO_SOUND), *outcome.warnings, *music_warnings(music))
        await run_in_thread(self._artifacts.write_alignment, replace(outcome, warnings=warnings), music)

    def _with_own_beats(self, music: sync_pb2.Music, reference: Video) -> sync_pb2.Music:
        seconds = reference.media.duration_seconds if reference.media else None
        return apply_own_beats(music, read_own_beats(self._job), seconds=seconds)

    async def _extract(self, role: str) -> None:
        step = f"extract_{role}"
        async with self._progress.step(step):
            video = await self._video(role)
            if video.is_motion:
                self._progress.update(step, state="cached")
                return
            extracted = await self._context.extractor.ensure(
                find_motion(self._progress.job, video.sha256, role),
                Source(self._context.videos.uri(video)),
                lambda done, total: self._progress.update(step, done=done, total=total),
            )
            if extracted.cached:
                self._progress.update(step, state="cached")

    async def _errors(self, scored: list[scoring_pb2.Report]) -> AsyncIterator[bytes]:
        async with aclosing(self._context.backends.scoring.score(self._score_request())) as responses:
            async for response in responses:
                if response.HasField("report"):
                    scored.append(response.report)
                else:
                    yield encode_delimited(response.errors)
        if not scored:
            raise InternalError("the scoring service sent no report", reason="PROTOCOL")

    async def _write_report(self, scored: scoring_pb2.Report) -> None:
        summaries = {role: await run_in_thread(self._context.motions.summary, await self._ref(role)) for role in ROLES}
        outcome = await run_in_thread(self._artifacts.read_alignment)
        warnings = [
            *outcome.warnings,
            *(
                JobWarning(warning.reason, f"{role.capitalize()}: {warning.message}")
                for role, summary in summaries.items()
                for warning in summary.warnings
            ),
        ]
        explain_motion_files(scored, [role for role in ROLES if (await self._video(role)).is_motion])
        merged = report.merge(scored, outcome.alignment, warnings, {role: s.model for role, s in summaries.items()})
        await run_in_thread(self._artifacts.write_report, merged)

    async def _score_request(self) -> AsyncIterator[scoring_pb2.ScoreRequest]:
        alignment = (await run_in_thread(self._artifacts.read_alignment)).alignment
        music = await run_in_thread(self._artifacts.read_music)
        settings = scoring_pb2.ScoreSettings(
            alignment=alignment, music=music, mirrored=self._job.request.get("mirrored") is True
        )
        yield scoring_pb2.ScoreRequest(settings=settings)
        async for part in self._motions():
            yield scoring_pb2.ScoreRequest(motion=part)

    async def _render_request(self) -> AsyncIterator[scoring_pb2.RenderRequest]:
        videos = {role: await self._video(role) for role in ROLES}
        uris = {role: "" if video.is_motion else self._context.videos.uri(video) for role, video in videos.items()}
        previews = {role: self._context.motions.preview_uri(await self._ref(role)) for role in ROLES}
        settings = scoring_pb2.RenderSettings(
            reference_uri=uris["reference"],
            take_uri=uris["take"],
            reference_preview_uri=previews["reference"],
            take_preview_uri=previews["take"],
            output_uri=self._context.store.uri(self._artifacts.video_key),
            music=await run_in_thread(self._artifacts.read_music),
            mirrored=self._job.request.get("mirrored") is True,
            skeletons_only=self._job.request.get("skeletons_only") is True,
        )
        yield scoring_pb2.RenderRequest(settings=settings)
        async for part in self._motions():
            yield scoring_pb2.RenderRequest(motion=part)
        async with aclosing(read_through(self._artifacts.open_errors())) as errors:
            async for message in errors:
                yield scoring_pb2.RenderRequest(errors=message)
        yield scoring_pb2.RenderRequest(report=await run_in_thread(self._artifacts.read_report))

    async def _motions(self) -> AsyncIterator[scoring_pb2.MotionPart]:
        for role, number in ROLES.items():
            ref, library = await self._ref(role), self._context.motions
            shown = open_seen_motion(library, ref) if (await self._video(role)).is_motion else library.open(ref)
            async with aclosing(stream_motion(number, shown)) as parts:
                async for part in parts:
                    yield part
