"""`eightcount choreograph` against a real gateway."""

import json
import signal

import pytest

from eightcount.generator.v1 import generator_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import InvalidInputError
from tests.data.rigs import MIXAMO, bvh_of
from tests.fakes.backends import NOT_A_VIDEO
from tests.fakes.command import command, run
from tests.fakes.generator import dance_model
from tests.integration.client.conftest import new_file
from tests.integration.client.jobs import jobs_of, running_job

UNKNOWN = "0123456789abcdef0123"


@pytest.fixture
def song(tmp_path):
    return new_file(tmp_path / "mein Lied.mp3")


def test_a_song_becomes_files_that_are_named_like_it(gateway, backends, song, tmp_path):
    out = tmp_path / "out"
    code, output, errors = run("choreograph", song, "--out", out, url=gateway.url)
    assert code == 0, errors
    assert sorted(path.name for path in out.iterdir()) == [f"mein Lied.{name}" for name in ("bvh", "glb", "mp4", "npz")]
    dance = jobs_of(gateway, "dances")[0]
    assert (dance["seed"], dance["energy"], dance["mirrored"]) == (0, 0.0, False)
    assert dance["formats"] == ["mp4", "bvh", "glb", "npz"]
    assert output.splitlines() == [
        "A dance of 0:04.0 (120 frames) by mine/0a1b, seed 0",
        "Joined from 1 segments of salsa/a.mp4",
        f"Written to {out}: mein Lied.mp4, mein Lied.bvh, mein Lied.glb, mein Lied.npz",
        f"To change it: eightcount choreograph SONG --edit {dance['id']} --keep legs",
    ]
    assert "Send music: done" in errors


def test_every_option_reaches_the_server_and_json_is_printed_alone(gateway, song, tmp_path):
    options = ("--model", "mine", "--style", "salsa", "--seed", "7", "--energy", "-0.5", "--mirrored", "--seconds", "2")
    code, output, errors = run(
        "choreograph", song, *options, "--format", "npz", "--format", "mp4", "--format", "npz", "--json",
        url=gateway.url, cwd=tmp_path,
    )  # fmt: skip
    assert code == 0, errors
    answer = json.loads(output)
    dance = gateway.job(answer["id"], "dances")
    assert (dance["model"], dance["style"], dance["seed"], dance["energy"]) == ("mine", "salsa", 7, -0.5)
    assert (dance["mirrored"], dance["duration_seconds"], dance["formats"]) == (True, 2.0, ["npz", "mp4"])
    assert answer["files"] == {name: f"eightcount-result/mein Lied.{name}" for name in ("npz", "mp4")}
    assert answer["url"] == f"{gateway.url}/dances/{answer['id']}"
    assert answer["result"]["frames"] == 60
    assert all((tmp_path / file).exists() for file in answer["files"].values())


def test_one_file_is_written_where_out_names_one(gateway, song, tmp_path):
    code, output, errors = run("choreograph", song, "--out", tmp_path / "new" / "dance.glb", "--json", url=gateway.url)
    assert code == 0, errors
    assert json.loads(output)["files"] == {"glb": str(tmp_path / "new" / "dance.glb")}
    assert gateway.job(json.loads(output)["id"], "dances")["formats"] == ["glb"]


def made_dance(gateway, backends, song, tmp_path):
    backends.generator.models = [dance_model("mine", supports_constraints=True)]
    out = tmp_path / "first"
    _, output, errors = run("choreograph", song, "--format", "npz", "--out", out, "--json", url=gateway.url)
    assert output, errors
    return json.loads(output)["id"]


def test_a_dance_is_changed(gateway, backends, song, tmp_path):
    earlier = made_dance(gateway, backends, song, tmp_path)
    options = ("--edit", earlier, "--keep", "legs", "--from", "1", "--to", "2.5", "--seed", "2", "--format", "npz")
    code, output, errors = run("choreograph", song, *options, "--out", tmp_path / "out", url=gateway.url)
    assert code == 0, errors
    edit = jobs_of(gateway, "dances")[0]["edit"]
    assert {name: edit[name] for name in ("dance_id", "keep", "start_seconds", "end_seconds")} == {
        "dance_id": earlier, "keep": ["legs"], "start_seconds": 1.0, "end_seconds": 2.5
    }  # fmt: skip
    assert output.splitlines()[1] == f"Changed from the dance {earlier}"


