"""The services of the local stack: the same processes and settings as in a cluster, on loopback."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from eightcount_gateway.settings import service_names
from eightcount_gateway.stack.process import ServiceSpec


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """The listeners for devices in the same network.

    Attributes:
        addresses: private IPv4 addresses of this machine; the first is shown.
        port: of TLS; 0 picks a free one.
    """

    addresses: tuple[str, ...]
    port: int

    @property
    def welcome_port(self) -> int:
        """Port of plain HTTP for the way there: the next one."""
        return self.port + 1 if self.port else 0


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


def gateway_spec(
    data: Path, *, host: str, backend_ports: dict[str, int], network: NetworkChoice | None = None
) -> ServiceSpec:
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
            **(_network(data, network) if network else {}),
        },
        port_variable="EIGHTCOUNT_GATEWAY_PORT",
    )


def _network(data: Path, choice: NetworkChoice) -> dict[str, str]:
    return {
        "EIGHTCOUNT_GATEWAY_LAN_ADDRESSES": ",".join(choice.addresses),
        "EIGHTCOUNT_GATEWAY_LAN_PORT": str(choice.port),
        "EIGHTCOUNT_GATEWAY_LAN_WELCOME_PORT": str(choice.welcome_port),
        "EIGHTCOUNT_GATEWAY_LAN_FOLDER": str((data / "lan").resolve()),
    }


def _store(data: Path) -> dict[str, str]:
    return {"EIGHTCOUNT_STORE_KIND": "folder", "EIGHTCOUNT_STORE_FOLDER": str((data / "objects").resolve())}


def _threads() -> dict[str, str]:
    """One thread per linear-algebra call unless the user says otherwise.

    The services work on several requests at a time; nested thread pools on few cores make each other slower.
    """
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    return {name: os.environ.get(name, "1") for name in names}
