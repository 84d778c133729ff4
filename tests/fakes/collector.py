"""An OpenTelemetry collector that keeps the spans that it receives."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from opentelemetry.proto.trace.v1 import trace_pb2


@dataclass
class FakeCollector(trace_service_pb2_grpc.TraceServiceServicer):
    """Received spans, in order."""

    endpoint: str = ""
    spans: list[trace_pb2.Span] = field(default_factory=list)

    def Export(self, request, context):
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                self.spans.extend(scope.spans)
        return trace_service_pb2.ExportTraceServiceResponse()

    def named(self, name: str) -> list[trace_pb2.Span]:
        """Return the spans of that name."""
        return [span for span in self.spans if span.name == name]


@contextmanager
def running_collector() -> Iterator[FakeCollector]:
    """Run a collector on a free port of this machine until the context ends."""
    collector = FakeCollector()
    server = grpc.server(ThreadPoolExecutor(2))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)
    collector.endpoint = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield collector
    finally:
        server.stop(None).wait()
