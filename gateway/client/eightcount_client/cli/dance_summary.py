"""A dance, and the training of a model that dances, as text for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eightcount_client.cli.style_summary import describe_rejected, style_name
from eightcount_client.cli.summary import clock

_SHOWN_RECORDINGS = 5


def describe_dance(result: dict[str, Any], files: Sequence[Path], *, dance_id: str, edited_from: str = "") -> str:
    """How long it is, who made it from what, where it is, and by which id, if it is kept, it can be changed."""
    lines = [
        f"A dance of {clock(result['seconds'])} ({result['frames']} frames) by {result['model']}, seed {result['seed']}"
    ]
    lines += [f"Changed from the dance {edited_from}"] if edited_from else []
    lines += _borrowed(result["borrowed"])
    lines.append(f"Written to {files[0].parent}: {', '.join(path.name for path in files)}")
    lines += [f"To change it: eightcount choreograph SONG --edit {dance_id} --keep legs"] if dance_id else []
    return "\n".join(lines)


def describe_dance_training(result: dict[str, Any], *, where: str) -> str:
    """The model, what it was made of, where its card is, and what was left out."""
    model = result["model"]
    styles = ", ".join(map(style_name, model["styles"])) or "no styles named"
    lines = [
        f"{model['name']} ({model['family']}, trained here)\n  {styles}",
        f"Trained on {result['items_used']} recordings; its card: {where}",
        f"To use it: eightcount choreograph SONG --model {model['name']}",
    ]
    return "\n".join([*lines, *describe_rejected(result["rejected"])])


def _borrowed(stretches: Sequence[dict[str, Any]]) -> list[str]:
    """Which recordings the dance is joined from, the one with the most frames first."""
    frames = Counter[str]()
    for stretch in stretches:
        frames[stretch["recording"]] += stretch["frames"]
    if not frames:
        return []
    named = ", ".join(name for name, _ in frames.most_common(_SHOWN_RECORDINGS))
    more = f" and {len(frames) - _SHOWN_RECORDINGS} more" if len(frames) > _SHOWN_RECORDINGS else ""
    return [f"Joined from {len(stretches)} stretches of {named}{more}"]
