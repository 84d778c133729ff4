"""Calling a service: one channel per backend, and errors of the domain instead of errors of the transport."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from eightcount_common.errors import ERROR_OF_STATUS, EightcountError, InternalError, UnavailableError
from eightcount_common.rpc.interceptors import ERROR_DOMAIN
from eightcount_common.wire import MAX_MESSAGE_BYTES

_SERVICE_CONFIG = json.dumps(
    {
        "loadBalancingConfig": [{"round_robin": {}}],
        "methodConfig": [
            {
                "name": [{}],
                "waitForReady": True,
                "retryPolicy": {
                    "maxAttempts": 4,
                    "initialBackoff": "0.2s",
                    "maxBackoff": "2s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE"],
                },
            }
        ],
    }
)


@dataclass(frozen=True, slots=True)
class ClientTls:
    """Files of a TLS client: the authority that signed the server, and our own certificate for mTLS."""

    ca: Path
    certificate: Path | None = None
    key: Path | None = None

    def credentials(self) -> grpc.ChannelCredentials:
        """The files as channel credentials."""
        return grpc.ssl_channel_credentials(
            root_certificates=self.ca.read_bytes(),
            private_key=self.key.read_bytes() if self.key else None,
            certificate_chain=self.certificate.read_bytes() if self.certificate else None,
        )


def open_channel(
    target: str, *, tls: ClientTls | None = None, interceptors: Sequence[grpc.aio.ClientInterceptor] = ()
) -> grpc.aio.Channel:
    """A channel that spreads calls over every address of `target`, waits for a starting server and retries.

    Args:
        target: for example `127.0.0.1:50051`, or `dns:///pose:50051` for every pod of a headless service.
        tls: plain text when not given.
        interceptors: for example those of OpenTelemetry.
    """
    options: list[tuple[str, Any]] = [
        ("grpc.service_config", _SERVICE_CONFIG),
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
        ("grpc.keepalive_time_ms", 30_000),
    ]
    if tls is None:
        return grpc.aio.insecure_channel(target, options=options, interceptors=interceptors)
    return grpc.aio.secure_channel(target, tls.credentials(), options=options, interceptors=interceptors)


@contextmanager
def translated() -> Iterator[None]:
    """Turns a call's transport error into the domain error that the server raised.

    Raises:
        EightcountError: the call failed; the class tells whether a retry can help.
    """
    try:
        yield
    except grpc.aio.AioRpcError as error:
        raise _domain_error(error) from error


def _domain_error(error: grpc.aio.AioRpcError) -> EightcountError:
    status = rpc_status.from_call(error)  # type: ignore[arg-type]
    kind = ERROR_OF_STATUS.get(error.code(), InternalError)
    for detail in status.details if status else ():
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info) and info.domain == ERROR_DOMAIN:
            return kind(error.details() or info.reason, reason=info.reason)
    if kind is UnavailableError:
        return UnavailableError("a service cannot be reached; try again later", reason="SERVICE_UNREACHABLE")
    return kind(error.details() or error.code().name)
