"""Logs as JSON lines, and traces of a request across the services."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import grpc.aio

_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Formats one JSON object per line: time, level, logger, message, trace id, and the fields passed as `extra`."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON."""
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


class StandardErrorHandler(logging.StreamHandler[TextIO]):
    """Writes to what `sys.stderr` is when a record is logged: it may have been replaced and closed since."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)  # the base class would keep the present stream

    @property
    def stream(self) -> TextIO:
        """The present standard error."""
        return sys.stderr

    @stream.setter
    def stream(self, _: TextIO) -> None:
        """Ignore another stream."""


def configure(service: str, *, level: str = "INFO", otlp_endpoint: str = "") -> None:
    """Set up logging to standard error and, when a collector is given, tracing; to be called once per process."""
    handler = StandardErrorHandler()
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
    """Return interceptors that continue the caller's trace; an empty list when tracing is off."""
    if not otlp_endpoint:
        return []
    from opentelemetry.instrumentation.grpc import aio_server_interceptor

    return [aio_server_interceptor()]  # type: ignore[no-untyped-call]


def client_interceptors(otlp_endpoint: str) -> list[grpc.aio.ClientInterceptor]:
    """Return interceptors that pass the trace on to the called service; an empty list when tracing is off."""
    if not otlp_endpoint:
        return []
    from opentelemetry.instrumentation.grpc import aio_client_interceptors

    return list(aio_client_interceptors())  # type: ignore[no-untyped-call]


def current_traceparent() -> str:
    """Return the current span as a W3C `traceparent`, for work that continues later; empty outside of a trace."""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent", "")


@contextmanager
def continue_trace(traceparent: str, span: str) -> Iterator[None]:
    """Run the body in a span of the trace that `traceparent` names; without one, run it without a span.

    Args:
        traceparent: returned by `current_traceparent`, possibly in another process.
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
    """Return the hexadecimal id of the current trace; empty outside of a trace."""
    from opentelemetry import trace

    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""
