"""Training a model on recordings of this machine, one recording at a time: what was sent is not kept on the server."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from eightcount_client.cli.aist import readable
from eightcount_client.cli.client import Client
from eightcount_client.cli.dataset import ID_COLUMNS, Recording, is_motion_file
from eightcount_client.cli.jobs import JobState
from eightcount_client.cli.outcomes import CliError, ExitCode
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.work import run

FILES = ("card.md", "report.json", "confusion.png")
_TITLE = "Prepare the recordings"
_FATAL = frozenset({ExitCode.UNREACHABLE, ExitCode.CANCELLED})
"""Not the recording's fault."""


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """How to train; see the command's help."""

    name: str
    family: str = "pose"
    model: str = "heavy"
    seed: int = 0
    max_epochs: int = 0
    kind: Literal["style", "dance"] = "style"
    base: str = ""

    @property
    def collection(self) -> str:
        """Where the server keeps trainings of the kind."""
        return f"{self.kind}-trainings"

    @property
    def ids(self) -> tuple[str, ...]:
        """What trainings of the kind want to know of a recording."""
        return ID_COLUMNS if self.kind == "style" else ("performer", "take")

    @property
    def watches_frames(self) -> bool:
        """Whether the family looks at the videos themselves, so that the server must keep them."""
        return self.family.startswith("frames")


@dataclass(slots=True)
class Material:
    """What can be trained on, and what cannot."""

    items: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Training:
    """A finished training; `result` lists every recording that was left out, here or on the server."""

    id: str
    result: dict[str, Any]


def prepare(
    client: Client, recordings: Sequence[Recording], *, options: TrainingOptions, display: ProgressDisplay
) -> Material:
    """Makes sure that the server has the motion of each recording; those that cannot serve are listed.

    Raises:
        CliError: the server cannot be reached, or no recording can serve.
    """
    material = Material()
    for done, recording in enumerate(recordings):
        show = _Note(display, recording.label, done, len(recordings))
        try:
            video_id = _sent(client, recording, options, show)
        except CliError as error:
            if error.exit_code in _FATAL:
                raise
            material.rejected.append(_rejected(recording, error.reason, error.message))
        except OSError as error:
            material.rejected.append(_rejected(recording, "UNREADABLE_FILE", error.strerror or str(error)))
        else:
            ids = {name: value for name, value in recording.ids.items() if name in options.ids}
            material.items.append({"video_id": video_id, "style": recording.style, "label": recording.label, **ids})
    display.show_count(_TITLE, len(recordings), len(recordings))
    if not material.items:
        first = material.rejected[0]
        message = f"none of the {len(recordings)} recordings can serve; of {first['label']}: {first['message']}"
        raise CliError(message, reason=first["reason"], exit_code=ExitCode.BAD_MEDIA)
    return material


def train(client: Client, material: Material, *, options: TrainingOptions, display: ProgressDisplay) -> Training:
    """Follows the training to its end; stops it on the server when interrupted.

    Raises:
        CliError: the training failed or was cancelled, or the server cannot be reached.
    """
    request = {
        "name": options.name, **_origin(options), "model": options.model, "seed": options.seed,
        "max_epochs": options.max_epochs, "items": material.items,
    }  # fmt: skip
    job_id = run(client, options.collection, request, display.show_job)
    result = dict(client.get(f"/v1/{options.collection}/{job_id}/result.json"))
    return Training(job_id, result | {"rejected": material.rejected + result["rejected"]})


def fetch_files(client: Client, training: Training, folder: Path) -> list[str]:
    """Writes card, report and confusion matrix into `folder`; names of those that there are.

    Raises:
        CliError: the server cannot be reached.
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in FILES:
        try:
            client.download(f"/v1/style-trainings/{training.id}/{name}", folder / name)
        except CliError as error:
            if error.exit_code in _FATAL:
                raise
        else:
            written.append(name)
    return written


def _origin(options: TrainingOptions) -> dict[str, str]:
    """The family of a new model, or the model to go on from, whose family is its own."""
    return {"base": options.base} if options.base else {"family": options.family}


@dataclass(frozen=True, slots=True)
class _Note:
    """What happens to one recording, beside the bar of all."""

    display: ProgressDisplay
    label: str
    done: int
    total: int

    def __call__(self, text: str) -> None:
        self.display.show_count(_TITLE, self.done, self.total, f"{self.label}: {text}")

    def sending(self, sent: int, size: int) -> None:
        self(f"sent {100 * sent // max(size, 1)} %")

    def extracting(self, state: JobState) -> None:
        step = state.steps[0]
        self(f"{step.done} of {step.total} frames" if step.total else "waiting")


def _sent(client: Client, recording: Recording, options: TrainingOptions, show: _Note) -> str:
    """Id of the recording on the server, which has its motion now."""
    if options.watches_frames and (recording.is_aist or is_motion_file(recording.path)):
        raise CliError("it has no pictures to look at", reason="NO_PICTURES", exit_code=ExitCode.BAD_MEDIA)
    if options.watches_frames:
        return _upload(client, recording.path, show)
    show("looking")
    with readable(recording) as path:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if known := client.known_video(sha256, path.name, model=options.model):
            return known
        return _upload(client, path, show) if is_motion_file(path) else _extracted(client, path, options.model, show)


def _extracted(client: Client, path: Path, model: str, show: _Note) -> str:
    """Id of a recording whose motion was extracted; the server does not keep what was sent."""
    video_id = _upload(client, path, show)
    try:
        run(client, "extractions", {"video_id": video_id, "model": model, "training": True}, show.extracting)
    finally:
        client.delete(f"/v1/videos/{video_id}/content")
    return video_id


def _upload(client: Client, path: Path, show: _Note) -> str:
    size = path.stat().st_size
    collection = "motions" if is_motion_file(path) else "videos"
    return client.upload(path, lambda sent: show.sending(sent, size), collection=collection)


def _rejected(recording: Recording, reason: str, message: str) -> dict[str, str]:
    return {"label": recording.label, "reason": reason, "message": message}
