from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from eightcount_common.weights import WeightFile, WeightsError, fetch, resolve

CONTENT = b"weights"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@dataclass(frozen=True)
class FakePackage:
    """A package whose download is a local archive; counts how often it is asked."""

    calls: tuple[list[int], ...] = ()

    def download(self, folder: Path) -> Path:
        self.calls[0].append(1)
        with zipfile.ZipFile(folder / "package.whl", "w") as wheel:
            wheel.writestr("inside/model.bin", CONTENT)
        return folder / "package.whl"


class _Hashable(list):
    __hash__ = object.__hash__


def weight(*, sha256: str = DIGEST, member: str = "inside/model.bin") -> tuple[WeightFile, list[int]]:
    calls: list[int] = _Hashable()
    return WeightFile("model.bin", sha256, FakePackage((calls,)), member), calls  # type: ignore[arg-type]


def test_a_second_fetch_downloads_nothing(tmp_path):
    expected, calls = weight()
    assert fetch(tmp_path, [expected]) == [expected]
    assert fetch(tmp_path, [expected]) == []
    assert len(calls) == 1
    assert resolve(tmp_path, expected, command="make weights").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["model.bin"]


def test_missing_weights_name_the_command_that_helps(tmp_path):
    with pytest.raises(WeightsError, match="run `make weights`") as caught:
        resolve(tmp_path, weight()[0], command="make weights")
    assert caught.value.reason == "WEIGHTS_MISSING"


def test_damaged_weights_are_refused_and_fetched_again(tmp_path):
    expected, calls = weight()
    (tmp_path / "model.bin").write_bytes(b"something else")
    with pytest.raises(WeightsError, match="run `make weights`") as caught:
        resolve(tmp_path, expected, command="make weights")
    assert caught.value.reason == "WEIGHTS_DAMAGED"
    fetch(tmp_path, [expected])
    assert len(calls) == 1
    assert resolve(tmp_path, expected, command="make weights").read_bytes() == CONTENT


def test_a_package_that_holds_something_else_is_refused(tmp_path):
    for expected in (weight(sha256="0" * 64)[0], weight(member="inside/other.bin")[0]):
        with pytest.raises(WeightsError) as caught:
            fetch(tmp_path, [expected])
        assert caught.value.reason == "WEIGHTS_DAMAGED"
    assert not (tmp_path / "model.bin").exists()


def test_a_file_can_lie_in_a_folder_of_its_own(tmp_path):
    expected = replace(weight()[0], name="controls/model.bin")
    fetch(tmp_path, [expected])
    assert (tmp_path / "controls" / "model.bin").read_bytes() == CONTENT
    assert resolve(tmp_path, expected, command="make weights") == tmp_path / "controls" / "model.bin"
