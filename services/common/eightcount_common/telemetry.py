"""Logs as JSON lines, and traces that follow a request through the services."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc.aio

_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, trace id, and the fields given as `extra`."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD_FIELDS}
        if trace_id := current_trace_id():
            line["trace_id"] = trace_id
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def configure(service: str, *, level: str = "INFO", otlp_endpoint: str = "") -> None:
    """Sets up logging to standard error and, with a collector given, tracing. Called once per process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(service))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    if otlp_endpoint:
        _configure_tracing(service, otlp_endpoint)


def _configure_tracing(service: str, endpoint: str) -> None:
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"eightcount-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)


def server_interceptors(otlp_endpoint: str) -> list[grpc.aio.ServerInterceptor]:
    """Interceptors that continue the caller's trace; none when tracing is off."""
    if not otlp_endpoint:
        return []
    from opentelemetry.instrumentation.grpc import aio_server_interceptor

    return [aio_server_interceptor()]  # type: ignore[no-untyped-call]


def client_interceptors(otlp_endpoint: str) -> list[grpc.aio.ClientInterceptor]:
    """Interceptors that hand the trace on to the called service; none when tracing is off."""
    if not otlp_endpoint:
        return []
    from opentelemetry.instrumentation.grpc import aio_client_interceptors

    return list(aio_client_interceptors())  # type: ignore[no-untyped-call]


def current_traceparent() -> str:
    """The present span as a W3C `traceparent`, for work that goes on later or elsewhere; empty outside of a trace."""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent", "")


@contextmanager
def continue_trace(traceparent: str, span: str) -> Iterator[None]:
    """Runs the body in a span of the trace that `traceparent` names; without one it is simply run.

    Args:
        traceparent: as `current_traceparent` gave it, in another process perhaps.
        span: name of the span.
    """
    if not traceparent:
        yield
        return
    from opentelemetry import trace
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    parent = TraceContextTextMapPropagator().extract({"traceparent": traceparent})
    with trace.get_tracer(__name__).start_as_current_span(span, context=parent):
        yield


def current_trace_id() -> str:
    """Hex id of the trace that this code runs in; empty outside of one."""
    from opentelemetry import trace

    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""
