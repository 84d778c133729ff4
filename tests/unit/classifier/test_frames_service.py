"""Models of frames over a real gRPC server: trained on videos, asked about videos."""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator

import grpc
import grpc.aio
import pytest

from eightcount.classifier.v1 import classifier_pb2, classifier_pb2_grpc
from eightcount.common.v1 import common_pb2
from eightcount.models.v1 import models_pb2
from eightcount_classifier.backbones.inception import open_inception_lazily
from eightcount_classifier.features import frame_features
from eightcount_classifier.service.servicer import ClassifierServicer
from eightcount_classifier.service.video_features import VideoFeatures
from eightcount_classifier.settings import ClassifierSettings
from eightcount_common.errors import CancelledError, InvalidInputError, NotFoundError, UnavailableError
from eightcount_common.rpc import WorkerPool, open_channel, translate_errors
from eightcount_common.rpc.interceptors import ErrorInterceptor
from eightcount_common.storage.folder import FolderStore
from tests.data.media import write_audio
from tests.unit.classifier.videos import STYLES, Mosaic, write_dance_video


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "store")


@pytest.fixture
def service(store, tmp_path):
    settings = ClassifierSettings(runs_folder=tmp_path / "runs", device="cpu")
    return ClassifierServicer(store, WorkerPool(1, 1), WorkerPool(1, 1), settings, backbone=Mosaic)


@pytest.fixture
async def stub(service) -> AsyncIterator[classifier_pb2_grpc.ClassifierServiceStub]:
    server = grpc.aio.server(interceptors=[ErrorInterceptor()])
    classifier_pb2_grpc.add_ClassifierServiceServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel:
        yield classifier_pb2_grpc.ClassifierServiceStub(channel)
    await server.stop(None)


def put_video(store, tmp_path, style, *, seed, seconds=5.0):
    key = f"videos/{style}-{seed}-{seconds}/content"
    store.put_file(key, write_dance_video(tmp_path / f"{style}-{seed}.mp4", style, seed=seed, seconds=seconds))
    return store.uri(key)


@pytest.fixture
def training(store, tmp_path):
    items = [
        models_pb2.TrainingItem(
            style=style, video_uri=put_video(store, tmp_path, style, seed=seed), take=f"{style} {seed}", label=style
        )
        for style in STYLES
        for seed in range(5)
    ]
    options = models_pb2.TrainingOptions(max_epochs=1)
    return classifier_pb2.TrainRequest(name="two", family="frames-gru", items=items, options=options)


async def collect_messages(call):
    with translate_errors():
        return [message async for message in call]


async def test_a_model_is_trained_on_videos_and_names_the_style_of_one(stub, store, training, tmp_path):
    store.put_file("videos/tone/content", write_audio(tmp_path / "tone.wav"))
    training.items.add(style="sweep", label="tone", video_uri=store.uri("videos/tone/content"))
    training.items.add(style="sweep", label="none")
    training.items.add(
        style="sweep", label="short", video_uri=put_video(store, tmp_path, "sweep", seed=50, seconds=2.0)
    )
    messages = await collect_messages(stub.Train(training))
    (prepared,) = [message.prepared for message in messages if message.HasField("prepared")]
    assert prepared.items_used == 10
    assert {item.label: item.reason for item in prepared.rejected} == {
        "tone": "NO_VIDEO_STREAM", "none": "VIDEO_REQUIRED", "short": "TOO_SHORT",
    }  # fmt: skip
    fractions = [message.epoch.fraction_done for message in messages if message.HasField("epoch")]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    finished = messages[-1].finished
    assert (finished.model.family, list(finished.model.styles)) == ("frames-gru", list(STYLES))
    assert Mosaic().sha256[:12] in finished.model.card
    assert "one still frame" in finished.model.card
    assert "movements that are not dances" not in finished.model.card

    request = classifier_pb2.ClassifyVideoRequest(video_uri=training.items[0].video_uri)
    request.options.model.name = "two"
    answers = await collect_messages(stub.ClassifyVideo(request))
    assert answers[0].progress == common_pb2.Progress(done=25, total=25)
    found = answers[-1].classification
    assert list(found.styles) == list(STYLES)
    assert [(window.start_seconds, window.end_seconds) for window in found.windows] == [(0, 4), (1, 5)]
    assert sum(found.probabilities) == pytest.approx(1)

    request.video_uri = ""
    with pytest.raises(InvalidInputError) as caught:
        await collect_messages(stub.ClassifyVideo(request))
    assert caught.value.reason == "VIDEO_REQUIRED"

    settings = ClassifierSettings(device="cpu")
    other = ClassifierServicer(store, WorkerPool(1, 1), WorkerPool(1, 1), settings, backbone=lambda: Mosaic("cd" * 32))
    request.video_uri = training.items[0].video_uri
    with pytest.raises(Exception, match="ab" * 6) as differing:
        _ = [message async for message in other.ClassifyVideo(request, None)]
    assert differing.value.reason == "BACKBONE_DIFFERS"


