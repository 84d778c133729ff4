"""The parts that all trainings share: folders from which they resume, items, and callbacks as a stream."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from eightcount.models.v1 import models_pb2
from eightcount_common.errors import CancelledError, ConflictError, InvalidInputError, NotFoundError, UnavailableError
from eightcount_common.models.callback_stream import stream_callbacks
from eightcount_common.models.codec import decode_max_epochs
from eightcount_common.models.deletion import delete_model
from eightcount_common.models.training_items import ItemRead, read_items
from eightcount_common.models.working_folder import ProgressMark, WorkingFolders, request_identity
from eightcount_common.steps import run_steps
from eightcount_common.storage.folder import FolderStore
from tests.unit.common.models.stub_models import StubFormat, make_registry


class InterruptedRunError(Exception):
    pass


def interrupt(folders: WorkingFolders, name: str, seed: int = 1) -> Path:
    with pytest.raises(InterruptedRunError), folders.open(name, {"seed": seed}) as folder:
        folder.mkdir(parents=True, exist_ok=True)
        raise InterruptedRunError
    return folder


def test_an_interrupted_training_finds_its_folder_again_and_a_finished_one_leaves_none(tmp_path: Path) -> None:
    folders = WorkingFolders(tmp_path)
    folder = interrupt(folders, "mine")
    assert folder.is_dir()
    with folders.open("mine", {"seed": 2}) as other:
        assert other != folder
    with folders.open("mine", {"seed": 1}) as again:
        assert again == folder
    assert not folder.exists()


def test_the_folders_of_one_model_are_deleted_and_no_others(tmp_path: Path) -> None:
    folders = WorkingFolders(tmp_path)
    for seed in (1, 2):
        interrupt(folders, "mine", seed)
    others = [interrupt(folders, name) for name in ("mine-2", "min", "mine.2")]
    (tmp_path / "mine-notes").mkdir()
    assert folders.delete("mine")
    assert not folders.delete("mine")
    assert sorted(tmp_path.iterdir()) == sorted([*others, tmp_path / "mine-notes"])
    assert not WorkingFolders(tmp_path / "nowhere").delete("mine")


def test_a_folder_in_use_is_not_deleted(tmp_path: Path) -> None:
    folders = WorkingFolders(tmp_path)
    with folders.open("mine", {}) as folder:
        folder.mkdir()
        assert not folders.delete("mine")
        assert folder.is_dir()


def test_a_mark_moves_forward_only_and_survives_in_the_folder(tmp_path: Path) -> None:
    mark = ProgressMark(tmp_path / "run")
    assert mark.advance(0.2) == 0.2
    assert ProgressMark(tmp_path / "run").fraction_done == 0
    (tmp_path / "run").mkdir()
    assert [mark.advance(value) for value in (0.5, 0.3)] == [0.5, 0.5]
    assert ProgressMark(tmp_path / "run").fraction_done == 0.5
    (tmp_path / "run" / "fraction_done").write_text("seven")
    assert ProgressMark(tmp_path / "run").fraction_done == 0


def test_the_same_request_is_the_same_wherever_the_store_lies(tmp_path: Path) -> None:
    identities = [
        request_identity(models_pb2.TrainingItem(style="sway", motion_uri=store.uri("motions/a")), store,
                         uris=("motion_uri", "video_uri"))
        for store in (FolderStore(tmp_path / "here"), FolderStore(tmp_path / "there"))
    ]  # fmt: skip
    assert identities[0] == identities[1]
    other = models_pb2.TrainingItem(style="swirl", motion_uri="file:///etc/passwd")
    assert request_identity(other, FolderStore(tmp_path), uris=("motion_uri",)) not in identities


ITEMS = [models_pb2.TrainingItem(label=label) for label in ("good", "missing", "bad", "good")]
LABELS = [item.label for item in ITEMS]


def read(item: models_pb2.TrainingItem, label: str) -> str:
    if label == "missing":
        raise NotFoundError("there is no such object", reason="OBJECT_NOT_FOUND")
    if label == "bad":
        raise InvalidInputError("it is too short", reason="TOO_SHORT")
    return item.label


def test_items_that_cannot_be_used_are_rejected_with_their_reason() -> None:
    steps: list[ItemRead] = []
    data = run_steps(read_items(ITEMS, LABELS, read), steps.append)
    assert data.used == ["good", "good"]
    assert [(item.label, item.reason) for item in data.rejected] == [
        ("missing", "OBJECT_NOT_FOUND"), ("bad", "TOO_SHORT"),
    ]  # fmt: skip
    assert [(step.number, step.total, step.rejected is None) for step in steps] == [
        (1, 4, True), (2, 4, False), (3, 4, False), (4, 4, True),
    ]  # fmt: skip


@pytest.mark.parametrize("error", [CancelledError("nobody waits"), UnavailableError("the store is gone")])
def test_a_cancellation_and_a_fatal_error_end_the_reading(error: Exception) -> None:
    def fail(_: models_pb2.TrainingItem, __: str) -> str:
        raise error

    with pytest.raises(type(error)):
        run_steps(read_items(ITEMS, LABELS, fail, fatal=(UnavailableError,)))


def test_callbacks_become_a_stream_in_order_and_end_with_the_work() -> None:
    def work(send) -> None:
        for number in range(100):
            send(number)

    assert list(stream_callbacks(work, thread_name="test")) == list(range(100))


def test_a_callback_may_carry_none_and_an_exception() -> None:
    error = ValueError("a value like any other")
    assert list(stream_callbacks(lambda send: [send(None), send(error)], thread_name="test")) == [None, error]


def test_the_error_of_the_work_is_raised_after_its_last_callback() -> None:
    def work(send) -> None:
        send(1)
        raise InterruptedRunError

    stream = stream_callbacks(work, thread_name="test")
    assert next(stream) == 1
    with pytest.raises(InterruptedRunError):
        next(stream)


def test_a_stream_that_is_closed_waits_for_the_work() -> None:
    released, done = threading.Event(), threading.Event()

    def work(send) -> None:
        send(1)
        released.wait(120)
        done.set()

    stream = stream_callbacks(work, thread_name="test")
    assert next(stream) == 1
    released.set()
    stream.close()
    assert done.is_set()


def test_a_model_is_deleted_with_the_folders_of_its_trainings(tmp_path: Path) -> None:
    registry, folders = make_registry(tmp_path, StubFormat()), WorkingFolders(tmp_path / "runs")
    reference = models_pb2.ModelRef(name="mine")
    with pytest.raises(NotFoundError):
        delete_model(registry, folders, reference)
    folder = interrupt(folders, "mine")
    assert delete_model(registry, folders, reference) == []
    assert not folder.exists()
    registry.save("mine", b"1:mine", {})
    folder = interrupt(folders, "mine")
    assert len(delete_model(registry, folders, reference)) == 1
    assert not folder.exists()


def test_a_pretrained_model_keeps_its_folders(tmp_path: Path) -> None:
    registry, folders = make_registry(tmp_path, StubFormat()), WorkingFolders(tmp_path / "runs")
    folder = interrupt(folders, "plain")
    with pytest.raises(ConflictError):
        delete_model(registry, folders, models_pb2.ModelRef(name="plain"))
    assert folder.exists()


def test_a_largest_number_of_epochs_of_nought_is_refused() -> None:
    assert decode_max_epochs(models_pb2.TrainingOptions()) is None
    assert decode_max_epochs(models_pb2.TrainingOptions(max_epochs=3)) == 3
    with pytest.raises(InvalidInputError) as caught:
        decode_max_epochs(models_pb2.TrainingOptions(max_epochs=0))
    assert [violation.field for violation in caught.value.field_violations] == ["options.max_epochs"]
