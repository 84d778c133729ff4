"""Stored resources and deletions as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from eightcount_client.cli.text.styles import describe_verdict, percent, style_name
from eightcount_client.values.deletions import Deletion, KeptResource


def describe_resources(found: dict[str, list[dict[str, Any]]]) -> str:
    """Return a section for each collection and a line for each member: id, age and description."""
    lines: list[str] = []
    for resource, items in found.items():
        if items:
            lines += ["", f"{resource} ({len(items)})", *map(_line, items)]
    return "\n".join(lines[1:]) or "Nothing is stored."


def describe_deletions(deletions: Sequence[Deletion]) -> str:
    """Return what was or would be deleted, and what stays and why."""
    dry_run = any(deletion.dry_run for deletion in deletions)
    deleted = [f"  {one.resource} {one.id}" for deletion in deletions for one in deletion.deleted]
    kept = [_describe_kept(one) for deletion in deletions for one in deletion.kept]
    lines = [f"{'Would be deleted' if dry_run else 'Deleted'} ({len(deleted)}):", *dict.fromkeys(deleted)]
    if kept:
        lines += ["", f"{'Would stay' if dry_run else 'Kept'} ({len(kept)}):", *dict.fromkeys(kept)]
    return "\n".join(lines)


def _line(item: dict[str, Any]) -> str:
    name = str(item.get("id") or item.get("name") or "?")
    created = item.get("created_at")
    when = f"{datetime.fromisoformat(created):%Y-%m-%d %H:%M}" if created else ""
    what = [
        item.get("status"), item.get("file_name"), item.get("name") if "id" in item else item.get("family"),
        _describe_answer(item.get("answer")),
    ]  # fmt: skip
    return "  " + "  ".join(str(part) for part in (name, when, *what) if part)


def _describe_answer(answer: dict[str, Any] | None) -> str:
    """Return the style of a classification and its probability, or why none is named."""
    if not answer:
        return ""
    if answer["verdict"] != "style":
        return describe_verdict(answer["verdict"])
    probability = answer.get("probability")
    return style_name(answer["style"]) + ("" if probability is None else f", {percent(probability)}")


def _describe_kept(one: KeptResource) -> str:
    needed_by = ", ".join(f"{other.resource} {other.id}" for other in one.needed_by)
    return f"  {one.resource} {one.id}" + (f", needed by {needed_by}" if needed_by else "")
