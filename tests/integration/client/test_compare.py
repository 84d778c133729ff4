"""The commands about recordings, as processes of their own against a real gateway."""

import json
import signal
from pathlib import Path

import pytest

from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import UnusableMediaError
from tests.fakes.backends import NOT_A_VIDEO, aligned
from tests.fakes.command import command, run
from tests.integration.client.jobs import running_job


def test_compare_writes_every_result_and_prints_json_alone(gateway, videos, tmp_path):
    out = tmp_path / "out"
    code, output, errors = run("compare", *videos, "--out", out, "--json", "--mirrored", url=gateway.url)
    assert code == 0, errors
    answer = json.loads(output)
    assert answer["report"]["score"] == 75.0
    assert answer["url"] == f"{gateway.url}/comparisons/{answer['id']}"
    assert {Path(path).name for path in answer["files"].values()} == {
        "report.json", "side_by_side.mp4", "reference.npz", "take.npz"
    }  # fmt: skip
    assert all(Path(path).stat().st_size for path in answer["files"].values())
    assert json.loads(Path(answer["files"]["report"]).read_text()) == answer["report"]
    assert "done after" in errors
    job = gateway.job(answer["id"])
    assert (job["mirrored"], job["skeletons_only"], job["model"], job["align"]) == (True, False, "heavy", "auto")


def test_compare_prints_score_and_files_for_a_person(gateway, videos, tmp_path):
    code, output, _ = run("compare", *videos, url=gateway.url, cwd=tmp_path)
    assert code == 0
    assert "Score: 75.0 of 100" in output
    assert "Straighten the left elbow." in output
    assert (tmp_path / "eightcount-result" / "side_by_side.mp4").exists()


def test_one_of_several_people_is_chosen_by_a_place(gateway, backends, videos, tmp_path):
    run("extract", videos[0], "--out", tmp_path / "a.npz", "--dancer", "0.25,0.5", url=gateway.url)
    run("classify", videos[0], "--dancer", "0.75, 0.5@12.5", url=gateway.url)
    out = tmp_path / "out"
    _, output, _ = run("compare", *videos, "--out", out, "--take-dancer", "0.1,1@3", "--json", url=gateway.url)
    comparison = gateway.job(json.loads(output)["id"])
    assert comparison["take_dancer"] == {"x": 0.1, "y": 1.0, "at_seconds": 3.0}
    assert comparison["reference_dancer"] is None
    assert {"0.25-0.5-0", "0.75-0.5-12.5", "0.1-1-3"} <= set(backends.dancers)


@pytest.mark.parametrize("place", ["0.5", "0.5,0.5,0.5", "2,0", "0.5,0.5@-1", "0.5,nan", "left"])
def test_an_impossible_place_is_refused_before_anything_is_sent(gateway, backends, videos, tmp_path, place):
    code, _, errors = run("extract", videos[0], "--out", tmp_path / "a.npz", "--dancer", place, url=gateway.url)
    assert (code, backends.calls) == (2, [])
    assert "required" in errors


def test_extract_writes_the_file(gateway, videos, tmp_path):
    target = tmp_path / "new folder" / "motion.npz"
    code, output, errors = run("extract", videos[0], "--out", target, "--model", "lite", "--json", url=gateway.url)
    assert (code, json.loads(output)) == (0, {"file": str(target), "warnings": []}), errors
    assert target.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("extract", "VIDEO", "--out", "motion.txt"), "must end with .npz"),
        (("extract", "VIDEO", "--out", "motion"), "must end with .npz"),
        (("compare", "VIDEO", "VIDEO", "--out", "report.json"), "a folder is required"),
        (("choreograph", "VIDEO", "--out", "dance.txt"), ".mp4, .bvh, .glb or .npz"),
        (("choreograph", "VIDEO", "--out", "dance.glb", "--format", "mp4"), "--format asks for mp4"),
    ],
)
def test_an_output_that_is_not_what_would_be_written_is_refused(gateway, backends, video, tmp_path, arguments, words):
    named = [video if argument == "VIDEO" else argument for argument in arguments]
    code, output, errors = run(*named, "--json", url=gateway.url, cwd=tmp_path)
    assert (code, backends.calls) == (2, [])
    assert words in errors
    assert json.loads(output)["error"]["reason"] == "INVALID_ARGUMENTS"


def test_align_prints_the_alignment(gateway, videos):
    code, output, _ = run("align", *videos, "--json", url=gateway.url)
    assert code == 0
    assert json.loads(output)["offset_seconds"] == 1.5
    _, text, _ = run("align", *videos, url=gateway.url)
    assert "second 0 of the second recording is second +1.500 of the first" in text


@pytest.mark.parametrize(
    ("verdict", "name"), [(sync_pb2.VERDICT_NO_MATCH, "no_match"), (sync_pb2.VERDICT_AMBIGUOUS, "ambiguous")]
)
def test_align_without_a_single_match_ends_with_4(gateway, backends, videos, verdict, name):
    backends.alignment = aligned(verdict=verdict, reason="DIFFERENT_MUSIC")
    code, output, _ = run("align", *videos, "--json", url=gateway.url)
    assert (code, json.loads(output)["verdict"]) == (4, name)


def test_bad_media_ends_with_3_and_one_line(gateway, videos):
    videos[0].write_bytes(NOT_A_VIDEO)
    code, output, errors = run("compare", *videos, "--json", url=gateway.url)
    assert code == 3
    error = json.loads(output)["error"]
    assert (error["reason"], "not a video" in error["message"]) == ("NOT_A_VIDEO", True)
    assert errors.splitlines()[-1] == f"eightcount: {error['message']} [NOT_A_VIDEO]"


def test_a_comparison_that_fails_on_its_media_ends_with_3(gateway, backends, videos):
    backends.errors["Extract"] = UnusableMediaError("nobody is in the take", reason="NO_PERSON")
    code, _, errors = run("compare", *videos, url=gateway.url)
    assert code == 3
    assert "nobody is in the take [NO_PERSON]" in errors


def test_a_job_cancelled_by_somebody_else_ends_with_6(gateway, backends, videos):
    backends.seconds_per_chunk = 30
    process = command("compare", *videos, url=gateway.url)
    gateway.client.post(f"/v1/comparisons/{running_job(gateway, 'comparisons')['id']}/cancel")
    process.communicate(timeout=30)
    assert process.returncode == 6


def test_an_unreachable_server_ends_with_5(videos):
    code, output, errors = run("align", *videos, "--json", url="http://127.0.0.1:9")
    assert code == 5
    assert json.loads(output)["error"]["reason"] == "SERVER_UNREACHABLE"
    assert "cannot be reached" in errors


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "http://", "ftp://server"])
def test_an_address_that_is_none_ends_with_2(videos, url):
    code, _, errors = run("align", *videos, url=url)
    assert code == 2
    assert "EIGHTCOUNT_URL" in errors


@pytest.mark.parametrize(
    "arguments", [("compare",), ("compare", "no.mp4", "such.mp4"), ("dance",), ("up", "--port", "x")]
)
def test_wrong_arguments_end_with_2(arguments):
    assert run(*arguments)[0] == 2


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_comparison_is_cancelled_on_the_server(gateway, backends, videos, kind):
    backends.seconds_per_chunk = 30
    process = command("compare", *videos, url=gateway.url)
    job = running_job(gateway, "comparisons")
    process.send_signal(kind)
    _, errors = process.communicate(timeout=30)
    assert gateway.finished(job["id"])["status"] == "cancelled"
    assert process.returncode == 130
    assert "Traceback" not in errors
