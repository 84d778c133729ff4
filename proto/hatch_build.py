"""Build hook: the wheel contains the code generated from the protos, and the protos."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GenerateProtos(BuildHookInterface[Any]):
    """Runs the protobuf compiler before a wheel is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Generate the code that the wheel contains."""
        sys.path.insert(0, str(Path(self.root)))
        from generate import generate

        generate()
