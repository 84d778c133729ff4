"""One service as a child process: its port, its log, its end."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from eightcount_gateway.stack import reaper

_MAX_LOG_BYTES = 10_000_000
_EXCEPTION_NAME = re.compile(r"^(?:\w+\.)*\w+(?:Error|Exception): ")


class StackError(Exception):
    """The stack cannot start or go on; `reason` is machine-readable."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """The command and the environment of a service.

    Attributes:
        name: for messages and the log file.
        command: program and arguments; it prints a JSON line with its `port` once it listens.
        environment: added to that of the supervisor.
        port_variable: environment variable that asks for a port; 0 asks for a free one.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    port_variable: str = ""


class Reaper:
    """Sees to it that no service outlives this process; see `eightcount_gateway.stack.reaper`.

    Args:
        lock_descriptor: of the data folder's lock; held until the last service has ended.
    """

    def __init__(self, lock_descriptor: int) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-I", "-S", str(Path(reaper.__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(lock_descriptor,),
            text=True,
        )

    def tell(self, line: str) -> None:
        """Pass `+GROUP` or `-GROUP` on."""
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def close(self) -> None:
        """Let the reaper end; it ends at once when no service is alive."""
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()


class ServiceProcess:
    """A started service."""

    def __init__(self, spec: ServiceSpec, *, port: int, log_path: Path, watcher: Reaper) -> None:
        self.spec = spec
        self.port = port
        self.log_path = log_path
        self._watcher = watcher
        self._listening = threading.Event()
        _rotate(log_path)
        with log_path.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the command of the spec
                spec.command,
                env={**os.environ, **spec.environment, spec.port_variable: str(port)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C at the terminal reaches the supervisor only
            )
        watcher.tell(f"+{self._process.pid}")
        self._reader = threading.Thread(target=self._read_output, name=f"{spec.name}-output", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Process id, and id of the process group."""
        return self._process.pid

    @property
    def listening(self) -> bool:
        """Whether the service has printed the port on which it listens."""
        return self._listening.is_set()

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def terminate(self) -> None:
        """Ask the service to drain and end."""
        self._signal(signal.SIGTERM)

    def finish(self, timeout_seconds: float) -> None:
        """Wait for its end and enforce it after `timeout_seconds`, together with every process that it started."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout_seconds)
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._reader.join()
        self._watcher.tell(f"-{self.pid}")

    def last_words(self) -> str:
        """The error at the end of its log, in one line."""
        with self.log_path.open("rb") as log:
            log.seek(max(0, self.log_path.stat().st_size - 8192))
            lines = log.read().decode(errors="replace").splitlines()
        return next((text for line in reversed(lines) if (text := _message(line))), "it said nothing")

    def _signal(self, kind: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, kind)

    def _read_output(self) -> None:
        output: IO[bytes] | None = self._process.stdout
        assert output is not None  # noqa: S101 - asked for above
        with output, self.log_path.open("ab") as log:
            for line in output:
                port = None if self.listening else _port(line)
                if port is not None:
                    self.port = port
                    self._listening.set()
                log.write(line)
                log.flush()


def _port(line: bytes) -> int | None:
    try:
        return int(json.loads(line)["port"])
    except (ValueError, KeyError, TypeError):
        return None


def _message(line: str) -> str:
    """The text of a log line: of a JSON record its exception's last line or its message, else the line itself."""
    try:
        record = json.loads(line)
    except ValueError:
        return _EXCEPTION_NAME.sub("", line.strip())
    if not isinstance(record, dict) or record.get("level") not in ("WARNING", "ERROR", "CRITICAL"):
        return ""
    words = str(record.get("exception") or record.get("message") or "").strip().rpartition("\n")[2]
    return _EXCEPTION_NAME.sub("", words)


def _rotate(path: Path) -> None:
    if path.exists() and path.stat().st_size > _MAX_LOG_BYTES:
        path.replace(path.with_suffix(".1.log"))
