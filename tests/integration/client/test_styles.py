"""The commands about styles, against a server with scripted results."""

import json
import signal

import pytest

from tests.fakes.command import command, run
from tests.fakes.http_api import ADDED, MODELS, RESULT, FakeApi


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "ünïcode dance.mp4"
    path.write_bytes(b"a video")
    return path


def test_classify_tells_a_person_style_certainty_and_seconds(video):
    with FakeApi() as api:
        code, output, errors = run("classify", video, url=api.url)
    assert code == 0
    assert output.startswith("Hip hop, 85 % sure\n")
    assert "0:00.0 -  0:03.0  Hip hop, 85 %" in output
    assert "0:04.0 -  0:06.0  dancer not seen" in output
    assert "Watch the dancer: done" in errors
    assert api.requests == [{"video_id": "v1", "model": "heavy", "style_model": ""}]


def test_classify_prints_json_alone(video):
    with FakeApi() as api:
        code, output, _ = run("classify", video, "--style-model", "mine", "--model", "lite", "--json", url=api.url)
    assert code == 0
    assert json.loads(output) == {"id": "c1", "url": f"{api.url}/classifications/c1", "result": RESULT}
    assert api.requests == [{"video_id": "v1", "model": "lite", "style_model": "mine"}]


@pytest.mark.parametrize("name", ["take.npz", "TAKE.BVH"])
def test_a_motion_file_is_sent_as_a_motion(tmp_path, name):
    (tmp_path / name).write_bytes(b"a motion")
    with FakeApi() as api:
        code, _, errors = run("classify", tmp_path / name, url=api.url)
    assert code == 0
    assert api.requests == [{"motion_id": "m1", "model": "heavy", "style_model": ""}]
    assert "Send motion: done" in errors


@pytest.mark.parametrize(
    ("reason", "exit_code"), [("NO_PERSON", 3), ("STYLE_MODEL_NOT_FOUND", 2), ("CLASSIFIER_UNAVAILABLE", 5)]
)
def test_a_classification_that_fails_ends_with_the_code_of_its_reason(video, reason, exit_code):
    with FakeApi(status="failed", error={"reason": reason, "message": "it is so"}) as api:
        code, _, errors = run("classify", video, url=api.url)
    assert (code, errors.splitlines()[-1]) == (exit_code, f"eightcount: it is so [{reason}]")


def test_an_interrupted_classification_is_cancelled_on_the_server(video):
    with FakeApi(status=None) as api:
        process = command("classify", video, url=api.url)
        assert api.following.wait(30)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert api.cancelled.is_set()
    assert process.returncode == 130


def test_one_clip_is_too_few_for_a_style_and_is_not_sent(video):
    with FakeApi() as api:
        code, _, errors = run("styles", "add", "waltz", video, url=api.url)
    assert (code, api.requests) == (2, [])
    assert errors.splitlines()[-1].endswith("better five; got 1 [TOO_FEW_CLIPS]")


def test_models_are_listed_with_their_styles(tmp_path):
    with FakeApi() as api:
        code, output, _ = run("styles", "list", url=api.url)
        _, as_json, _ = run("styles", "list", "--json", url=api.url)
        _, card, _ = run("styles", "list", "--card", "starter", url=api.url)
    assert code == 0
    assert output.splitlines() == [
        "starter (pose, comes with Eightcount, 87 % of recordings kept apart, see its card)", "  Ballet, Hip hop", "",
        "few-shot (few-shot, trained here, accuracy not measured)", "  no styles yet",
    ]  # fmt: skip
    assert json.loads(as_json) == {"models": MODELS}
    assert card == "# Starter\n"


def test_a_style_is_added_from_clips_and_what_was_left_out_is_told(video, tmp_path):
    other = tmp_path / "b.mp4"
    other.write_bytes(b"another")
    with FakeApi() as api:
        code, output, errors = run("styles", "add", "our_solo", video, other, url=api.url)
        _, as_json, _ = run("styles", "add", "our_solo", video, other, "--json", url=api.url)
    assert code == 0
    assert api.requests[0] == {"name": "our_solo", "video_ids": ["v1", "v2"], "model": "heavy"}
    assert output.splitlines()[0] == "Learned our_solo; few-shot knows our_solo"
    assert "  b.mp4: it is too short [TOO_SHORT]" in output
    assert "Send 2 of 2: done" in errors
    assert json.loads(as_json) == ADDED


def test_a_style_is_removed(tmp_path):
    with FakeApi() as api:
        code, output, _ = run("styles", "remove", "our solo", url=api.url)
    assert (code, output.strip(), api.deleted) == (0, "Forgot our solo", ["/v1/styles/our%20solo"])


def test_styles_alone_shows_its_help():
    code, output, errors = run("styles")
    assert code == 2
    assert "add" in output + errors
