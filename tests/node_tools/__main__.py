"""`make node-tools`: install the tools that run in Node; with arguments, run one of them and show what it prints."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.node_tools import NodeToolsError, install, run


def main() -> int:
    """Install, or run the tool that the arguments name; return its exit code."""
    if len(sys.argv) == 1:
        install()
        return 0
    done = run(*sys.argv[1:], folder=Path.cwd())
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    return done.returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NodeToolsError as error:
        sys.exit(str(error))
