"""The generator over a real socket, with models, motions and dances in a store."""

from __future__ import annotations

import asyncio
import io
import threading
from pathlib import Path

import numpy as np
import pytest

from eightcount.generator.v1 import generator_pb2
from eightcount.models.v1 import models_pb2
from eightcount_common.errors import (
    BusyError,
    CancelledError,
    ConflictError,
    DeadlineExceededError,
    InvalidInputError,
    NotFoundError,
    TooLargeError,
)
from eightcount_common.rpc import translate_errors
from eightcount_common.rpc.wire import decode_tensor, write_delimited
from eightcount_common.skeletons import BODY_12
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.post_processing.post_processor import post_process
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.model_file import ModelMetadata, embed_metadata
from eightcount_generator.service import codec
from tests.data.rigs import MIXAMO, PLAIN, bvh_of
from tests.unit.generator.pose_motions import as_pose_motion, lose_dancer
from tests.unit.generator.service_harness import House, generate, refuse_generate
from tests.unit.generator.stub_family import ENDLESS, model_bytes, music, no_beat, sway
from tests.unit.generator.synthetic_recordings import dance

Request = generator_pb2.GenerateRequest
Item = models_pb2.TrainingItem
TRAINED = models_pb2.MODEL_ORIGIN_TRAINED
DeleteModel = generator_pb2.DeleteModelRequest
STAGES = {generator_pb2.TRAINING_STAGE_READING, generator_pb2.TRAINING_STAGE_TRAINING}


async def export(house: House, request: generator_pb2.ExportRequest) -> list[generator_pb2.ExportResponse]:
    with translate_errors():
        return [response async for response in house.stub.Export(request, timeout=60)]


async def train(house: House, request: generator_pb2.TrainRequest) -> list[generator_pb2.TrainResponse]:
    with translate_errors():
        return [response async for response in house.stub.Train(request, timeout=60)]


async def test_a_dance_comes_as_a_header_seconds_of_motion_and_an_end(house: House):
    house.keep_model("mine")
    first, *chunks, last = await generate(house, Request(music=music(8.0), seed=2))
    header = first.header
    assert (tuple(header.joints), tuple(header.parents)) == (BODY.joints, BODY.parents)
    np.testing.assert_allclose(decode_tensor(header.offsets), BODY.offsets, atol=1e-6)
    assert (header.frame_rate, header.frames, header.model) == (30.0, round(7.75 * 30), "mine/1")
    assert [response.chunk.first_frame for response in chunks] == list(range(0, header.frames, 30))
    assert last.finished.frames == header.frames
    made = Dance.concatenate([codec.decode_chunk(response.chunk) for response in chunks])
    wanted = post_process(sway(0, header.frames, swing_rad=0.3))
    np.testing.assert_allclose(made.joints(), wanted.joints(), atol=1e-4)


async def test_the_end_says_where_each_stretch_was_taken_from(house: House):
    house.keep_model("mine")
    *_, last = await generate(house, Request(music=music(4.0), duration_seconds=3.0))
    source_segments = [
        (one.first_frame, one.frames, one.recording, one.recording_frame) for one in last.finished.source_segments
    ]
    assert source_segments == [(0, 50, "a", 0), (50, 40, "a", 50)]


async def test_options_reach_the_generator(house: House):
    house.keep_model("mine")
    request = Request(
        music=music(), duration_seconds=2.0, model={"name": "mine"}, style="sway", seed=7, energy=-0.5, mirrored=True
    )
    first, *_ = await generate(house, request)
    assert first.header.frames == 60
    (options,) = house.family.generators[0].received_options
    assert (options.style, options.seed, options.energy, options.mirrored) == ("sway", 7, -0.5, True)


async def test_the_first_second_comes_before_the_generator_is_done(house: House):
    house.keep_model("mine")
    call = house.stub.Generate(Request(music=music(), duration_seconds=600.0), timeout=60)
    assert (await call.read()).HasField("header")
    assert len(decode_tensor((await call.read()).chunk.root)) == 30
    generator = house.family.generators[0]
    assert generator.made < 600 * 30 / 2, "generators do not run far ahead of those who watch"
    call.cancel()


