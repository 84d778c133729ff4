"""The sync service over a real gRPC server."""

import io
from collections.abc import AsyncIterator

import grpc
import grpc.aio
import numpy as np
import pytest

from eightcount.sync.v1 import sync_pb2, sync_pb2_grpc
from eightcount_common.errors import InvalidInputError, UnusableMediaError
from eightcount_common.motion import BLAZEPOSE_33, MotionSequence
from eightcount_common.rpc import WorkerPool, open_channel, translated
from eightcount_common.rpc.interceptors import ErrorInterceptor
from eightcount_common.storage.folder import FolderStore
from eightcount_common.wire import encode_chunk, encode_header
from eightcount_sync.servicer import SyncServicer
from tests.unit.sync.signals import noisy, song, video, wav


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path)


@pytest.fixture
async def stub(store) -> AsyncIterator[sync_pb2_grpc.SyncServiceStub]:
    server = grpc.aio.server(interceptors=[ErrorInterceptor()])
    sync_pb2_grpc.add_SyncServiceServicer_to_server(SyncServicer(store, WorkerPool(1, 4)), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel:
        yield sync_pb2_grpc.SyncServiceStub(channel)
    await server.stop(None)


def kept(store, key: str, file: io.BytesIO) -> str:
    store.put(key, file)
    return store.uri(key)


def dance(seed: int, start: float, seconds: float) -> MotionSequence:
    """Limbs that swing on smooth seeded curves, seen from `start` on."""
    generator = np.random.default_rng(seed)
    times = start + np.arange(int(seconds * 25)) / 25.0
    rest = generator.uniform(-0.5, 0.5, (33, 3))
    waves = [generator.uniform(0.3, 2.5, (33, 3)), generator.uniform(0, 6.28, (33, 3))]
    modulation = [generator.uniform(0.05, 0.2, (33, 3)), generator.uniform(0, 6.28, (33, 3))]
    phase = waves[0] * times[:, None, None] * 6.28 + waves[1]
    phase += 4.0 * np.sin(6.28 * modulation[0] * times[:, None, None] + modulation[1])
    world = (rest + 0.2 * np.sin(phase)).astype(np.float32)
    return MotionSequence(
        BLAZEPOSE_33, times - start, 100 * world[..., :2] + 200, world, np.ones((len(times), 33), np.float32)
    )


async def requests(*motions: MotionSequence) -> AsyncIterator[sync_pb2.AlignMotionRequest]:
    for motion in motions:
        yield sync_pb2.AlignMotionRequest(header=encode_header(motion))
        first = 0
        for part in motion.chunks(60):
            yield sync_pb2.AlignMotionRequest(chunk=encode_chunk(part, first_frame=first))
            first += len(part)


async def test_align_finds_the_offset_of_two_stored_files(stub, store):
    music = song(1, 30)
    a = kept(store, "a", wav(music))
    b = kept(store, "b", wav(0.3 * noisy(music[50_000:], 2, 10.0)))
    response = await stub.Align(sync_pb2.AlignRequest(a_uri=a, b_uri=b))
    assert response.alignment.verdict == sync_pb2.VERDICT_ALIGNED
    assert response.alignment.offset_seconds == pytest.approx(6.25, abs=5e-4)
    assert response.alignment.method == "audio"


async def test_a_video_without_sound_is_no_match_with_its_reason(stub, store):
    a = kept(store, "a", wav(song(1, 5)))
    b = kept(store, "b", video(None))
    alignment = (await stub.Align(sync_pb2.AlignRequest(a_uri=a, b_uri=b))).alignment
    assert (alignment.verdict, alignment.reason) == (sync_pb2.VERDICT_NO_MATCH, "NO_AUDIO")
    music = (await stub.AnalyseMusic(sync_pb2.AnalyseMusicRequest(uri=b))).music
    assert (music.has_beat, music.reason) == (False, "NO_AUDIO")


async def test_a_text_file_is_refused_with_its_reason(stub, store):
    uri = kept(store, "a", io.BytesIO(b"five, six, seven, eight" * 100))
    with pytest.raises(UnusableMediaError) as caught, translated():
        await stub.Align(sync_pb2.AlignRequest(a_uri=uri, b_uri=uri))
    assert caught.value.reason == "NOT_A_VIDEO"


async def test_a_uri_outside_the_store_is_refused(stub):
    with pytest.raises(InvalidInputError) as caught, translated():
        await stub.AnalyseMusic(sync_pb2.AnalyseMusicRequest(uri="file:///etc/passwd"))
    assert caught.value.reason == "FOREIGN_URI"


async def test_analyse_music_tells_the_tempo(stub, store):
    uri = kept(store, "a", wav(song(3, 20, rate=22_050, bpm=120.0), rate=22_050))
    music = (await stub.AnalyseMusic(sync_pb2.AnalyseMusicRequest(uri=uri))).music
    assert music.has_beat
    assert music.tempo_bpm == pytest.approx(120.0, rel=0.01)
    assert music.onset_envelope.shape[0] == pytest.approx(20 * music.onset_rate_hertz, abs=2)


async def test_align_motion_finds_the_offset_of_two_streams(stub):
    response = await stub.AlignMotion(requests(dance(1, 0.0, 20.0), dance(1, 4.0, 14.0)))
    assert response.alignment.verdict == sync_pb2.VERDICT_ALIGNED
    assert response.alignment.offset_seconds == pytest.approx(4.0, abs=0.02)
    assert response.alignment.method == "motion"


async def test_align_motion_wants_two_motions(stub):
    with pytest.raises(InvalidInputError) as caught, translated():
        await stub.AlignMotion(requests(dance(1, 0.0, 5.0)))
    assert caught.value.reason == "INVALID_MOTION_STREAM"
