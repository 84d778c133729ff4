"""`make page-types`: types of the HTTP API for the JavaScript of the pages, from the gateway's OpenAPI document.

The file is not kept in the repository: `tsc` checks the pages against the API as it is.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import eightcount_gateway.web as web
from eightcount_common.settings import StoreSettings
from eightcount_gateway.http.app import create_app
from eightcount_gateway.settings import GatewaySettings
from tests.node_tools import NodeToolsError, install, run

PAGES = Path(web.__file__).parent / "static" / "js"
TYPES = PAGES / "api_types.d.ts"
_CONFIGURATION = Path(__file__).parent / "tsconfig.json"


def generate() -> None:
    """Write `api_types.d.ts`, with one exported type for each schema.

    Raises:
        NodeToolsError: the OpenAPI document cannot be translated.
    """
    document = create_app(GatewaySettings(), StoreSettings()).openapi()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "openapi.json"
        source.write_text(json.dumps(document), encoding="utf-8")
        options = ("--root-types", "--root-types-no-schema-prefix", "--default-non-nullable=false", "--output", TYPES)
        done = run("openapi-typescript", source, *options, folder=Path(folder))
    if done.returncode != 0:
        raise NodeToolsError(f"openapi-typescript failed: {done.stdout}{done.stderr}")


def check(*extra: Path) -> str:
    """Check the JavaScript of the pages, and `extra` files beside it, and return the errors; empty without any."""
    settings = json.loads(_CONFIGURATION.read_text(encoding="utf-8"))
    three = install() / "node_modules" / "@types" / "three"
    settings["compilerOptions"]["paths"] = {
        "three": [str(three)],
        "three/addons/*": [str(three / "examples" / "jsm" / "*")],
    }
    settings["include"] = [str(PAGES), *map(str, extra)]
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder) / "tsconfig.json"
        configuration.write_text(json.dumps(settings), encoding="utf-8")
        done = run("tsc", "--project", configuration, folder=PAGES)
    return "" if done.returncode == 0 else done.stdout + done.stderr


if __name__ == "__main__":
    try:
        generate()
    except NodeToolsError as error:
        sys.exit(str(error))
