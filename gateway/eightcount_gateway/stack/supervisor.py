"""Starts the services of one machine, restarts those that crash, and stops all of them together."""

from __future__ import annotations

import contextlib
import fcntl
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import httpx

from eightcount_gateway.stack.process import Reaper, ServiceProcess, ServiceSpec, StackError
from eightcount_gateway.stack.services import NetworkChoice, backend_specs, gateway_spec

_POLL_SECONDS = 0.1
_FIRST_BACKOFF_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 30.0
_STABLE_SECONDS = 60.0
_STOP_SECONDS = 12.0

GatewaySpec = Callable[[dict[str, int]], ServiceSpec]


@dataclass(slots=True)
class _Watched:
    process: ServiceProcess
    started: float
    crashes: int = 0
    restart_at: float | None = None


class Stack:
    """A running Eightcount on this machine; a context manager, and safe against every way of dying.

    Args:
        data: folder for objects, jobs and logs; one stack at a time may use it.
        host: address that the gateway listens on; the other services stay on loopback.
        port: of the gateway; 0 picks a free one.
        announce: takes a line for the user when a service starts, crashes or restarts.
        network: also lets devices in the same network in; only this machine when not given.
        start_seconds: how long the services may take until they are healthy.
        backends: the gRPC services; ours when not given.
        gateway: makes the gateway's spec from the backends' ports; ours when not given.
    """

    def __init__(
        self,
        data: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        network: NetworkChoice | None = None,
        announce: Callable[[str], None] = lambda _: None,
        start_seconds: float = 120.0,
        backends: Sequence[ServiceSpec] | None = None,
        gateway: GatewaySpec | None = None,
    ) -> None:
        self._data = data
        self._host = host
        self._port = port
        self._announce = announce
        self._start_seconds = start_seconds
        self._backends = backend_specs(data) if backends is None else backends
        self._network = network
        self._gateway = gateway or (lambda ports: gateway_spec(data, host=host, backend_ports=ports, network=network))
        self._watched: dict[str, _Watched] = {}
        self._stopping = threading.Event()
        self._monitor = threading.Thread(target=self._watch, name="stack-monitor", daemon=True)
        self._reaper: Reaper | None = None
        self._lock: IO[str] | None = None

    @property
    def url(self) -> str:
        """URL of the gateway."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "[::]": "[::1]"}.get(self._host, self._host)  # noqa: S104
        return f"http://{host}:{self._port}"

    @property
    def pids(self) -> dict[str, int]:
        """Process id by service."""
        return {name: watched.process.pid for name, watched in self._watched.items()}

    def start(self) -> None:
        """Start every service and wait until all are healthy.

        Raises:
            StackError: DATA_IN_USE, PORT_TAKEN, SERVICE_FAILED or START_TIMEOUT.
        """
        self._lock = _lock(self._data)
        try:
            self._check_ports()
            self._reaper = Reaper(self._lock.fileno())
            for spec in self._backends:
                self._spawn(spec, 0)
            self._await("said on which port they listen", self._all_listening)
            ports = {name: watched.process.port for name, watched in self._watched.items()}
            self._spawn(self._gateway(ports), self._port)
            self._await("said on which port they listen", self._all_listening)
            self._port = self._watched["gateway"].process.port
            self._await("become healthy", self._ready)
        except BaseException:
            self.stop()
            raise
        self._monitor.start()

    def stop(self) -> None:
        """Drain and end every service; can be called at any time and more than once."""
        self._stopping.set()
        if self._monitor.is_alive():
            self._monitor.join()
        processes = [watched.process for watched in reversed(self._watched.values())]
        for process in processes:  # the gateway first: it calls the others
            process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for process in processes:
            process.finish(max(0.0, deadline - time.monotonic()))
        self._watched.clear()
        if self._reaper:
            self._reaper.close()
            self._reaper = None
        if self._lock:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _check_ports(self) -> None:
        if self._port:
            _check_free(self._host, self._port)
        if self._network and self._network.port:
            for port in (self._network.port, self._network.welcome_port):
                _check_free(self._network.addresses[0], port, option="--lan-port")

    def _spawn(self, spec: ServiceSpec, port: int) -> ServiceProcess:
        logs = self._data / "logs"
        logs.mkdir(exist_ok=True)
        assert self._reaper is not None  # noqa: S101 - start() made it
        process = ServiceProcess(spec, port=port, log_path=logs / f"{spec.name}.log", watcher=self._reaper)
        known = self._watched.get(spec.name)
        self._watched[spec.name] = _Watched(process, time.monotonic(), known.crashes if known else 0)
        return process

    def _await(self, what: str, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + self._start_seconds
        while not condition():
            for name, watched in self._watched.items():
                if (code := watched.process.exit_code) is not None:
                    words, log = watched.process.last_words(), watched.process.log_path
                    raise StackError(
                        f"{name} ended with code {code} while it started: {words} (log: {log})", reason="SERVICE_FAILED"
                    )
            if time.monotonic() > deadline:
                raise StackError(
                    f"the services have not {what} within {self._start_seconds:.0f} s (logs: {self._data / 'logs'})",
                    reason="START_TIMEOUT",
                )
            time.sleep(_POLL_SECONDS)

    def _all_listening(self) -> bool:
        return all(watched.process.listening for watched in self._watched.values())

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5.0, trust_env=False).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def _watch(self) -> None:
        while not self._stopping.wait(_POLL_SECONDS):
            for name in list(self._watched):
                self._revive(name)

    def _revive(self, name: str) -> None:
        """Notices that a service crashed, and starts it again on its port when its pause is over."""
        watched, now = self._watched[name], time.monotonic()
        if watched.restart_at is not None:
            if now >= watched.restart_at:
                process = self._spawn(watched.process.spec, watched.process.port)
                self._announce(f"{name}: started again (pid {process.pid})")
        elif (code := watched.process.exit_code) is not None:
            watched.process.finish(0)
            watched.crashes = 1 if now - watched.started > _STABLE_SECONDS else watched.crashes + 1
            pause = min(_FIRST_BACKOFF_SECONDS * 2 ** (watched.crashes - 1), _LONGEST_BACKOFF_SECONDS)
            watched.restart_at = now + pause
            words = watched.process.last_words()
            self._announce(f"{name}: ended with code {code} ({words}); starting it again in {pause:g} s")


def _lock(data: Path) -> IO[str]:
    data.mkdir(parents=True, exist_ok=True)
    file = (data / "stack.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise StackError(f"another stack uses the data in {data}; stop it or choose another --data",
                         reason="DATA_IN_USE") from error  # fmt: skip
    return file


def _check_free(host: str, port: int, option: str = "--port") -> None:
    plain = host.strip("[]")
    family = socket.AF_INET6 if ":" in plain else socket.AF_INET
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((plain, port))
        except OSError as error:
            raise StackError(
                f"cannot listen on {host}:{port}: {error.strerror}; choose another {option}", reason="PORT_TAKEN"
            ) from error