def test_key_poses_come_from_dances_and_files_which_are_sent_once(gateway, backends, song, tmp_path):
    earlier = made_dance(gateway, backends, song, tmp_path)
    solo = new_file(tmp_path / "solo@home.mp4")
    keys = (f"2={solo}@1.2", f"1.0={earlier}@0.5", f"3={solo}")
    options = [part for key in keys for part in ("--key-pose", key)]
    code, output, errors = run(
        "choreograph", song, *options, "--pose-model", "lite", "--out", tmp_path / "out", "--json", url=gateway.url
    )
    assert code == 0, errors
    dance = gateway.job(json.loads(output)["id"], "dances")
    poses = [(key["seconds"], key["dance_id"] or "video", key["at_seconds"]) for key in dance["key_poses"]]
    assert poses == [(1.0, earlier, 0.5), (2.0, "video", 1.2), (3.0, "video", 0.0)]
    assert len({key["video_id"] for key in dance["key_poses"] if key["video_id"]}) == 1
    assert (dance["pose_model"], dance["edit"]) == ("lite", None)
    assert errors.count("Send solo@home.mp4: done") == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--keep", "legs"), "--edit DANCE_ID"),
        (("--from", "3"), "--edit DANCE_ID"),
        (("--edit", "x"), "--keep"),
        (("--edit", "x", "--keep", "legs", "--keep", "upper_body"), "changes nothing"),
        (("--edit", "x", "--from", "3", "--to", "2"), "--to must be later than --from"),
        (("--edit", "x", "--keep", "legs", "--to", "0"), "0.0 is not in the range x>0.0"),
        (("--seconds", "0"), "0.0 is not in the range 0.0<x<=7200"),
        (("--edit", "x", "--keep", "head"), "head"),
        (("--key-pose", "solo.mp4@3"), "4.0=solo.mp4@3.2"),
        (("--key-pose", "3=none.mp4@3"), "neither a file nor the id of a dance"),
        (("--key-pose", "x=none.mp4@3"), "4.0=solo.mp4@3.2"),
        (("--key-pose", "-1=none.mp4@3"), "4.0=solo.mp4@3.2"),
        (("--edit", "x", "--keep", "legs"), "eightcount up"),
        (("--key-pose", f"3={UNKNOWN}@1"), "eightcount up"),
    ],
)
def test_changes_that_make_no_sense_end_with_2_and_say_what_is_required(song, options, words):
    code, _, errors = run("choreograph", song, *options)
    assert (code, words in " ".join(errors.split())) == (2, True), errors


def test_a_character_is_sent_before_the_song(gateway, song, tmp_path):
    rig = tmp_path / "rig.bvh"
    rig.write_text(bvh_of(MIXAMO))
    code, output, errors = run(
        "choreograph", song, "--skeleton", rig, "--format", "bvh", "--json", url=gateway.url, cwd=tmp_path
    )
    assert code == 0, errors
    assert errors.index("Send skeleton: done") < errors.index("Send music")
    assert gateway.job(json.loads(output)["id"], "dances")["skeleton_id"]


def test_an_unknown_character_ends_the_command_before_the_song_is_sent(gateway, song, tmp_path):
    rig = tmp_path / "rig.bvh"
    rig.write_text("nothing")
    code, _, errors = run("choreograph", song, "--skeleton", rig, url=gateway.url, cwd=tmp_path)
    assert code == 2
    assert "[INVALID_BVH]" in errors
    assert "Send music" not in errors


