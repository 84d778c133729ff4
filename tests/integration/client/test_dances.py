"""`eightcount choreograph` and `eightcount train dance`, against a server with scripted results."""

import json
import signal

import pytest

from tests.fakes.command import command, run
from tests.fakes.http_api import DANCE, FakeApi

EARLIER = "5f0d2c9a7b1e4f3a8c6d"


@pytest.fixture
def song(tmp_path):
    path = tmp_path / "mein Lied.mp3"
    path.write_bytes(b"a song")
    return path


def test_a_song_becomes_files_that_are_called_like_it(song, tmp_path):
    out = tmp_path / "out"
    with FakeApi() as api:
        code, output, errors = run("choreograph", song, "--out", out, url=api.url)
    assert code == 0, errors
    assert sorted(path.name for path in out.iterdir()) == [f"mein Lied.{name}" for name in ("bvh", "glb", "mp4", "npz")]
    assert (out / "mein Lied.glb").read_bytes() == b"content of /v1/dances/c1/dance.glb"
    assert api.requests == [
        {"music_id": "v1", "model": "", "style": "", "seed": 0, "energy": 0.0, "mirrored": False,
         "duration_seconds": 0.0, "formats": ["mp4", "bvh", "glb", "npz"]}
    ]  # fmt: skip
    assert output.splitlines() == [
        "A dance of 0:30.0 (900 frames) by mine/0a1b, seed 7",
        "Joined from 2 stretches of salsa/b.mp4, salsa/a.mp4",
        f"Written to {out}: mein Lied.mp4, mein Lied.bvh, mein Lied.glb, mein Lied.npz",
        "To change it: eightcount choreograph SONG --edit c1 --keep legs",
    ]
    assert "Send music: done" in errors


def test_every_wish_reaches_the_server_and_json_is_printed_alone(song, tmp_path):
    wishes = ("--model", "mine", "--style", "salsa", "--seed", "7", "--energy", "-0.5", "--mirrored", "--seconds", "30")
    with FakeApi() as api:
        code, output, errors = run(
            "choreograph", song, *wishes, "--format", "npz", "--format", "mp4", "--format", "npz", "--json",
            url=api.url, cwd=tmp_path,
        )  # fmt: skip
    assert code == 0, errors
    assert api.requests == [
        {"music_id": "v1", "model": "mine", "style": "salsa", "seed": 7, "energy": -0.5, "mirrored": True,
         "duration_seconds": 30.0, "formats": ["npz", "mp4"]}
    ]  # fmt: skip
    files = {name: f"eightcount-result/mein Lied.{name}" for name in ("npz", "mp4")}
    assert json.loads(output) == {"id": "c1", "url": f"{api.url}/dances/c1", "files": files, "result": DANCE}
    assert all((tmp_path / file).exists() for file in files.values())


def test_a_dance_is_changed(song, tmp_path):
    options = ("--edit", EARLIER, "--keep", "legs", "--from", "8", "--to", "16.5", "--seed", "2", "--format", "npz")
    with FakeApi() as api:
        code, output, errors = run("choreograph", song, *options, "--out", tmp_path / "out", url=api.url)
    assert code == 0, errors
    assert api.requests[0]["edit"] == {
        "dance_id": EARLIER, "keep": ["legs"], "start_seconds": 8.0, "end_seconds": 16.5
    }  # fmt: skip
    assert "key_poses" not in api.requests[0]
    assert output.splitlines()[1] == f"Changed from the dance {EARLIER}"


