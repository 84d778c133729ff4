"""`eightcount train` against a real gateway."""

import hashlib
import json
import pickle
import signal
import uuid

import numpy as np
import pytest

from eightcount.classifier.v1 import classifier_pb2
from eightcount.generator.v1 import generator_pb2
from eightcount_common.importing.motion_file import write_motion_npz
from tests.fakes.backends import NOT_A_VIDEO
from tests.fakes.command import command, run
from tests.fakes.generator import dance_model
from tests.fakes.motion import synthetic_motion
from tests.integration.client.conftest import new_file
from tests.integration.client.jobs import jobs_of, running_job


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    for name in ("house/a.mp4", "house/b.mp4", "krump/c.mp4"):
        new_file(folder / name)
    return folder


@pytest.fixture
def dances(tmp_path):
    folder = tmp_path / "data"
    for name in ("salsa/a.mp4", "b.mp4"):
        new_file(folder / name)
    write_motion_npz(synthetic_motion(60, seed=int.from_bytes(uuid.uuid4().bytes[:4])), folder / "c.npz")
    return folder


def trained_items(backends, kind=classifier_pb2.TrainRequest, state="classifier"):
    (request,) = [one for one in getattr(backends, state).requests if isinstance(one, kind)]
    return list(request.items)


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_recordings_are_sent_extracted_and_dropped_one_after_another(gateway, backends, store, data):
    backends.classifier.rejects = {"house/a.mp4": "TOO_SHORT"}
    code, output, errors = run("train", "style", "--data", data, "--name", "our-studio", "--seed", "3", url=gateway.url)
    assert code == 0, errors
    assert backends.calls.count("Extract") == 3
    assert [(item.style, item.label) for item in trained_items(backends)] == [
        ("house", "house/a.mp4"), ("house", "house/b.mp4"), ("krump", "krump/c.mp4")
    ]  # fmt: skip
    training = jobs_of(gateway, "style-trainings")[0]
    assert (training["name"], training["family"], training["model"], training["seed"]) == (
        "our-studio", "pose", "heavy", 3
    )  # fmt: skip
    known = {"sha256": sha256(data / "house/a.mp4"), "file_name": "a.mp4", "model": "heavy"}
    video = gateway.client.post("/v1/videos/known", json=known).json()
    assert video["content_deleted"], "what was sent is not kept"
    assert "our-studio (pose, trained here, 87 % of the test recordings, see its card)" in output
    assert "test data split by: performer" in output
    assert f"Card, report and confusion matrix: {gateway.url}/v1/style-trainings/{training['id']}/" in output
    assert "[TOO_SHORT]" in output
    assert "Prepare the recordings: done" in errors


def test_what_the_server_knows_is_not_sent_again(gateway, backends, data):
    for count in (3, 3):
        code, _, errors = run("train", "style", "--data", data, "--name", "ours", url=gateway.url)
        assert code == 0, errors
        assert backends.calls.count("Extract") == count


def test_broken_files_are_listed_at_the_end_and_are_not_fatal(gateway, backends, data):
    (data / "manifest.csv").write_text(
        "path,style,performer\nhouse/a.mp4,house,d1\nhouse/b.mp4,house,\nmissing.mp4,house,\n"
    )
    (data / "house/b.mp4").write_bytes(NOT_A_VIDEO)
    backends.classifier.rejects = {"house/short.mp4": "TOO_SHORT"}
    code, output, errors = run("train", "style", "--data", data, "--name", "ours", "--json", url=gateway.url)
    assert code == 0, errors
    rejected = json.loads(output)["rejected"]
    assert [(item["label"], item["reason"]) for item in rejected] == [
        ("krump/c.mp4", "NOT_IN_MANIFEST"), ("house/b.mp4", "NOT_A_VIDEO"), ("missing.mp4", "UNREADABLE_FILE"),
        ("house/short.mp4", "TOO_SHORT"),
    ]  # fmt: skip
    assert [(item.label, item.performer) for item in trained_items(backends)] == [("house/a.mp4", "d1")]


