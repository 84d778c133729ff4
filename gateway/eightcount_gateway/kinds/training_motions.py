"""The motions of a training's recordings: the step `extract` of trainings of every kind."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message

from eightcount_common.errors import EightcountError, TooLargeError, UnusableMediaError
from eightcount_common.importing.styles_left import check_styles_left
from eightcount_common.rpc.wire import MAX_MESSAGE_BYTES
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.job_motions import JobMotions, find_beats, note_frames
from eightcount_gateway.kinds.rejections import (
    Content,
    Contents,
    Rejected,
    describe_rejections,
    reject_recording,
    reject_twin,
)
from eightcount_gateway.kinds.training_folder import Prepared, TrainingFolder
from eightcount_gateway.library.videos import Video
from eightcount_gateway.threads import run_in_thread


class TrainingMotions:
    """The motions of a training; recordings that cannot be used are left out.

    Args:
        context: what steps work with.
        progress: of the training.
        folder: of the training.
        trainer: name of the service that will train.
        of_videos: whether it looks at the videos themselves, and not at motions.
    """

    def __init__(
        self,
        context: JobContext,
        progress: JobProgress,
        folder: TrainingFolder,
        *,
        trainer: str,
        of_videos: bool = False,
    ) -> None:
        self._context = context
        self._progress = progress
        self._folder = folder
        self._trainer = trainer
        self._of_videos = of_videos
        self._motions = JobMotions(context, progress)

    async def extract(self) -> None:
        """Extract every motion and its beats, and write the items that can be trained on.

        Raises:
            UnusableMediaError: no recording can serve.
        """
        async with self._progress.step("extract"):
            for service in (self._trainer, "pose", "sync"):
                await self._context.backends.wait_for(service)
            items = await run_in_thread(self._folder.read_items)
            usable, rejected = list[dict[str, Any]](), list[Rejected]()
            contents = Contents()
            self._progress.update("extract", done=0, total=len(items))
            for done, item in enumerate(items, start=1):
                try:
                    prepared = await self._prepare_item(item)
                    content = Content(item["video_id"], item["label"], item.get("style") or "")
                    twin = contents.add(await self._sha256(item), content)
                    if twin is None:
                        usable.append(prepared)
                    else:
                        rejected += reject_twin(content, twin, usable)
                except EightcountError as error:
                    rejected.append(reject_recording(item["label"] or item["video_id"], error))
                self._progress.update("extract", done=done)
            if not usable:
                raise UnusableMediaError(describe_rejections(rejected), reason=rejected[0].reason)
            reasons = {one.label: one.message for one in rejected}
            wanted = [(item.get("style") or "", item["label"] or item["video_id"]) for item in items]
            check_styles_left(wanted, [item.get("style") or "" for item in usable], reasons)
            await run_in_thread(self._folder.write_prepared, Prepared(usable, rejected))

    async def _sha256(self, item: dict[str, Any]) -> str:
        return (await run_in_thread(self._context.videos.get, item["video_id"])).sha256

    async def _prepare_item(self, item: dict[str, Any]) -> dict[str, Any]:
        """Return the item with the URIs and beats that the service reads."""
        video = await run_in_thread(self._context.videos.get, item["video_id"])
        item["label"] = item["label"] or video.file_name
        if self._of_videos:
            item |= {"video_uri": self._context.videos.uri(video), "motion_uri": ""}
            return item | {"beats_seconds": [], "music_uri": ""}
        item |= {"video_uri": "", "motion_uri": await self._motion_uri(video, item["label"])}
        beats = await find_beats(self._context, video)
        return item | {"beats_seconds": beats.beats_seconds, "music_uri": beats.music_uri}

    async def _motion_uri(self, video: Video, label: str) -> str:
        await self._motions.ensure(video, note_frames(self._progress, label), with_preview=False)
        return self._context.store.uri((await self._motions.find(video)).key)


def require_sendable(request: Message, recordings: int) -> None:
    """Do nothing for a request that fits into one message.

    Raises:
        TooLargeError: it does not.
    """
    if (size := request.ByteSize()) > MAX_MESSAGE_BYTES:
        raise TooLargeError(f"the list of {recordings} recordings has {size} bytes, the limit is {MAX_MESSAGE_BYTES}")
