"""The command that fetches three.js, against a package that is made up."""

from __future__ import annotations

import hashlib
import io
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from eightcount_common.weights import NpmPackage, WeightsError
from eightcount_gateway import fetch_three


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The package as npm packs it, with a word in place of each file; the list has a word for each download."""
    downloads: list[str] = []
    words = {file.member: file.name.encode() for file in fetch_three.FILES}

    def download(package: NpmPackage, folder: Path) -> Path:
        downloads.append(f"{package.name}@{package.version}")
        with tarfile.open(folder / "three.tgz", "w:gz") as archive:
            for member, content in words.items():
                entry = tarfile.TarInfo(member)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
        return folder / "three.tgz"

    files = tuple(replace(file, sha256=hashlib.sha256(words[file.member]).hexdigest()) for file in fetch_three.FILES)
    monkeypatch.setattr(fetch_three, "FILES", files)
    monkeypatch.setattr(NpmPackage, "download", download)
    return downloads


def test_the_command_fetches_every_file_once(
    tmp_path: Path, package: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert not fetch_three.is_there(tmp_path)
    assert fetch_three.main(["--folder", str(tmp_path)]) == 0
    assert "controls/OrbitControls.js" in capsys.readouterr().out
    assert fetch_three.is_there(tmp_path)
    assert (tmp_path / "loaders" / "GLTFLoader.js").read_bytes() == b"loaders/GLTFLoader.js"
    assert fetch_three.main(["--folder", str(tmp_path)]) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert package == ["three@0.185.1"]


def test_a_file_that_was_changed_is_fetched_again(tmp_path: Path, package: list[str]) -> None:
    fetch_three.main(["--folder", str(tmp_path)])
    (tmp_path / "three.core.min.js").write_text("something else")
    assert not fetch_three.is_there(tmp_path)
    fetch_three.main(["--folder", str(tmp_path)])
    assert fetch_three.is_there(tmp_path)
    assert len(package) == 2


def test_a_failed_download_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def download(_package: NpmPackage, _folder: Path) -> Path:
        raise WeightsError("the download failed: no network", reason="DOWNLOAD_FAILED")

    monkeypatch.setattr(NpmPackage, "download", download)
    assert fetch_three.main(["--folder", str(tmp_path)]) == 1
    assert "DOWNLOAD_FAILED: the download failed: no network" in capsys.readouterr().err


def test_the_licence_comes_with_the_modules() -> None:
    assert "LICENSE" in {file.name for file in fetch_three.FILES}