def test_a_style_that_would_vanish_stops_the_command_before_the_training(gateway, backends, data):
    (data / "krump/c.mp4").write_bytes(NOT_A_VIDEO)
    (data / "krump/notes.txt").write_bytes(b"about")
    code, _, errors = run("train", "style", "--data", data, "--name", "ours", url=gateway.url)
    assert code == 3
    last = errors.splitlines()[-1]
    assert "none of the 1 recordings of the style 'krump' can be used, so it would vanish: krump/c.mp4: " in last
    assert last.endswith("[STYLE_WOULD_VANISH]")
    assert not backends.classifier.requests


def test_when_no_file_can_be_used_the_command_says_so(gateway, data):
    for path in data.rglob("*.mp4"):
        path.write_bytes(NOT_A_VIDEO)
    code, _, errors = run("train", "style", "--data", data, "--name", "ours", url=gateway.url)
    assert code == 3
    assert errors.splitlines()[-1].startswith("eightcount: none of the 3 recordings can be used; house/a.mp4: the file")


def test_a_server_that_goes_away_is_fatal(data):
    assert run("train", "style", "--data", data, "--name", "ours", url="http://127.0.0.1:9")[0] == 5


def test_the_files_of_the_model_are_written_on_request(gateway, data, tmp_path):
    code, output, errors = run(
        "train", "style", "--data", data, "--name", "ours", "--out", tmp_path / "out", "--json", url=gateway.url
    )
    assert code == 0, errors
    assert (tmp_path / "out" / "card.md").read_bytes() == b"# ours\n"
    assert [path.rpartition("/")[2] for path in json.loads(output)["files"]] == [
        "card.md",
        "report.json",
        "confusion.png",
    ]


def test_frames_stay_on_the_server(gateway, backends, data):
    code, _, errors = run("train", "style", "--data", data, "--name", "ours", "--family", "frames-gru", url=gateway.url)
    assert code == 0, errors
    assert "Extract" not in backends.calls
    assert all(item.video_uri for item in trained_items(backends))


def test_an_interrupted_extraction_is_cancelled_and_its_recording_dropped(gateway, backends, data):
    backends.seconds_per_chunk = 30
    process = command("train", "style", "--data", data, "--name", "ours", url=gateway.url)
    job = running_job(gateway, "extractions")
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert gateway.finished(job["id"], "extractions")["status"] == "cancelled"
    assert gateway.client.get(f"/v1/videos/{job['video_id']}").json()["content_deleted"]
    assert "Traceback" not in errors


def test_motion_files_need_no_extraction(gateway, backends, tmp_path):
    for number, name in enumerate(("house/a.npz", "krump/b.npz")):
        (tmp_path / name).parent.mkdir()
        write_motion_npz(synthetic_motion(60, seed=100 + number), tmp_path / name)
    code, _, errors = run("train", "style", "--data", tmp_path, "--name", "ours", url=gateway.url)
    assert code == 0, errors
    assert "Extract" not in backends.calls
    assert len(trained_items(backends)) == 2
    code, _, errors = run(
        "train", "style", "--data", tmp_path, "--name", "ours", "--family", "frames-gru", url=gateway.url
    )
    assert code == 3
    assert "[NO_FRAMES]" in errors


def test_a_folder_of_aist_annotations_is_sent_as_motions(gateway, backends, tmp_path):
    folder = tmp_path / "keypoints3d"
    folder.mkdir()
    for seed, name in enumerate(("gHO_sBM_cAll_d19_mHO0_ch01", "gKR_sFM_cAll_d28_mKR2_ch03")):
        keypoints = np.random.default_rng(seed).normal(100, 30, (60, 17, 3))
        content = {"keypoints3d": keypoints, "keypoints3d_optim": keypoints}
        (folder / f"{name}.pkl").write_bytes(pickle.dumps(content, 4))
    (folder / "gKR_sFM_cAll_d29_mKR2_ch04.pkl").write_bytes(b"damaged")
    (folder / "gKR_sFM_cAll_d29_mKR2_ch05.pkl").write_bytes(b"")
    code, output, errors = run("train", "style", "--data", tmp_path, "--name", "ours", "--json", url=gateway.url)
    assert code == 0, errors
    house, krump = trained_items(backends)
    assert (house.style, house.performer, house.choreography, house.music, house.take) == (
        "house", "d19", "gHO_sBM_ch01", "mHO0", "gHO_sBM_cAll_d19_mHO0_ch01"
    )  # fmt: skip
    assert krump.style == "krump"
    assert {item["label"][-8:] for item in json.loads(output)["rejected"][:2]} == {"ch04.pkl", "ch05.pkl"}


