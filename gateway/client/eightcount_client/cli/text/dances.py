"""Dances and trainings of dance models as text for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from eightcount_client.cli.text.reports import clock
from eightcount_client.cli.text.styles import describe_rejected, style_name
from eightcount_client.kinds.dance import DanceResult, SourceSegment
from eightcount_client.kinds.dance_training import DanceTrainingResult
from eightcount_client.values.recordings import RejectedRecording

_SHOWN_RECORDINGS = 5


def describe_dance(result: DanceResult, files: Sequence[Path], *, dance_id: str, edited_from: str = "") -> str:
    """Return the length of the dance, its model, sources and files, and the command that edits it if it is kept."""
    lines = [f"A dance of {clock(result.seconds)} ({result.frames} frames) by {result.model}, seed {result.seed}"]
    lines += [f"Changed from the dance {edited_from}"] if edited_from else []
    lines += _sources(result.source_segments)
    lines.append(f"Written to {files[0].parent}: {', '.join(path.name for path in files)}")
    lines += [f"To change it: eightcount choreograph SONG --edit {dance_id} --keep legs"] if dance_id else []
    return "\n".join(lines)


def describe_dance_training(result: DanceTrainingResult, rejected: Sequence[RejectedRecording], *, where: str) -> str:
    """Return the model, its training data, the location of its card, and the recordings that were left out."""
    model = result.model
    styles = ", ".join(map(style_name, model.styles)) or "no named styles"
    lines = [
        f"{model.name} ({model.family}, trained here)\n  {styles}",
        f"Trained on {result.items_used} recordings; its card: {where}",
        f"To use it: eightcount choreograph SONG --model {model.name}",
    ]
    return "\n".join([*lines, *describe_rejected(rejected)])


def _sources(segments: Sequence[SourceSegment]) -> list[str]:
    """Return the recordings that the dance is joined from, the one with the most frames first."""
    frames = Counter[str]()
    for segment in segments:
        frames[segment.recording] += segment.frames
    if not frames:
        return []
    named = ", ".join(name for name, _ in frames.most_common(_SHOWN_RECORDINGS))
    more = f" and {len(frames) - _SHOWN_RECORDINGS} more" if len(frames) > _SHOWN_RECORDINGS else ""
    return [f"Joined from {len(segments)} segments of {named}{more}"]
