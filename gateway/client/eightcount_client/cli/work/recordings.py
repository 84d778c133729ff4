"""The work of `eightcount compare`, `extract` and `align` on a server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.work.dataset import is_motion_file
from eightcount_client.client import Client
from eightcount_client.files import OnBytes
from eightcount_client.kinds.comparison import ComparisonRequest, Report
from eightcount_client.kinds.extraction import ExtractionRequest
from eightcount_client.values.alignments import Alignment, AlignmentRequest
from eightcount_client.values.poses import Dancer
from eightcount_client.values.warnings import ReportWarning

RESULTS = {
    "report": ("report.json", "report.json"),
    "side_by_side": ("side_by_side.mp4", "side_by_side.mp4"),
    "reference_motion": ("motions/reference.npz", "reference.npz"),
    "take_motion": ("motions/take.npz", "take.npz"),
}
"""Result -> the comparison's artifact, and its file."""


@dataclass(frozen=True, slots=True)
class FinishedComparison:
    """A finished comparison, the address of its page, and its report."""

    id: str
    page: str
    report: Report


def compare(
    client: Client, reference: Path, take: Path, *, options: Mapping[str, Any], display: ProgressDisplay
) -> FinishedComparison:
    """Send both videos and follow the comparison to its end; it is cancelled on the server when interrupted.

    Args:
        client: of the server.
        reference: the video to compare with.
        take: the video to score.
        options: fields of a `ComparisonRequest` besides the videos.
        display: shows the progress.

    Raises:
        EightcountError: a file is refused, the comparison failed or was cancelled, or the server cannot be reached.
    """
    request = ComparisonRequest(
        reference_video_id=send(client, "reference", reference, display),
        take_video_id=send(client, "take", take, display),
        **with_dancers(options),
    )
    job = client.comparisons.run(request, display.show_job)
    return FinishedComparison(job.id, f"{client.url}/comparisons/{job.id}", client.comparisons.result(job.id))


def fetch_results(client: Client, comparison_id: str, folder: Path) -> dict[str, str]:
    """Write report, video and motions into `folder`; return their paths by name.

    Raises:
        EightcountError: the server cannot be reached.
        OSError: a file cannot be written.
    """
    for artifact, file_name in RESULTS.values():
        client.comparisons.download(comparison_id, artifact, folder / file_name)
    return {name: str(folder / file_name) for name, (_, file_name) in RESULTS.items()}


def extract(
    client: Client, video: Path, target: Path, *, options: Mapping[str, Any], display: ProgressDisplay
) -> tuple[ReportWarning, ...]:
    """Write the motion of a video's dancer to an npz file, and return the warnings about it.

    Args:
        client: of the server.
        video: the file to send.
        target: the file to write.
        options: fields of an `ExtractionRequest` besides the video.
        display: shows the progress.

    Raises:
        EightcountError: the file is refused, nobody is in it, or the server cannot be reached.
        OSError: the target cannot be written.
    """
    request = ExtractionRequest(video_id=send(client, "video", video, display), **with_dancers(options))
    job = client.extractions.run(request, display.show_job)
    client.extractions.download(job.id, "motion.npz", target)
    return job.warnings


def align(client: Client, a: Path, b: Path, *, search_speed: bool, display: ProgressDisplay) -> Alignment:
    """Return the alignment of recording B with recording A.

    Raises:
        EightcountError: a file is refused, or the server cannot be reached.
    """
    ids = send(client, "A", a, display), send(client, "B", b, display)
    return client.align(AlignmentRequest(a_video_id=ids[0], b_video_id=ids[1], search_speed=search_speed))


def send(client: Client, role: str, path: Path, display: ProgressDisplay) -> str:
    """Return the id of a recording, or of a motion from a file, on the server.

    Raises:
        EightcountError: the file is refused, or the server cannot be reached.
    """

    def show(sent: int, size: int) -> None:
        display.show_upload(role, sent, size)

    if is_motion_file(path):
        return send_motion(client, path, show, display)
    return client.videos.upload(path, show).id


def send_motion(client: Client, path: Path, on_bytes: OnBytes, display: ProgressDisplay) -> str:
    """Return the id of a motion from a file on the server; where it was read differently than it states, say so.

    Raises:
        EightcountError: the file is refused, or the server cannot be reached.
    """
    stored = client.motions.upload(path, on_bytes)
    for warning in stored.warnings:
        display.say(f"{path.name}: {warning.message}")
    return stored.id


def with_dancers(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options with their places as dancers."""
    return {
        name: Dancer(**value) if name.endswith("dancer") and value is not None else value
        for name, value in options.items()
    }
