"""Databases of earlier versions are upgraded in place."""

from __future__ import annotations

import json

import sqlalchemy as sa

from eightcount_gateway.jobs.database import open_database
from eightcount_gateway.jobs.store import JobFilter, JobStore
from tests.fakes.postgres import running_postgres

_FIRST_VERSION = """
CREATE TABLE eightcount_jobs (
    id VARCHAR(64) NOT NULL PRIMARY KEY, kind VARCHAR(16) NOT NULL, status VARCHAR(16) NOT NULL, request TEXT NOT NULL,
    steps TEXT NOT NULL, score FLOAT, error_reason VARCHAR(64), error_message TEXT, created_at FLOAT NOT NULL,
    version INTEGER NOT NULL, cancel_requested BOOLEAN NOT NULL, runner VARCHAR(128) NOT NULL
)
"""


def write_first_version(url: str) -> None:
    engine = sa.create_engine(url)
    steps = json.dumps([{"name": "extract", "state": "done", "done": 2, "total": 2, "seconds": 1.0, "note": ""}])
    insert = (
        "INSERT INTO eightcount_jobs VALUES ('j1', 'style', 'succeeded', :request, :steps, NULL, NULL, NULL, 12.5, 3,"
        " :no, '')"
    )
    with engine.begin() as connection:
        connection.execute(sa.text(_FIRST_VERSION))
        connection.execute(sa.text(insert), {"request": json.dumps({"name": "solo"}), "steps": steps, "no": False})
    engine.dispose()


def check_upgrade(url: str) -> None:
    write_first_version(url)
    for _ in range(2):  # the second time there is nothing to do
        engine = open_database(url)
        job = JobStore(engine).get("j1", "style_addition")
        of_a_style = JobFilter(answers={"style": ["house"]})
        assert JobStore(engine).list("style_addition", limit=1, which=of_a_style) == []
        engine.dispose()
        assert (job.created_at, job.started_at, job.finished_at, job.text("name")) == (12.5, None, None, "solo")
        assert job.answer is None


def test_a_request_of_an_earlier_version_has_no_zeros_for_values_that_were_not_given(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path}/jobs.sqlite")
    jobs = JobStore(engine)
    edit = {"dance_id": "d", "start_seconds": 0.0, "end_seconds": 0.0}
    earlier = jobs.create("dance", {"duration_seconds": 0.0, "max_epochs": 0, "seed": 0, "edit": edit}, ())
    job = jobs.get(earlier.id)
    later = jobs.get(jobs.create("dance", {"duration_seconds": 2.5, "max_epochs": 4}, ()).id)
    engine.dispose()
    assert job.request == {
        "duration_seconds": None, "max_epochs": None, "seed": 0, "edit": edit | {"end_seconds": None},
    }  # fmt: skip
    assert (job.optional_real("duration_seconds"), job.optional_number("max_epochs")) == (None, None)
    assert (later.optional_real("duration_seconds"), later.optional_number("max_epochs")) == (2.5, 4)


def test_a_sqlite_database_of_the_first_version_is_upgraded(tmp_path):
    check_upgrade(f"sqlite:///{tmp_path}/jobs.sqlite")


def test_a_postgresql_database_of_the_first_version_is_upgraded():
    with running_postgres() as create_database:
        check_upgrade(create_database().replace("postgresql://", "postgresql+psycopg://", 1))
