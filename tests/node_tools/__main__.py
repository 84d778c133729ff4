"""`make node-tools`: install the tools that run in Node."""

from __future__ import annotations

import sys

from tests.node_tools import NodeToolsError, install

if __name__ == "__main__":
    try:
        install()
    except NodeToolsError as error:
        sys.exit(str(error))