async def test_a_cancelled_dance_frees_its_worker(house: House):
    house.keep_model("mine")
    call = house.stub.Generate(Request(music=music(), duration_seconds=600.0), timeout=60)
    await call.read()
    call.cancel()
    assert await generate(house, Request(music=music()))
    assert house.family.generators[0].made < 600 * 30, "the one worker was not kept until the end"


async def test_a_dance_that_takes_too_long_ends_at_its_deadline(house: House):
    house.keep_model("mine")
    house.family.gate = threading.Event()
    with pytest.raises(DeadlineExceededError), translate_errors():
        async for _ in house.stub.Generate(Request(music=music()), timeout=0.3):
            pass
    house.family.gate.set()


async def test_of_one_worker_and_one_place_in_the_queue_the_third_call_hears(house: House):
    house.keep_model("mine")
    house.family.gate = threading.Event()
    calls = [house.stub.Generate(Request(music=music()), timeout=60)]
    await calls[0].read()
    calls += [house.stub.Generate(Request(music=music()), timeout=60) for _ in range(2)]
    (answered,), waiting = await asyncio.wait(
        [asyncio.ensure_future(call.read()) for call in calls[1:]], return_when=asyncio.FIRST_COMPLETED
    )
    with pytest.raises(BusyError), translate_errors():
        await answered
    house.family.gate.set()
    for call in calls:
        call.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_the_default_model_dances_unless_another_is_named(house: House):
    house.keep_model("mine", "2026-01-01T10:00:00.000001+00:00")
    house.keep_model("newer", "2026-01-01T10:00:00.000002+00:00")
    first, *_ = await generate(house, Request(music=music()))
    assert first.header.model == "mine/1"
    first, *_ = await generate(house, Request(music=music(), model={"name": "newer", "version": "1"}))
    assert first.header.model == "newer/1"


async def test_models_are_listed_with_origin_size_and_default(house: House):
    house.keep_model("mine", "2026-01-01T10:00:00+00:00")
    house.keep_model("other", "long ago")
    house.put("dances/models/broken/model.safetensors", b"\x00" * 100)
    broken, mine, other = await models(house)
    assert (mine.origin, mine.is_default, mine.created_at_seconds) == (TRAINED, True, 1767261600.0)
    assert mine.size_bytes == len(b"".join(house.store.read("dances/models/mine/model.safetensors")))
    assert (other.is_default, other.HasField("created_at_seconds")) == (False, False)
    assert (broken.name, broken.family, broken.card) == ("broken", "", "the header of the model file is damaged")


async def test_a_deleted_model_leaves_nothing(house: House, tmp_path: Path):
    house.keep_model("ours")
    card = house.put("dances/models/ours/card.md", b"# ours")
    house.keep_model("ours-too")
    checkpoints = [tmp_path / "runs" / f"{name}-{'0a' * 8}" for name in ("ours", "ours-too")]
    for folder in checkpoints:
        folder.mkdir(parents=True)
    with translate_errors():
        answer = await house.stub.DeleteModel(DeleteModel(model={"name": "ours", "version": "1"}))
    assert sorted(answer.deleted_uris) == [card, house.store.uri("dances/models/ours/model.safetensors")]
    assert [model.name for model in await models(house)] == ["ours-too"]
    assert [folder.exists() for folder in checkpoints] == [False, True]
    with pytest.raises(NotFoundError) as caught, translate_errors():
        await house.stub.DeleteModel(DeleteModel(model={"name": "ours"}))
    assert caught.value.reason == "MODEL_NOT_FOUND"
    with pytest.raises(ConflictError) as conflict, translate_errors():
        await house.stub.DeleteModel(DeleteModel(model={"name": "ours-too", "version": "2"}))
    assert conflict.value.reason == "MODEL_VERSION_MISMATCH"


async def models(house: House) -> list[models_pb2.ModelInfo]:
    return list((await house.stub.ListModels(generator_pb2.ListModelsRequest())).models)


