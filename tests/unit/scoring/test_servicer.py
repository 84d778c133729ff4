"""Score over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import grpc.aio
import numpy as np
import pytest

from eightcount.scoring.v1 import scoring_pb2, scoring_pb2_grpc
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import InvalidInputError, TooLargeError, UnusableMediaError
from eightcount_common.motion import MotionSequence
from eightcount_common.rpc import WorkerPool, open_channel, translate_errors
from eightcount_common.rpc.interceptors import ErrorInterceptor
from eightcount_common.rpc.wire import decode_tensor, encode_chunk, encode_header
from eightcount_common.storage.folder import FolderStore
from eightcount_scoring.service import codec
from eightcount_scoring.service.servicer import ScoringServicer
from tests.unit.scoring.dances import capture, dance
from tests.unit.scoring.rendering.clips import clip


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
async def stub(store: FolderStore) -> AsyncIterator[scoring_pb2_grpc.ScoringServiceStub]:
    server = grpc.aio.server(interceptors=[ErrorInterceptor()])
    pool = WorkerPool(1, 1)
    scoring_pb2_grpc.add_ScoringServiceServicer_to_server(ScoringServicer(pool, store, max_motion_seconds=60), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel:
        yield scoring_pb2_grpc.ScoringServiceStub(channel)
    await server.stop(0)
    pool.close()


def settings(offset_seconds: float = 0.0) -> scoring_pb2.ScoreRequest:
    alignment = sync_pb2.Alignment(
        verdict=sync_pb2.VERDICT_ALIGNED,
        offset_seconds=offset_seconds,
        clock_ratio=1,
        speed_ratio=1,
        method=sync_pb2.ALIGNMENT_METHOD_AUDIO,
    )
    music = sync_pb2.Music(has_beat=True, beats_seconds=np.arange(0, 30, 0.5), eight_count_starts=range(0, 60, 8))
    return scoring_pb2.ScoreRequest(settings=scoring_pb2.ScoreSettings(alignment=alignment, music=music))


def parts(role: scoring_pb2.Role.ValueType, motion: MotionSequence) -> Iterator[scoring_pb2.ScoreRequest]:
    yield scoring_pb2.ScoreRequest(motion=scoring_pb2.MotionPart(role=role, header=encode_header(motion)))
    frames = 0
    for chunk in motion.chunks(50):
        message = encode_chunk(chunk, first_frame=frames)
        yield scoring_pb2.ScoreRequest(motion=scoring_pb2.MotionPart(role=role, chunk=message))
        frames += len(chunk)


async def score(
    stub: scoring_pb2_grpc.ScoringServiceStub, requests: list[scoring_pb2.ScoreRequest]
) -> list[scoring_pb2.ScoreResponse]:
    with translate_errors():
        return [response async for response in stub.Score(iter(requests), timeout=30)]


async def test_a_dance_against_itself_streams_its_errors_and_then_the_report(
    stub: scoring_pb2_grpc.ScoringServiceStub,
) -> None:
    motion = capture(dance(25.0))
    requests = [settings(), *parts(scoring_pb2.ROLE_REFERENCE, motion), *parts(scoring_pb2.ROLE_TAKE, motion)]
    *errors, last = await score(stub, requests)
    assert [response.WhichOneof("event") for response in errors] == ["errors", "errors"]
    assert len(errors[0].errors.joints) == 11
    assert not errors[1].errors.joints
    tensor = np.concatenate([decode_tensor(response.errors.errors) for response in errors])
    assert tensor.shape == (sum(len(response.errors.reference_seconds) for response in errors), 11)
    assert np.nanmax(tensor) < 1e-3
    ours, theirs = (
        np.concatenate([decode_tensor(getattr(response.errors, name)) for response in errors])
        for name in ("reference_angles", "take_angles")
    )
    assert ours.shape == tensor.shape
    np.testing.assert_allclose(theirs, ours, atol=1e-3)
    assert (np.nanmin(ours), np.nanmax(ours)) == pytest.approx((90, 90), abs=90)
    assert last.report.score == pytest.approx(100.0)
    assert last.report.reference_model == "drawn/1"
    assert last.report.timeline[9].count == 2
    assert last.report.timeline[9].eight_count == 2


async def test_recordings_that_do_not_overlap_are_refused(stub: scoring_pb2_grpc.ScoringServiceStub) -> None:
    motion = capture(dance(5.0))
    requests = [settings(100.0), *parts(scoring_pb2.ROLE_REFERENCE, motion), *parts(scoring_pb2.ROLE_TAKE, motion)]
    with pytest.raises(UnusableMediaError) as caught:
        await score(stub, requests)
    assert caught.value.reason == "NO_OVERLAP"


async def test_a_motion_that_is_missing_or_out_of_order_is_refused(
    stub: scoring_pb2_grpc.ScoringServiceStub,
) -> None:
    reference = list(parts(scoring_pb2.ROLE_REFERENCE, capture(dance(5.0))))
    with pytest.raises(InvalidInputError, match="no motion of the take"):
        await score(stub, [settings(), *reference])
    with pytest.raises(InvalidInputError, match="must start at frame 50"):
        await score(stub, [settings(), *reference[:2], *reference[3:]])
    with pytest.raises(InvalidInputError, match="must begin with the settings"):
        await score(stub, reference)


async def test_a_motion_over_the_stated_length_is_refused(stub: scoring_pb2_grpc.ScoringServiceStub) -> None:
    with pytest.raises(TooLargeError) as caught:
        await score(stub, [settings(), *parts(scoring_pb2.ROLE_REFERENCE, capture(dance(70.0, rate_hertz=10)))])
    assert caught.value.reason == "MOTION_TOO_LONG"


async def test_render_puts_the_side_by_side_into_the_store(
    stub: scoring_pb2_grpc.ScoringServiceStub, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec, "FRAMES_PER_MESSAGE", 40)
    motion = capture(dance(3.0))
    store.put("videos/a", clip(motion.timestamps, size=motion.image_size))
    scored = [settings(), *parts(scoring_pb2.ROLE_REFERENCE, motion), *parts(scoring_pb2.ROLE_TAKE, motion)]
    *errors, last = await score(stub, scored)
    assert len(errors) > 1
    wanted = scoring_pb2.RenderSettings(
        reference_uri=store.uri("videos/a"), take_uri=store.uri("videos/a"), output_uri=store.uri("out.mp4"),
        panel_height=120,
    )  # fmt: skip
    requests = [
        scoring_pb2.RenderRequest(settings=wanted),
        *(scoring_pb2.RenderRequest(motion=request.motion) for request in scored[1:]),
        *(scoring_pb2.RenderRequest(errors=response.errors) for response in errors),
        scoring_pb2.RenderRequest(report=last.report),
    ]
    with translate_errors():
        *progress, finished = [response async for response in stub.Render(iter(requests), timeout=60)]
    assert progress[-1].progress.done == progress[-1].progress.total == finished.finished.frames
    assert finished.finished.duration_seconds == pytest.approx(3.0, abs=0.1)
    assert finished.finished.output_uri == store.uri("out.mp4")
    assert next(store.read("out.mp4"))[4:8] == b"ftyp"
