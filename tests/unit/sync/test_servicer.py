"""The sync service over a real gRPC server."""

import io
from collections.abc import AsyncIterator

import grpc
import grpc.aio
import numpy as np
import pytest

from eightcount.sync.v1 import sync_pb2, sync_pb2_grpc
from eightcount_common.errors import InvalidInputError, UnusableMediaError
from eightcount_common.motion import MotionSequence
from eightcount_common.rpc import WorkerPool, open_channel, translate_errors
from eightcount_common.rpc.interceptors import ErrorInterceptor
from eightcount_common.rpc.wire import decode_tensor, encode_chunk, encode_header
from eightcount_common.storage.folder import FolderStore
from eightcount_sync.service import codec
from eightcount_sync.service.servicer import SyncServicer
from eightcount_sync.settings import SyncSettings
from tests.unit.sync.dances import dance
from tests.unit.sync.signals import noisy, song, video, wav


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path)


@pytest.fixture
async def stub(store) -> AsyncIterator[sync_pb2_grpc.SyncServiceStub]:
    server = grpc.aio.server(interceptors=[ErrorInterceptor()])
    sync_pb2_grpc.add_SyncServiceServicer_to_server(SyncServicer(store, WorkerPool(1, 4), SyncSettings()), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel:
        yield sync_pb2_grpc.SyncServiceStub(channel)
    await server.stop(None)


def put_file(store, key: str, file: io.BytesIO) -> str:
    store.put(key, file)
    return store.uri(key)


async def requests(*motions: MotionSequence) -> AsyncIterator[sync_pb2.AlignMotionRequest]:
    for motion in motions:
        yield sync_pb2.AlignMotionRequest(header=encode_header(motion))
        first = 0
        for part in motion.chunks(60):
            yield sync_pb2.AlignMotionRequest(chunk=encode_chunk(part, first_frame=first))
            first += len(part)


async def analyse_music(stub, uri: str) -> tuple[sync_pb2.Music, np.ndarray]:
    """The music of a recording, and its onsets."""
    *pieces, last = [part async for part in stub.AnalyseMusic(sync_pb2.AnalyseMusicRequest(uri=uri))]
    onsets = [decode_tensor(piece.onsets) for piece in pieces]
    return last.music, np.concatenate(onsets) if onsets else np.zeros(0, np.float32)


async def test_align_finds_the_offset_of_two_stored_files(stub, store):
    music = song(1, 30)
    a = put_file(store, "a", wav(music))
    b = put_file(store, "b", wav(0.3 * noisy(music[50_000:], 2, 10.0)))
    response = await stub.Align(sync_pb2.AlignRequest(a_uri=a, b_uri=b))
    assert response.alignment.verdict == sync_pb2.VERDICT_ALIGNED
    assert response.alignment.offset_seconds == pytest.approx(6.25, abs=5e-4)
    assert response.alignment.method == sync_pb2.ALIGNMENT_METHOD_AUDIO


async def test_a_video_without_sound_is_no_match_with_its_reason(stub, store):
    a = put_file(store, "a", wav(song(1, 5)))
    b = put_file(store, "b", video(None))
    alignment = (await stub.Align(sync_pb2.AlignRequest(a_uri=a, b_uri=b))).alignment
    assert (alignment.verdict, alignment.reason) == (sync_pb2.VERDICT_NO_MATCH, "NO_AUDIO")
    music, _ = await analyse_music(stub, b)
    assert (music.has_beat, music.reason) == (False, "NO_AUDIO")
    assert not music.HasField("tempo_bpm")
    assert not music.HasField("confidence")


async def test_a_text_file_is_refused_with_its_reason(stub, store):
    uri = put_file(store, "a", io.BytesIO(b"five, six, seven, eight" * 100))
    with pytest.raises(UnusableMediaError) as caught, translate_errors():
        await stub.Align(sync_pb2.AlignRequest(a_uri=uri, b_uri=uri))
    assert caught.value.reason == "NOT_A_VIDEO"


async def test_a_uri_outside_the_store_is_refused(stub):
    with pytest.raises(InvalidInputError) as caught, translate_errors():
        await analyse_music(stub, "file:///etc/passwd")
    assert caught.value.reason == "FOREIGN_URI"


async def test_analyse_music_finds_the_tempo(stub, store):
    uri = put_file(store, "a", wav(song(3, 20, rate=22_050, bpm=120.0), rate=22_050))
    music, onsets = await analyse_music(stub, uri)
    assert music.has_beat
    assert music.tempo_bpm == pytest.approx(120.0, rel=0.01)
    assert onsets.size == pytest.approx(20 * music.onset_rate_hertz, abs=2)


async def test_onsets_come_in_pieces(stub, store, monkeypatch):
    monkeypatch.setattr(codec, "ONSETS_PER_MESSAGE", 300)
    uri = put_file(store, "a", wav(song(3, 20, rate=22_050), rate=22_050))
    parts = [part async for part in stub.AnalyseMusic(sync_pb2.AnalyseMusicRequest(uri=uri))]
    assert [part.WhichOneof("part") for part in parts] == ["onsets"] * 4 + ["music"]
    _, whole = await analyse_music(stub, uri)
    np.testing.assert_array_equal(whole, np.concatenate([decode_tensor(part.onsets) for part in parts[:-1]]))


async def test_a_recording_is_decoded_once_however_often_and_under_whatever_key_it_comes(stub, store, monkeypatch):
    opened = []
    monkeypatch.setattr(store, "open", lambda key: opened.append(key) or FolderStore.open(store, key))
    music = song(1, 20)
    uris = [put_file(store, name, wav(part)) for name, part in (("a", music), ("b", music[40_000:]), ("copy", music))]
    first = await stub.Align(sync_pb2.AlignRequest(a_uri=uris[0], b_uri=uris[1]))
    again = await stub.Align(sync_pb2.AlignRequest(a_uri=uris[2], b_uri=uris[1]))
    assert first == again
    assert opened == ["a", "b"]


async def test_music_is_analysed_once_for_one_content(stub, store, monkeypatch):
    opened = []
    monkeypatch.setattr(store, "open", lambda key: opened.append(key) or FolderStore.open(store, key))
    uris = [put_file(store, name, wav(song(3, 10, rate=22_050), rate=22_050)) for name in ("a", "copy")]
    (first, onsets), (again, same_onsets) = [await analyse_music(stub, uri) for uri in uris]
    assert first == again
    np.testing.assert_array_equal(onsets, same_onsets)
    assert opened == ["a"]


async def test_align_motion_finds_the_offset_of_two_streams(stub):
    response = await stub.AlignMotion(requests(dance(1, 0.0, 20.0), dance(1, 4.0, 14.0)))
    assert response.alignment.verdict == sync_pb2.VERDICT_ALIGNED
    assert response.alignment.offset_seconds == pytest.approx(4.0, abs=0.02)
    assert response.alignment.method == sync_pb2.ALIGNMENT_METHOD_MOTION


async def test_align_motion_requires_two_motions(stub):
    with pytest.raises(InvalidInputError) as caught, translate_errors():
        await stub.AlignMotion(requests(dance(1, 0.0, 5.0)))
    assert caught.value.reason == "INVALID_MOTION_STREAM"


async def picture_requests(
    by_sound: sync_pb2.Alignment, *motions: MotionSequence
) -> AsyncIterator[sync_pb2.MeasurePictureOffsetRequest]:
    yield sync_pb2.MeasurePictureOffsetRequest(by_sound=by_sound)
    async for part in requests(*motions):
        if part.HasField("header"):
            yield sync_pb2.MeasurePictureOffsetRequest(header=part.header)
        else:
            yield sync_pb2.MeasurePictureOffsetRequest(chunk=part.chunk)


async def test_the_movement_is_measured_from_where_the_sound_fits(stub):
    by_sound = sync_pb2.Alignment(offset_seconds=3.3)
    found = await stub.MeasurePictureOffset(picture_requests(by_sound, dance(1, 0.0, 20.0), dance(1, 4.0, 12.0)))
    assert found.clear
    assert found.shift_seconds == pytest.approx(0.7, abs=0.02)
    assert found.correlation > 0.9
    assert found.rival < 0.5
    assert found.confidence == 1.0


async def test_the_movement_is_measured_from_the_pieces_of_the_sound(stub):
    pieces = [
        sync_pb2.AlignmentSegment(b_start_seconds=start, b_end_seconds=end, offset_seconds=3.3, ratio=1.0)
        for start, end in ((-np.inf, 5.0), (5.0, np.inf))
    ]
    by_sound = sync_pb2.Alignment(offset_seconds=99.0, segments=pieces)
    found = await stub.MeasurePictureOffset(picture_requests(by_sound, dance(1, 0.0, 20.0), dance(1, 4.0, 12.0)))
    assert found.shift_seconds == pytest.approx(0.7, abs=0.02)


async def test_measuring_the_movement_requires_an_alignment_and_two_motions(stub):
    async def without_alignment():
        yield sync_pb2.MeasurePictureOffsetRequest(header=encode_header(dance(1, 0.0, 5.0)))

    with pytest.raises(InvalidInputError) as caught, translate_errors():
        await stub.MeasurePictureOffset(without_alignment())
    assert caught.value.reason == "INVALID_REQUEST"
    with pytest.raises(InvalidInputError) as caught, translate_errors():
        await stub.MeasurePictureOffset(picture_requests(sync_pb2.Alignment(), dance(1, 0.0, 5.0)))
    assert caught.value.reason == "INVALID_MOTION_STREAM"