@pytest.mark.parametrize(
    ("request_", "kind", "reason"),
    [
        (Request(music=no_beat("SILENT_AUDIO")), InvalidInputError, "SILENT_AUDIO"),
        (Request(), InvalidInputError, "NO_STEADY_BEAT"),
        (Request(music=music(), model={"name": "nobody"}), NotFoundError, "MODEL_NOT_FOUND"),
        (Request(music=music(), model={"name": "../x"}), InvalidInputError, "INVALID_NAME"),
        (Request(music=music(), model={"name": "broken"}), InvalidInputError, "INVALID_MODEL"),
        (Request(music=music(), style="waltz"), InvalidInputError, "UNKNOWN_STYLE"),
        (Request(music=music(), energy=2.0), InvalidInputError, "INVALID_OPTIONS"),
        (Request(music=music(), energy=float("nan")), InvalidInputError, "INVALID_OPTIONS"),
        (Request(music=music(), duration_seconds=-1), InvalidInputError, "INVALID_OPTIONS"),
        (Request(music=music(), duration_seconds=float("nan")), InvalidInputError, "INVALID_OPTIONS"),
        (Request(music=music(), duration_seconds=0), InvalidInputError, "INVALID_OPTIONS"),
        (Request(music=music(), model={"name": "mine", "version": "2"}), ConflictError, "MODEL_VERSION_MISMATCH"),
        (Request(music=music(), duration_seconds=901), TooLargeError, "DANCE_TOO_LONG"),
        (
            Request(music=music(), key_poses=[{"seconds": 1, "pose": codec.encode_chunk(sway(0, 1), first_frame=0)}]),
            InvalidInputError,
            "NO_KEY_POSES",
        ),
        (Request(music=music(), edit={"dance_uri": "file:///etc/passwd"}), InvalidInputError, "NO_KEY_POSES"),
    ],
)
async def test_what_cannot_be_danced_is_refused_with_its_reason(house: House, request_, kind, reason):
    house.keep_model("mine")
    house.put("dances/models/broken/model.safetensors", b"\x00" * 100)
    error = await refuse_generate(house, request_)
    assert (type(error), error.reason) == (kind, reason)


@pytest.mark.parametrize(
    "wrong",
    [
        {"beats_seconds": [0.5]},
        {"beats_seconds": [0.5, 0.4]},
        {"beats_seconds": [0.5, 0.500001]},
        {"beats_seconds": [0.5, float("inf")]},
        {"beats_seconds": [0.5, float("nan")]},
        {"eight_count_starts": [99]},
        {"beat_in_bar": [1]},
        {"section_starts_seconds": [float("nan")]},
        {"onset_rate_hertz": -1.0},
        {"onset_rate_hertz": 1e12},
        {"onset_rate_hertz": float("nan")},
    ],
)
async def test_music_that_makes_no_sense_is_refused(house: House, wrong):
    house.keep_model("mine")
    bad = music()
    for name, value in wrong.items():
        if isinstance(value, list):
            bad.ClearField(name)
            getattr(bad, name).extend(value)
        else:
            setattr(bad, name, value)
    assert (await refuse_generate(house, Request(music=bad))).reason == "INVALID_MUSIC"


async def test_beats_alone_are_enough(house: House):
    house.keep_model("mine")
    bare = music()
    for name in ("onset_envelope", "onset_rate_hertz", "beat_in_bar", "eight_count_starts", "section_starts_seconds"):
        bare.ClearField(name)
    *_, last = await generate(house, Request(music=bare))
    assert last.finished.frames == round(7.75 * 30)


@pytest.mark.parametrize(
    ("name", "start"), [("NPZ", b"PK"), ("BVH", b"HIERARCHY"), ("GLB", b"glTF"), ("MP4", b"\x00\x00\x00")]
)
async def test_a_kept_dance_is_exported(house: House, name, start):
    uri, target = house.dance(dance(1.5)), house.store.uri(f"dances/d1/dance.{name.lower()}")
    number = generator_pb2.ExportFormat.Value(f"EXPORT_FORMAT_{name}")
    request = generator_pb2.ExportRequest(dance_uri=uri, format=number, target_uri=target)
    *progress, last = await export(house, request)
    done = [(response.progress.done, response.progress.total) for response in progress]
    assert done[-1] == (45, 45)
    assert done == sorted(done)
    data = b"".join(house.store.read(f"dances/d1/dance.{name.lower()}"))
    assert data.startswith(start)
    assert last.finished.size_bytes == len(data)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"format": 0}, "UNKNOWN_FORMAT"),
        ({"format": 99}, "UNKNOWN_FORMAT"),
        ({"dance_uri": "file:///etc/passwd"}, "FOREIGN_URI"),
        ({"target_uri": "file:///tmp/x"}, "FOREIGN_URI"),
    ],
)
async def test_an_export_that_cannot_be_is_refused(house: House, wrong, reason):
    right = {"dance_uri": house.dance(sway(0, 40)), "format": 2, "target_uri": house.store.uri("dances/d1/dance.bvh")}
    with pytest.raises(InvalidInputError) as caught:
        await export(house, generator_pb2.ExportRequest(**{**right, **wrong}))
    assert caught.value.reason == reason
    assert not house.store.exists("dances/d1/dance.bvh")


