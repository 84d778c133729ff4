"""Training a model on recordings of this machine, one recording at a time: the server does not keep the uploads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from eightcount_client.cli.errors import CliError
from eightcount_client.cli.exit_codes import FATAL, ExitCode, exit_code_of
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.work.aist import convert_recording
from eightcount_client.cli.work.dataset import ID_COLUMNS, Dataset, Recording, is_motion_file
from eightcount_client.cli.work.item_notes import ItemNote
from eightcount_client.cli.work.recordings import send_motion
from eightcount_client.client import Client
from eightcount_client.errors import EightcountError
from eightcount_client.files import hash_file
from eightcount_client.kinds.dance_training import DanceTrainingRequest, DanceTrainingResult
from eightcount_client.kinds.extraction import ExtractionRequest
from eightcount_client.kinds.style_training import StyleTrainingRequest, StyleTrainingResult
from eightcount_client.values.recordings import RejectedRecording, TrainingItem

R = TypeVar("R", StyleTrainingResult, DanceTrainingResult)
FILES = ("card.md", "report.json", "confusion.png")
_TITLE = "Prepare the recordings"


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """Options of a training; the command's help explains them."""

    name: str
    family: str = "pose"
    model: Literal["heavy", "full", "lite"] = "heavy"
    seed: int = 0
    max_epochs: int | None = None
    kind: Literal["style", "dance"] = "style"
    base: str = ""

    @property
    def id_columns(self) -> tuple[str, ...]:
        """Ids of a recording that trainings of the kind use."""
        return ID_COLUMNS if self.kind == "style" else ("performer", "take")

    @property
    def watches_frames(self) -> bool:
        """Whether the family reads the videos themselves, so that the server must keep them."""
        return self.family.startswith("frames")


