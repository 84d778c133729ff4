"""Settings of the command line, from the environment (`EIGHTCOUNT_*`) and the options of every command."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Settings:
    """The server to use, and the format of the output.

    Attributes:
        url: URL of the server, for example `http://127.0.0.1:8000`; empty starts a private stack for the run.
        api_key: API key, for a server that requires one.
        cache: folder in which private stacks keep extracted motions and beats; it may be deleted.
        data: folder in which private stacks keep styles and models.
        as_json: whether results are printed as JSON.
    """

    def __init__(
        self,
        *,
        url: str = "",
        api_key: str = "",
        cache: Path = Path("~/.cache/eightcount"),
        data: Path = Path("~/.local/share/eightcount"),
        as_json: bool = False,
    ) -> None:
        self.url = url
        self.api_key = api_key
        self.cache = cache.expanduser()
        self.data = data.expanduser()
        self.as_json = as_json

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings."""
        folders: dict[str, Any] = {
            name: Path(value) for name in ("cache", "data") if (value := environment.get(f"EIGHTCOUNT_{name.upper()}"))
        }
        url, key = environment.get("EIGHTCOUNT_URL", ""), environment.get("EIGHTCOUNT_API_KEY", "")
        return cls(url=url, api_key=key, **folders)
