"""The card of a model: the recordings it was trained on, how it generates dances, and its limits."""

from __future__ import annotations

from collections.abc import Sequence

from eightcount_generator.model_file import ModelMetadata
from eightcount_generator.sources.recording import Recording

_EXCLUDED_SHOWN = 20


def render_card(
    name: str,
    family: str,
    recordings: Sequence[Recording],
    *,
    created_at: str,
    notes: str,
    excluded: Sequence[tuple[str, str]] = (),
    base: ModelMetadata | None = None,
) -> str:
    """Return the card as Markdown.

    Args:
        name: name of the model.
        family: family of the model.
        recordings: recordings that it was trained on.
        created_at: creation time, ISO 8601.
        notes: Markdown that the family adds.
        excluded: names of recordings that could not be used, and why.
        base: the model that was fine-tuned, if there is one.
    """
    origin = f", fine-tuned from the model `{base.name}` (version {base.version})" if base else ""
    parts = [
        f"# {name}\n",
        f"A dance model of the family `{family}`, created on {created_at[:10]}{origin}.\n",
        "## Recordings it was fine-tuned on\n" if base else "## Recordings it was trained on\n",
        *_style_table(recordings),
        "",
        notes,
        *_excluded_recordings(excluded),
        "## Limits\n",
        "It can only dance like its recordings. Ask the people who dance in them before you publish its dances.\n",
        *_base_card(base),
    ]
    return "\n".join(parts)


def _style_table(recordings: Sequence[Recording]) -> list[str]:
    """Return a table with one row per style."""
    rows = ["| style | stretches | dancers | minutes |", "|---|---|---|---|"]
    for style in sorted({recording.style for recording in recordings}):
        ours = [recording for recording in recordings if recording.style == style]
        dancers = len({recording.performer for recording in ours if recording.performer}) or "not named"
        minutes = sum(recording.dance.seconds for recording in ours) / 60
        rows.append(f"| {_escape_text(style) or 'not named'} | {len(ours)} | {dancers} | {minutes:.1f} |")
    return rows


def _base_card(base: ModelMetadata | None) -> list[str]:
    """Return the card of the base model one heading level deeper, so that everybody credited there stays credited."""
    if base is None:
        return []
    lines = (f"##{line}" if line.startswith("#") else line for line in base.card.splitlines())
    return ["## The base model\n", *lines, ""]


def _excluded_recordings(excluded: Sequence[tuple[str, str]]) -> list[str]:
    if not excluded:
        return []
    rows = [f"- {_escape_text(name)}: {_escape_text(why)}" for name, why in excluded[:_EXCLUDED_SHOWN]]
    more = len(excluded) - len(rows)
    return ["## Recordings that could not be used\n", *rows, *([f"- and {more} more"] if more else []), ""]


def _escape_text(text: str) -> str:
    """Return foreign text as one line that neither ends a table cell nor contains HTML."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
