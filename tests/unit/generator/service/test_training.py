"""Trainings that are cut short, gone on with, and begun with another model."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from eightcount.generator.v1 import generator_pb2
from eightcount.models.v1 import models_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import CancelledError, InvalidInputError, NotFoundError
from eightcount_common.motion import MotionSequence
from eightcount_common.rpc.wire import encode_chunk, encode_header, write_delimited
from eightcount_common.storage.folder import FolderStore
from eightcount_generator.families import FAMILIES, TrainingConfig, TrainingProgress
from eightcount_generator.service.model_registry import DanceModelRegistry
from eightcount_generator.service.training import Trainer
from eightcount_generator.settings import GeneratorSettings
from eightcount_generator.sources.recording import Recording
from tests.unit.generator.pose_motions import as_pose_motion, lose_dancer
from tests.unit.generator.stub_family import StubFamily, music, no_beat
from tests.unit.generator.synthetic_recordings import dance
from tests.unit.generator.trainable_family import TrainableFamily, copy_weights

Item = models_pb2.TrainingItem
TRAINING_STAGE = generator_pb2.TRAINING_STAGE_TRAINING
TRAIN, TUNE = generator_pb2.TrainRequest, generator_pb2.FineTuneRequest


@pytest.fixture(autouse=True, scope="module")
def single_threaded() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class Token:
    """Fires when it was asked so often."""

    def __init__(self, after: int = 10**9) -> None:
        self._left = after

    @property
    def cancelled(self) -> bool:
        return self._left <= 0

    def check(self) -> None:
        self._left -= 1
        if self.cancelled:
            raise CancelledError("stopped")


class School:
    """A trainer, its store and its families."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.runs = folder, folder / "runs"
        self.store = FolderStore(folder / "store")
        self.families = {"learns": TrainableFamily(), "sways": StubFamily(), "graph": FAMILIES["graph"]}
        self.models = DanceModelRegistry(self.store, families=self.families)
        self.settings = GeneratorSettings(runs_folder=self.runs, device="cpu")
        self.trainer = Trainer(self.store, self.models, self.settings, families=self.families)

    def put(self, key: str, data: bytes) -> str:
        self.store.put(key, io.BytesIO(data))
        return self.store.uri(key)

    def motion(self, name: str, motion: MotionSequence) -> str:
        file = io.BytesIO()
        write_delimited(file, encode_header(motion))
        write_delimited(file, encode_chunk(motion, first_frame=0))
        return self.put(f"motions/{name}", file.getvalue())

    def item(self, name: str = "a", *, seconds: float = 4.0, seed: int = 1) -> Item:
        return Item(motion_uri=self.motion(name, as_pose_motion(dance(seconds, seed=seed))), label=name, style="sway")

    def train(self, told: Callable[[generator_pb2.TrainProgress], None] = lambda _: None, **fields) -> bytes:
        return self._done(self.trainer.train(TRAIN(**{"name": "ours", **fields}), Token()), told)

    def fine_tune(self, told: Callable[[generator_pb2.TrainProgress], None] = lambda _: None, **fields) -> bytes:
        return self._done(self.trainer.fine_tune(TUNE(**{"name": "tuned", **fields}), Token()), told)

    def _done(self, responses, told) -> bytes:
        last = None
        for response in responses:
            assert last is None
            if response.HasField("progress"):
                told(response.progress)
            else:
                last = response.finished
        assert last is not None
        return self.models.read_model_file(last.model.name).data


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path)


def same(one: bytes, other: bytes) -> bool:
    first, second = copy_weights(one), copy_weights(other)
    return all(torch.equal(value, second[name]) for name, value in first.items())


def test_a_training_that_was_cut_short_goes_on_where_it_stood(school: School, tmp_path: Path):
    items = [school.item("a"), school.item("b", seed=2)]
    whole = School(tmp_path / "other").train(family="learns", items=items_of(School(tmp_path / "other")))
    work = school.trainer.train(TRAIN(name="ours", family="learns", items=items), Token())
    stood = next(response.progress for response in work if response.progress.note.startswith("epoch 2"))
    work.close()
    assert list(school.runs.glob("ours-*/checkpoint.safetensors"))

    progress: list[generator_pb2.TrainProgress] = []
    again = school.train(progress.append, family="learns", items=items)
    assert [one.note[:7] for one in progress if _is_epoch(one)] == ["epoch 3", "epoch 4"]
    assert progress[0].fraction_done == stood.fraction_done == pytest.approx(0.2 + 0.8 / 2)
    assert progress[-1].fraction_done == 1.0
    assert same(again, whole)
    assert not list(school.runs.iterdir())


