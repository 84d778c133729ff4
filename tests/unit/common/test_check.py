"""The health probe that runs inside a container, in plain text and with client certificates."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from eightcount_common.rpc import ClientTls, serve
from eightcount_common.rpc.check import is_serving, main
from eightcount_common.settings import ServiceSettings

NAME = "eightcount.pose.v1.PoseService"


@asynccontextmanager
async def running(settings: ServiceSettings, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[int]:
    """Yield the port of a server without methods."""
    task = asyncio.create_task(serve(settings, name="pose", register=lambda server: None, service_names=[NAME]))
    line = ""
    while not line:
        await asyncio.sleep(0.01)
        line = capsys.readouterr().out
    yield int(json.loads(line)["port"])
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(task, 60)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ca.crt, tls.crt for the names `pose` and `localhost`, and tls.key."""
    folder = tmp_path_factory.mktemp("certificates")
    names = "subjectAltName=DNS:pose,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n"
    (folder / "names").write_text(names)
    new_key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    for command in (
        f"req -x509 {new_key} -keyout ca.key -out ca.crt -days 2 -subj /CN=authority",
        f"req {new_key} -keyout tls.key -out tls.csr -subj /CN=pose",
        "x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out tls.crt -extfile names",
    ):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True, timeout=60)
    return folder


async def test_a_serving_server_is_healthy(capsys: pytest.CaptureFixture[str]) -> None:
    async with running(ServiceSettings(), capsys) as port:
        assert await asyncio.to_thread(main, [f"127.0.0.1:{port}", "--timeout", "60"]) == 0
        assert await asyncio.to_thread(main, [f"127.0.0.1:{port}", "--service", NAME, "--timeout", "60"]) == 0
        assert await asyncio.to_thread(main, [f"127.0.0.1:{port}", "--service", "another"]) == 1


def test_nobody_there_is_not_healthy() -> None:
    assert main(["127.0.0.1:1", "--timeout", "1"]) == 1


async def test_with_client_certificates_only_their_owner_is_answered(
    certificates: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ca, certificate, key = (certificates / name for name in ("ca.crt", "tls.crt", "tls.key"))
    settings = ServiceSettings(host="localhost", tls_certificate=certificate, tls_key=key, tls_client_ca=ca)
    async with running(settings, capsys) as port:
        target = f"localhost:{port}"
        files = [f"--ca={ca}", f"--certificate={certificate}", f"--key={key}"]
        assert await asyncio.to_thread(main, [target, *files, "--timeout", "60"]) == 0
        assert not await asyncio.to_thread(is_serving, target, tls=ClientTls(ca), timeout_seconds=1)
        assert not await asyncio.to_thread(is_serving, target, timeout_seconds=1)
