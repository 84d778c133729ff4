"""Prints the OpenAPI document without starting anything: `python -m eightcount_gateway.http.openapi`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from eightcount_common.settings import StoreSettings
from eightcount_gateway.http.app import create_app
from eightcount_gateway.settings import GatewaySettings


def render_document() -> str:
    """Return the document as indented JSON."""
    document = create_app(GatewaySettings(), StoreSettings()).openapi()
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the document to a file or to standard output."""
    parser = argparse.ArgumentParser(description="Print the OpenAPI document of the gateway.")
    parser.add_argument("--out", type=Path, help="file to write; standard output by default")
    out: Path | None = parser.parse_args().out
    if out is None:
        sys.stdout.write(render_document())
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(render_document())
    return 0


if __name__ == "__main__":
    sys.exit(main())