@dataclass(slots=True)
class TrainingItems:
    """Recordings that can be used, and those that cannot."""

    usable: list[TrainingItem] = field(default_factory=list)
    rejected: list[RejectedRecording] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FinishedTraining(Generic[R]):
    """A finished training; `rejected` lists every recording that was left out, here or on the server."""

    id: str
    result: R
    rejected: tuple[RejectedRecording, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the server's result with all rejected recordings."""
        return self.result.raw | {"rejected": [asdict(one) for one in self.rejected]}


def prepare(client: Client, dataset: Dataset, *, options: TrainingOptions, display: ProgressDisplay) -> TrainingItems:
    """Make sure that the server has the motion of each recording; those that cannot be used are listed.

    Raises:
        CliError: no recording can be used, or none of a style.
        EightcountError: the server cannot be reached.
    """
    recordings, items = dataset.recordings, TrainingItems(rejected=list(dataset.left_out))
    for done, recording in enumerate(recordings):
        note = ItemNote(display, _TITLE, recording.label, done, len(recordings))
        try:
            video_id = _send(client, recording, options, note)
        except (CliError, EightcountError) as error:
            code = error.exit_code if isinstance(error, CliError) else exit_code_of(error)
            if code in FATAL:
                raise
            items.rejected.append(RejectedRecording(label=recording.label, reason=error.reason, message=error.message))
        except OSError as error:
            message = error.strerror or str(error)
            items.rejected.append(RejectedRecording(label=recording.label, reason="UNREADABLE_FILE", message=message))
        else:
            ids = {name: value for name, value in recording.ids.items() if name in options.id_columns}
            items.usable.append(
                TrainingItem(video_id=video_id, style=recording.style or None, label=recording.label, **ids)
            )
    display.show_count(_TITLE, len(recordings), len(recordings))
    if not items.usable:
        first = items.rejected[len(dataset.left_out)]
        message = f"none of the {len(recordings)} recordings can be used; {first.label}: {first.message}"
        raise CliError(message, reason=first.reason, exit_code=ExitCode.BAD_MEDIA)
    _check_styles(recordings, items)
    return items


def _check_styles(recordings: Sequence[Recording], items: TrainingItems) -> None:
    """Stop where a style would vanish.

    Raises:
        CliError: STYLE_WOULD_VANISH.
    """
    left = {item.style or "" for item in items.usable}
    why = {item.label: item.message for item in items.rejected}
    for style in dict.fromkeys(one.style for one in recordings):
        if not style or style in left:
            continue
        labels = [one.label for one in recordings if one.style == style]
        shown = "; ".join(f"{label}: {why.get(label, '')}" for label in labels[:3])
        message = (
            f"none of the {len(labels)} recordings of the style {style!r} can be used, so it would vanish: {shown}; "
            "correct them, or take the style out"
        )
        raise CliError(message, reason="STYLE_WOULD_VANISH", exit_code=ExitCode.BAD_MEDIA)


def train_style(
    client: Client, items: TrainingItems, *, options: TrainingOptions, display: ProgressDisplay
) -> FinishedTraining[StyleTrainingResult]:
    """Follow the training of a style model to its end; it is cancelled on the server when interrupted.

    Raises:
        EightcountError: the training failed or was cancelled, or the server cannot be reached.
    """
    request = StyleTrainingRequest(
        name=options.name, family=options.family, model=options.model, seed=options.seed,  # type: ignore[arg-type]
        max_epochs=options.max_epochs, items=items.usable,
    )  # fmt: skip
    job = client.style_trainings.run(request, display.show_job)
    result = client.style_trainings.result(job.id)
    return FinishedTraining(job.id, result, (*items.rejected, *result.rejected))


def train_dance(
    client: Client, items: TrainingItems, *, options: TrainingOptions, display: ProgressDisplay
) -> FinishedTraining[DanceTrainingResult]:
    """Follow the training of a dance model to its end; it is cancelled on the server when interrupted.

    Raises:
        EightcountError: the training failed or was cancelled, or the server cannot be reached.
    """
    request = DanceTrainingRequest(
        name=options.name, base=options.base or None, model=options.model, seed=options.seed,
        family=None if options.base else options.family,  # type: ignore[arg-type]
        max_epochs=options.max_epochs, items=items.usable,
    )  # fmt: skip
    job = client.dance_trainings.run(request, display.show_job)
    result = client.dance_trainings.result(job.id)
    return FinishedTraining(job.id, result, (*items.rejected, *result.rejected))


def fetch_files(client: Client, training_id: str, folder: Path) -> list[str]:
    """Write card, report and confusion matrix into `folder`; return the names of those that there are.

    Raises:
        EightcountError: the server cannot be reached.
        OSError: a file cannot be written.
    """
    written = []
    for name in FILES:
        try:
            client.style_trainings.download(training_id, name, folder / name)
        except EightcountError as error:
            if exit_code_of(error) in FATAL:
                raise
        else:
            written.append(name)
    return written


def _send(client: Client, recording: Recording, options: TrainingOptions, note: ItemNote) -> str:
    """Make sure that the server has the motion of a recording; return its id."""
    if options.watches_frames and (recording.is_aist or is_motion_file(recording.path)):
        raise CliError("it has no images to look at", reason="NO_FRAMES", exit_code=ExitCode.BAD_MEDIA)
    if options.watches_frames:
        return client.videos.upload(recording.path, note.show_sent).id
    note.show("reading")
    with convert_recording(recording) as path:
        if known := client.find_known_video(hash_file(path), path.name, model=options.model):
            return known
        if is_motion_file(path):
            return send_motion(client, path, note.show_sent, note.display)
        return _extract(client, path, options, note)


def _extract(client: Client, path: Path, options: TrainingOptions, note: ItemNote) -> str:
    """Extract the motion of a recording and return its id; the server does not keep the upload."""
    video_id = client.videos.upload(path, note.show_sent).id
    try:
        request = ExtractionRequest(video_id=video_id, model=options.model, training=True)
        client.extractions.run(request, note.show_job)
    finally:
        client.delete_video_content(video_id)
    return video_id
