"""Kinds of job: one record each, injected into the application."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

import eightcount_gateway.kinds
from eightcount_common.settings import StoreSettings
from eightcount_gateway.http.app import create_app
from eightcount_gateway.http.reason_catalogue import KIND_NAMES
from eightcount_gateway.http.reasons import PROBLEM_REASONS, ProblemReason
from eightcount_gateway.http.schemas.base import Body
from eightcount_gateway.jobs.kind import JobKind
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.kinds.catalogue import KINDS
from eightcount_gateway.kinds.schemas import JobBody, describe_job
from eightcount_gateway.settings import GatewaySettings

LIFECYCLE = ("create", "list", "get", "follow", "cancel", "delete")


class CountRequest(Body):
    """Count to a number."""

    number: int


class CountBody(JobBody):
    """A count and its progress."""

    kind: Literal["count"]
    number: int


async def prepare(_context: object, body: CountRequest) -> dict[str, object]:
    return body.model_dump()


COUNT = JobKind(
    name="count", path="counts", tag="counts", purpose="count", steps={"count": "Count"},
    workflow=lambda *_: None,  # type: ignore[arg-type, return-value]
    request=CountRequest, body=CountBody, prepare=prepare, failures=(), artifacts=lambda _job: ("numbers.json",),
)  # fmt: skip


def operations(kinds: tuple[JobKind, ...]) -> set[str]:
    paths = create_app(GatewaySettings(), StoreSettings(), kinds).openapi()["paths"].values()
    return {found["operationId"] for path in paths for found in path.values() if "operationId" in found}


def test_a_folder_of_kinds_is_in_the_catalogue():
    folder = Path(eightcount_gateway.kinds.__file__).parent
    assert {path.parent.name for path in folder.glob("*/kind.py")} == {kind.name for kind in KINDS}
    assert set(KIND_NAMES) == {kind.name for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_is_complete(kind):
    assert all(kind.steps.values())
    assert kind.not_found in PROBLEM_REASONS
    assert issubclass(kind.body, JobBody)
    assert kind.body.model_fields["kind"].annotation == Literal[kind.name]
    assert kind.request.__doc__
    missing = set(kind.request.model_fields) - set(kind.body.model_fields) - {"items"}
    assert not missing, "a job tells what was asked for"


def test_names_and_paths_are_unique():
    assert len({kind.name for kind in KINDS}) == len({kind.path for kind in KINDS}) == len(KINDS)


def test_a_new_kind_has_the_whole_lifecycle_by_its_record_alone(monkeypatch):
    monkeypatch.setitem(PROBLEM_REASONS, "COUNT_NOT_FOUND", ProblemReason("COUNT_NOT_FOUND", "None.", "", 404))
    assert operations((COUNT,)) - operations(()) == {
        "createCount", "listCounts", "getCount", "followCount", "cancelCount", "deleteCount",
    }  # fmt: skip


def test_every_kind_has_the_lifecycle():
    found = operations(KINDS)
    for kind in KINDS:
        names = {"list": kind.operations}
        assert {verb + names.get(verb, kind.operation) for verb in LIFECYCLE} <= found


def test_a_job_is_described_with_titles_times_and_links():
    job = Job("j1", "count", "succeeded", {"number": 3}, COUNT.new_steps({}), 10.0, started_at=11.0, finished_at=12.0)
    body = describe_job(COUNT, job)
    assert (body.kind, body.steps[0].title) == ("count", "Count")
    assert body.finished_at is not None
    assert body.finished_at.timestamp() == 12.0
    assert body.links == {
        "self": "/v1/counts/j1", "events": "/v1/counts/j1/events", "numbers.json": "/v1/counts/j1/numbers.json",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "request_", "used"),
    [
        ("classification", {"video_id": "v", "model": "heavy"}, {"video:v"}),
        ("extraction", {"video_id": "v", "model": "heavy"}, {"video:v"}),
        ("dance", {"music_id": "m", "model": "mine", "formats": ["npz"]}, {"video:m", "dance_model:mine"}),
    ],
)
def test_what_a_job_of_an_earlier_version_uses_is_known(name, request_, used):
    kind = next(one for one in KINDS if one.name == name)
    job = Job("j1", name, "succeeded", request_, (), 10.0)
    assert {f"{one.type}:{one.id}" for one in kind.uses(None, job)} == used
