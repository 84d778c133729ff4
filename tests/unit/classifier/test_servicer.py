"""The classifier over a real socket, with models and motions in a store."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import grpc.aio
import numpy as np
import pytest
import torch

from eightcount.classifier.v1 import classifier_pb2, classifier_pb2_grpc
from eightcount.models.v1 import models_pb2
from eightcount_classifier import families
from eightcount_classifier.families.base import Recipe
from eightcount_classifier.features.body import standardise_motion
from eightcount_classifier.inference.classification import classify
from eightcount_classifier.model import StyleModel, read_model, serialize_model
from eightcount_classifier.service import recordings
from eightcount_classifier.service.servicer import ClassifierServicer
from eightcount_classifier.settings import ClassifierSettings
from eightcount_common.errors import (
    CancelledError,
    EightcountError,
    InvalidInputError,
    NotFoundError,
    UnusableMediaError,
)
from eightcount_common.motion import MotionSequence
from eightcount_common.rpc import WorkerPool, interceptors, open_channel, translate_errors
from eightcount_common.rpc.interceptors import ErrorInterceptor
from eightcount_common.rpc.wire import encode_chunk, encode_header, write_delimited
from eightcount_common.storage.folder import FolderStore
from tests.unit.classifier.dances import STYLES, TINY, hide_dancer, motion_of

Stub = classifier_pb2_grpc.ClassifierServiceStub
PRETRAINED = models_pb2.MODEL_ORIGIN_PRETRAINED


@dataclass
class House:
    """A running service, its store, and the folder of its trainings."""

    stub: Stub
    store: FolderStore
    runs: Path

    def artifact(self, name: str, motion: MotionSequence) -> str:
        """The URI of a motion that was put into the store."""
        file = io.BytesIO()
        write_delimited(file, encode_header(motion))
        for number, chunk in enumerate(motion.chunks(50)):
            write_delimited(file, encode_chunk(chunk, first_frame=50 * number))
        file.seek(0)
        self.store.put(f"motions/{name}", file)
        return self.store.uri(f"motions/{name}")


@pytest.fixture
async def house(tmp_path: Path, pretrained: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    recipe = Recipe(epochs=2, batches=3, batch_size=12, learning_rate=8e-3, members=1)
    monkeypatch.setitem(families.FAMILIES, "pose", replace(TINY, recipe=recipe))
    monkeypatch.setattr(recordings, "GENERATED", 6)
    monkeypatch.setattr(interceptors, "_DRAIN_SECONDS", 0.3)
    async with open_house(tmp_path / "store", tmp_path / "runs", pretrained) as house:
        yield house


@asynccontextmanager
async def open_house(folder: Path, runs: Path, pretrained: Path, *, default_model: str = "") -> AsyncIterator[House]:
    """A house over the store in a folder."""
    store, pool, trainings = FolderStore(folder), WorkerPool(2, 4), WorkerPool(1, 1)
    servicer = ClassifierServicer(
        store,
        pool,
        trainings,
        ClassifierSettings(runs_folder=runs, device="cpu", default_model=default_model),
        pretrained=pretrained,
    )
    server = grpc.aio.server(interceptors=[ErrorInterceptor()])
    classifier_pb2_grpc.add_ClassifierServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel:
        yield House(Stub(channel), store, runs)
    await server.stop(0)
    pool.close()
    trainings.close()


@pytest.fixture
def starter(pretrained: Path) -> StyleModel:
    return read_model((pretrained / "starter.safetensors").read_bytes())


def stream(
    motion: MotionSequence, *, model: str = "", frames: int = 40, beats_seconds: Sequence[float] = ()
) -> Iterator[classifier_pb2.ClassifyRequest]:
    options = classifier_pb2.ClassifyOptions(model=models_pb2.ModelRef(name=model), beats_seconds=beats_seconds)
    yield classifier_pb2.ClassifyRequest(options=options)
    yield classifier_pb2.ClassifyRequest(header=encode_header(motion))
    for number, chunk in enumerate(motion.chunks(frames)):
        yield classifier_pb2.ClassifyRequest(chunk=encode_chunk(chunk, first_frame=frames * number))


async def classify_stream(house: House, requests) -> list[classifier_pb2.ClassifyResponse]:
    """The answers after the first, which names the model and its styles."""
    with translate_errors():
        first, *others = [response async for response in house.stub.Classify(requests, timeout=60)]
    assert tuple(first.started.styles) == tuple(others[-1].classification.styles)
    assert first.started.model == others[-1].classification.model
    return others


async def classify_video(house: House, uri: str, model: str = "") -> list[classifier_pb2.ClassifyVideoResponse]:
    request = classifier_pb2.ClassifyVideoRequest(
        options=classifier_pb2.ClassifyOptions(model=models_pb2.ModelRef(name=model)), motion_uri=uri
    )  # fmt: skip
    with translate_errors():
        return [response async for response in house.stub.ClassifyVideo(request, timeout=60)]


async def test_a_motion_that_streams_in_is_answered_window_by_window_and_as_a_whole(house: House, starter: StyleModel):
    motion = motion_of("sway", 9.0, performer=31)
    *windows, last = await classify_stream(house, stream(motion))
    wanted = classify(starter, standardise_motion(motion))
    assert [response.WhichOneof("event") for response in windows] == ["window"] * 6
    assert [response.window.start_seconds for response in windows] == pytest.approx([0, 1, 2, 3, 4, 5])
    assert last.classification.model == models_pb2.ModelRef(name="starter", version=starter.version)
    assert tuple(last.classification.styles) == STYLES
    np.testing.assert_allclose(last.classification.probabilities, wanted.whole.probabilities, atol=2e-4)
    assert last.classification.windows == [response.window for response in windows]
    assert last.classification.style == wanted.whole.style
    assert last.classification.message


async def test_windows_that_waited_for_the_dancer_are_told_before_the_whole(house: House):
    *windows, last = await classify_stream(house, stream(hide_dancer(motion_of("sway", 4.2), 3.9, 9)))
    assert [response.window.start_seconds for response in windows] == [0.0]
    assert last.classification.windows == [windows[0].window]


async def test_nobody_in_the_picture_is_not_seen(house: House):
    (last,) = await classify_stream(house, stream(hide_dancer(motion_of("sway", 6.0), -1, 9)))
    assert last.classification.verdict == classifier_pb2.VERDICT_NOT_SEEN
    assert "not visible" in last.classification.message
    assert not last.classification.probabilities


async def test_where_nobody_is_seen_the_window_says_so(house: House):
    *_, last = await classify_stream(house, stream(hide_dancer(motion_of("sway", 16.0), 5.0, 10.0)))
    verdicts = [window.verdict for window in last.classification.windows]
    assert verdicts.count(classifier_pb2.VERDICT_NOT_SEEN) == 6
    assert not last.classification.windows[5].probabilities


async def test_a_stream_that_does_not_begin_as_it_should_is_refused(house: House):
    requests = list(stream(motion_of("sway", 5.0)))
    for wrong in ([], requests[1:], [requests[0], *requests[2:]], [requests[0], requests[0]]):
        with pytest.raises(InvalidInputError) as caught:
            await classify_stream(house, iter(wrong))
        assert caught.value.reason == "INVALID_MOTION_STREAM"
    with pytest.raises(InvalidInputError) as caught:
        await classify_stream(house, iter([*requests[:3], requests[1]]))
    assert caught.value.reason == "INVALID_MOTION_STREAM"


async def test_a_chunk_that_is_missing_is_noticed(house: House):
    requests = list(stream(motion_of("sway", 5.0)))
    with pytest.raises(InvalidInputError, match="must start at frame 40; got frame 80"):
        await classify_stream(house, iter([*requests[:3], *requests[4:]]))


async def test_an_unknown_model_is_told_of_while_the_camera_still_runs(house: House):
    async def endless() -> AsyncIterator[classifier_pb2.ClassifyRequest]:
        for request in list(stream(motion_of("sway", 2.0), model="nobody")):
            yield request
        await asyncio.sleep(60)

    with pytest.raises(NotFoundError) as caught:
        async with asyncio.timeout(20):
            await classify_stream(house, endless())
    assert caught.value.reason == "MODEL_NOT_FOUND"


async def test_a_video_is_classified_by_its_motion(house: House, starter: StyleModel):
    motion = motion_of("swirl", 75.0, performer=31)
    *progress, last = await classify_video(house, house.artifact("a", motion))
    assert [response.progress.done for response in progress] == [1800, 2251]
    wanted = classify(starter, standardise_motion(motion))
    assert len(last.classification.windows) == len(wanted.windows) == 72
    np.testing.assert_allclose(last.classification.probabilities, wanted.whole.probabilities, atol=2e-4)


async def test_a_video_without_its_motion_is_refused(house: House):
    with pytest.raises(InvalidInputError) as caught:
        await classify_video(house, "")
    assert caught.value.reason == "MOTION_REQUIRED"
    with pytest.raises(NotFoundError):
        await classify_video(house, house.store.uri("motions/none"))
    with pytest.raises(InvalidInputError) as caught:
        await classify_video(house, "file:///etc/passwd")
    assert caught.value.reason == "FOREIGN_URI"
    with pytest.raises(NotFoundError):
        await classify_video(house, house.artifact("a", motion_of("sway", 5.0)), "nobody")


async def test_a_motion_that_is_cut_short_is_refused(house: House):
    uri = house.artifact("a", motion_of("sway", 5.0))
    path = Path(uri.removeprefix("file://"))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InvalidInputError) as caught:
        await classify_video(house, uri)
    assert caught.value.reason == "INVALID_MOTION"


def items(house: House, styles: Sequence[str] = STYLES, performers: int = 3) -> list[models_pb2.TrainingItem]:
    return [
        models_pb2.TrainingItem(
            style=style, label=f"{style} {performer}", performer=f"dancer {performer}", take=f"{style} {performer}",
            motion_uri=house.artifact(f"{style}{performer}", motion_of(style, 6.0, performer=performer)),
        )
        for style in styles
        for performer in range(performers)
    ]  # fmt: skip


async def train(house: House, request: classifier_pb2.TrainRequest) -> list[classifier_pb2.TrainResponse]:
    with translate_errors():
        return [response async for response in house.stub.Train(request, timeout=240)]


def broken_items(house: House) -> list[models_pb2.TrainingItem]:
    house.store.put("motions/noise", io.BytesIO(b"\xff" * 300))
    uris = {
        "gone": house.store.uri("motions/gone"), "foreign": "file:///etc/passwd",
        "noise": house.store.uri("motions/noise"),
        "short": house.artifact("short", motion_of("sway", 3.0)),
        "hidden": house.artifact("hidden", hide_dancer(motion_of("sway", 9.0), 2.8, 6.2)),
        "absent": house.artifact("absent", hide_dancer(motion_of("sway", 9.0), -1, 10)),
    }  # fmt: skip
    wrong = [models_pb2.TrainingItem(style="sway", motion_uri=uri, label=label) for label, uri in uris.items()]
    return [*wrong, models_pb2.TrainingItem(style="", motion_uri=house.artifact("fine", motion_of("sway", 5.0)))]


async def test_a_model_is_trained_kept_listed_and_used(house: House):
    request = classifier_pb2.TrainRequest(name="mine", items=[*items(house), *broken_items(house)])
    prepared, *epochs, last = await train(house, request)
    assert prepared.prepared.items_used == 9
    assert {item.label: item.reason for item in prepared.prepared.rejected} == {
        "gone": "OBJECT_NOT_FOUND", "foreign": "FOREIGN_URI", "noise": "INVALID_MOTION", "short": "TOO_SHORT",
        "hidden": "TOO_SHORT", "absent": "TOO_SHORT", house.store.uri("motions/fine"): "NO_STYLE",
    }  # fmt: skip
    assert all(item.message for item in prepared.prepared.rejected)
    assert list(prepared.prepared.split_by) == ["take", "performer"]
    assert not prepared.prepared.HasField("resumed_epoch")

    done = [response.epoch.fraction_done for response in epochs]
    assert (np.diff(done) >= 0).all()
    assert 0 < done[0] < done[-1] <= 1
    assert {response.epoch.epochs for response in epochs} == {2}
    assert "final model" in {response.epoch.stage for response in epochs}

    finished = last.finished
    assert (finished.model.name, finished.model.family, tuple(finished.model.styles)) == ("mine", "pose", STYLES)
    assert finished.model.origin == models_pb2.MODEL_ORIGIN_TRAINED
    assert finished.model.size_bytes > 0
    assert finished.model.created_at_seconds == pytest.approx(time.time(), abs=300)
    files = [b"".join(house.store.read(house.store.key(uri)))
             for uri in (finished.card_uri, finished.report_uri, finished.confusion_uri)]  # fmt: skip
    assert files[0].decode() == finished.model.card
    assert json.loads(files[1])["honest"]["balanced_accuracy"] == pytest.approx(
        finished.model.balanced_accuracy, abs=1e-3
    )
    assert files[2].startswith(b"\x89PNG")
    assert not any(house.runs.iterdir())

    models = (await house.stub.ListModels(classifier_pb2.ListModelsRequest())).models
    assert [model.name for model in models] == ["starter", "few-shot", "mine"]
    assert models[2] == finished.model
    assert [model.origin for model in models] == [PRETRAINED, PRETRAINED, models_pb2.MODEL_ORIGIN_TRAINED]
    assert [model.is_default for model in models] == [True, False, False]

    *_, answer = await classify_video(house, house.artifact("new", motion_of("sway", 8.0, performer=40)), "mine")
    assert answer.classification.model == models_pb2.ModelRef(name="mine", version=finished.model.version)
    assert len(answer.classification.probabilities) == 4


def read_trained(house: House, name: str) -> StyleModel:
    return read_model(b"".join(house.store.read(f"styles/models/{name}/model.safetensors")))


def assert_same_weights(one: StyleModel, other: StyleModel) -> None:
    weights, others = one.network.state_dict(), other.network.state_dict()
    assert weights.keys() == others.keys()
    assert all(torch.equal(value, others[name]) for name, value in weights.items())
    assert one.window_temperature == other.window_temperature


async def test_a_training_that_was_cancelled_stops_and_goes_on_where_it_was(house: House):
    request = classifier_pb2.TrainRequest(name="mine", items=items(house, STYLES[:2]), options={"seed": 5})
    call = house.stub.Train(request, timeout=240)
    reached = 0.0
    async for response in call:
        if "fold 2" in response.epoch.stage:
            call.cancel()
            break
        reached = response.epoch.fraction_done
    (folder,) = house.runs.iterdir()
    assert list(folder.rglob("checkpoint.safetensors"))

    prepared, *epochs, _ = await train(house, request)  # there is one place for trainings: the first has left it
    assert prepared.prepared.resumed_epoch >= 2
    assert "fold 1 of 3" not in {response.epoch.stage for response in epochs}
    assert epochs[0].epoch.fraction_done > reached  # what the first had done is not told as if it were to do
    assert not any(house.runs.iterdir())

    request.name = "again"
    fresh, *_ = await train(house, request)
    assert not fresh.prepared.HasField("resumed_epoch")
    assert_same_weights(*(read_trained(house, name) for name in ("mine", "again")))


async def test_a_training_goes_on_with_a_store_that_lies_elsewhere(house: House, tmp_path: Path, pretrained: Path):
    call = house.stub.Train(
        classifier_pb2.TrainRequest(name="mine", items=items(house, STYLES[:2]), options={"seed": 5}), timeout=240
    )
    async for response in call:
        if "fold 2" in response.epoch.stage:
            call.cancel()
            break
    async with open_house(tmp_path / "moved", house.runs, pretrained) as other:
        request = classifier_pb2.TrainRequest(name="mine", items=items(other, STYLES[:2]), options={"seed": 5})
        prepared, *_ = await train(other, request)
    assert prepared.prepared.resumed_epoch >= 2


async def test_a_cancelled_training_leaves_no_model(house: House):
    call = house.stub.Train(classifier_pb2.TrainRequest(name="mine", items=items(house, STYLES[:2])), timeout=240)
    await call.read()
    call.cancel()
    with pytest.raises((asyncio.CancelledError, CancelledError)), translate_errors():
        await call.read()
    models = (await house.stub.ListModels(classifier_pb2.ListModelsRequest())).models
    assert [model.name for model in models] == ["starter", "few-shot"]


@pytest.mark.parametrize(
    ("name", "family", "reason"),
    [
        ("starter", "", "RESERVED_NAME"),
        ("../x", "", "INVALID_NAME"),
        ("", "", "INVALID_NAME"),
        ("x", "magic", "UNKNOWN_FAMILY"),
    ],
)
async def test_a_training_that_cannot_be_is_refused_at_once(house: House, name, family, reason):
    with pytest.raises(InvalidInputError) as caught:
        await train(house, classifier_pb2.TrainRequest(name=name, family=family, items=items(house, STYLES[:1], 1)))
    assert caught.value.reason == reason


async def test_recordings_that_no_model_can_be_made_of_are_told_with_the_reason(house: House):
    for wrong in ([], items(house, STYLES[:1], 0)):
        with pytest.raises(UnusableMediaError) as caught:
            await train(house, classifier_pb2.TrainRequest(name="mine", items=wrong))
        assert caught.value.reason == "TOO_FEW_STYLES"
    with pytest.raises(InvalidInputError) as caught:
        await train(house, classifier_pb2.TrainRequest(name="mine", items=items(house, STYLES, 1)))
    assert caught.value.reason == "TOO_FEW_TAKES"


async def test_the_rejected_are_told_even_when_nothing_is_left(house: House):
    call = house.stub.Train(classifier_pb2.TrainRequest(name="mine", items=broken_items(house)), timeout=60)
    prepared = await call.read()
    assert prepared.prepared.items_used == 0
    assert len(prepared.prepared.rejected) == 7
    with pytest.raises(UnusableMediaError), translate_errors():
        await call.read()


async def test_a_style_is_added_used_and_removed(house: House):
    models = (await house.stub.ListModels(classifier_pb2.ListModelsRequest())).models
    assert (models[1].name, models[1].family, list(models[1].styles)) == ("few-shot", "few-shot", [])
    assert models[1].card == "no style has been added yet"
    for style in ("sway", "swirl"):
        uris = [house.artifact(f"{style}{n}", motion_of(style, 6.0, performer=n)) for n in range(5)]
        added = await house.stub.AddStyle(classifier_pb2.AddStyleRequest(name=style, motion_uris=uris))
        assert not added.rejected
    assert list(added.model.styles) == ["sway", "swirl"]
    assert added.model.origin == PRETRAINED

    *_, last = await classify_video(house, house.artifact("new", motion_of("sway", 8.0, performer=44)), "few-shot")
    assert last.classification.model == models_pb2.ModelRef(name="few-shot", version=added.model.version)
    assert np.argmax(last.classification.probabilities) == 0

    for left in (["swirl"], []):
        gone = "sway" if left else "swirl"
        removed = await house.stub.RemoveStyle(classifier_pb2.RemoveStyleRequest(name=gone))
        assert list(removed.model.styles) == left
    with pytest.raises(NotFoundError), translate_errors():
        await house.stub.RemoveStyle(classifier_pb2.RemoveStyleRequest(name="sway"))


async def test_clips_that_cannot_serve_are_told(house: House):
    good = [house.artifact(f"sway{n}", motion_of("sway", 6.0, performer=n)) for n in range(2)]
    missing = house.store.uri("motions/none")
    short = house.artifact("short", motion_of("sway", 2.0, performer=2))
    added = await house.stub.AddStyle(classifier_pb2.AddStyleRequest(name="sway", motion_uris=[*good, missing, short]))
    assert [(item.label, item.reason) for item in added.rejected] == [
        (missing, "OBJECT_NOT_FOUND"), (short, "TOO_SHORT")
    ]  # fmt: skip
    for left in ([good[0], missing], [short]):
        with pytest.raises(UnusableMediaError) as caught, translate_errors():
            await house.stub.AddStyle(classifier_pb2.AddStyleRequest(name="swirl", motion_uris=left))
        assert caught.value.reason == "TOO_FEW_CLIPS"


async def test_one_model_that_cannot_be_read_does_not_hide_the_others(house: House):
    for key in ("styles/models/broken/model.safetensors", "styles/few-shot/old.safetensors"):
        house.store.put(key, io.BytesIO(b"\x00" * 100))
    models = (await house.stub.ListModels(classifier_pb2.ListModelsRequest())).models
    assert [model.name for model in models] == ["starter", "few-shot", "broken"]
    assert tuple(models[0].styles) == STYLES
    assert "damaged" in models[2].card
    assert not models[2].styles


async def interrupt_training(house: House, request: classifier_pb2.TrainRequest) -> None:
    call = house.stub.Train(request, timeout=240)
    async for response in call:
        if "fold 2" in response.epoch.stage:
            call.cancel()
            break


async def delete_model(house: House, name: str, **version: str) -> list[str]:
    request = classifier_pb2.DeleteModelRequest(model=models_pb2.ModelRef(name=name, **version))
    with translate_errors():
        return list((await house.stub.DeleteModel(request)).deleted_uris)


async def test_a_model_is_deleted_with_everything_that_its_training_kept(house: House):
    trained = items(house, STYLES[:2])
    before = [info.key for info in house.store.list("")]
    await train(house, classifier_pb2.TrainRequest(name="mine", items=trained))
    await interrupt_training(house, classifier_pb2.TrainRequest(name="mine", items=trained, options={"seed": 9}))
    await interrupt_training(house, classifier_pb2.TrainRequest(name="mine-2", items=trained))
    assert len(list(house.runs.iterdir())) == 2
    deleted = await delete_model(house, "mine")
    assert {uri.rpartition("/")[2] for uri in deleted} == {
        "model.safetensors", "card.md", "report.json", "confusion.png",
    }  # fmt: skip
    assert [info.key for info in house.store.list("")] == before
    assert [folder.name.rpartition("-")[0] for folder in house.runs.iterdir()] == ["mine-2"]
    with pytest.raises(NotFoundError) as caught:
        await delete_model(house, "mine")
    assert caught.value.reason == "MODEL_NOT_FOUND"


async def test_a_training_that_never_finished_leaves_nothing_once_its_model_is_deleted(house: House):
    await interrupt_training(house, classifier_pb2.TrainRequest(name="mine", items=items(house, STYLES[:2])))
    assert list(house.runs.iterdir())
    for _ in range(50):  # the training has to notice that it was cancelled
        await asyncio.sleep(0.1)
        if await delete_or_none(house, "mine") == []:
            break
    assert not list(house.runs.iterdir())


async def delete_or_none(house: House, name: str) -> list[str] | None:
    try:
        return await delete_model(house, name)
    except NotFoundError:
        return None


@pytest.mark.parametrize("name", ["starter", "few-shot"])
async def test_a_pretrained_model_cannot_be_deleted(house: House, name: str):
    with pytest.raises(EightcountError) as caught:
        await delete_model(house, name)
    assert caught.value.reason == "MODEL_IS_PRETRAINED"


async def test_another_version_than_the_required_one_is_refused(house: House, starter: StyleModel):
    uri = house.artifact("a", motion_of("sway", 6.0))
    for version in (starter.version, "another"):
        options = classifier_pb2.ClassifyOptions(model=models_pb2.ModelRef(name="starter", version=version))
        request = classifier_pb2.ClassifyVideoRequest(options=options, motion_uri=uri)
        if version == starter.version:
            assert [response async for response in house.stub.ClassifyVideo(request, timeout=60)]
            continue
        with pytest.raises(EightcountError) as caught, translate_errors():
            _ = [response async for response in house.stub.ClassifyVideo(request, timeout=60)]
        assert caught.value.reason == "MODEL_VERSION_MISMATCH"


async def test_an_operator_names_the_default_model(tmp_path: Path, pretrained: Path, starter: StyleModel):
    motion = motion_of("sway", 6.0)
    async with open_house(tmp_path / "store", tmp_path / "runs", pretrained, default_model="ours") as house:
        uri = house.artifact("a", motion)
        with pytest.raises(NotFoundError) as caught:
            await classify_video(house, uri)
        assert caught.value.reason == "NO_STYLE_MODEL"
        assert "EIGHTCOUNT_CLASSIFIER_DEFAULT_MODEL" in caught.value.message
        house.store.put("styles/models/ours/model.safetensors", io.BytesIO(serialize_model(starter)))
        *_, last = await classify_video(house, uri)
        assert last.classification.model.version != ""
        models = (await house.stub.ListModels(classifier_pb2.ListModelsRequest())).models
        assert [model.name for model in models if model.is_default] == ["ours"]


async def test_a_largest_number_of_epochs_of_nought_is_refused(house: House):
    options = models_pb2.TrainingOptions(max_epochs=0)
    with pytest.raises(InvalidInputError) as caught:
        await train(house, classifier_pb2.TrainRequest(name="mine", items=items(house), options=options))
    assert [violation.field for violation in caught.value.field_violations] == ["options.max_epochs"]
