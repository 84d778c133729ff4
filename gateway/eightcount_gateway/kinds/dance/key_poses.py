"""Key poses and edits of a dance: the motions of their videos, and the messages for the generator service."""

from __future__ import annotations

from typing import Any

from eightcount.common.v1 import common_pb2
from eightcount.generator.v1 import generator_pb2
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.dance.artifacts import DanceArtifacts
from eightcount_gateway.kinds.job_motions import JobMotions, note_frames
from eightcount_gateway.library.videos import Video
from eightcount_gateway.threads import run_in_thread

BODY_PARTS: dict[str, generator_pb2.BodyPart.ValueType] = {
    "legs": generator_pb2.BODY_PART_LEGS,
    "upper_body": generator_pb2.BODY_PART_UPPER_BODY,
}
"""Body parts that an edit can keep."""


class KeyPoses:
    """The poses of one dance, and the dance that it changes."""

    def __init__(self, context: JobContext, job: Job, progress: JobProgress) -> None:
        self._context = context
        self._job = job
        self._progress = progress
        self._motions = JobMotions(context, progress)

    @property
    def video_ids(self) -> list[str]:
        """The videos that poses come from."""
        return list(dict.fromkeys(key["video_id"] for key in self._job.records("key_poses") if key["video_id"]))

    async def extract(self) -> None:
        """Extract the motions of the videos, unless they are stored."""
        async with self._progress.step("extract"):
            await self._context.backends.wait_for("pose")
            videos = [await self._video(video_id) for video_id in self.video_ids]
            self._progress.update("extract", done=0, total=len(videos))
            for done, video in enumerate(videos, start=1):
                report = note_frames(self._progress, video.file_name)
                await self._motions.ensure(video, report, with_preview=False)
                self._progress.update("extract", done=done, note="")

    async def key_poses(self) -> list[generator_pb2.KeyPose]:
        """Return the key poses, ascending in time."""
        return [await self._key_pose(key) for key in self._job.records("key_poses")]

    def edit(self) -> generator_pb2.Edit | None:
        """Return the edit; None for a new dance."""
        edit = self._job.record("edit")
        if edit is None:
            return None
        return generator_pb2.Edit(
            dance_uri=self._dance_uri(edit["dance_id"]),
            keep=[BODY_PARTS[part] for part in edit["keep"]],
            range=_range_of(edit),
        )

    async def _key_pose(self, key: dict[str, Any]) -> generator_pb2.KeyPose:
        if key["dance_id"]:
            frame = generator_pb2.FrameRef(uri=self._dance_uri(key["dance_id"]), seconds=key["at_seconds"])
            return generator_pb2.KeyPose(seconds=key["seconds"], dance_frame=frame)
        ref = await self._motions.find(await self._video(key["video_id"]))
        frame = generator_pb2.FrameRef(uri=self._context.store.uri(ref.key), seconds=key["at_seconds"])
        return generator_pb2.KeyPose(seconds=key["seconds"], motion_frame=frame)

    def _dance_uri(self, dance_id: str) -> str:
        return self._context.store.uri(DanceArtifacts(self._context.store, dance_id).dance_key)

    async def _video(self, video_id: str) -> Video:
        return await run_in_thread(self._context.videos.get, video_id)


def _range_of(edit: dict[str, Any]) -> common_pb2.TimeRange | None:
    """Return what is generated again; None for the whole dance."""
    if edit["end_seconds"] is None:
        return None
    return common_pb2.TimeRange(start_seconds=edit["start_seconds"], end_seconds=edit["end_seconds"])
