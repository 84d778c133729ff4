"""The `eightcount` command as a separate process."""

import os
import subprocess
import sys


def command(*arguments, url="", cwd=None, **environment):
    """Return the running command."""
    environment = {
        **os.environ, "EIGHTCOUNT_URL": url, "EIGHTCOUNT_API_KEY": "", "PYTHONPATH": os.pathsep.join(sys.path),
        "NO_COLOR": "1", **environment,
    }  # fmt: skip
    line = [sys.executable, "-m", "eightcount_client", *map(str, arguments)]
    return subprocess.Popen(
        line, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=cwd,
    )  # fmt: skip


def run(*arguments, url="", cwd=None, **environment):
    """Return the exit code, standard output and standard error of the command."""
    process = command(*arguments, url=url, cwd=cwd, **environment)
    output, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    return process.returncode, output, errors