def test_key_poses_come_from_dances_and_files_which_are_sent_once(song, tmp_path):
    solo = tmp_path / "solo@home.mp4"
    solo.write_bytes(b"a solo")
    keys = (f"6={solo}@3.2", f"4.0={EARLIER}@12.5", f"8={solo}")
    options = [part for key in keys for part in ("--key-pose", key)]
    with FakeApi() as api:
        code, _, errors = run(
            "choreograph", song, *options, "--pose-model", "lite", "--out", tmp_path / "out", "--json", url=api.url
        )
    assert code == 0, errors
    assert len(api.uploads) == 2
    request = api.requests[0]
    assert request["key_poses"] == [
        {"seconds": 4.0, "dance_id": EARLIER, "at_seconds": 12.5},
        {"seconds": 6.0, "video_id": "v2", "at_seconds": 3.2},
        {"seconds": 8.0, "video_id": "v2", "at_seconds": 0.0},
    ]
    assert (request["pose_model"], "edit" in request) == ("lite", False)
    assert "Send solo@home.mp4: done" in errors


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--keep", "legs"), "--edit DANCE_ID"),
        (("--from", "3"), "--edit DANCE_ID"),
        (("--edit", "x"), "--keep"),
        (("--edit", "x", "--keep", "legs", "--keep", "upper_body"), "changes nothing"),
        (("--edit", "x", "--from", "3", "--to", "2"), "--to lies behind --from"),
        (("--edit", "x", "--keep", "head"), "head"),
        (("--key-pose", "solo.mp4@3"), "4.0=solo.mp4@3.2"),
        (("--key-pose", "3=none.mp4@3"), "is no file"),
        (("--key-pose", "x=none.mp4@3"), "4.0=solo.mp4@3.2"),
        (("--key-pose", "-1=none.mp4@3"), "4.0=solo.mp4@3.2"),
        (("--edit", "x", "--keep", "legs"), "eightcount up"),
        (("--key-pose", "3=0123456789abcdef0123@1"), "eightcount up"),
    ],
)
def test_changes_that_make_no_sense_end_with_2_and_say_what_is_wanted(song, options, told):
    code, _, errors = run("choreograph", song, *options)
    words = " ".join(errors.replace("│", " ").split())
    assert (code, told in words) == (2, True), errors


def test_a_character_is_sent_before_the_song(song, tmp_path):
    rig = tmp_path / "rig.bvh"
    rig.write_text("HIERARCHY")
    with FakeApi() as api:
        code, _, errors = run("choreograph", song, "--skeleton", rig, "--format", "bvh", url=api.url, cwd=tmp_path)
    assert code == 0, errors
    assert (api.requests[0]["skeleton_id"], api.requests[0]["music_id"]) == ("s1", "v2")


def test_a_character_that_is_not_known_ends_the_command_before_the_song_is_sent(song, tmp_path):
    rig = tmp_path / "rig.bvh"
    rig.write_text("nothing")
    with FakeApi() as api:
        code, _, errors = run("choreograph", song, "--skeleton", rig, url=api.url, cwd=tmp_path)
    assert code != 0
    assert "the skeleton is not known" in errors
    assert (len(api.uploads), api.requests) == (1, [])


def test_a_dance_is_not_written_over_the_character(song, tmp_path):
    rig = tmp_path / "mein Lied.bvh"
    rig.write_text("HIERARCHY")
    with FakeApi() as api:
        code, _, errors = run("choreograph", song, "--skeleton", rig, "--out", tmp_path, url=api.url)
    assert (code, api.requests) == (2, [])
    assert "written over" in errors


@pytest.mark.parametrize(
    ("reason", "exit_code"),
    [
        ("NO_KEY_POSES", 2), ("NO_PERSON_THERE", 3),
        ("NO_STEADY_BEAT", 3), ("SILENT_AUDIO", 3), ("NO_AUDIO", 3), ("MUSIC_TOO_LONG", 3), ("NO_DANCE_MODEL", 2),
        ("DANCE_MODEL_NOT_FOUND", 2), ("UNKNOWN_STYLE", 2), ("GENERATOR_UNAVAILABLE", 5), ("INTERNAL", 1),
    ],
)  # fmt: skip
def test_a_dance_that_fails_ends_with_the_code_of_its_reason(song, tmp_path, reason, exit_code):
    with FakeApi(status="failed", error={"reason": reason, "message": "it is so"}) as api:
        code, output, errors = run("choreograph", song, "--out", tmp_path / "out", "--json", url=api.url)
    assert (code, errors.splitlines()[-1]) == (exit_code, f"eightcount: it is so [{reason}]")
    assert json.loads(output) == {"error": {"reason": reason, "message": "it is so"}}
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_music_is_refused(song, tmp_path):
    with FakeApi(upload_problem=(422, {"reason": "NOT_A_VIDEO", "detail": "it is no music"})) as api:
        code, _, errors = run("choreograph", song, "--out", tmp_path / "out", url=api.url)
    assert (code, errors.splitlines()[-1]) == (3, "eightcount: it is no music [NOT_A_VIDEO]")


