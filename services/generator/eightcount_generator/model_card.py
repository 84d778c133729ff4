"""The card of a model: what it was made of, how it comes to its dances, and what it cannot."""

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
    """Markdown.

    Args:
        name: of the model.
        family: of the model.
        recordings: it was made of.
        created_at: when, in ISO 8601.
        notes: Markdown that the family adds.
        excluded: names of recordings that were not learned from, and why.
        base: the model that was taught more.
    """
    origin = f", from the model `{base.name}` (version {base.version}) and more recordings" if base else ""
    parts = [
        f"# {name}\n",
        f"A model of dances of the family `{family}`, made on {created_at[:10]}{origin}.\n",
        "## What it learned from, beside that model\n" if base else "## What it was made of\n",
        *_style_table(recordings),
        "",
        notes,
        *_excluded_recordings(excluded),
        "## Limits\n",
        "It dances like its recordings, and no other way. Ask those who dance in them before you show its dances.\n",
        *_base_card(base),
    ]
    return "\n".join(parts)


def _style_table(recordings: Sequence[Recording]) -> list[str]:
    """A row for each style."""
    rows = ["| style | stretches | dancers | minutes |", "|---|---|---|---|"]
    for style in sorted({recording.style for recording in recordings}):
        ours = [recording for recording in recordings if recording.style == style]
        dancers = len({recording.performer for recording in ours if recording.performer})
        minutes = sum(recording.dance.seconds for recording in ours) / 60
        rows.append(
            f"| {_escape_text(style) or 'not named'} | {len(ours)} | {dancers or 'not named'} | {minutes:.1f} |"
        )
    return rows


def _base_card(base: ModelMetadata | None) -> list[str]:
    """The card of the model that was taught more, a level deeper: who is named in it is to stay named."""
    if base is None:
        return []
    lines = (f"##{line}" if line.startswith("#") else line for line in base.card.splitlines())
    return ["## The model that it was made from\n", *lines, ""]


def _excluded_recordings(excluded: Sequence[tuple[str, str]]) -> list[str]:
    if not excluded:
        return []
    rows = [f"- {_escape_text(name)}: {_escape_text(why)}" for name, why in excluded[:_EXCLUDED_SHOWN]]
    more = len(excluded) - len(rows)
    return ["## What was left out\n", *rows, *([f"- and {more} more"] if more else []), ""]


def _escape_text(text: str) -> str:
    """Text of others in one line that ends no cell of a table and is no HTML."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
