"""A fake of the scoring service: a real gRPC server with fixed answers."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from eightcount.common.v1 import common_pb2
from eightcount.scoring.v1 import scoring_pb2, scoring_pb2_grpc
from eightcount_common.rpc.wire import encode_tensor

JOINTS = ("left_elbow", "right_elbow")


class FakeScoring(scoring_pb2_grpc.ScoringServiceServicer):
    """Scores every take 75 and renders arbitrary bytes."""

    def __init__(self, state: Any) -> None:
        self._state = state

    async def Score(self, request_iterator, context):
        self._state.note("Score")
        frames = 0
        async for request in request_iterator:
            if request.HasField("settings"):
                self._state.score_settings.append(request.settings)
            elif request.motion.HasField("chunk"):
                frames += len(request.motion.chunk.timestamps)
        self._state.scored_frames.append(frames)
        for first in range(0, self._state.frames, 60):
            yield scoring_pb2.ScoreResponse(errors=_errors(first, min(60, self._state.frames - first)))
        yield scoring_pb2.ScoreResponse(report=self._state.report or _report())

    async def Render(self, request_iterator, context):
        self._state.note("Render")
        output = ""
        async for request in request_iterator:
            kind = request.WhichOneof("part")
            self._state.rendered_messages.append(kind)
            if kind == "settings":
                self._state.render_settings.append(request.settings)
                output = request.settings.output_uri
        for done in (self._state.frames // 2, self._state.frames):
            progress = common_pb2.Progress(done=done, total=self._state.frames)
            yield scoring_pb2.RenderResponse(progress=progress)
            await self._state.wait_while_held("Render")
        data = self._state.side_by_side or bytes(range(256)) * 40
        self._state.store.put(self._state.store.key(output), io.BytesIO(data), media_type="video/mp4")
        finished = scoring_pb2.RenderFinished(output_uri=output, frames=self._state.frames)
        yield scoring_pb2.RenderResponse(finished=finished)

    async def ScoreLive(self, request_iterator, context):
        self._state.note("ScoreLive")
        poses = 0
        async for request in request_iterator:
            self._state.live.append(request)
            if request.HasField("motion") and request.motion.role == scoring_pb2.ROLE_TAKE and not poses:
                ready = scoring_pb2.LiveReady(joints=JOINTS, timeline=[_entry(0)])
                yield scoring_pb2.ScoreLiveResponse(ready=ready)
            if not request.HasField("pose"):
                continue
            states = scoring_pb2.JointStates(
                seconds=request.pose.chunk.timestamps[0], reference_seconds=request.pose.reference_seconds,
                multiples=[1.5, float("nan")],
            )  # fmt: skip
            yield scoring_pb2.ScoreLiveResponse(states=states)
            poses += 1
            if poses % 2 == 0:
                for final in (False, True):
                    count = scoring_pb2.CountScore(entry=_entry(poses // 2), final=final)
                    yield scoring_pb2.ScoreLiveResponse(count=count)
            if poses % 8 == 0:
                eight = scoring_pb2.EightCountSummary(eight_count=poses // 8, end_seconds=2, score=80, timing_ms=120)
                yield scoring_pb2.ScoreLiveResponse(eight_count=eight)
        report = self._state.report or _report()
        yield scoring_pb2.ScoreLiveResponse(finished=scoring_pb2.LiveFinished(report=report if poses else None))


def _entry(number: int) -> scoring_pb2.TimelineEntry:
    return scoring_pb2.TimelineEntry(
        start_seconds=number / 2, end_seconds=(number + 1) / 2, score=70, count=number % 8 + 1, eight_count=1
    )


def _errors(first: int, frames: int) -> scoring_pb2.FrameErrors:
    seconds = (first + np.arange(frames)) / 30
    errors = np.full((frames, len(JOINTS)), 0.5, np.float32)
    errors[0, 0] = np.nan
    names = JOINTS if first == 0 else ()
    reference = np.repeat(90 + 60 * np.sin(seconds)[:, None], len(JOINTS), axis=1).astype(np.float32)
    return scoring_pb2.FrameErrors(
        reference_seconds=seconds, take_seconds=seconds, joints=names, errors=encode_tensor(errors),
        reference_angles=encode_tensor(reference), take_angles=encode_tensor(reference - 20),
    )  # fmt: skip


def _report() -> scoring_pb2.Report:
    report = scoring_pb2.Report(score=75.0, version="1")
    report.joints.add(joint="left_elbow", score=60.0, mean_angle_error_deg=21.0)
    report.timeline.add(start_seconds=0, end_seconds=0.5, score=75, worst_joint="left_elbow", count=1, eight_count=1)
    report.moments.add(
        id="m1", start_seconds=0.5, end_seconds=1.0, joint="left_elbow", kind=scoring_pb2.MOMENT_KIND_ANGLE,
        description="left elbow bent too much", severity=2.0, amount=21.0, unit=scoring_pb2.MOMENT_UNIT_DEGREES,
    )  # fmt: skip
    report.feedback.add(text="Straighten the left elbow.", moment_ids=["m1"])
    return report
