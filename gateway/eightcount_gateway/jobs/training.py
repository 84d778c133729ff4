"""The steps of training a model of styles. Each can be run again after a crash; the classifier keeps checkpoints."""

from __future__ import annotations

import asyncio
import math
from contextlib import aclosing
from typing import Any

from eightcount.classifier.v1 import classifier_pb2
from eightcount_common.errors import EightcountError, InternalError, TooLargeError, UnusableMediaError
from eightcount_common.wire import MAX_MESSAGE_BYTES
from eightcount_gateway.jobs.material import JobMotions, Rejected, all_rejected, beats_of, frames_noted, rejection
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.jobs.parts import JobParts
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.jobs.run import Steps
from eightcount_gateway.jobs.training_artifacts import ID_FIELDS, Prepared, TrainingArtifacts
from eightcount_gateway.style_models import watches_frames
from eightcount_gateway.videos import Video

_PARTS = 100
"""Progress of a training is told in hundredths."""


class TrainingJob:
    """Extracts what is not extracted yet, and has the classifier service train."""

    def __init__(self, parts: JobParts, job: Job, progress: JobProgress) -> None:
        self._parts = parts
        self._job = job
        self._progress = progress
        self._motions = JobMotions(parts, progress)
        self._artifacts = TrainingArtifacts(parts.store, job.text("folder"))

    @property
    def steps(self) -> Steps:
        """The steps in order."""
        return [("extract", self.extract), ("train", self.train)]

    async def extract(self) -> None:
        """Every motion and its beats; recordings that cannot serve are left out."""
        async with self._progress.step("extract"):
            for service in ("classifier", "pose", "sync"):
                await self._parts.backends.wait_for(service)
            items = await asyncio.to_thread(self._artifacts.read_items)
            usable, rejected = list[dict[str, Any]](), list[Rejected]()
            self._progress.update("extract", done=0, total=len(items))
            for done, item in enumerate(items, start=1):
                try:
                    usable.append(await self._prepared(item))
                except EightcountError as error:
                    rejected.append(rejection(item["label"] or item["video_id"], error))
                self._progress.update("extract", done=done)
            if not usable:
                raise UnusableMediaError(all_rejected(rejected), reason=rejected[0].reason)
            await asyncio.to_thread(self._artifacts.write_prepared, Prepared(usable, rejected))

    async def train(self) -> None:
        """The model, its card, and how good it is."""
        async with self._progress.step("train"):
            await self._parts.backends.wait_for("classifier")
            prepared = await asyncio.to_thread(self._artifacts.read_prepared)
            request = self._request(prepared)
            started = classifier_pb2.TrainPrepared()
            async with aclosing(self._parts.backends.classifier.train(request)) as responses:
                async for response in responses:
                    match response.WhichOneof("event"):
                        case "prepared":
                            started = response.prepared
                        case "epoch":
                            self._tell(response.epoch)
                        case "finished":
                            self._progress.update("train", done=_PARTS, total=_PARTS, note="")
                            finished = response.finished
                            await asyncio.to_thread(self._artifacts.write_result, prepared, started, finished)
                            return
            raise InternalError("the classifier service sent no model", reason="PROTOCOL")

    async def _prepared(self, item: dict[str, Any]) -> dict[str, Any]:
        """The item with what the classifier reads of it."""
        video = await asyncio.to_thread(self._parts.videos.get, item["video_id"])
        item["label"] = item["label"] or video.file_name
        if watches_frames(self._job.text("family")):
            return item | {"video_uri": self._parts.videos.uri(video), "motion_uri": "", "beats_seconds": []}
        return item | {
            "video_uri": "",
            "motion_uri": await self._motion_uri(video, item["label"]),
            "beats_seconds": await beats_of(self._parts, video),
        }

    async def _motion_uri(self, video: Video, label: str) -> str:
        await self._motions.ensure(video, frames_noted(self._progress, label), with_preview=False)
        return self._parts.store.uri((await self._motions.find(video)).key)

    def _request(self, prepared: Prepared) -> classifier_pb2.TrainRequest:
        fields = ("style", "motion_uri", "video_uri", "label", "beats_seconds", *ID_FIELDS)
        options = classifier_pb2.TrainOptions(seed=self._job.number("seed"), max_epochs=self._job.number("max_epochs"))
        request = classifier_pb2.TrainRequest(
            name=self._job.text("name"), family=self._job.text("family"), options=options,
            items=[classifier_pb2.TrainItem(**{name: item[name] for name in fields}) for item in prepared.items],
        )  # fmt: skip
        if (size := request.ByteSize()) > MAX_MESSAGE_BYTES:
            raise TooLargeError(
                f"the list of {len(prepared.items)} recordings has {size} bytes, the limit is {MAX_MESSAGE_BYTES}"
            )
        return request

    def _tell(self, epoch: classifier_pb2.TrainEpoch) -> None:
        note = f"{epoch.stage}, epoch {epoch.epoch} of {epoch.epochs}"
        if not math.isnan(epoch.training_loss):  # there is none while recordings are only looked at
            note += f", loss {epoch.training_loss:.3f}"
        self._progress.update("train", done=round(epoch.fraction_done * _PARTS), total=_PARTS, note=note)
