"""`eightcount data` against a real gateway."""

import json
import os
import pty
import subprocess
import sys

import pytest

from tests.fakes.command import run
from tests.integration.client.conftest import new_file
from tests.integration.client.jobs import jobs_of


@pytest.fixture
def comparison(gateway, videos, tmp_path):
    code, output, errors = run("compare", *videos, "--out", tmp_path / "out", "--json", url=gateway.url)
    assert code == 0, errors
    return json.loads(output)["id"]


def test_resources_are_listed_with_what_they_are(gateway, comparison):
    code, output, errors = run("data", "list", url=gateway.url)
    assert code == 0, errors
    assert f"  {comparison}  " in output
    assert "ünïcode take.mp4" in output
    assert "style-models (3)" in output
    listed = json.loads(run("data", "list", "comparisons", "videos", "--json", "--limit", "1", url=gateway.url)[1])
    assert [item["id"] for item in listed["comparisons"]] == [comparison]
    assert list(map(len, listed.values())) == [1, 1]


def test_lists_are_filtered(gateway, comparison):
    def listed(*options):
        code, output, errors = run("data", "list", *options, "--json", url=gateway.url)
        assert code == 0, errors
        return json.loads(output)

    assert comparison in [item["id"] for item in listed("--status", "succeeded")["comparisons"]]
    assert listed("comparisons", "--status", "failed")["comparisons"] == []
    assert listed("comparisons", "--after", "2999-01-01")["comparisons"] == []
    assert {item["file_name"] for item in listed("--file-name", "the reference.mp4")["videos"]} == {"the reference.mp4"}


def test_classifications_are_listed_by_style_with_their_answers(gateway, video):
    code, output, errors = run("classify", video, "--json", url=gateway.url)
    assert code == 0, errors
    classification = json.loads(output)["id"]
    code, output, errors = run("data", "list", "--style", "hip_hop", "--style", "salsa", url=gateway.url)
    assert code == 0, errors
    line = next(line for line in output.splitlines() if classification in line)
    assert line.endswith("succeeded  Hip hop, 85 %")
    assert output.startswith("classifications (")
    listed = json.loads(run("data", "list", "--style", "polka", "--json", url=gateway.url)[1])
    assert listed == {"classifications": []}


def test_more_than_a_page_is_listed(gateway, tmp_path):
    for number in range(5):
        gateway.upload(new_file(tmp_path / f"{number}.mp4").read_bytes())
    _, output, _ = run("data", "list", "videos", "--limit", "4", "--json", url=gateway.url)
    found = json.loads(output)["videos"]
    assert (len(found), len({video["id"] for video in found})) == (4, 4)


def test_a_deletion_is_tried_out_first_and_needs_a_yes(gateway, comparison):
    code, output, errors = run("data", "delete", "comparisons", comparison, "--dry-run", url=gateway.url)
    assert code == 0, errors
    assert output.startswith("Would be deleted")
    assert comparison in output
    code, output, errors = run("data", "delete", "comparisons", comparison, url=gateway.url)
    assert (code, "[CONFIRMATION_REQUIRED]" in errors) == (2, True), "there is nobody to ask"
    code, output, _ = run("data", "delete", "comparisons", comparison, "--json", url=gateway.url)
    assert json.loads(output)["deletions"][0]["dry_run"]
    assert comparison in [job["id"] for job in jobs_of(gateway, "comparisons")]
    code, output, errors = run("data", "delete", "comparisons", comparison, "--yes", url=gateway.url)
    assert code == 0, errors
    assert output.startswith("Deleted")
    assert comparison not in [job["id"] for job in jobs_of(gateway, "comparisons")]
    code, output, _ = run("data", "delete", "comparisons", comparison, "--yes", "--json", url=gateway.url)
    assert (code, json.loads(output)["error"]["reason"]) == (2, "COMPARISON_NOT_FOUND")


@pytest.mark.parametrize(("answer", "stays"), [("n", True), ("y", False)])
def test_a_person_is_asked(gateway, comparison, answer, stays):
    environment = {**os.environ, "EIGHTCOUNT_URL": gateway.url, "PYTHONPATH": os.pathsep.join(sys.path)}
    line = [sys.executable, "-m", "eightcount_client", "data", "delete", "comparisons", comparison]
    person, terminal = pty.openpty()
    os.write(person, f"{answer}\n".encode())
    done = subprocess.run(
        line, env=environment, stdin=terminal, capture_output=True, text=True, timeout=60, check=False
    )
    os.close(person)
    os.close(terminal)
    assert done.returncode == 0, done.stderr
    assert "Delete this?" in done.stderr
    assert (comparison in [job["id"] for job in jobs_of(gateway, "comparisons")]) is stays


def test_data_is_kept_by_a_running_server_only():
    code, output, _ = run("data", "list", "--json")
    assert (code, json.loads(output)["error"]["reason"]) == (2, "NEEDS_SERVER")


def test_an_unknown_resource_ends_with_2(gateway):
    assert run("data", "list", "songs", url=gateway.url)[0] == 2