@pytest.mark.parametrize(("name", "own"), [("BVH", True), ("GLB", True), ("NPZ", False)])
async def test_a_dance_is_exported_on_the_users_skeleton_where_there_is_one(house: House, name, own):
    house.store.put("skeletons/s/skeleton.bvh", io.BytesIO(bvh_of(MIXAMO).encode()), media_type="text/plain")
    key = f"dances/d1/dance.{name.lower()}"
    request = generator_pb2.ExportRequest(
        dance_uri=house.dance(dance(1.5)), format=generator_pb2.ExportFormat.Value(f"EXPORT_FORMAT_{name}"),
        target_uri=house.store.uri(key), skeleton_uri=house.store.uri("skeletons/s/skeleton.bvh"),
    )  # fmt: skip
    *_, last = await export(house, request)
    data = b"".join(house.store.read(key))
    assert last.finished.size_bytes == len(data)
    assert (b"mixamorig:LeftForeArm" in data) == own


async def test_a_skeleton_that_is_not_known_is_refused(house: House):
    text = bvh_of(PLAIN).replace("RightKnee", "Something").replace("LeftWrist", "Other")
    text = text.replace("OFFSET 4.4200000", "OFFSET 9")  # not to be recognised by its shape
    house.store.put("skeletons/s/skeleton.bvh", io.BytesIO(text.encode()), media_type="text/plain")
    request = generator_pb2.ExportRequest(
        dance_uri=house.dance(sway(0, 40)), format=2, target_uri=house.store.uri("dances/d1/dance.bvh"),
        skeleton_uri=house.store.uri("skeletons/s/skeleton.bvh"),
    )  # fmt: skip
    with pytest.raises(InvalidInputError) as caught:
        await export(house, request)
    assert caught.value.reason == "SKELETON_UNKNOWN"
    assert not house.store.exists("dances/d1/dance.bvh")


async def test_what_is_not_there_cannot_be_exported(house: House):
    right = {"dance_uri": house.dance(sway(0, 40)), "format": 4, "target_uri": house.store.uri("dances/d1/dance.mp4")}
    for wrong in ({"dance_uri": house.store.uri("dances/none")}, {"music_uri": house.store.uri("videos/none")}):
        with pytest.raises(NotFoundError):
            await export(house, generator_pb2.ExportRequest(**{**right, **wrong}))


@pytest.mark.parametrize("damage", ["half", "none", "text", "early", "gap", "body"])
async def test_a_damaged_dance_is_noticed(house: House, damage):
    uri = house.dance(sway(0, 100), announced=130 if damage == "early" else -1)
    path = Path(uri.removeprefix("file://"))
    data = path.read_bytes()
    if damage == "gap":
        file = io.BytesIO()
        write_delimited(file, codec.encode_header(ModelMetadata("m", "1", "f", (), "", ""), frames=30))
        write_delimited(file, codec.encode_chunk(sway(0, 30), first_frame=30))
        data = file.getvalue()
    if damage == "body":
        file = io.BytesIO()
        write_delimited(file, generator_pb2.DanceHeader(joints=["hip"], parents=[-1], frame_rate=30, frames=30))
        data = file.getvalue()
    path.write_bytes({"half": data[:-100], "none": b"", "text": b"no dance at all"}.get(damage, data))
    request = generator_pb2.ExportRequest(
        dance_uri=uri, format=generator_pb2.EXPORT_FORMAT_BVH, target_uri=house.store.uri("dances/d1/dance.bvh")
    )
    with pytest.raises(InvalidInputError) as caught:
        await export(house, request)
    assert caught.value.reason in ("INVALID_DANCE", "INVALID_TENSOR")
    assert not house.store.exists("dances/d1/dance.bvh")


