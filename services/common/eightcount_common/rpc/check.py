"""Check the health of a service, from inside its own container: `python -m eightcount_common.rpc.check HOST:PORT`.

For orchestrators without a gRPC probe of their own, and for services with TLS, which the probe of Kubernetes
lacks.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from eightcount_common.rpc.client import ClientTls


def is_serving(target: str, *, service: str = "", timeout_seconds: float = 3.0, tls: ClientTls | None = None) -> bool:
    """Whether the server answers SERVING in time.

    Args:
        target: host and port; with TLS a name in the server's certificate.
        service: full name of a gRPC service; empty for the whole server.
        timeout_seconds: how long to wait for the answer.
        tls: plain text when None.
    """
    with grpc.secure_channel(target, tls.credentials()) if tls else grpc.insecure_channel(target) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        try:
            response = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=timeout_seconds)
        except grpc.RpcError:
            return False
    return bool(response.status == health_pb2.HealthCheckResponse.SERVING)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the check; return 0 when the server serves, otherwise 1, as an exec probe expects."""
    parser = argparse.ArgumentParser(prog="python -m eightcount_common.rpc.check", description=__doc__)
    parser.add_argument("target", help="host and port, for example 127.0.0.1:50051")
    parser.add_argument("--service", default="", help="full name of a gRPC service; the whole server when not given")
    parser.add_argument("--timeout", type=float, default=3.0, help="seconds to wait for the answer")
    parser.add_argument("--ca", type=Path, help="PEM file of the authority that signed the server's certificate")
    parser.add_argument("--certificate", type=Path, help="PEM file of our own certificate (mTLS)")
    parser.add_argument("--key", type=Path, help="PEM file of its private key")
    given = parser.parse_args(arguments)
    tls = ClientTls(given.ca, given.certificate, given.key) if given.ca else None
    return 0 if is_serving(given.target, service=given.service, timeout_seconds=given.timeout, tls=tls) else 1


if __name__ == "__main__":
    sys.exit(main())
