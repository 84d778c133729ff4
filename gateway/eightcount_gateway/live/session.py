"""One live session: what the client sends goes to the services, and what they find goes back."""

from __future__ import annotations

import asyncio
import logging
import math
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from eightcount.classifier.v1 import classifier_pb2
from eightcount.motion.v1 import motion_pb2
from eightcount.pose.v1 import pose_pb2
from eightcount.scoring.v1 import scoring_pb2
from eightcount_common.errors import EightcountError, InternalError, InvalidInputError
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_gateway.backends.pose import VARIANTS
from eightcount_gateway.backends.scoring import stream_motion
from eightcount_gateway.http.schemas.classified import ClassificationResult
from eightcount_gateway.http.schemas.reports import ComparisonReport
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.live import answers
from eightcount_gateway.live.messages import ReadyMessage, ResultMessage
from eightcount_gateway.live.newest import Newest
from eightcount_gateway.live.outbox import Outbox
from eightcount_gateway.live.packets import CameraFrame, Keypoints, Moment
from eightcount_gateway.live.plan import Plan, Reference

_log = logging.getLogger(__name__)
_QUEUE = 600
"""Poses that may wait for scoring, which takes milliseconds for each; beyond that they are left out."""


@dataclass(frozen=True, slots=True)
class _Pose:
    """The dancer in one frame."""

    moment: Moment
    header: motion_pb2.MotionHeader
    chunk: motion_pb2.MotionChunk


