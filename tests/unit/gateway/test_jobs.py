from __future__ import annotations

import time
from dataclasses import replace

import pytest

from eightcount_common.errors import NotFoundError
from eightcount_gateway.jobs.database import open_database
from eightcount_gateway.jobs.leases import Heartbeats, Leases
from eightcount_gateway.jobs.model import Failure, Job
from eightcount_gateway.jobs.store import JobStore
from eightcount_gateway.kinds.comparison.kind import COMPARISON


@pytest.fixture
def database(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path}/jobs.sqlite")
    yield engine
    engine.dispose()


@pytest.fixture
def jobs(database) -> JobStore:
    return JobStore(database)


def created(jobs: JobStore) -> Job:
    request = {"reference_video_id": "a", "take_video_id": "b", "mirrored": True}
    return jobs.create("comparison", request, COMPARISON.new_steps(request))


def test_a_job_is_read_back_as_it_was_created(jobs):
    job = created(jobs)
    assert jobs.get(job.id) == job
    assert jobs.get(job.id).request["mirrored"] is True
    assert job.steps[0].name == "probe"


def test_a_job_of_another_kind_is_not_found(jobs):
    job = created(jobs)
    with pytest.raises(NotFoundError) as caught:
        jobs.get(job.id, "extraction")
    assert caught.value.reason == "EXTRACTION_NOT_FOUND"


def test_every_change_gives_a_new_version(jobs):
    job = jobs.begin(created(jobs).id, "run-1")
    jobs.save(replace(job, score=50.0, answer={"style": "house"}))
    again = jobs.get(job.id)
    assert again.version > job.version
    assert (again.score, again.answer) == (50.0, {"style": "house"})


def test_only_the_run_that_began_last_may_write(jobs):
    first = jobs.begin(created(jobs).id, "run-1")
    second = jobs.begin(first.id, "run-2")
    assert not jobs.save(replace(first, status="failed", error=Failure("X", "x")))
    assert jobs.save(replace(second, status="succeeded"))
    assert jobs.get(first.id).status == "succeeded"


def test_an_ended_job_does_not_change_any_more(jobs):
    job = jobs.begin(created(jobs).id, "run-1")
    assert jobs.save(replace(job, status="succeeded"))
    assert not jobs.save(replace(job, status="failed"))
    assert jobs.begin(job.id, "run-2").status == "succeeded"
    assert jobs.request_cancel(job.id).status == "succeeded"


def test_a_queued_job_is_cancelled_at_once_and_a_running_one_is_asked(jobs):
    assert jobs.request_cancel(created(jobs).id).status == "cancelled"
    job = jobs.begin(created(jobs).id, "run-1")
    assert jobs.request_cancel(job.id).status == "running"
    assert jobs.cancel_requested([job.id, "other"]) == {job.id}


def test_a_request_to_cancel_is_not_lost_when_progress_is_saved(jobs):
    job = jobs.begin(created(jobs).id, "run-1")
    jobs.request_cancel(job.id)
    jobs.save(job)
    assert jobs.get(job.id).cancel_requested


def test_a_lease_has_one_owner_until_it_is_given_back(database):
    leases = Leases(database, executor="e", seconds=60)
    assert leases.acquire("motion", "a")
    assert not leases.acquire("motion", "b")
    assert leases.acquire("other", "b")
    leases.release("motion", "b")
    assert not leases.acquire("motion", "b"), "only the owner gives it back"
    leases.release("motion", "a")
    assert leases.acquire("motion", "b")


def test_a_lease_that_is_not_renewed_runs_out_and_its_owner_learns_of_it(database):
    assert Leases(database, executor="e", seconds=0.05).acquire("motion", "a")
    time.sleep(0.1)
    leases = Leases(database, executor="e", seconds=60)
    assert leases.acquire("motion", "b")
    assert not leases.renew("motion", "a")
    assert leases.renew("motion", "b", done=3, total=9)
    view = leases.view("motion")
    assert view is not None
    assert (view.done, view.total) == (3, 9)


def test_the_leases_of_a_dead_executor_are_given_back(database):
    dead, alive = Leases(database, executor="dead", seconds=60), Leases(database, executor="alive", seconds=60)
    assert dead.acquire("one", "a")
    assert alive.acquire("two", "b")
    alive.release_all_of("dead")
    assert alive.acquire("one", "c")
    assert not alive.acquire("two", "c")


def test_an_executor_is_dead_when_it_has_been_silent_for_too_long(database):
    silent = Heartbeats(database, executor="silent", dead_after_seconds=60)
    lively = Heartbeats(database, executor="lively", dead_after_seconds=60)
    silent.beat()
    lively.beat()
    assert lively.list_dead() == []
    time.sleep(0.1)
    lively = Heartbeats(database, executor="lively", dead_after_seconds=0.05)
    lively.beat()
    assert lively.list_dead() == ["silent"]
    lively.forget("silent")
    assert lively.list_dead() == []
