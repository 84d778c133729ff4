"""The command that trains on files of one machine, from the folder to the model's card."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from eightcount_classifier.families import FAMILIES
from eightcount_classifier.families.base import Recipe
from eightcount_classifier.families.pose import Pose
from eightcount_classifier.features.body import BodyMotion, standardise_motion
from eightcount_classifier.inference.classification import classify
from eightcount_classifier.model import read_model_file
from eightcount_classifier.train import main
from eightcount_classifier.training.generated_movements import generate_motions
from eightcount_common.importing.aist import read_keypoints3d
from eightcount_common.importing.motion_file import write_motion_npz
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BODY_12, COCO_17

pytestmark = pytest.mark.slow
HERTZ = 60


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    torch.set_num_threads(1)
    recipe = Recipe(epochs=4, batches=8, batch_size=32, learning_rate=5e-3)
    monkeypatch.setitem(FAMILIES, "pose", replace(Pose(), recipe=recipe))


def keypoints(seed: int, *, kind: int) -> np.ndarray:
    """[T, 17, 3] centimetres, y up: one of the generated movements at 60 frames a second."""
    body = generate_motions(kind + 1, np.random.default_rng(seed), seconds=6)[kind]
    order = [BODY_12.index(name) if name in BODY_12.keypoints else 0 for name in COCO_17.keypoints]
    times = np.arange(len(body) * HERTZ // 30) / HERTZ
    frames = np.clip((times * 30).astype(int), 0, len(body) - 1)
    return (body.joints[frames][:, order] * [100, -100, -100]).astype(np.float64)


def write_aist(folder: Path) -> None:
    """A miniature of the official layout: two genres, two dancers each, a split, an ignore list, a broken file."""
    (folder / "keypoints3d").mkdir(parents=True)
    (folder / "splits").mkdir()
    names = []
    for kind, genre in ((1, "BR"), (4, "PO")):
        for number in range(4):
            name = f"g{genre}_sBM_cAll_d{number % 2 + 4:02}_m{genre}{number}_ch{number + 1:02}"
            points = keypoints(number, kind=kind)
            content = {"keypoints3d": points, "keypoints3d_optim": points}
            (folder / "keypoints3d" / f"{name}.pkl").write_bytes(pickle.dumps(content))
            names.append(name)
    (folder / "keypoints3d" / "gBR_sBM_cAll_d04_mBR5_ch09.pkl").write_bytes(b"\x80\x04cut short")
    (folder / "ignore_list.txt").write_text("gPO_sBM_cAll_d04_mPO0_ch01\n")
    (folder / "splits" / "crossmodal_test.txt").write_text("".join(f"{name}\n" for name in names if "ch04" in name))


def test_a_folder_of_aist_annotations_trains_to_a_model_judged_on_the_official_split(tmp_path, capsys):
    write_aist(tmp_path / "aist")
    arguments = ["--data", tmp_path / "aist", "--aist", "keypoints3d", "--split", "crossmodal", "--name", "mini"]
    assert main([*map(str, [*arguments, "--out", tmp_path / "out"])]) == 0
    assert "gBR_sBM_cAll_d04_mBR5_ch09" in capsys.readouterr().err
    report = json.loads((tmp_path / "out/report.json").read_text())
    assert report["data"]["break"]["recordings"] == 4
    assert report["data"]["pop"]["recordings"] == 3  # one is ignored
    assert sorted(report["split"]["folds"][0]) == ["gBR_sBM_cAll_d05_mBR3_ch04", "gPO_sBM_cAll_d05_mPO3_ch04"]
    assert "performer" in report["split"]["crossing"]
    assert "choreography" in report["split"]["kept_apart"]
    model = read_model_file(tmp_path / "out/model.safetensors")
    assert model.labels.styles == ("break", "pop")
    seen = standardise_motion(read_keypoints3d(tmp_path / "aist/keypoints3d/gBR_sBM_cAll_d04_mBR0_ch01.pkl"))
    chances = classify(model, seen).whole.probabilities
    assert chances[0] > chances[1]
    assert "**Not** kept apart: performer" in (tmp_path / "out/card.md").read_text()


def write_motion(path: Path, body: BodyMotion) -> None:
    frames = len(body)
    path.parent.mkdir(parents=True, exist_ok=True)
    unknown = np.full((frames, 12, 2), np.nan, np.float32)
    seen = np.ones((frames, 12), np.float32)
    write_motion_npz(MotionSequence(BODY_12, body.times, unknown, body.joints, seen, "made up"), path)


def test_a_manifest_says_who_dances_what_and_a_broken_file_is_left_out(tmp_path, capsys):
    rows = ["path,style,performer"]
    for kind, style in ((1, "march"), (4, "jack")):
        for number in range(4):
            body = generate_motions(kind + 1, np.random.default_rng(number), seconds=6)[kind]
            write_motion(tmp_path / f"data/{style}{number}.npz", body)
            rows.append(f"{style}{number}.npz,{style},{style}-dancer-{number % 2}")
    (tmp_path / "data/broken.npz").write_bytes(b"no archive")
    rows += ["broken.npz,march,nobody", "missing.npz,jack,nobody"]
    (tmp_path / "data/manifest.csv").write_text("\n".join(rows))
    command = [
        "--data",
        str(tmp_path / "data"),
        "--name",
        "own",
        "--out",
        str(tmp_path / "out"),
        "--epochs",
        "1",
        "--members",
        "1",
    ]
    assert main(command) == 0
    said = capsys.readouterr().err
    assert "broken.npz" in said
    assert "missing.npz" in said
    report = json.loads((tmp_path / "out/report.json").read_text())
    assert report["split"]["kept_apart"] == ["performer"]
    assert report["data"]["march"]["performers"] == 2
    assert (tmp_path / "out/confusion.png").read_bytes().startswith(b"\x89PNG")
    assert list((tmp_path / "out/run/logs").rglob("events.out.tfevents.*"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("path,kind\na.npz,salsa\n", "the columns must be"),
        ("path,style\n,salsa\n", "line 2"),
        ("path,style\n", "folder of a style"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_refused_in_one_line(tmp_path, capsys, content, expected):
    (tmp_path / "manifest.csv").write_text(content)
    assert main(["--data", str(tmp_path), "--name", "own", "--out", str(tmp_path / "out")]) == 1
    assert expected in capsys.readouterr().err.replace("\n", " ")
