"""The files that a page loads to find poses itself."""

from __future__ import annotations

from pathlib import Path

from eightcount_common.blazepose import DETECTOR, LANDMARKS
from eightcount_common.weights import NpmPackage, WeightFile, WeightsError, fetch, resolve
from eightcount_gateway.browser_pose.task_bundle import build_task_bundle

COMMAND = "python -m eightcount_gateway.browser_pose"
"""The command that fetches and builds the files."""
MODELS = ("full", "lite")
"""The landmark networks that a browser may use; the heavy one is too slow there."""

_PACKAGE = NpmPackage("@mediapipe/tasks-vision", "0.10.21")
"""The last release without usage metrics."""


def _file(name: str, sha256: str) -> WeightFile:
    return WeightFile(name, sha256, _PACKAGE, f"package/{name}")


RUNTIME = (
    _file("vision_bundle.cjs", "bf58c9b3f592304422947b51e1f7de360c67d4dfeaa900064352da0c5a7c9115"),
    _file("wasm/vision_wasm_internal.js", "4a97e2520ba506c680ecd6ba6acfb146888afa0e2746d57f205352bc6ebb82eb"),
    _file("wasm/vision_wasm_internal.wasm", "f00ec4731faa23b3e714d00e88d4d10e2df5c0a427d3a2b4ae6e3526fdd14ef7"),
    _file("wasm/vision_wasm_nosimd_internal.js", "927def7b465c51b86e4b3060f93646aca4e27121f4b8fc0483786e407ea9cf1f"),
    _file("wasm/vision_wasm_nosimd_internal.wasm", "3821ea9b1f7fb8c549ef2a064ef5c85750bf375c545a49fd6eea0df44a95f1f4"),
)
"""The runtime, with and without vector instructions, by its paths under /static/vendor/pose."""
WEIGHTS = (DETECTOR, *(LANDMARKS[model] for model in MODELS))
"""The networks that are put into the bundles."""


def prepare(folder: Path) -> list[str]:
    """Fetch and build what is missing in the folder, and return the names of these files.

    Raises:
        WeightsError: a package cannot be downloaded, or does not contain the expected file.
    """
    folder = folder.expanduser()
    fetched = [file.name for file in fetch(folder, (*RUNTIME, *WEIGHTS))]
    built = [model for model in MODELS if fetched or not _bundle(folder, model).is_file()]
    for model in built:
        _build(folder, model)
    return [*fetched, *(_bundle(folder, model).name for model in built)]


def are_there(folder: Path) -> bool:
    """Whether every file is in the folder, and the fetched ones are what they should be."""
    try:
        for file in RUNTIME:
            resolve(folder, file, command=COMMAND)
    except WeightsError:
        return False
    return all(_bundle(folder.expanduser(), model).is_file() for model in MODELS)


def _bundle(folder: Path, model: str) -> Path:
    return folder / f"pose_landmarker_{model}.task"


def _build(folder: Path, model: str) -> None:
    detector, landmarks = ((folder / file.name).read_bytes() for file in (DETECTOR, LANDMARKS[model]))
    path = _bundle(folder, model)
    scratch = path.with_suffix(".part")
    scratch.write_bytes(build_task_bundle(detector=detector, landmarks=landmarks))
    scratch.replace(path)