def _is_epoch(progress: generator_pb2.TrainProgress) -> bool:
    return progress.stage == TRAINING_STAGE and progress.note.startswith("epoch")


def items_of(school: School) -> list[Item]:
    return [school.item("a"), school.item("b", seed=2)]


def test_a_training_is_cancelled_within_an_epoch_and_goes_on_later(school: School):
    items = items_of(school)
    calls = {"reading": 0, "all": 0}
    counting = Token()

    def check() -> None:
        calls["all"] += 1

    counting.check = check
    list(school.trainer.train(TRAIN(name="counted", family="learns", items=items), counting))
    with pytest.raises(CancelledError):
        list(school.trainer.train(TRAIN(name="ours", family="learns", items=items), Token(calls["all"] - 3)))
    (folder,) = school.runs.iterdir()
    assert folder.name.startswith("ours-")
    with pytest.raises(NotFoundError):
        school.models.read_model_file("ours")
    assert same(school.train(family="learns", items=items), school.models.read_model_file("counted").data)


def test_another_order_does_not_go_on_with_the_same_checkpoint(school: School):
    items = items_of(school)
    for fields in (
        {"options": {"seed": 1}},
        {"options": {"seed": 2}},
        {"options": {"max_epochs": 7}},
        {"name": "theirs"},
    ):
        request = TRAIN(**{"name": "ours", "family": "learns", "items": items, **fields})
        work = school.trainer.train(request, Token())
        assert next(one for one in work if _is_epoch(one.progress)).progress.note.startswith("epoch 1 ")
        work.close()
    assert len(list(school.runs.iterdir())) == 4


def test_fine_tuning_begins_with_the_weights_of_the_base_and_names_it(school: School):
    base = school.train(family="learns", items=items_of(school), options={"seed": 1, "max_epochs": 12})
    notes: dict[str, str] = {}

    def noted(name: str) -> Callable[[generator_pb2.TrainProgress], None]:
        return lambda one: notes.setdefault(name, one.note) if _is_epoch(one) else None

    more = [school.item("c", seed=3)]
    school.fine_tune(noted("tuned"), base={"name": "ours"}, items=more, options={"seed": 4})
    school.train(noted("fresh"), name="fresh", family="learns", items=more, options={"seed": 4})
    assert loss_of(notes["tuned"]) < loss_of(notes["fresh"])
    assert school.models.read_model_file("ours").data == base
    metadata = school.models.describe("tuned")
    assert metadata.family == "learns"
    version = school.models.describe("ours").version
    assert f"fine-tuned from the model `ours` (version {version})" in metadata.card
    assert "### ours\n" in metadata.card
    assert "#### Recordings it was trained on" in metadata.card


def loss_of(note: str) -> float:
    return float(note.split("loss ")[1].split(",")[0])


def test_fine_tuning_goes_on_where_it_stood_unless_the_base_was_made_anew(school: School):
    school.train(family="learns", items=items_of(school))
    request = TUNE(name="tuned", base={"name": "ours"}, items=[school.item("c", seed=3)])

    def first_note() -> str:
        work = school.trainer.fine_tune(request, Token())
        note = next(one.progress.note for one in work if _is_epoch(one.progress))
        work.close()
        return note

    assert [first_note()[:7], first_note()[:7]] == ["epoch 1", "epoch 2"]
    school.train(family="learns", items=items_of(school), options={"seed": 9})
    assert first_note().startswith("epoch 1")


def test_a_graph_learns_more_recordings(school: School):
    items = [school.item(name, seconds=20.0, seed=seed) for seed, name in enumerate("ab")]
    school.train(family="graph", items=items)
    school.fine_tune(
        base={"name": "ours"}, items=[school.item("a", seconds=20.0, seed=5), school.item("c", seconds=20.0)]
    )
    tuned = school.models.get("tuned")
    assert tuned.generator._graph.names == ("a", "b", "a (2)", "c")
    assert not school.runs.exists()


