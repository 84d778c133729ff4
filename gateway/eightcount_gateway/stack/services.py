"""The services of the local stack: the same processes and settings as in a cluster, on loopback."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from eightcount_gateway.settings import service_names
from eightcount_gateway.stack.process import ServiceSpec


def backend_specs(data: Path) -> list[ServiceSpec]:
    """The gRPC services over a folder store below `data`."""
    return [
        ServiceSpec(
            name=name,
            command=(sys.executable, "-m", f"eightcount_{name}"),
            environment={**_store(data), **_threads(), f"EIGHTCOUNT_{name.upper()}_HOST": "127.0.0.1"},
            port_variable=f"EIGHTCOUNT_{name.upper()}_PORT",
        )
        for name in service_names()
    ]


def gateway_spec(data: Path, *, host: str, backend_ports: dict[str, int]) -> ServiceSpec:
    """The HTTP gateway with its jobs in SQLite below `data`."""
    targets = {f"EIGHTCOUNT_GATEWAY_{name.upper()}_TARGET": f"127.0.0.1:{port}" for name, port in backend_ports.items()}
    return ServiceSpec(
        name="gateway",
        command=(sys.executable, "-m", "eightcount_gateway"),
        environment={
            **_store(data),
            **_threads(),
            **targets,
            "EIGHTCOUNT_GATEWAY_HOST": host,
            "EIGHTCOUNT_GATEWAY_EXECUTOR_ID": "local",
            "EIGHTCOUNT_GATEWAY_DATABASE_URL": f"sqlite:///{(data / 'jobs.sqlite').resolve()}",
            **{
                f"EIGHTCOUNT_GATEWAY_{name.upper()}_TARGET": f"127.0.0.1:{port}" for name, port in backend_ports.items()
            },
        },
        port_variable="EIGHTCOUNT_GATEWAY_PORT",
    )


def _store(data: Path) -> dict[str, str]:
    return {"EIGHTCOUNT_STORE_KIND": "folder", "EIGHTCOUNT_STORE_FOLDER": str((data / "objects").resolve())}


def _threads() -> dict[str, str]:
    """One thread per linear-algebra call unless the user says otherwise.

    The services work on several requests at a time; nested thread pools on few cores make each other slower.
    """
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    return {name: os.environ.get(name, "1") for name in names}
