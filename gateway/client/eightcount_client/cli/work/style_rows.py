"""The styles of many recordings: one row each, whatever happens to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from eightcount_client.cli.errors import CliError
from eightcount_client.cli.exit_codes import FATAL, exit_code_of
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.work.dataset import Recording, is_motion_file
from eightcount_client.cli.work.item_notes import ItemNote
from eightcount_client.cli.work.recordings import send_motion
from eightcount_client.client import Client
from eightcount_client.errors import EightcountError, UnexpectedResponseError
from eightcount_client.files import hash_file
from eightcount_client.kinds.classification import ClassificationRequest, StyleAnswer
from eightcount_client.values.recordings import RejectedRecording

TITLE = "Classify the recordings"


@dataclass(frozen=True, slots=True)
class StyleRow:
    """The style of a recording, or the reason why it could not be classified."""

    label: str
    answer: StyleAnswer | None = None
    failure: RejectedRecording | None = None


@dataclass(frozen=True, slots=True)
class _Options:
    """Fields of each request, and whether the model reads the videos themselves."""

    model: Literal["heavy", "full", "lite"]
    style_model: str | None
    watches_frames: bool


def classify_all(
    client: Client, recordings: Sequence[Recording], *, options: Mapping[str, Any], display: ProgressDisplay
) -> Iterator[StyleRow]:
    """Yield the row of each recording, one after another; one that fails does not stop the others.

    Raises:
        EightcountError: there is no such style model, or the server cannot be reached.
    """
    style_model = options["style_model"] or None
    chosen = _Options(options["model"], style_model, _watches_frames(client, style_model))
    for done, recording in enumerate(recordings):
        note = ItemNote(display, TITLE, recording.label, done, len(recordings))
        yield _classify(client, recording, chosen, note)
    display.show_count(TITLE, len(recordings), len(recordings))


def _watches_frames(client: Client, style_model: str | None) -> bool:
    models = [client.style_models.get(style_model)] if style_model else client.style_models.list()
    return any(model.family.startswith("frames") for model in models if style_model or model.is_default)


def _classify(client: Client, recording: Recording, options: _Options, note: ItemNote) -> StyleRow:
    try:
        return StyleRow(recording.label, _answer(client, recording, options, note))
    except (CliError, EightcountError) as error:
        if isinstance(error, EightcountError) and exit_code_of(error) in FATAL:
            raise
        reason, message = error.reason, error.message
    except (OSError, UnicodeError) as error:
        reason, message = "UNREADABLE_FILE", getattr(error, "strerror", "") or str(error)
    return StyleRow(recording.label, failure=RejectedRecording(label=recording.label, reason=reason, message=message))


def _answer(client: Client, recording: Recording, options: _Options, note: ItemNote) -> StyleAnswer:
    note.show("reading")
    field = "motion_id" if is_motion_file(recording.path) else "video_id"
    source: dict[str, Any] = {field: _send_unless_known(client, recording, options, note)}
    request = ClassificationRequest(model=options.model, style_model=options.style_model, **source)
    job = client.classifications.run(request, note.show_job)
    if job.answer is None:
        raise UnexpectedResponseError("the server classified the recording and gave no answer")
    return job.answer


def _send_unless_known(client: Client, recording: Recording, options: _Options, note: ItemNote) -> str:
    """Return the id of the recording on the server; it is uploaded only where the server lacks what the model needs."""
    path, sha256 = recording.path, hash_file(recording.path)
    if is_motion_file(path):
        stored = next(client.motions.list(sha256=sha256, page_size=1), None)
        return stored.id if stored else send_motion(client, path, note.show_sent, note.display)
    for video in client.videos.list(sha256=sha256):
        if not video.content_deleted:
            return video.id
    known = "" if options.watches_frames else client.find_known_video(sha256, path.name, model=options.model)
    return known or client.videos.upload(path, note.show_sent).id