class LiveSession:
    """A session from its start to its result. `run` does all of it; the other methods only take notes.

    Args:
        plan: what the session works with.
        context: the services and the library.
        token: with which it can be resumed.
        resume_seconds: for how long.

    Attributes:
        outbox: messages for the client.
    """

    def __init__(self, plan: Plan, context: JobContext, *, token: str, resume_seconds: float) -> None:
        self.outbox = Outbox()
        self.token = token
        self._plan = plan
        self._context = context
        self._resume_seconds = resume_seconds
        self._frames = Newest[CameraFrame]()
        self._moments: dict[float, Moment] = {}
        self._to_score: asyncio.Queue[_Pose | None] = asyncio.Queue(_QUEUE)
        self._to_classify: asyncio.Queue[_Pose | None] = asyncio.Queue(_QUEUE)
        self._ready: ReadyMessage | None = None
        self._seconds = -math.inf
        self._poses = self._dropped = 0
        self._report: ComparisonReport | None = None
        self._style: ClassificationResult | None = None

    @property
    def ready(self) -> ReadyMessage | None:
        """The message that opened the session; None before it is open."""
        return self._ready

    def receive(self, packet: CameraFrame | Keypoints) -> None:
        """Take a frame or keypoints.

        Raises:
            InvalidInputError: FRAMES_NOT_ASCENDING.
        """
        seconds = packet.moment.seconds
        if seconds <= self._seconds:
            raise InvalidInputError(
                f"the times of frames must ascend; {seconds:g} follows {self._seconds:g}",
                reason="FRAMES_NOT_ASCENDING",
            )
        self._seconds = seconds
        if isinstance(packet, CameraFrame):
            self._frames.put(packet)
        else:
            self._take_pose(_Pose(packet.moment, self._plan.take_header(), packet.chunk))

    def finish(self) -> None:
        """Nothing more will come: let the services end, and send the result."""
        self._frames.close()

    async def run(self) -> None:
        """Work until the result, or an error, has been put into the outbox."""
        try:
            async with asyncio.TaskGroup() as tasks:
                if reference := self._plan.reference:
                    tasks.create_task(self._score(reference))
                else:
                    self._open(scoring_pb2.LiveReady())
                if self._plan.start.styles:
                    tasks.create_task(self._classify())
                tasks.create_task(self._track())
            self.outbox.put(
                ResultMessage(report=self._report, style=self._style, poses=self._poses, dropped=self._dropped)
            )
        except* EightcountError as group:
            self.outbox.put(answers.error_message(_first(group)))
        except* Exception:  # noqa: BLE001 - the edge of the session: log whole, show an id
            incident = uuid.uuid4().hex[:12]
            _log.exception("a live session failed unexpectedly", extra={"incident": incident})
            self.outbox.put(answers.error_message(InternalError(f"internal error {incident}")))
        finally:
            self.outbox.close()

    def _open(self, ready: scoring_pb2.LiveReady) -> None:
        names = BLAZEPOSE_33
        self._ready = ReadyMessage(
            session=self.token, resume_seconds=self._resume_seconds, keypoints=list(names.keypoints),
            bones=[(names.index(start), names.index(end)) for start, end in names.edges],
            joints=list(ready.joints), counts=answers.list_counts(ready),
        )  # fmt: skip
        self.outbox.put(self._ready)

    def _take_pose(self, pose: _Pose) -> None:
        self._poses += 1
        if self._plan.reference and not self._to_score.full():
            self._to_score.put_nowait(pose)
        if self._plan.start.styles and not self._to_classify.full():
            self._to_classify.put_nowait(pose)

    async def _track(self) -> None:
        """Find the dancer in the frames; ends when no more will come, and lets the others end."""
        first = await self._frames.take()
        if first is not None:  # a client that finds the keypoints itself needs no pose service
            await self._track_from(first)
        for queue in (self._to_score, self._to_classify):
            await queue.put(None)

    async def _track_from(self, first: CameraFrame) -> None:
        messages = self._frame_messages(first)
        async with aclosing(self._context.backends.pose.track(messages)) as responses:
            async for response in responses:
                if response.HasField("frame"):
                    self._take_tracked(response.frame)

    def _take_tracked(self, frame: pose_pb2.TrackedFrame) -> None:
        seconds = frame.chunk.timestamps[0]
        moment = self._moments.pop(seconds)
        for earlier in [one for one in self._moments if one < seconds]:
            del self._moments[earlier]
        self._dropped = self._frames.dropped + frame.dropped_frames
        self.outbox.put(answers.pose_message(frame, dropped=self._dropped))
        self._take_pose(_Pose(moment, frame.header, frame.chunk))

    async def _frame_messages(self, first: CameraFrame) -> AsyncIterator[pose_pb2.TrackRequest]:
        variant = VARIANTS[self._plan.start.model]
        yield pose_pb2.TrackRequest(options=pose_pb2.TrackOptions(model_variant=variant))
        frame: CameraFrame | None = first
        while frame is not None:
            self._moments[frame.moment.seconds] = frame.moment
            message = pose_pb2.LiveFrame(seconds=frame.moment.seconds, image=frame.image)
            yield pose_pb2.TrackRequest(frame=message)
            frame = await self._frames.take()

    async def _score(self, reference: Reference) -> None:
        messages = self._score_messages(reference)
        async with aclosing(self._context.backends.scoring.score_live(messages)) as responses:
            async for response in responses:
                if response.HasField("ready"):
                    self._open(response.ready)
                elif response.HasField("finished"):
                    self._report = answers.read_report(response.finished)
                elif message := answers.score_message(response):
                    self.outbox.put(message)

    async def _score_messages(self, reference: Reference) -> AsyncIterator[scoring_pb2.ScoreLiveRequest]:
        request = scoring_pb2.ScoreLiveRequest
        settings = scoring_pb2.LiveSettings(music=reference.music, mirrored=self._plan.start.mirrored)
        settings.music.ClearField("onset_envelope")
        yield request(settings=settings)
        opened = self._context.motions.open(reference.motion)
        async with aclosing(stream_motion(scoring_pb2.ROLE_REFERENCE, opened)) as parts:
            async for part in parts:
                yield request(motion=part)
        header = self._plan.take_header()
        yield request(motion=scoring_pb2.MotionPart(role=scoring_pb2.ROLE_TAKE, header=header))
        async for pose in _drain(self._to_score):
            if _size(pose.header) != _size(header):  # the phone was turned
                header = pose.header
                yield request(motion=scoring_pb2.MotionPart(role=scoring_pb2.ROLE_TAKE, header=header))
            yield request(
                pose=scoring_pb2.LivePose(
                    chunk=pose.chunk, reference_seconds=pose.moment.reference_seconds, rate=pose.moment.rate
                )
            )

    async def _classify(self) -> None:
        styles: list[str] = []
        async with aclosing(self._context.backends.classifier.classify(self._classify_messages())) as responses:
            async for response in responses:
                if response.HasField("started"):
                    styles = list(response.started.styles)
                elif response.HasField("window"):
                    self.outbox.put(answers.style_message(response.window, styles))
                else:
                    self._style = answers.read_classification(response.classification)

    async def _classify_messages(self) -> AsyncIterator[classifier_pb2.ClassifyRequest]:
        yield classifier_pb2.ClassifyRequest(options=classifier_pb2.ClassifyOptions())
        yield classifier_pb2.ClassifyRequest(header=self._plan.take_header())
        frames = 0
        async for pose in _drain(self._to_classify):
            chunk = motion_pb2.MotionChunk()
            chunk.CopyFrom(pose.chunk)
            chunk.first_frame = frames
            frames += 1
            yield classifier_pb2.ClassifyRequest(chunk=chunk)


async def _drain(queue: asyncio.Queue[_Pose | None]) -> AsyncGenerator[_Pose, None]:
    while (pose := await queue.get()) is not None:
        yield pose


def _size(header: motion_pb2.MotionHeader) -> tuple[int, int]:
    return header.image_width, header.image_height


def _first(group: BaseExceptionGroup[EightcountError]) -> EightcountError:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, EightcountError)  # noqa: S101 - the group has no others
    return error
