"""`eightcount classify FOLDER --csv` against a real gateway."""

from __future__ import annotations

import csv
import io
import json
import signal

import pytest

from eightcount.classifier.v1 import classifier_pb2
from eightcount_client.cli.text.style_table import COLUMNS
from eightcount_common.importing.motion_file import write_motion_npz
from tests.fakes.backends import NOT_A_VIDEO
from tests.fakes.classifier import model_info
from tests.fakes.command import command, run
from tests.fakes.motion import synthetic_motion
from tests.integration.client.conftest import new_file
from tests.integration.client.jobs import running_job


@pytest.fixture
def clips(tmp_path):
    """Two videos and a motion, one of them further down, and a file that is no recording."""
    folder = tmp_path / "clips"
    new_file(folder / "a.mp4")
    new_file(folder / "monday" / "=ünïcode, b.MOV")
    write_motion_npz(
        synthetic_motion(60, seed=int.from_bytes(new_file(tmp_path / "x").read_bytes()[:3])), folder / "c.npz"
    )
    (folder / "notes.txt").write_text("words")
    return folder


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_recording_gets_a_row(gateway, clips, tmp_path):
    code, output, errors = run("classify", clips, "--csv", tmp_path / "out" / "styles.csv", url=gateway.url)
    assert code == 0, errors
    assert output.startswith("Classified 3 of 3 recordings; written to ")
    assert "notes.txt" in output
    assert "Classify the recordings: done" in errors
    rows = rows_of((tmp_path / "out" / "styles.csv").read_text(encoding="utf-8"))
    assert tuple(rows[0]) == COLUMNS
    assert [row["file"] for row in rows] == ["a.mp4", "c.npz", "monday/=ünïcode, b.MOV"]
    assert {tuple(list(row.values())[1:]) for row in rows} == {("hip_hop", "0.85", "ballet", "0.1", "")}


def test_a_table_on_standard_output_is_alone_there(gateway, clips):
    code, output, errors = run("classify", clips, "--csv", "-", url=gateway.url)
    assert code == 0, errors
    assert len(rows_of(output)) == 3
    assert "Classified 3 of 3 recordings" in errors


def test_a_broken_file_has_its_reason_in_its_row_and_stops_no_other(gateway, backends, clips):
    (clips / "b.mp4").write_bytes(NOT_A_VIDEO)
    backends.empty.add((clips / "a.mp4").read_bytes())
    code, output, errors = run("classify", clips, "--csv", "-", url=gateway.url)
    assert code == 3, errors
    rows = {row["file"]: row for row in rows_of(output)}
    assert rows["a.mp4"]["why"].endswith("[NO_PERSON]")
    assert rows["b.mp4"]["why"] == "the file is not a video that can be read [NOT_A_VIDEO]"
    assert [rows[name]["style"] for name in ("a.mp4", "b.mp4", "c.npz")] == ["", "", "hip_hop"]
    assert "Classified 2 of 4 recordings" in errors


def test_a_dance_of_no_known_style_says_why_and_is_no_failure(gateway, backends, clips):
    backends.classifier.verdict = classifier_pb2.VERDICT_UNKNOWN
    code, output, errors = run("classify", clips, "--csv", "-", url=gateway.url)
    assert code == 0, errors
    row = rows_of(output)[0]
    assert (row["style"], row["confidence"], row["second_best"]) == ("", "", "hip_hop")
    assert row["why"] == "A dance of a style that the model does not know"


def test_started_again_nothing_is_sent_or_extracted_again(gateway, backends, clips):
    first = run("classify", clips, "--csv", "-", url=gateway.url)
    stored = len(gateway.client.get("/v1/videos?limit=200").json()["items"])
    backends.calls.clear()
    again = run("classify", clips, "--csv", "-", url=gateway.url)
    assert (again[0], again[1]) == (first[0], first[1])
    assert "Extract" not in backends.calls
    assert len(gateway.client.get("/v1/videos?limit=200").json()["items"]) == stored


def test_a_recording_of_which_only_the_motion_is_kept_is_not_sent_again(gateway, backends, clips):
    run("classify", clips, "--csv", "-", url=gateway.url)
    for video in gateway.client.get("/v1/videos?limit=200").json()["items"]:
        gateway.client.delete(f"/v1/videos/{video['id']}/content")
    backends.calls.clear()
    code, output, errors = run("classify", clips, "--csv", "-", url=gateway.url)
    assert (code, len(rows_of(output))) == (0, 3), errors
    assert "Extract" not in backends.calls


def test_a_model_of_frames_gets_the_videos_themselves(gateway, backends, tmp_path):
    new_file(tmp_path / "clips" / "a.mp4")
    backends.classifier.models = [model_info("watcher", family="frames-gru", is_default=True)]
    for _ in range(2):
        code, _, errors = run("classify", tmp_path / "clips", "--csv", "-", "--style-model", "watcher", url=gateway.url)
        assert code == 0, errors
    assert backends.classifier.requests[-1].motion_uri == ""


def test_an_interruption_cancels_the_job_and_leaves_no_half_table(gateway, backends, clips, tmp_path):
    backends.classifier.seconds_per_step = 30
    process = command("classify", clips, "--csv", tmp_path / "styles.csv", url=gateway.url)
    job = running_job(gateway, "classifications")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert gateway.finished(job["id"], "classifications")["status"] == "cancelled"
    assert process.returncode == 130
    assert not list(tmp_path.glob("styles.csv*"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{clips}"], "is a folder"),
        (["{clips}/a.mp4", "--csv", "-"], "requires a folder"),
        (["{clips}", "--csv", "-", "--dancer", "0.5,0.5"], "in one file"),
        (["{clips}", "--csv", "-", "--json"], "choose one of them"),
        (["{clips}", "--csv", "-", "--style-model", "theirs"], "theirs"),
        (["{clips}/empty", "--csv", "-"], "no recordings found"),
    ],
)
def test_what_makes_no_sense_ends_with_2(gateway, clips, arguments, words):
    (clips / "empty").mkdir()
    code, output, errors = run("classify", *(one.format(clips=clips) for one in arguments), url=gateway.url)
    assert (code, words in output + errors) == (2, True), errors


def test_a_program_gets_the_numbers_as_json(gateway, clips, tmp_path):
    _, output, _ = run("classify", clips, "--csv", tmp_path / "styles.csv", "--json", url=gateway.url)
    assert json.loads(output) == {"file": str(tmp_path / "styles.csv"), "recordings": 3, "failed": 0}
