"""The work of `eightcount classify` and `styles` on a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from eightcount_client.cli.errors import CliError
from eightcount_client.cli.exit_codes import ExitCode
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.work.dataset import is_motion_file
from eightcount_client.cli.work.recordings import send, with_dancers
from eightcount_client.client import Client
from eightcount_client.kinds.classification import ClassificationRequest, ClassificationResult
from eightcount_client.kinds.style_addition import StyleAdditionRequest, StyleAdditionResult
from eightcount_client.values.poses import PoseModel

LEAST_CLIPS = 2


@dataclass(frozen=True, slots=True)
class FinishedClassification:
    """A finished classification, the address of its page, and its result."""

    id: str
    page: str
    result: ClassificationResult


def classify(
    client: Client, file: Path, *, options: Mapping[str, Any], display: ProgressDisplay
) -> FinishedClassification:
    """Classify a recording, or a motion from a file; `options` are fields of a `ClassificationRequest`.

    Raises:
        EightcountError: the file is refused, nobody is in it, there is no such model, or the server cannot be reached.
    """
    field, role = ("motion_id", "motion") if is_motion_file(file) else ("video_id", "video")
    source = {field: send(client, role, file, display)}
    style_model = options["style_model"] or None
    request = ClassificationRequest(**with_dancers({**options, **source, "style_model": style_model}))
    job = client.classifications.run(request, display.show_job)
    page = f"{client.url}/classifications/{job.id}"
    return FinishedClassification(job.id, page, client.classifications.result(job.id))


def add_style(
    client: Client, name: str, clips: Sequence[Path], *, model: str, display: ProgressDisplay
) -> StyleAdditionResult:
    """Add a style to the few-shot model.

    Raises:
        CliError: there are too few clips.
        EightcountError: a file is refused, no clip can be used, or the server cannot be reached.
    """
    if len(clips) < LEAST_CLIPS:
        message = (
            f"a style requires at least {LEAST_CLIPS} clips of four seconds or more, better five; got {len(clips)}"
        )
        raise CliError(message, reason="TOO_FEW_CLIPS", exit_code=ExitCode.USAGE)
    ids = [send(client, f"{number} of {len(clips)}", clip, display) for number, clip in enumerate(clips, start=1)]
    request = StyleAdditionRequest(name=name, video_ids=ids, model=cast("PoseModel", model))
    job = client.style_additions.run(request, display.show_job)
    return client.style_additions.result(job.id)