def items(house: House) -> list[Item]:
    whole = lose_dancer(as_pose_motion(dance(6.0)), 80, 110)
    return [
        Item(
            motion_uri=house.motion("a", as_pose_motion(dance(4.0))),
            label="a.mp4",
            style="sway",
            performer="Ann",
            take="t",
        ),
        Item(motion_uri=house.motion("b", as_pose_motion(dance(3.0, seed=2), BODY_12)), label="b.bvh", style="swirl"),
        Item(motion_uri=house.motion("c", whole), label="a.mp4", style="sway", performer="Bob"),
    ]


async def test_a_model_is_made_of_recordings_and_dances(house: House):
    request = generator_pb2.TrainRequest(
        name="ours", family="sways", items=items(house), options={"seed": 5, "max_epochs": 3}
    )
    *progress, last = await train(house, request)
    done = [response.progress.fraction_done for response in progress]
    assert done == sorted(done)
    assert 0 < done[0] < done[-1] < 1
    assert {response.progress.stage for response in progress} == STAGES
    assert (last.finished.items_used, list(last.finished.rejected)) == (3, [])

    (recordings,), (order,) = house.family.taught, house.family.orders
    assert [one.name for one in recordings] == ["a.mp4", "b.bvh", "a.mp4 (2)#1", "a.mp4 (2)#2"]
    assert [one.take for one in recordings] == ["t", "b.bvh", "a.mp4 (2)", "a.mp4 (2)"]
    assert [one.performer for one in recordings] == ["Ann", "", "Bob", "Bob"]
    assert (order.seed, order.max_epochs) == (5, 3)

    model = last.finished.model
    assert (model.name, model.family, list(model.styles)) == ("ours", "sways", ["sway", "swirl"])
    assert "| sway | 3 | 2 |" in model.card
    assert b"".join(house.store.read("dances/models/ours/card.md")).decode() == model.card
    assert await models(house) == [model]
    first, *_ = await generate(house, Request(music=music(), model={"name": "ours"}, style="swirl"))
    assert first.header.model == f"ours/{model.version}"


async def test_a_model_learns_more_and_dances(house: House):
    house.keep_model("base")
    request = generator_pb2.FineTuneRequest(
        name="ours", base={"name": "base"}, items=items(house), options={"seed": 5, "max_epochs": 3}
    )
    with translate_errors():
        *progress, last = [response async for response in house.stub.FineTune(request, timeout=60)]
    assert {response.progress.stage for response in progress} == STAGES
    assert (last.finished.model.name, last.finished.model.family) == ("ours", "sways")
    assert house.family.begun_with == [b"".join(house.store.read("dances/models/base/model.safetensors"))]
    assert "fine-tuned from the model `base`" in last.finished.model.card
    first, *_ = await generate(house, Request(music=music(), model={"name": "ours"}))
    assert first.header.model.startswith("ours/")


async def test_the_same_recordings_give_the_same_version(house: House):
    request = generator_pb2.TrainRequest(name="ours", family="sways", items=items(house))
    versions = [(await train(house, request))[-1].finished.model.version for _ in range(2)]
    assert versions[0] == versions[1]