@pytest.mark.parametrize("arguments", [(), ("--data", "nowhere", "--name", "x"), ("--name", "x")])
def test_wrong_arguments_end_with_2(arguments):
    assert run("train", "style", *arguments)[0] == 2


@pytest.mark.parametrize("kind", ["style", "dance"])
def test_no_epochs_are_refused_rather_than_left_to_the_family(tmp_path, kind):
    code, _, errors = run("train", kind, "--data", tmp_path, "--name", "x", "--max-epochs", "0")
    assert (code, "0 is not in the range x>=1" in errors) == (2, True), errors


def test_recordings_of_dances_are_prepared_like_those_of_styles(gateway, backends, dances):
    backends.generator.rejects = {"salsa/short.mp4": "TOO_SHORT"}
    code, output, errors = run("train", "dance", "--data", dances, "--name", "ours", "--seed", "3", url=gateway.url)
    assert code == 0, errors
    items = trained_items(backends, generator_pb2.TrainRequest, "generator")
    assert [(item.style, item.label) for item in items] == [("", "b.mp4"), ("", "c.npz"), ("salsa", "salsa/a.mp4")]
    assert backends.calls.count("Extract") == 2
    training = jobs_of(gateway, "dance-trainings")[0]
    assert (training["name"], training["family"], training["seed"]) == ("ours", "graph", 3)
    lines = output.splitlines()
    assert lines[:4] == [
        "ours (graph, trained here)", "  Salsa",
        f"Trained on 3 recordings; its card: {gateway.url}/v1/dance-models/ours",
        "To use it: eightcount choreograph SONG --model ours",
    ]  # fmt: skip
    assert lines[-1].endswith("[TOO_SHORT]")


def test_a_model_is_trained_further(gateway, backends, dances):
    backends.generator.models = [dance_model("starter")]
    code, _, errors = run(
        "train", "dance", "--data", dances, "--name", "ours", "--base", "starter", url=gateway.url
    )  # fmt: skip
    assert code == 0, errors
    assert trained_items(backends, generator_pb2.FineTuneRequest, "generator")


def test_the_family_is_that_of_the_base(dances):
    options = ("--base", "starter", "--family", "graph")
    code, _, errors = run("train", "dance", "--data", dances, "--name", "ours", *options)
    assert code == 2
    assert "leave --family out" in " ".join(errors.split())


def test_a_manifest_names_performer_and_take_and_json_lists_what_was_left_out(gateway, backends, dances):
    (dances / "manifest.csv").write_text("path,performer,take,camera\nb.mp4,d1,t1,c1\nmissing.mp4,,,\n")
    code, output, errors = run("train", "dance", "--data", dances, "--name", "ours", "--json", url=gateway.url)
    assert code == 0, errors
    (item,) = trained_items(backends, generator_pb2.TrainRequest, "generator")
    assert (item.label, item.performer, item.take) == ("b.mp4", "d1", "t1")
    result = json.loads(output)
    assert result["model"]["name"] == "ours"
    assert [one["reason"] for one in result["rejected"]] == ["NOT_IN_MANIFEST", "NOT_IN_MANIFEST", "UNREADABLE_FILE"]


def test_a_folder_without_recordings_is_refused(tmp_path):
    code, _, errors = run("train", "dance", "--data", tmp_path, "--name", "ours", url="http://127.0.0.1:9")
    assert code == 2
    assert errors.splitlines()[-1].endswith("must have videos, .bvh or .npz, or a manifest.csv [INVALID_DATASET]")
