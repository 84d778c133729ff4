"""Clients that others generate from the OpenAPI document do the whole journey against a real gateway."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.fakes.gateway_process import GatewayProcess
from tests.node_tools import install, run

pytestmark = pytest.mark.clients

HERE = Path(__file__).parent
_SECONDS = 120


def call(command: list[str | Path], folder: Path, **environment: str) -> str:
    """Standard output of a command, which must succeed."""
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


def check_journey(output: str) -> None:
    """Hold what a journey printed against what it must have done."""
    done = json.loads(output.splitlines()[-1])
    assert done["videos"] == 3
    assert done["reason"] == "VIDEO_NOT_FOUND"
    assert len(set(done["deleted"])) >= 5


def test_a_generated_python_client_does_the_whole_journey(
    document: Path, gateway: GatewayProcess, tmp_path: Path
) -> None:
    generator = Path(sysconfig.get_path("scripts")) / "openapi-python-client"
    printed = call(
        [generator, "generate", "--path", document, "--meta", "none", "--output-path", tmp_path / "generated_client",
         "--config", HERE / "python_client.yml"],
        tmp_path,
    )  # fmt: skip
    assert "WARNING" not in printed.upper(), printed
    output = call([sys.executable, HERE / "python_journey.py", gateway.url], tmp_path, PYTHONPATH=str(tmp_path))
    check_journey(output)


def test_a_generated_typescript_client_does_the_whole_journey(
    document: Path, gateway: GatewayProcess, tmp_path: Path
) -> None:
    (tmp_path / "node_modules").symlink_to(install() / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    for name in ("journey.ts", "tsconfig.json"):
        shutil.copy(HERE / name, tmp_path)
    types = run("openapi-typescript", document, "--output", tmp_path / "schema.d.ts", folder=tmp_path)
    assert types.returncode == 0, types.stderr
    compiled = run("tsc", "--project", tmp_path / "tsconfig.json", folder=tmp_path)
    assert compiled.returncode == 0, compiled.stdout
    check_journey(call([shutil.which("node") or "node", tmp_path / "out" / "journey.js", gateway.url], tmp_path))
