"""One trace from the HTTP request through the durable job to the services, over a restart of the gateway."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from eightcount_common.storage.folder import FolderStore
from tests.fakes.backends import FakeBackends, running_backends
from tests.fakes.collector import FakeCollector, running_collector
from tests.fakes.gateway_process import gateway_environment, running_gateway, wait_until

CALLS = {"DescribeModel", "Extract", "Align", "AnalyseMusic", "Score", "Render"}
REQUEST = "POST /v1/comparisons"


@pytest.fixture(scope="module")
def served() -> InMemorySpanExporter:
    """Spans of the fake services, which run in this process."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture
def collector() -> Iterator[FakeCollector]:
    with running_collector() as collector:
        yield collector


@pytest.fixture
def backends(tmp_path: Path, served: InMemorySpanExporter, collector: FakeCollector) -> Iterator[FakeBackends]:
    served.clear()
    with running_backends(FolderStore(tmp_path / "objects"), otlp_endpoint=collector.endpoint) as backends:
        yield backends


@pytest.fixture
def environment(
    tmp_path: Path, backends: FakeBackends, collector: FakeCollector, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
    return gateway_environment(tmp_path, backends.targets, otlp_endpoint=collector.endpoint)


def content() -> bytes:
    return uuid.uuid4().bytes * 50


def calls_of_trace(served: InMemorySpanExporter, trace_id: int) -> set[str]:
    """Names of the methods that services were asked within a trace."""
    return {method(span) for span in served.get_finished_spans() if span.context.trace_id == trace_id}


def method(span: ReadableSpan) -> str:
    return span.name.rpartition("/")[2]


def trace_of(collector: FakeCollector) -> int:
    """Trace of the request that started the only comparison."""
    (request,) = wait_until(lambda: collector.named(REQUEST))
    return int.from_bytes(request.trace_id)


def test_each_request_is_a_trace_that_leads_to_every_service(tmp_path, environment, collector, served):
    with running_gateway(environment, tmp_path) as gateway:
        videos = [gateway.upload(content()) for _ in range(2)]
        job = gateway.finished(gateway.compare(*videos))
        first = trace_of(collector)
        gateway.finished(gateway.compare(*videos))
    assert job["status"] == "succeeded"
    assert "traceparent" not in job
    assert calls_of_trace(served, first) >= CALLS
    (second,) = {int.from_bytes(span.trace_id) for span in collector.named(REQUEST)} - {first}
    assert calls_of_trace(served, second) >= {"Align", "Score", "Render"}
    steps = [span for span in collector.spans if span.name.startswith("step ")]
    assert [span.name for span in steps] == 2 * [f"step {n}" for n in ("probe", "extract", "align", "score", "render")]
    assert {span.parent_span_id for span in steps} == {span.span_id for span in collector.named(REQUEST)}


def test_a_classification_is_a_trace_that_leads_to_the_classifier(tmp_path, environment, collector, served):
    with running_gateway(environment, tmp_path) as gateway:
        wanted = {"video_id": gateway.upload(content())}
        job = gateway.client.post("/v1/classifications", json=wanted).json()
        assert gateway.finished(job["id"], "classifications")["status"] == "succeeded"
        (request,) = wait_until(lambda: collector.named("POST /v1/classifications"))
    calls = calls_of_trace(served, int.from_bytes(request.trace_id))
    assert calls >= {"DescribeModel", "Extract", "AnalyseMusic", "ClassifyVideo"}


def test_a_job_that_goes_on_after_a_restart_stays_in_its_trace(tmp_path, environment, backends, collector, served):
    backends.seconds_per_chunk = 5.0
    with running_gateway(environment, tmp_path) as gateway:
        comparison = gateway.compare(gateway.upload(content()), gateway.upload(content()))
        wait_until(lambda: backends.running == 2 and collector.named(REQUEST))
        gateway.kill()
    wait_until(lambda: backends.running == 0)
    before = calls_of_trace(served, trace_of(collector))
    assert "Score" not in before
    backends.seconds_per_chunk = 0.0
    with running_gateway(environment, tmp_path) as gateway:
        assert gateway.finished(comparison)["status"] == "succeeded"
    assert calls_of_trace(served, trace_of(collector)) >= CALLS
