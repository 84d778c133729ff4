"""A real S3 server for tests: seaweedfs, started and stopped here."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from eightcount_common.errors import UnavailableError
from eightcount_common.settings import StoreSettings
from eightcount_common.storage.s3 import S3Store

_ACCESS_KEY, _SECRET_KEY = "test-access-key", "test-secret-key"
_START_SECONDS, _STOP_SECONDS = 60.0, 20.0


@contextmanager
def running_s3_server(folder: Path) -> Iterator[StoreSettings]:
    """Yield the settings of a bucket; its server runs until the context ends."""
    ports = _free_ports(7)
    names = ("s3.port", "master.port", "volume.port", "filer.port", "admin.port", "s3.port.iceberg", "s3.port.lance")
    command = [
        shutil.which("weed") or str(Path(sys.executable).parent / "weed"), "mini", f"-dir={folder}", "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1", "-master.telemetry=false", "-admin.ui=false", "-webdav=false",
        "-s3.allowDeleteBucketNotEmpty=false", "-bucket=videos",
        *(f"-{name}={port}" for name, port in zip(names, ports, strict=True)),
    ]  # fmt: skip
    environment = os.environ | {
        "AWS_ACCESS_KEY_ID": _ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": _SECRET_KEY, "GOMEMLIMIT": "256MiB"
    }  # fmt: skip
    settings = StoreSettings(
        kind="s3", s3_endpoint=f"127.0.0.1:{ports[0]}", s3_bucket="videos", s3_secure=False,
        s3_access_key=SecretStr(_ACCESS_KEY), s3_secret_key=SecretStr(_SECRET_KEY),
    )  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
        try:
            _wait(settings, process, folder / "log")
            yield settings
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server; one that does not end by itself in time is killed, as nothing of it is needed any more."""
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(settings: StoreSettings, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(tuple(settings.s3_endpoint.split(":")), 1):  # type: ignore[arg-type]
                S3Store(settings)
                return
        except (OSError, UnavailableError):
            time.sleep(0.2)
    raise RuntimeError(f"the S3 server did not start: {log.read_text(errors='replace')[-2000:]}")


def _free_ports(count: int) -> list[int]:
    """Return free ports below 55,000: the server also uses each port plus 10,000."""
    ports: list[int] = []
    while len(ports) < count:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        if port < 55_000 and port not in ports:
            ports.append(port)
    return ports
