"""Serving one gRPC service: health, reflection, limits, metrics, tracing, TLS and an orderly end."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from collections.abc import Callable, Sequence

import grpc
import grpc.aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from prometheus_client import start_http_server

from eightcount_common import telemetry
from eightcount_common.errors import InvalidInputError
from eightcount_common.rpc.interceptors import ErrorInterceptor
from eightcount_common.rpc.wire import MAX_MESSAGE_BYTES
from eightcount_common.settings import ServiceSettings

_log = logging.getLogger(__name__)
_OPTIONS = (
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.so_reuseport", 0),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    # Clients resolve their servers when a connection ends: without an end they would never find an added pod. Running
    # calls may finish.
    ("grpc.max_connection_age_ms", 300_000),
)


async def serve(
    settings: ServiceSettings,
    *,
    name: str,
    register: Callable[[grpc.aio.Server], None],
    service_names: Sequence[str],
    warm_up: Callable[[], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then drain.

    Prints one JSON line `{"service", "host", "port", "metrics_port"}` on standard output once it listens. Health is
    NOT_SERVING until `warm_up` has returned, and again after the signal.

    Args:
        settings: address, limits, TLS, telemetry.
        name: of the service in logs and traces, for example "pose".
        register: adds the servicers to the server.
        service_names: full names for health and reflection, for example "eightcount.pose.v1.PoseService".
        warm_up: loads everything that the first call would otherwise wait for; runs in a thread.

    Raises:
        InvalidInputError: the address cannot be bound (ADDRESS_IN_USE).
    """
    telemetry.configure(name, level=settings.log_level, otlp_endpoint=settings.otlp_endpoint)
    interceptors = [*telemetry.server_interceptors(settings.otlp_endpoint), ErrorInterceptor()]
    server = grpc.aio.server(options=_OPTIONS, interceptors=interceptors)
    register(server)
    checks = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    reflection.enable_server_reflection((*service_names, health.SERVICE_NAME, reflection.SERVICE_NAME), server)
    await _set_health(checks, service_names, serving=False)
    port = _bind(server, settings)
    if settings.metrics_port:
        start_http_server(settings.metrics_port, settings.host.strip("[]"))
    stopping = _stop_signal()
    await server.start()
    line = {"service": name, "host": settings.host, "port": port, "metrics_port": settings.metrics_port}
    print(json.dumps(line), flush=True)  # noqa: T201 - the supervisor reads it
    try:
        if warm_up is not None:
            await asyncio.to_thread(warm_up)
        await _set_health(checks, service_names, serving=True)
        _log.info("serving", extra={"port": port})
        await stopping.wait()
    finally:
        await checks.enter_graceful_shutdown()
        await server.stop(settings.drain_seconds)
        _log.info("stopped")


def _bind(server: grpc.aio.Server, settings: ServiceSettings) -> int:
    address = f"{settings.host}:{settings.port}"
    try:
        if settings.tls_certificate is None or settings.tls_key is None:
            return server.add_insecure_port(address)
        client_ca = settings.tls_client_ca.read_bytes() if settings.tls_client_ca else None
        pair = (settings.tls_key.read_bytes(), settings.tls_certificate.read_bytes())
        credentials = grpc.ssl_server_credentials([pair], client_ca, require_client_auth=client_ca is not None)
        return server.add_secure_port(address, credentials)
    except RuntimeError as error:
        raise InvalidInputError(f"cannot listen on {address}: is the port taken?", reason="ADDRESS_IN_USE") from error


async def _set_health(checks: health.aio.HealthServicer, names: Sequence[str], *, serving: bool) -> None:
    kinds = health_pb2.HealthCheckResponse
    for name in ("", *names):
        await checks.set(name, kinds.SERVING if serving else kinds.NOT_SERVING)


def _stop_signal() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for kind in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(kind, stopping.set)
    return stopping
