"""The work of `eightcount classify` and `styles` on a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from eightcount_client.cli.errors import CliError
from eightcount_client.cli.exit_codes import FATAL, ExitCode, exit_code_of
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.work.dataset import is_motion_file
from eightcount_client.cli.work.recordings import send, with_dancers
from eightcount_client.client import Client
from eightcount_client.errors import EightcountError
from eightcount_client.kinds.classification import ClassificationRequest, ClassificationResult
from eightcount_client.kinds.style_addition import StyleAdditionRequest, StyleAdditionResult
from eightcount_client.values.poses import PoseModel
from eightcount_client.values.recordings import RejectedRecording

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


@dataclass(frozen=True, slots=True)
class AddedStyle:
    """The few-shot model with a new style, and the clips that were left out, here or on the server."""

    result: StyleAdditionResult
    rejected: tuple[RejectedRecording, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the server's result with all rejected clips."""
        return self.result.raw | {"rejected": [asdict(one) for one in self.rejected]}


def add_style(client: Client, name: str, clips: Sequence[Path], *, model: str, display: ProgressDisplay) -> AddedStyle:
    """Add a style to the few-shot model; clips that cannot be used are listed.

    Raises:
        CliError: there are too few clips, or too few can be used.
        EightcountError: no clip can be used, or the server cannot be reached.
    """
    _check_count(len(clips))
    ids, rejected = list[str](), list[RejectedRecording]()
    for number, clip in enumerate(clips, start=1):
        try:
            ids.append(send(client, f"{number} of {len(clips)}", clip, display))
        except EightcountError as error:
            if exit_code_of(error) in FATAL:
                raise
            rejected.append(RejectedRecording(label=str(clip), reason=error.reason, message=error.message))
    if len(ids) < LEAST_CLIPS and rejected:
        shown = "; ".join(f"{one.label}: {one.message}" for one in rejected[:3])
        message = f"a style requires at least {LEAST_CLIPS} clips; {len(ids)} of {len(clips)} can be used: {shown}"
        raise CliError(message, reason=rejected[0].reason, exit_code=ExitCode.BAD_MEDIA)
    request = StyleAdditionRequest(name=name, video_ids=ids, model=cast("PoseModel", model))
    job = client.style_additions.run(request, display.show_job)
    result = client.style_additions.result(job.id)
    return AddedStyle(result, (*rejected, *result.rejected))


def _check_count(count: int) -> None:
    if count < LEAST_CLIPS:
        message = f"a style requires at least {LEAST_CLIPS} clips of four seconds or more, better five; got {count}"
        raise CliError(message, reason="TOO_FEW_CLIPS", exit_code=ExitCode.USAGE)