def test_the_song_itself_is_never_written_over(tmp_path):
    film = tmp_path / "film.mp4"
    film.write_bytes(b"a film with sound")
    with FakeApi() as api:
        code, _, errors = run("choreograph", film, "--out", tmp_path, url=api.url)
    assert (code, api.uploads, film.read_bytes()) == (2, [], b"a film with sound")
    assert errors.splitlines()[-1].endswith("[WOULD_OVERWRITE]")


def test_an_interrupted_dance_is_cancelled_on_the_server(song, tmp_path):
    with FakeApi(status=None) as api:
        process = command("choreograph", song, url=api.url, cwd=tmp_path)
        assert api.following.wait(30)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert api.deleted == ["/v1/dances/c1"]
    assert process.returncode == 130


@pytest.mark.parametrize("wish", [("--energy", "2"), ("--seed", "-1"), ("--format", "fbx"), ("--seconds", "1e6")])
def test_wrong_wishes_end_with_2(song, wish):
    assert run("choreograph", song, *wish)[0] == 2


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    for name in ("salsa/a.mp4", "b.mp4", "c.bvh"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"recording {name}".encode())
    return folder


def test_recordings_are_prepared_like_those_of_styles(data):
    with FakeApi() as api:
        code, output, errors = run("train", "dance", "--data", data, "--name", "ours", "--seed", "3", url=api.url)
    assert code == 0, errors
    *extractions, training = api.requests
    assert extractions == [{"video_id": one, "model": "heavy", "training": True} for one in ("v1", "v3")]
    assert api.deleted == [f"/v1/videos/{one}/content" for one in ("v1", "v3")]
    assert training == {
        "name": "ours", "family": "graph", "model": "heavy", "seed": 3, "max_epochs": 0,
        "items": [
            {"video_id": "v1", "style": "", "label": "b.mp4"}, {"video_id": "m2", "style": "", "label": "c.bvh"},
            {"video_id": "v3", "style": "salsa", "label": "salsa/a.mp4"},
        ],
    }  # fmt: skip
    assert output.splitlines() == [
        "ours (graph, trained here)", "  Salsa",
        f"Trained on 2 recordings; its card: {api.url}/v1/dance-models/ours",
        "To use it: eightcount choreograph SONG --model ours", "", "Left out (1):",
        "  salsa/short.mp4: it is too short [TOO_SHORT]",
    ]  # fmt: skip


def test_a_model_is_trained_further(data):
    with FakeApi() as api:
        code, _, errors = run(
            "train", "dance", "--data", data, "--name", "ours", "--base", "starter", url=api.url
        )  # fmt: skip
    assert code == 0, errors
    assert api.requests[-1]["base"] == "starter"
    assert "family" not in api.requests[-1]


def test_the_family_is_that_of_the_base(data):
    options = ("--base", "starter", "--family", "graph")
    code, _, errors = run("train", "dance", "--data", data, "--name", "ours", *options)
    assert code == 2
    assert "leave --family out" in " ".join(errors.replace("│", " ").split())


def test_a_manifest_tells_performer_and_take_and_json_tells_what_was_left_out(data):
    (data / "manifest.csv").write_text("path,performer,take,camera\nb.mp4,d1,t1,c1\nmissing.mp4,,,\n")
    with FakeApi() as api:
        code, output, errors = run("train", "dance", "--data", data, "--name", "ours", "--json", url=api.url)
    assert code == 0, errors
    assert api.requests[-1]["items"] == [
        {"video_id": "v1", "style": "", "label": "b.mp4", "performer": "d1", "take": "t1"}
    ]
    result = json.loads(output)
    assert (result["id"], result["model"]["name"]) == ("c1", "ours")
    assert [item["reason"] for item in result["rejected"]] == ["UNREADABLE_FILE", "TOO_SHORT"]


def test_a_folder_without_recordings_is_refused(tmp_path):
    code, _, errors = run("train", "dance", "--data", tmp_path, "--name", "ours", url="http://127.0.0.1:9")
    assert code == 2
    assert errors.splitlines()[-1].endswith("wants videos, .bvh or .npz, or a manifest.csv [INVALID_DATASET]")