@pytest.mark.parametrize(
    ("fields", "kind", "reason"),
    [({"base": {"name": "nobody"}}, NotFoundError, "MODEL_NOT_FOUND"), ({"base": {}}, NotFoundError, "NO_DANCE_MODEL"),
     ({"base": {"name": "ours"}, "name": "a/b"}, InvalidInputError, "INVALID_NAME"),
     ({"base": {"name": "ours"}, "items": []}, InvalidInputError, "NO_RECORDINGS")],
)  # fmt: skip
def test_fine_tuning_that_cannot_be_is_refused(school: School, fields, kind, reason):
    school.train(family="sways", items=[school.item()])
    with pytest.raises(kind) as caught:
        school.fine_tune(**{"items": [school.item()], **fields})
    assert caught.value.reason == reason


def test_a_family_may_decline_to_learn_more(school: School):
    class Stubborn(StubFamily):
        def fine_tune(self, base: bytes, recordings, config: TrainingConfig) -> Iterator[TrainingProgress]:
            raise InvalidInputError("it learns once and for all", reason="NO_FINE_TUNING")

    school.train(family="sways", items=[school.item()])
    school.families["sways"] = Stubborn()
    with pytest.raises(InvalidInputError) as caught:
        school.fine_tune(base={"name": "ours"}, items=[school.item()])
    assert caught.value.reason == "NO_FINE_TUNING"


def recordings_of_training(school: School, *items: Item) -> list[Recording]:
    school.train(family="sways", items=items)
    return school.families["sways"].taught[-1]


def test_recordings_bring_the_music_that_was_heard_in_the_same_file(school: School):
    item = school.item("a", seconds=8.0)
    item.music_uri = school.put("audio/a", music(20.0).SerializeToString())
    (recording,) = recordings_of_training(school, item)
    assert recording.music is not None
    assert recording.music.seconds == pytest.approx(recording.dance.seconds)
    np.testing.assert_allclose(recording.music.beats, np.arange(0.25, recording.dance.seconds, 0.5))
    assert recording.music.downbeats.tolist() == [number % 4 == 0 for number in range(len(recording.music.beats))]


def test_the_pieces_of_a_recording_have_their_part_of_the_music(school: School):
    motion = lose_dancer(as_pose_motion(dance(9.0)), 95, 130)
    item = Item(motion_uri=school.motion("a", motion), label="a")
    item.music_uri = school.put("audio/a", music(20.0).SerializeToString())
    first, second = recordings_of_training(school, item)
    start = 130 / 30
    beats = np.arange(0.25, 9.0, 0.5)
    np.testing.assert_allclose(first.music.beats, beats[beats < 95 / 30])
    wanted = beats[beats >= start]
    np.testing.assert_allclose(second.music.beats, wanted - start, atol=1e-6)
    assert second.music.downbeats.tolist() == [round(beat / 0.5 - 0.5) % 4 == 0 for beat in wanted]
    assert second.music.sections[0] == 0.0


def test_where_there_is_no_beat_there_is_no_music(school: School):
    item = school.item("a")
    item.music_uri = school.put("audio/a", no_beat("SILENT_AUDIO").SerializeToString())
    few = school.item("b", seed=2)
    few.music_uri = school.put("audio/b", sync_pb2.Music(has_beat=True, beats_seconds=[90.0, 91.0]).SerializeToString())
    assert [recording.music for recording in recordings_of_training(school, item, few, school.item("c"))] == [
        None,
        None,
        None,
    ]


def test_music_that_cannot_be_read_is_told(school: School):
    broken, gone = school.item("a"), school.item("b")
    broken.music_uri = school.put("audio/a", b"\xff\xff not music")
    gone.music_uri = school.store.uri("audio/none")
    request = TRAIN(name="ours", family="sways", items=[broken, gone, school.item("c")])
    *_, last = school.trainer.train(request, Token())
    reasons = {item.label: item.reason for item in last.finished.rejected}
    assert reasons == {"a": "INVALID_MUSIC", "b": "OBJECT_NOT_FOUND"}
