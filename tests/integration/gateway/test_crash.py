"""A gateway is killed in the middle of an extraction: the comparison finishes, and nothing is extracted twice."""

from __future__ import annotations

import signal
import uuid
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from eightcount_common.settings import StoreSettings
from eightcount_common.storage import ObjectStore, open_store
from eightcount_common.storage.folder import FolderStore
from tests.fakes.backends import FakeBackends, running_backends
from tests.fakes.gateway_process import gateway_environment, running_gateway, wait_until
from tests.fakes.postgres import running_postgres
from tests.fakes.s3_server import running_s3_server


@pytest.fixture(scope="module")
def postgres() -> Iterator[Callable[[], str]]:
    with running_postgres() as create_database:
        yield create_database


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreSettings]:
    with running_s3_server(tmp_path_factory.mktemp("s3")) as settings:
        yield settings


@pytest.fixture
def deployment(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[dict[str, str], ObjectStore]:
    """Environment of a laptop (SQLite, folder) or of a cluster (PostgreSQL, S3), and the object store."""
    if request.param == "laptop":
        return {}, FolderStore(tmp_path / "objects")
    create_database = request.getfixturevalue("postgres")
    shared: StoreSettings = request.getfixturevalue("s3")
    settings = shared.model_copy(update={"s3_bucket": f"bucket-{uuid.uuid4().hex[:8]}"})
    return _cluster_environment(create_database(), settings), open_store(settings)


@pytest.fixture
def backends(deployment: tuple[dict[str, str], ObjectStore]) -> Iterator[FakeBackends]:
    with running_backends(deployment[1]) as backends:
        backends.frames, backends.chunk_frames, backends.seconds_per_chunk = 600, 30, 0.15
        yield backends


@pytest.fixture
def environment(
    tmp_path: Path, deployment: tuple[dict[str, str], ObjectStore], backends: FakeBackends
) -> dict[str, str]:
    return gateway_environment(tmp_path, backends.targets, takeover_seconds="8") | deployment[0]


def content() -> bytes:
    return uuid.uuid4().bytes * 50


def sent(backends: FakeBackends) -> dict[str, list[tuple[int, int]]]:
    """Frames that each call of Extract sent, in order, by video."""
    calls: dict[str, list[tuple[int, int]]] = {}
    for uri, first, last in backends.extracted:
        calls.setdefault(uri, []).append((first, last))
    return calls


def assert_nothing_was_extracted_twice(backends: FakeBackends, *, in_flight_chunks: int = 3) -> None:
    """Each call goes on where the one before left the store.

    A killed gateway may have been sent a few chunks that it had not stored yet; those alone are sent again.
    """
    for calls in sent(backends).values():
        assert calls[0][0] == 0
        assert calls[-1][1] == backends.frames
        for (_, last), (first, _) in pairwise(calls):
            assert first > 0
            assert last - in_flight_chunks * backends.chunk_frames <= first <= last


@pytest.mark.parametrize("deployment", ["laptop", "cluster"], indirect=True)
def test_a_killed_gateway_continues_after_the_last_stored_chunk(tmp_path, environment, deployment, backends):
    store = deployment[1]
    with running_gateway(environment, tmp_path) as gateway:
        comparison = gateway.compare(gateway.upload(content()), gateway.upload(content()))
        wait_until(lambda: len(list(store.list("motions/"))) >= 10)
        gateway.kill()
    wait_until(lambda: backends.running == 0)
    stored = {info.key for info in store.list("motions/")}
    probes = backends.calls.count("Probe")
    with running_gateway(environment, tmp_path) as gateway:
        job = gateway.finished(comparison)
        assert job["status"] == "succeeded", job
        assert gateway.client.get(f"/v1/comparisons/{comparison}/report.json").json()["score"] == 75.0
    assert len(stored) >= 10
    assert backends.calls.count("Extract") == 4
    assert backends.calls.count("Probe") == probes, "a step that was done is not done again"
    assert backends.scored_frames == [1200]
    assert_nothing_was_extracted_twice(backends)


@pytest.mark.parametrize("deployment", ["laptop"], indirect=True)
def test_a_stopped_gateway_hands_its_work_back_and_goes_on_when_it_starts_again(
    tmp_path, environment, deployment, backends
):
    with running_gateway(environment, tmp_path) as gateway:
        comparison = gateway.compare(gateway.upload(content()), gateway.upload(content()))
        wait_until(lambda: len(list(deployment[1].list("motions/"))) >= 6)
        assert gateway.stop() == 0
    wait_until(lambda: backends.running == 0)
    with running_gateway(environment, tmp_path) as gateway:
        assert gateway.finished(comparison)["status"] == "succeeded"
    assert_nothing_was_extracted_twice(backends)


@pytest.mark.parametrize("deployment", ["cluster"], indirect=True)
def test_a_living_gateway_takes_over_the_jobs_of_a_dead_one(tmp_path, environment, deployment, backends):
    other = environment | {"EIGHTCOUNT_GATEWAY_EXECUTOR_ID": "gateway-2"}
    with running_gateway(environment, tmp_path) as gateway, running_gateway(other, tmp_path) as survivor:
        videos = [gateway.upload(content()) for _ in range(2)]
        jobs = [gateway.compare(videos[0], videos[1], model=model) for model in ("heavy", "full", "lite")]
        wait_until(lambda: len(list(deployment[1].list("motions/"))) >= 10)
        gateway.kill()
        finished = [survivor.finished(job) for job in jobs]
        assert [job["status"] for job in finished] == ["succeeded"] * 3
    assert backends.scored_frames == [1200] * 3


@pytest.mark.parametrize("deployment", ["cluster"], indirect=True)
def test_a_gateway_that_only_looks_dead_does_not_disturb_its_successor(tmp_path, environment, backends):
    """A paused process wakes up after its jobs were taken over: each job ends once and well."""
    other = environment | {"EIGHTCOUNT_GATEWAY_EXECUTOR_ID": "gateway-2"}
    with running_gateway(environment, tmp_path) as paused:
        comparison = paused.compare(paused.upload(content()), paused.upload(content()))
        wait_until(lambda: backends.running == 2)
        paused.process.send_signal(signal.SIGSTOP)
        with running_gateway(other, tmp_path) as survivor:
            wait_until(lambda: backends.calls.count("Extract") == 4)
            paused.process.send_signal(signal.SIGCONT)
            assert survivor.finished(comparison)["status"] == "succeeded"
            assert paused.finished(comparison)["status"] == "succeeded"
    assert backends.scored_frames == [1200]


def _cluster_environment(database: str, s3: StoreSettings) -> dict[str, str]:
    return {
        "EIGHTCOUNT_GATEWAY_DATABASE_URL": database,
        "EIGHTCOUNT_STORE_KIND": "s3",
        "EIGHTCOUNT_STORE_S3_ENDPOINT": s3.s3_endpoint,
        "EIGHTCOUNT_STORE_S3_BUCKET": s3.s3_bucket,
        "EIGHTCOUNT_STORE_S3_SECURE": "false",
        "EIGHTCOUNT_STORE_S3_ACCESS_KEY": s3.s3_access_key.get_secret_value(),
        "EIGHTCOUNT_STORE_S3_SECRET_KEY": s3.s3_secret_key.get_secret_value(),
    }
