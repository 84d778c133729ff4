"""What the commands about styles do with a server. No terminal in here but the progress display."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eightcount_client.cli.client import Client
from eightcount_client.cli.dataset import is_motion_file
from eightcount_client.cli.outcomes import CliError, ExitCode
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.work import Place, given, run, send

LEAST_CLIPS = 2


@dataclass(frozen=True, slots=True)
class Classification:
    """A finished classification."""

    id: str
    page: str
    result: dict[str, Any]


def classify(
    client: Client,
    file: Path,
    *,
    model: str,
    style_model: str,
    display: ProgressDisplay,
    dancer: Place | None = None,
) -> Classification:
    """What dance a recording, or a motion from a file, shows.

    Raises:
        CliError: the file is refused, nobody is in it, there is no such model, or the server cannot be reached.
    """
    field, role = ("motion_id", "motion") if is_motion_file(file) else ("video_id", "video")
    sent = send(client, role, file, display)
    request = given({field: sent, "model": model, "style_model": style_model, "dancer": dancer})
    job_id = run(client, "classifications", request, display.show_job)
    result = client.get(f"/v1/classifications/{job_id}/result.json")
    return Classification(job_id, f"{client.url}/classifications/{job_id}", result)


def add_style(
    client: Client, name: str, clips: Sequence[Path], *, model: str, display: ProgressDisplay
) -> dict[str, Any]:
    """Teaches the few-shot model a style; the model, and the clips that could not serve.

    Raises:
        CliError: there are too few clips, a file is refused, none can serve, or the server cannot be reached.
    """
    if len(clips) < LEAST_CLIPS:
        message = f"a style needs {LEAST_CLIPS} clips of four seconds or more, better five; got {len(clips)}"
        raise CliError(message, reason="TOO_FEW_CLIPS", exit_code=ExitCode.USAGE)
    videos = [send(client, f"{place} of {len(clips)}", clip, display) for place, clip in enumerate(clips, start=1)]
    request = {"name": name, "video_ids": videos, "model": model}
    job_id = run(client, "styles", request, display.show_job, followed_in="style-additions")
    return dict(client.get(f"/v1/style-additions/{job_id}/result.json"))
