"""`eightcount train style`, against a server with scripted results."""

import hashlib
import json
import pickle
import signal

import numpy as np
import pytest

from tests.fakes.command import command, run
from tests.fakes.http_api import FakeApi


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    for name in ("house/a.mp4", "house/b.mp4", "krump/c.mp4"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"video {name}".encode())
    return folder


def test_recordings_are_sent_extracted_and_dropped_one_after_another(data, tmp_path):
    with FakeApi() as api:
        code, output, errors = run("train", "style", "--data", data, "--name", "our-studio", "--seed", "3", url=api.url)
    assert code == 0, errors
    *extractions, training = api.requests
    assert extractions == [{"video_id": f"v{n}", "model": "heavy", "training": True} for n in (1, 2, 3)]
    assert api.deleted == [f"/v1/videos/v{n}/content" for n in (1, 2, 3)]
    assert training == {
        "name": "our-studio", "family": "pose", "model": "heavy", "seed": 3, "max_epochs": 0,
        "items": [
            {"video_id": "v1", "style": "house", "label": "house/a.mp4"},
            {"video_id": "v2", "style": "house", "label": "house/b.mp4"},
            {"video_id": "v3", "style": "krump", "label": "krump/c.mp4"},
        ],
    }  # fmt: skip
    assert "our-studio (pose, trained here, 87 % of recordings kept apart, see its card)" in output
    assert "kept apart by: performer" in output
    assert f"Card, report and confusion matrix: {api.url}/v1/style-trainings/c1/" in output
    assert "  house/short.mp4: it is too short [TOO_SHORT]" in output
    assert "Prepare the recordings: done" in errors


def test_what_the_server_knows_is_not_sent_again(data):
    with FakeApi() as api:
        api.known = {hashlib.sha256(b"video house/b.mp4").hexdigest()}
        code, _, _ = run("train", "style", "--data", data, "--name", "ours", url=api.url)
    assert code == 0
    assert len(api.uploads) == 2
    assert api.asked[0] == {
        "sha256": hashlib.sha256(b"video house/a.mp4").hexdigest(), "file_name": "a.mp4", "model": "heavy"
    }  # fmt: skip
    assert [item["video_id"] for item in api.requests[-1]["items"]] == ["v1", "known", "v2"]


def test_broken_files_are_listed_at_the_end_and_are_not_fatal(data):
    (data / "manifest.csv").write_text(
        "path,style,performer\nhouse/a.mp4,house,d1\nhouse/b.mp4,house,\nmissing.mp4,house,\n"
    )
    with FakeApi() as api:
        api.problems = {b"video house/b.mp4": (422, {"reason": "NOT_A_VIDEO", "detail": "it is no video"})}
        code, output, errors = run("train", "style", "--data", data, "--name", "ours", "--json", url=api.url)
    assert code == 0, errors
    rejected = json.loads(output)["rejected"]
    assert [(item["label"], item["reason"]) for item in rejected] == [
        ("house/b.mp4", "NOT_A_VIDEO"), ("missing.mp4", "UNREADABLE_FILE"), ("house/short.mp4", "TOO_SHORT")
    ]  # fmt: skip
    assert api.requests[-1]["items"] == [
        {"video_id": "v1", "style": "house", "label": "house/a.mp4", "performer": "d1"}
    ]


def test_when_no_file_can_serve_the_command_says_so(data):
    with FakeApi(upload_problem=(422, {"reason": "NOT_A_VIDEO", "detail": "it is no video"})) as api:
        code, _, errors = run("train", "style", "--data", data, "--name", "ours", url=api.url)
    assert code == 3
    assert errors.splitlines()[-1].startswith(
        "eightcount: none of the 3 recordings can serve; of house/a.mp4: it is no"
    )


def test_a_server_that_goes_away_is_fatal(data):
    assert run("train", "style", "--data", data, "--name", "ours", url="http://127.0.0.1:9")[0] == 5


def test_the_files_of_the_model_are_written_on_request(data, tmp_path):
    with FakeApi() as api:
        code, output, _ = run(
            "train", "style", "--data", data, "--name", "ours", "--out", tmp_path / "out", "--json", url=api.url
        )
    assert code == 0
    assert (tmp_path / "out" / "card.md").read_bytes() == b"content of /v1/style-trainings/c1/card.md"
    assert [path.rpartition("/")[2] for path in json.loads(output)["files"]] == ["card.md", "report.json"]


def test_frames_stay_on_the_server(data):
    with FakeApi() as api:
        code, _, _ = run("train", "style", "--data", data, "--name", "ours", "--family", "frames-gru", url=api.url)
    assert code == 0
    assert len(api.uploads) == 3
    assert len(api.requests) == 1
    assert api.deleted == []


def test_an_interrupted_extraction_is_cancelled_and_its_recording_dropped(data):
    with FakeApi(status=None) as api:
        process = command("train", "style", "--data", data, "--name", "ours", url=api.url)
        assert api.following.wait(30)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert api.deleted == ["/v1/extractions/c1", "/v1/videos/v1/content"]
    assert "Traceback" not in errors


def test_motion_files_need_no_extraction(tmp_path):
    for name in ("house/a.npz", "krump/b.bvh"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(name.encode())
    with FakeApi() as api:
        code, _, _ = run("train", "style", "--data", tmp_path, "--name", "ours", url=api.url)
        frames, _, errors = run(
            "train", "style", "--data", tmp_path, "--name", "ours", "--family", "frames-gru", url=api.url
        )
    assert code == 0
    assert [item["video_id"] for item in api.requests[0]["items"]] == ["m1", "m2"]
    assert (frames, len(api.uploads)) == (3, 2)
    assert "[NO_PICTURES]" in errors


def test_a_folder_of_aist_annotations_is_sent_as_motions(tmp_path):
    folder = tmp_path / "keypoints3d"
    folder.mkdir()
    keypoints = np.random.default_rng(0).normal(100, 30, (60, 17, 3))
    for name in ("gHO_sBM_cAll_d19_mHO0_ch01", "gKR_sFM_cAll_d28_mKR2_ch03"):
        content = {"keypoints3d": keypoints, "keypoints3d_optim": keypoints}
        (folder / f"{name}.pkl").write_bytes(pickle.dumps(content, 4))
    (folder / "gKR_sFM_cAll_d29_mKR2_ch04.pkl").write_bytes(b"damaged")
    (folder / "gKR_sFM_cAll_d29_mKR2_ch05.pkl").write_bytes(b"")
    with FakeApi() as api:
        code, output, _ = run("train", "style", "--data", tmp_path, "--name", "ours", "--json", url=api.url)
    assert code == 0
    (training,) = api.requests
    assert training["items"][0] == {
        "video_id": "m1", "style": "house", "label": "keypoints3d/gHO_sBM_cAll_d19_mHO0_ch01.pkl",
        "performer": "d19", "choreography": "gHO_sBM_ch01", "music": "mHO0", "take": "gHO_sBM_cAll_d19_mHO0_ch01",
    }  # fmt: skip
    assert [item["style"] for item in training["items"]] == ["house", "krump"]
    assert [item["label"][-8:] for item in json.loads(output)["rejected"][:2]] == ["ch04.pkl", "ch05.pkl"]


@pytest.mark.parametrize("arguments", [(), ("--data", "nowhere", "--name", "x"), ("--name", "x")])
def test_wrong_arguments_end_with_2(arguments):
    assert run("train", "style", *arguments)[0] == 2
