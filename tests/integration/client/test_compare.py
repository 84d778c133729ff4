"""The `eightcount` command as a process of its own, against a server with scripted results."""

import json
import signal
from pathlib import Path

import pytest

from tests.fakes.command import command, run
from tests.fakes.http_api import ALIGNMENT, FakeApi


@pytest.fixture
def videos(tmp_path):
    paths = [tmp_path / "the reference.mp4", tmp_path / "ünïcode take.mp4"]
    for path in paths:
        path.write_bytes(b"a video")
    return paths


def test_compare_writes_every_result_and_prints_json_alone(videos, tmp_path):
    with FakeApi() as api:
        code, output, errors = run("compare", *videos, "--out", tmp_path / "out", "--json", "--mirrored", url=api.url)
    assert code == 0
    answer = json.loads(output)
    assert answer["report"]["score"] == 91.0
    assert answer["url"] == f"{api.url}/comparisons/c1"
    assert {Path(path).name for path in answer["files"].values()} == {
        "report.json", "side_by_side.mp4", "reference.npz", "take.npz"
    }  # fmt: skip
    assert all(Path(path).stat().st_size for path in answer["files"].values())
    assert "Watch the dancer: done" in errors
    assert api.requests == [
        {
            "reference_video_id": "v1",
            "take_video_id": "v2",
            "model": "heavy",
            "mirrored": True,
            "skeletons_only": False,
            "align": "auto",
        }
    ]


def test_compare_tells_a_person_score_and_files(videos, tmp_path):
    with FakeApi() as api:
        code, output, _ = run("compare", *videos, url=api.url, cwd=tmp_path)
    assert code == 0
    assert "Score: 91.0 of 100" in output
    assert (tmp_path / "eightcount-result" / "side_by_side.mp4").exists()


def test_one_of_several_people_is_chosen_by_a_place(videos, tmp_path):
    with FakeApi() as api:
        run("extract", videos[0], "--out", tmp_path / "a.npz", "--dancer", "0.25,0.5", url=api.url)
        run("classify", videos[0], "--dancer", "0.75, 0.5@12.5", url=api.url)
        run("compare", *videos, "--out", tmp_path / "out", "--take-dancer", "0.1,1@3", url=api.url)
    extraction, classification, comparison = api.requests
    assert extraction["dancer"] == {"x": 0.25, "y": 0.5, "at_seconds": 0.0}
    assert classification["dancer"] == {"x": 0.75, "y": 0.5, "at_seconds": 12.5}
    assert comparison["take_dancer"] == {"x": 0.1, "y": 1.0, "at_seconds": 3.0}
    assert "reference_dancer" not in comparison


@pytest.mark.parametrize("place", ["0.5", "0.5,0.5,0.5", "2,0", "0.5,0.5@-1", "0.5,nan", "left"])
def test_a_place_that_cannot_be_is_refused_before_anything_is_sent(videos, tmp_path, place):
    with FakeApi() as api:
        code, _, errors = run("extract", videos[0], "--out", tmp_path / "a.npz", "--dancer", place, url=api.url)
    assert (code, api.uploads) == (2, [])
    assert "wanted" in errors


def test_extract_writes_the_file(videos, tmp_path):
    target = tmp_path / "new folder" / "motion.npz"
    with FakeApi() as api:
        code, output, _ = run("extract", videos[0], "--out", target, "--model", "lite", "--json", url=api.url)
    assert (code, json.loads(output)) == (0, {"file": str(target)})
    assert target.read_bytes() == b"content of /v1/extractions/c1/motion.npz"
    assert api.requests == [{"video_id": "v1", "model": "lite"}]


def test_align_prints_the_alignment(videos):
    with FakeApi() as api:
        code, output, _ = run("align", *videos, "--json", url=api.url)
    assert code == 0
    assert json.loads(output)["offset_seconds"] == 1.5


@pytest.mark.parametrize("verdict", ["no_match", "ambiguous"])
def test_align_without_a_single_match_ends_with_4(videos, verdict):
    with FakeApi(alignment=ALIGNMENT | {"verdict": verdict, "reason": "DIFFERENT_MUSIC"}) as api:
        code, output, _ = run("align", *videos, "--json", url=api.url)
    assert (code, json.loads(output)["verdict"]) == (4, verdict)


def test_bad_media_ends_with_3_and_one_line(videos):
    problem = (422, {"reason": "NOT_A_VIDEO", "detail": "the file is no video"})
    with FakeApi(upload_problem=problem) as api:
        code, output, errors = run("compare", *videos, "--json", url=api.url)
    assert code == 3
    assert json.loads(output) == {"error": {"reason": "NOT_A_VIDEO", "message": "the file is no video"}}
    assert errors.splitlines()[-1] == "eightcount: the file is no video [NOT_A_VIDEO]"


def test_a_comparison_that_fails_on_its_media_ends_with_3(videos):
    with FakeApi(status="failed", error={"reason": "NO_PERSON", "message": "nobody is in the take"}) as api:
        code, _, errors = run("compare", *videos, url=api.url)
    assert code == 3
    assert "nobody is in the take [NO_PERSON]" in errors


def test_work_cancelled_by_somebody_else_ends_with_6(videos):
    with FakeApi(status="cancelled") as api:
        code, _, _ = run("compare", *videos, url=api.url)
    assert code == 6


def test_an_unreachable_server_ends_with_5(videos):
    code, output, errors = run("align", *videos, "--json", url="http://127.0.0.1:9")
    assert code == 5
    assert json.loads(output)["error"]["reason"] == "SERVER_UNREACHABLE"
    assert "cannot be reached" in errors


@pytest.mark.parametrize(
    "arguments", [("compare",), ("compare", "no.mp4", "such.mp4"), ("dance",), ("up", "--port", "x")]
)
def test_wrong_arguments_end_with_2(arguments):
    assert run(*arguments)[0] == 2


@pytest.fixture
def interruptible():
    """Shells start background jobs with SIGINT ignored, and children inherit that: tests that send it undo it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_comparison_is_cancelled_on_the_server(videos, kind):
    with FakeApi(status=None) as api:
        process = command("compare", *videos, url=api.url)
        assert api.following.wait(30)
        process.send_signal(kind)
        _, errors = process.communicate(timeout=30)
        assert api.cancelled.is_set()
    assert process.returncode == 130
    assert "Traceback" not in errors


def test_another_kind_of_server_is_no_traceback(videos):
    with FakeApi(upload_problem=(200, ["not", "ours"])) as api:
        code, _, errors = run("compare", *videos, url=api.url)
    assert code == 1
    assert "[UNEXPECTED]" in errors


def test_the_version_is_printed():
    code, output, _ = run("--version")
    assert code == 0
    assert output.startswith("eightcount ")
