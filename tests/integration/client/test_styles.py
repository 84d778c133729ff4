"""The commands about styles against a real gateway."""

import json
import signal

import pytest

from eightcount.classifier.v1 import classifier_pb2
from eightcount_common.errors import InvalidInputError, UnusableMediaError
from eightcount_common.importing.motion_file import write_motion_npz
from tests.fakes.classifier import model_info
from tests.fakes.command import command, run
from tests.fakes.motion import synthetic_motion
from tests.integration.client.conftest import new_file
from tests.integration.client.jobs import running_job


def test_classify_prints_style_certainty_and_seconds_for_a_person(gateway, video):
    code, output, errors = run("classify", video, url=gateway.url)
    assert code == 0, errors
    assert output.startswith("Hip hop, 85 % sure\n")
    assert "0:00.0 -  0:02.0  Hip hop, 90 %" in output
    assert "0:02.0 -  0:03.0  dancer not seen" in output
    assert "done after" in errors


def test_classify_prints_json_alone(gateway, video):
    code, output, errors = run(
        "classify", video, "--style-model", "mine", "--model", "lite", "--json", url=gateway.url
    )  # fmt: skip
    assert code == 0, errors
    answer = json.loads(output)
    assert answer["url"] == f"{gateway.url}/classifications/{answer['id']}"
    assert (answer["result"]["model"], answer["result"]["verdict"]) == ("mine/3f2a9c41d0be", "style")
    job = gateway.job(answer["id"], "classifications")
    assert (job["model"], job["style_model"]) == ("lite", "mine")


def test_a_motion_file_is_sent_as_a_motion(gateway, backends, tmp_path):
    write_motion_npz(synthetic_motion(60, seed=5), tmp_path / "take.npz")
    code, output, errors = run("classify", tmp_path / "take.npz", "--json", url=gateway.url)
    assert code == 0, errors
    assert gateway.job(json.loads(output)["id"], "classifications")["motion_id"]
    assert "Send motion: done" in errors
    assert "Extract" not in backends.calls


@pytest.mark.parametrize(
    ("call", "error", "exit_code"),
    [
        ("Extract", UnusableMediaError("it is so", reason="NO_PERSON"), 3),
        ("ClassifyVideo", InvalidInputError("it is so", reason="MODEL_NOT_FOUND"), 2),
        ("ClassifyVideo", InvalidInputError("it is so", reason="CLASSIFIER_UNAVAILABLE"), 5),
    ],
)
def test_a_classification_that_fails_ends_with_the_code_of_its_reason(gateway, backends, video, call, error, exit_code):
    backends.errors[call] = error
    code, _, errors = run("classify", video, url=gateway.url)
    assert (code, errors.splitlines()[-1]) == (exit_code, f"eightcount: it is so [{error.reason}]")


def test_an_unknown_model_ends_with_2(gateway, video):
    code, _, errors = run("classify", video, "--style-model", "theirs", url=gateway.url)
    assert (code, "theirs" in errors) == (2, True), errors


def test_an_interrupted_classification_is_cancelled_on_the_server(gateway, backends, video):
    backends.classifier.seconds_per_step = 30
    process = command("classify", video, url=gateway.url)
    job = running_job(gateway, "classifications")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert gateway.finished(job["id"], "classifications")["status"] == "cancelled"
    assert process.returncode == 130


def test_one_clip_is_too_few_for_a_style_and_is_not_sent(gateway, backends, video):
    code, _, errors = run("styles", "add", "waltz", video, url=gateway.url)
    assert (code, backends.calls) == (2, [])
    assert errors.splitlines()[-1].endswith("better five; got 1 [TOO_FEW_CLIPS]")


def test_models_are_listed_with_their_styles(gateway):
    code, output, errors = run("styles", "list", url=gateway.url)
    assert code == 0, errors
    starter = "starter (pose, pretrained, 87 % of the test recordings, see its card)"
    assert f"{starter}\n  Ballet, Hip hop\n" in output
    assert "mine (pose-lstm, trained here, accuracy not measured)" in output
    models = json.loads(run("styles", "list", "--json", url=gateway.url)[1])["models"]
    assert {model["name"] for model in models} == {"starter", "mine", "watcher"}
    assert run("styles", "list", "--card", "starter", url=gateway.url)[1].startswith("# starter\n")


def test_a_style_is_added_and_what_was_left_out_is_listed_then_removed(gateway, backends, tmp_path):
    clips = [new_file(tmp_path / name) for name in ("a.mp4", "b.mp4")]
    backends.classifier.rejects = {"b.mp4": "TOO_SHORT"}
    code, output, errors = run("styles", "add", "our_solo", *clips, url=gateway.url)
    assert code == 0, errors
    assert output.splitlines()[0] == "Added our_solo; styles of few-shot: our_solo"
    assert "b.mp4" in output
    assert "[TOO_SHORT]" in output
    assert "Send 2 of 2: done" in errors
    (request,) = [one for one in backends.classifier.requests if isinstance(one, classifier_pb2.AddStyleRequest)]
    assert (request.name, len(request.motion_uris)) == ("our_solo", 2)
    _, as_json, _ = run("styles", "add", "our_solo", *clips, "--json", url=gateway.url)
    assert json.loads(as_json)["model"]["styles"] == ["our_solo"]
    code, output, errors = run("styles", "remove", "our_solo", url=gateway.url)
    assert (code, output.strip()) == (0, "Removed our_solo"), errors
    code, output, _ = run("styles", "remove", "our solo", "--json", url=gateway.url)
    assert (code, json.loads(output)["error"]["reason"]) == (2, "STYLE_NOT_FOUND")


def test_a_dance_is_looked_for_among_the_styles_that_were_added(gateway, backends, video):
    backends.classifier.models = [*backends.classifier.models, model_info("few-shot")]
    code, output, errors = run("classify", video, "--own-styles", "--json", url=gateway.url)
    assert code == 0, errors
    assert gateway.job(json.loads(output)["id"], "classifications")["style_model"] == "few-shot"


@pytest.mark.parametrize("arguments", [["classify"], ["styles"], ["styles", "add"], ["styles", "remove"]])
def test_help_has_no_words_of_the_machinery(arguments):
    code, output, _ = run(*arguments, "--help")
    assert (code, "few-shot" in output.lower()) == (0, False)


def test_styles_alone_shows_its_help():
    code, output, errors = run("styles")
    assert code == 2
    assert "add" in output + errors
