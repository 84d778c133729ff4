"""What the commands do with a server: compare, extract, align. No terminal in here but the progress display."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eightcount_client.cli.client import Client, OnState
from eightcount_client.cli.dataset import is_motion_file
from eightcount_client.cli.progress import ProgressDisplay

RESULTS = {
    "report": ("report.json", "report.json"),
    "side_by_side": ("side_by_side.mp4", "side_by_side.mp4"),
    "reference_motion": ("motions/reference.npz", "reference.npz"),
    "take_motion": ("motions/take.npz", "take.npz"),
}
"""Result -> its resource below the comparison, and its file."""


Place = dict[str, float]
"""A dancer as the server takes it: x, y, at_seconds."""


@dataclass(frozen=True, slots=True)
class ComparisonOptions:
    """How to compare; see the command's help."""

    model: str = "heavy"
    mirrored: bool = False
    skeletons_only: bool = False
    align: str = "auto"
    reference_dancer: Place | None = None
    take_dancer: Place | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A finished comparison."""

    id: str
    page: str
    report: dict[str, Any]


def compare(
    client: Client, reference: Path, take: Path, *, options: ComparisonOptions, display: ProgressDisplay
) -> Comparison:
    """Sends both videos and follows the comparison to its end; stops it on the server when interrupted.

    Raises:
        CliError: a file is refused, the comparison failed or was cancelled, or the server cannot be reached.
    """
    request = {
        "reference_video_id": send(client, "reference", reference, display),
        "take_video_id": send(client, "take", take, display),
        **given(asdict(options)),
    }
    comparison_id = run(client, "comparisons", request, display.show_job)
    report = client.get(f"/v1/comparisons/{comparison_id}/report.json")
    return Comparison(comparison_id, f"{client.url}/comparisons/{comparison_id}", report)


def fetch_results(client: Client, comparison_id: str, folder: Path) -> dict[str, str]:
    """Writes report, video and motions into `folder`; their paths by name.

    Raises:
        CliError: the server cannot be reached.
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for resource, file_name in RESULTS.values():
        client.download(f"/v1/comparisons/{comparison_id}/{resource}", folder / file_name)
    return {name: str(folder / file_name) for name, (_, file_name) in RESULTS.items()}


def extract(
    client: Client, video: Path, target: Path, *, model: str, display: ProgressDisplay, dancer: Place | None = None
) -> None:
    """Writes the motion of a video's dancer to an npz file.

    Raises:
        CliError: the file is refused, nobody is in it, or the server cannot be reached.
        OSError: the target cannot be written.
    """
    request = given({"video_id": send(client, "video", video, display), "model": model, "dancer": dancer})
    job_id = run(client, "extractions", request, display.show_job)
    target.parent.mkdir(parents=True, exist_ok=True)
    client.download(f"/v1/extractions/{job_id}/motion.npz", target)


def align(client: Client, a: Path, b: Path, *, search_speed: bool, display: ProgressDisplay) -> dict[str, Any]:
    """How recording B lies on the time of recording A.

    Raises:
        CliError: a file is refused, or the server cannot be reached.
    """
    return client.align(send(client, "A", a, display), send(client, "B", b, display), search_speed=search_speed)


def send(client: Client, role: str, path: Path, display: ProgressDisplay) -> str:
    """Id of the recording, or of the motion from a file, on the server.

    Raises:
        CliError: the file is refused, or the server cannot be reached.
    """
    total = path.stat().st_size
    collection = "motions" if is_motion_file(path) else "videos"
    return client.upload(path, lambda done: display.show_upload(role, done, total), collection=collection)


def run(client: Client, collection: str, request: dict[str, Any], on_state: OnState, *, followed_in: str = "") -> str:
    """Starts work and follows it to its end; stops it on the server when interrupted. Id of the work.

    Args:
        client: of the server.
        collection: where it is started.
        request: what is asked for.
        on_state: called at every change.
        followed_in: where it is found when it has started; in `collection` if not given.

    Raises:
        CliError: the work failed or was cancelled, or the server cannot be reached.
    """
    job = client.start(collection, request)
    collection = followed_in or collection
    try:
        final = client.follow(collection, job.id, on_state)
    except KeyboardInterrupt:
        with suppress(KeyboardInterrupt):
            client.cancel(collection, job.id)
        raise
    final.require_success()
    return job.id


def given(request: dict[str, Any]) -> dict[str, Any]:
    """The request without what was not given; a server that is older does not know every field."""
    return {name: value for name, value in request.items() if value is not None}