async def test_broken_recordings_are_told_and_left_out(house: House):
    short = house.motion("short", as_pose_motion(dance(0.5)))
    cut_short = house.motion("cut", as_pose_motion(dance(4.0)))
    path = Path(cut_short.removeprefix("file://"))
    path.write_bytes(path.read_bytes()[:-100])
    broken = [
        Item(motion_uri=short, label="short.mp4"),
        Item(motion_uri=cut_short, label="cut.mp4"),
        Item(motion_uri=house.store.uri("motions/none"), label="none.mp4"),
        Item(motion_uri="file:///etc/passwd", label="passwd"),
        Item(motion_uri=house.motion("nobody", lose_dancer(as_pose_motion(dance(2.0)), 0, 60)), label="nobody.mp4"),
    ]
    request = generator_pb2.TrainRequest(name="ours", family="sways", items=[*broken, *items(house)])
    *progress, last = await train(house, request)
    reasons = {item.label: item.reason for item in last.finished.rejected}
    assert reasons == {
        "short.mp4": "TOO_SHORT", "cut.mp4": "INVALID_MOTION", "none.mp4": "OBJECT_NOT_FOUND",
        "passwd": "FOREIGN_URI", "nobody.mp4": "TOO_SHORT",
    }  # fmt: skip
    assert last.finished.items_used == 3
    assert progress[0].progress.note.startswith("short.mp4: ")
    assert "- none.mp4: " in last.finished.model.card

    with pytest.raises(InvalidInputError, match=r"none of the 5 recordings .*short\.mp4: ") as caught:
        await train(house, generator_pb2.TrainRequest(name="ours", family="sways", items=broken))
    assert caught.value.reason == "NO_RECORDINGS"


@pytest.mark.parametrize(
    ("name", "family", "reason"),
    [("", "sways", "INVALID_NAME"), ("a/b", "sways", "INVALID_NAME"), ("x", "magic", "UNKNOWN_FAMILY"),
     ("x", "sways", "NO_RECORDINGS")],
)  # fmt: skip
async def test_a_training_that_cannot_be_is_refused(house: House, name, family, reason):
    with pytest.raises(InvalidInputError) as caught:
        await train(house, generator_pb2.TrainRequest(name=name, family=family))
    assert caught.value.reason == reason


async def test_too_little_motion_is_an_error_and_keeps_the_old_model(house: House):
    house.keep_model("ours")
    little = Item(motion_uri=house.motion("a", as_pose_motion(dance(2.0))), label="a")
    with pytest.raises(InvalidInputError) as caught:
        await train(house, generator_pb2.TrainRequest(name="ours", family="sways", items=[little]))
    assert caught.value.reason == "TOO_LITTLE_MOTION"
    (model,) = (await house.stub.ListModels(generator_pb2.ListModelsRequest())).models
    assert model.version == "1"


async def test_a_training_that_is_cancelled_leaves_no_model_and_makes_room(house: House):
    request = generator_pb2.TrainRequest(name="ours", family="sways", items=items(house), options={"seed": ENDLESS})
    call = house.stub.Train(request, timeout=60)
    while (await call.read()).progress.stage == generator_pb2.TRAINING_STAGE_READING:
        pass
    call.cancel()
    with pytest.raises((asyncio.CancelledError, CancelledError)), translate_errors():
        await call.read()
    request.name, request.options.seed = "later", 1
    async for _ in house.stub.Train(request, timeout=60):  # there is one place for trainings
        pass
    assert [model.name for model in (await house.stub.ListModels(generator_pb2.ListModelsRequest())).models] == [
        "later"
    ]


async def test_a_dance_does_not_wait_for_a_training(house: House):
    house.keep_model("mine")
    uris = items(house)
    house.family.gate = threading.Event()
    call = house.stub.Train(generator_pb2.TrainRequest(name="ours", family="sways", items=uris), timeout=60)
    while (await call.read()).progress.stage == generator_pb2.TRAINING_STAGE_READING:
        pass
    gate, house.family.gate = house.family.gate, None
    assert await generate(house, Request(music=music()))
    gate.set()
    call.cancel()


async def test_one_model_that_cannot_be_read_does_not_hide_the_others(house: House):
    house.keep_model("mine")
    house.put("dances/models/broken/model.safetensors", b"\x00" * 100)
    label = ModelMetadata("odd", "1", "magic", (), "", "")
    house.put("dances/models/odd/model.safetensors", embed_metadata(model_bytes(), label))
    models = (await house.stub.ListModels(generator_pb2.ListModelsRequest())).models
    assert [model.name for model in models] == ["broken", "mine", "odd"]
    assert "damaged" in models[0].card
    assert "no model family 'magic'" in models[2].card
    assert (models[1].family, list(models[1].styles), models[1].card) == ("sways", ["sway"], "# mine\n")
