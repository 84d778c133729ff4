"""The card of a model: what it was made of, how it comes to its dances, and what it cannot."""

from __future__ import annotations

from collections.abc import Sequence

from eightcount_generator.model_file import ModelLabel
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
    base: ModelLabel | None = None,
) -> str:
    """Markdown.

    Args:
        name: of the model.
        family: of the model.
        recordings: it was made of.
        made_at: when, in ISO 8601.
        notes: Markdown that the family adds.
        left_out: names of recordings that were not learned from, and why.
        base: the model that was taught more.
    """
    origin = f", from the model `{base.name}` (version {base.version}) and more recordings" if base else ""
    parts = [
        f"# {name}\n",
        f"A model of dances of the family `{family}`, made on {made_at[:10]}{origin}.\n",
        "## What it learned from, beside that model\n" if base else "## What it was made of\n",
        *_material(recordings),
        "",
        notes,
        *_left_out(left_out),
        "## Limits\n",
        "It dances like its recordings, and no other way. Ask those who dance in them before you show its dances.\n",
        *_origin(base),
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


def _origin(base: ModelLabel | None) -> list[str]:
    """The card of the model that was taught more, a level deeper: who is named in it is to stay named."""
    if base is None:
        return []
    lines = (f"##{line}" if line.startswith("#") else line for line in base.card.splitlines())
    return ["## The model that it was made from\n", *lines, ""]


def _left_out(left_out: Sequence[tuple[str, str]]) -> list[str]:
    if not left_out:
        return []
    rows = [f"- {_plain(name)}: {_plain(why)}" for name, why in left_out[:_LEFT_OUT_TOLD]]
    more = len(left_out) - len(rows)
    return ["## What was left out\n", *rows, *([f"- and {more} more"] if more else []), ""]


def _plain(text: str) -> str:
    """Text of others in one line that ends no cell of a table and is no HTML."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
