"""The files that a private stack leaves for the next run."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Self

import pytest

from eightcount_client.cli import session
from eightcount_client.cli.settings import Settings


class _Stack:
    """Writes what services would write, and starts nothing."""

    url = "http://127.0.0.1:9"

    def __init__(self, data: Path, host: str, port: int, network: object, announce: object) -> None:
        self._objects = data / "objects"

    def __enter__(self) -> Self:
        for key in (
            "motions/a.motion",
            "music/a.pb",
            "styles/models/mine/card.md",
            "dances/models/ours/card.md",
            "dances/d/dance.mp4",
            "videos/v/content",
        ):
            path = self._objects / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(key)
        return self

    def __exit__(self, *_: object) -> None:
        pass


def test_motions_and_beats_stay_in_the_cache_and_models_in_the_data(tmp_path: Path, monkeypatch) -> None:
    module = SimpleNamespace(Stack=_Stack, StackError=RuntimeError)
    monkeypatch.setattr(session, "import_optional", lambda *_, **__: module)
    settings = Settings(url="", cache=tmp_path / "cache", data=tmp_path / "data")
    for _ in range(2):
        with session.connect(settings, lambda text: None):
            pass
    kept = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert kept == {
        "cache/motions/a.motion", "cache/music/a.pb", "data/styles/models/mine/card.md",
        "data/dances/models/ours/card.md",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "folder"), [("EIGHTCOUNT_CACHE", "cache"), ("EIGHTCOUNT_DATA", "data")])
def test_the_environment_says_where(tmp_path: Path, monkeypatch, name: str, folder: str) -> None:
    monkeypatch.setenv(name, str(tmp_path))
    assert getattr(Settings.from_environment(), folder) == tmp_path
