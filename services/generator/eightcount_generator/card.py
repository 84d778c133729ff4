"""The card of a model: what it was made of, how it comes to its dances, and what it cannot."""

from __future__ import annotations

from collections.abc import Sequence

from eightcount_generator.sources.library import Recording

_LEFT_OUT_TOLD = 20


def card_of(
    name: str,
    family: str,
    recordings: Sequence[Recording],
    *,
    made_at: str,
    notes: str,
    left_out: Sequence[tuple[str, str]] = (),
) -> str:
    """Markdown.

    Args:
        name: of the model.
        family: of the model.
        recordings: it was made of.
        made_at: when, in ISO 8601.
        notes: Markdown that the family adds.
        left_out: names of recordings that were not learned from, and why.
    """
    parts = [
        f"# {name}\n",
        f"A model of dances of the family `{family}`, made on {made_at[:10]}.\n",
        "## What it was made of\n",
        *_material(recordings),
        "",
        notes,
        *_left_out(left_out),
        "## Limits\n",
        "It dances like its recordings, and no other way. Ask those who dance in them before you show its dances.\n",
    ]
    return "\n".join(parts)


def _material(recordings: Sequence[Recording]) -> list[str]:
    """A row for each style."""
    rows = ["| style | stretches | dancers | minutes |", "|---|---|---|---|"]
    for style in sorted({recording.style for recording in recordings}):
        ours = [recording for recording in recordings if recording.style == style]
        dancers = len({recording.performer for recording in ours if recording.performer})
        minutes = sum(recording.dance.seconds for recording in ours) / 60
        rows.append(f"| {_plain(style) or 'not named'} | {len(ours)} | {dancers or 'not named'} | {minutes:.1f} |")
    return rows


def _left_out(left_out: Sequence[tuple[str, str]]) -> list[str]:
    if not left_out:
        return []
    rows = [f"- {_plain(name)}: {_plain(why)}" for name, why in left_out[:_LEFT_OUT_TOLD]]
    more = len(left_out) - len(rows)
    return ["## What was left out\n", *rows, *([f"- and {more} more"] if more else []), ""]


def _plain(text: str) -> str:
    """Text of others in one line that ends no cell of a table and is no HTML."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