def test_a_dance_is_not_written_over_the_character(backends, gateway, song, tmp_path):
    rig = tmp_path / "mein Lied.bvh"
    rig.write_text(bvh_of(MIXAMO))
    code, _, errors = run("choreograph", song, "--skeleton", rig, "--out", tmp_path, url=gateway.url)
    assert (code, backends.calls) == (2, [])
    assert "written over" in errors


def test_the_song_itself_is_never_written_over(gateway, tmp_path):
    video = new_file(tmp_path / "video.mp4")
    before = video.read_bytes()
    code, _, errors = run("choreograph", video, "--out", tmp_path, url=gateway.url)
    assert (code, video.read_bytes()) == (2, before)
    assert errors.splitlines()[-1].endswith("[WOULD_OVERWRITE]")


@pytest.mark.parametrize(
    ("reason", "exit_code"),
    [
        ("NO_KEY_POSES", 2), ("UNKNOWN_STYLE", 2), ("INVALID_OPTIONS", 2), ("NO_PERSON_THERE", 3),
        ("GENERATOR_UNAVAILABLE", 5), ("INTERNAL", 1),
    ],
)  # fmt: skip
def test_a_dance_that_fails_ends_with_the_code_of_its_reason(gateway, backends, song, tmp_path, reason, exit_code):
    backends.errors["Generate"] = InvalidInputError("it is so", reason=reason)
    code, output, errors = run("choreograph", song, "--out", tmp_path / "out", "--json", url=gateway.url)
    assert (code, errors.splitlines()[-1]) == (exit_code, f"eightcount: it is so [{reason}]")
    assert json.loads(output)["error"] == {"reason": reason, "message": "it is so"}
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("reason", ["NO_STEADY_BEAT", "SILENT_AUDIO", "NO_AUDIO"])
def test_music_without_a_beat_ends_with_3(gateway, backends, song, reason):
    backends.music = sync_pb2.Music(has_beat=False, reason=reason)
    code, _, errors = run("choreograph", song, url=gateway.url)
    assert (code, errors.rstrip().endswith(f"[{reason}]")) == (3, True)


def test_a_missing_model_ends_with_2(gateway, backends, song):
    code, _, errors = run("choreograph", song, "--model", "theirs", url=gateway.url)
    assert (code, "[MODEL_NOT_FOUND]" in errors) == (2, True)
    backends.generator.models = []
    code, _, errors = run("choreograph", song, url=gateway.url)
    assert (code, "[NO_DANCE_MODEL]" in errors) == (2, True)


def test_a_file_that_is_no_music_is_refused(gateway, tmp_path):
    song = tmp_path / "song.mp3"
    song.write_bytes(NOT_A_VIDEO)
    code, _, errors = run("choreograph", song, "--out", tmp_path / "out", url=gateway.url)
    assert (code, errors.splitlines()[-1].endswith("[NOT_A_VIDEO]")) == (3, True)


def test_an_interrupted_dance_is_cancelled_on_the_server(gateway, backends, song, tmp_path):
    backends.generator.seconds_per_step = 30
    process = command("choreograph", song, url=gateway.url, cwd=tmp_path)
    job = running_job(gateway, "dances")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert gateway.finished(job["id"], "dances")["status"] == "cancelled"
    assert process.returncode == 130


@pytest.mark.parametrize("option", [("--energy", "2"), ("--seed", "-1"), ("--format", "fbx"), ("--seconds", "1e6")])
def test_wrong_options_end_with_2(song, option):
    assert run("choreograph", song, *option)[0] == 2


def test_without_a_length_the_dance_lasts_until_the_end_of_the_music(gateway, backends, song, tmp_path):
    code, output, errors = run("choreograph", song, "--format", "npz", "--json", url=gateway.url, cwd=tmp_path)
    assert code == 0, errors
    answer = json.loads(output)
    assert answer["result"]["seconds"] == 4.0
    assert gateway.job(answer["id"], "dances")["duration_seconds"] is None
    (request,) = backends.generator.asked(generator_pb2.GenerateRequest)
    assert not request.HasField("duration_seconds")
