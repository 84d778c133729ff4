"""The command that brings three.js, which draws dances on their pages: `python -m eightcount_gateway.fetch_three`."""

from __future__ import annotations

import sys
from pathlib import Path

from eightcount_common.weights import NpmPackage, WeightFile, WeightsError, resolve, run_fetch_command
from eightcount_gateway.settings import GatewaySettings

COMMAND = "python -m eightcount_gateway.fetch_three"
"""The command that fetches three.js."""

_PACKAGE = NpmPackage("three", "0.185.1")
"""The last release with minified modules: 0.8 MB where later ones are 2.1 MB, and nothing has to be built."""


def _file(name: str, sha256: str, folder: str) -> WeightFile:
    return WeightFile(name, sha256, _PACKAGE, f"package/{folder}{name}")


FILES = (
    _file("LICENSE", "8b378ebe60e2fe500158cb0ac71cb5e8b7d92953c2abcc63a0eb90499653b5bc", ""),
    _file("three.module.min.js", "86bcee248b64f44bcfc23c331ae74619061957d59cab040171dcb6fb5900beb6", "build/"),
    _file("three.core.min.js", "05b2609338c76cd65daf74f3ac515bc9a5045e1b3b33edc07d8c9bd55250fa90", "build/"),
    _file(
        "controls/OrbitControls.js",
        "faabb4e8dfd9235ee4a9fd7c9a3d75f90f1689dbd4944bd6fd32117dacec5f93",
        "examples/jsm/",
    ),
    _file("loaders/GLTFLoader.js", "97642d720f16cc9a0c9844934198e4d0c023bea8e89576d0f7545d03b2d103d2", "examples/jsm/"),
    _file(
        "utils/BufferGeometryUtils.js",
        "5c552223a9309883743b80538d6e9cdb45e3227f30d3ec56fb2c39b46e78d595",
        "examples/jsm/",
    ),
    _file(
        "utils/SkeletonUtils.js", "b1632a703206c3d830de9fcbe515696770d04b71a15ee6b50afa6d2c3298c86f", "examples/jsm/"
    ),
)
"""The stage's modules, those that they import, and their licence (MIT), by their paths under /static/vendor/three."""


def is_there(folder: Path) -> bool:
    """Whether every file is in the folder and is what it should be."""
    try:
        for file in FILES:
            resolve(folder, file, command=COMMAND)
    except WeightsError:
        return False
    return True


def main(arguments: list[str] | None = None) -> int:
    """Fetches what is missing and says so; 0 when every file is there and right."""
    return run_fetch_command(arguments, FILES, command=COMMAND, what="three.js", folder=GatewaySettings().three)


if __name__ == "__main__":
    sys.exit(main())
