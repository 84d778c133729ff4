from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.aist import CAMERAS
from eightcount_common.importing.aist_folder import SPLITS, AistFolder
from tests.unit.common.importing.test_aist import content2d, content3d

BREAK, POP, HOUSE, KRUMP = (
    "gBR_sBM_cAll_d04_mBR0_ch01",
    "gPO_sBM_cAll_d10_mPO1_ch02",
    "gHO_sFM_cAll_d19_mHO0_ch01",
    "gKR_sFM_cAll_d28_mKR1_ch02",
)


@pytest.fixture
def root(tmp_path) -> Path:
    for kind, content in (("keypoints2d", content2d()), ("keypoints3d", content3d())):
        folder = tmp_path / kind
        folder.mkdir()
        for name in (BREAK, POP, HOUSE, KRUMP):
            (folder / f"{name}.pkl").write_bytes(pickle.dumps(content))
    (tmp_path / "ignore_list.txt").write_text(f"{POP}\n\n")
    (tmp_path / "splits").mkdir()
    (tmp_path / "splits/pose_train.txt").write_text(f"{KRUMP}\n{POP}\n{HOUSE}")
    (tmp_path / "splits/pose_test.txt").write_text(BREAK.replace("cAll", "c03"))
    return tmp_path


def test_recordings_come_in_order_with_label_and_ids_and_without_the_ignored(root) -> None:
    clips = list(AistFolder(root).clips())
    assert [clip.label for clip in clips] == ["break", "house", "krump"]
    assert [clip.name.performer for clip in clips] == ["d04", "d19", "d28"]
    assert {clip.camera for clip in clips} == {""}
    assert len(clips[0].read()) == 3


def test_every_camera_is_a_clip_of_its_own(root) -> None:
    clips = list(AistFolder(root, "keypoints2d").clips())
    assert [clip.camera for clip in clips] == list(CAMERAS) * 3
    few = list(AistFolder(root, "keypoints2d").clips(cameras=("c01", "c05")))
    assert [clip.camera for clip in few] == ["c01", "c05"] * 3
    assert few[1].read().model.endswith("c05")


def test_a_split_keeps_only_its_recordings_whatever_camera_it_names(root) -> None:
    assert [clip.label for clip in AistFolder(root).clips(split="pose_train")] == ["house", "krump"]
    assert [clip.label for clip in AistFolder(root).clips(split="pose_test")] == ["break"]
    assert [name.genre for name in AistFolder(root).read_split("pose_train")] == ["KR", "PO", "HO"]


def test_nothing_is_read_before_it_is_asked_for(root) -> None:
    clips = AistFolder(root).clips()
    assert next(clips).label == "break"
    (root / f"keypoints3d/{KRUMP}.pkl").write_bytes(b"no pickle")
    assert [clip.label for clip in clips] == ["house", "krump"]


def test_broken_files_are_listed_with_their_reasons_and_stop_nothing(root) -> None:
    folder = root / "keypoints2d"
    (folder / f"{BREAK}.pkl").write_bytes((folder / f"{BREAK}.pkl").read_bytes()[:-100])
    (folder / f"{HOUSE}.pkl").write_bytes(pickle.dumps({**content2d(), "keypoints2d": np.zeros(3)}))
    (folder / "notes.txt").write_text("notes")
    (folder / "gBR.pkl").write_bytes(b"x")
    (folder / f"{BREAK.replace('d04', 'd05')}.pkl").write_bytes(b"")
    (folder / f"{BREAK.replace('d04', 'd06')}.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    annotations = AistFolder(root, "keypoints2d")
    motions = list(annotations.motions(cameras=("c01", "c02")))
    assert [(clip.label, clip.camera, len(motion)) for clip, motion in motions] == [
        ("krump", "c01", 4),
        ("krump", "c02", 4),
    ]
    assert {file.path.name[:20]: file.reason for file in annotations.broken} == {
        "gBR.pkl": "INVALID_AIST_NAME",
        "gBR_sBM_cAll_d04_mBR": "DAMAGED_PICKLE",
        "gBR_sBM_cAll_d05_mBR": "DAMAGED_PICKLE",
        "gBR_sBM_cAll_d06_mBR": "UNSAFE_PICKLE",
        "gHO_sFM_cAll_d19_mHO": "INVALID_AIST",
        "notes.txt": "INVALID_AIST_NAME",
    }
    assert len(annotations.broken) == 6, "a file of several cameras is listed once"
    assert all(file.message for file in annotations.broken)
    assert len(list(annotations.motions())) == 9
    assert len(annotations.broken) == 6, "nor is it when the folder is walked again"


def test_a_folder_without_annotations_or_split_is_refused(root, tmp_path_factory) -> None:
    with pytest.raises(InvalidInputError) as raised:
        list(AistFolder(tmp_path_factory.mktemp("empty")).clips())
    assert raised.value.reason == "NO_ANNOTATIONS"
    with pytest.raises(InvalidInputError, match="pose_train") as raised:
        list(AistFolder(root).clips(split="train"))
    assert raised.value.reason == "UNKNOWN_SPLIT"
    with pytest.raises(InvalidInputError) as raised:
        list(AistFolder(root).clips(split="crossmodal_val"))
    assert raised.value.reason == "UNREADABLE_FILE"
    assert len(SPLITS) == 6


def test_without_an_ignore_list_nothing_is_ignored(root) -> None:
    (root / "ignore_list.txt").unlink()
    assert len(list(AistFolder(root).clips())) == 4