async def test_a_training_without_videos_is_refused(stub, training):
    for item in training.items:
        item.video_uri = ""
    with pytest.raises(InvalidInputError) as caught:
        await collect_messages(stub.Train(training))
    assert caught.value.reason == "VIDEO_REQUIRED"


async def test_without_weights_a_training_says_what_is_wanted(service, stub, training):
    service._trainer._backbone = open_inception_lazily(None)
    with pytest.raises(UnavailableError) as caught:
        await collect_messages(stub.Train(training))
    assert caught.value.reason == "BACKBONE_MISSING"
    assert "notop" in caught.value.message


@pytest.fixture
def parts_of_seven(monkeypatch):
    monkeypatch.setattr(frame_features, "PART_SAMPLES", 7)


def test_a_video_is_looked_at_once(store, tmp_path, parts_of_seven):
    uri = put_video(store, tmp_path, "sweep", seed=1)
    backbone = Mosaic()
    first = VideoFeatures(store, backbone).load(uri)
    looked_at = backbone.looked_at
    again = VideoFeatures(store, backbone).load(uri)
    assert backbone.looked_at == looked_at == 25
    assert (again.features == first.features).all()
    assert again.backbone == backbone.sha256
    VideoFeatures(store, other := Mosaic("cd" * 32)).load(uri)
    assert other.looked_at == 25


def test_looking_goes_on_where_it_stopped(store, tmp_path, parts_of_seven):
    uri = put_video(store, tmp_path, "sweep", seed=1)
    whole = VideoFeatures(FolderStore(tmp_path / "other"), Mosaic())
    whole._store.put_file("videos/x/content", tmp_path / "sweep-1.mp4")
    expected = whole.load(whole._store.uri("videos/x/content"))
    parts = VideoFeatures(store, Mosaic()).stream_parts(uri)
    next(parts), next(parts)
    parts.close()
    kept = [info.key for info in store.list("styles/features/")]
    content = hashlib.sha256((tmp_path / "sweep-1.mp4").read_bytes()).hexdigest()
    assert {key.rsplit("/", 2)[0] for key in kept} == {f"styles/features/{content}"}, "the gateway deletes this folder"
    assert [key.rpartition("/")[2] for key in kept] == ["00000.safetensors", "00001.safetensors"]
    rest = Mosaic()
    assert (VideoFeatures(store, rest).load(uri).features == expected.features).all()
    assert rest.looked_at == 25 - 14


def test_a_damaged_part_is_made_again(store, tmp_path, parts_of_seven):
    uri = put_video(store, tmp_path, "bounce", seed=2)
    expected = VideoFeatures(store, Mosaic()).load(uri)
    key = [info.key for info in store.list("styles/features/")][1]
    store.put(key, io.BytesIO(b"\x10\0\0\0\0\0\0\0nonsense"))
    assert (VideoFeatures(store, Mosaic()).load(uri).features == expected.features).all()


def test_looking_stops_when_nobody_waits(store, tmp_path):
    uri = put_video(store, tmp_path, "bounce", seed=2)

    def stop():
        raise CancelledError("nobody waits")

    with pytest.raises(CancelledError):
        VideoFeatures(store, Mosaic()).load(uri, check=stop)


def test_a_video_that_is_not_there_is_not_found(store):
    with pytest.raises(NotFoundError):
        VideoFeatures(store, Mosaic()).load(store.uri("videos/none/content"))
