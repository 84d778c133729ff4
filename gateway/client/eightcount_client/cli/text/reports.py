"""A report and an alignment as text for a terminal."""

from __future__ import annotations

from eightcount_client.kinds.comparison import Moment, Report
from eightcount_client.values.alignments import Alignment, AlignmentCandidate, AlignmentSegment

WORST_MOMENTS = 3
_ROUNDING_SECONDS = 1e-3


def summarise_report(report: Report) -> str:
    """Return score, alignment, the worst moments, the feedback and the warnings of a report."""
    lines = [_score(report), describe_alignment(report.alignment)]
    lines += _section("Worst moments:", [_moment(moment) for moment in report.moments[:WORST_MOMENTS]])
    lines += _section("What to change:", [entry.text for entry in report.feedback])
    lines += _section("Mind:", [entry.message for entry in report.warnings])
    return "\n".join(lines)


def _score(report: Report) -> str:
    if report.score is not None:
        return f"Score: {report.score:.1f} of 100"
    return f"Score: – ({report.no_score_reason or 'nothing could be compared'})"


def describe_alignment(alignment: Alignment) -> str:
    """Return the verdict in one sentence; below it the pieces of a broken map, or the offsets that fit."""
    if alignment.verdict != "aligned":
        message = alignment.message or "no explanation given"
        text = f"Alignment: {alignment.verdict} ({alignment.reason}): {message}"
        offsets = [_offset(candidate) for candidate in alignment.candidates]
        return "\n".join([text, *_section("Second 0 of the second recording may be:", offsets)])
    ratio = alignment.speed_ratio or 1.0
    speed = "" if abs(ratio - 1.0) < 1e-3 else f", plays at {ratio:.4g} times the speed"
    text = (
        f"Alignment: second 0 of the second recording is second {alignment.offset_seconds or 0.0:+.3f} of the first"
        f"{speed} "
        f"(by {alignment.method or 'audio'}{_move(alignment)}, confidence {_number(alignment.confidence, 2)})"
    )
    pieces = [_piece(segment) for segment in alignment.segments]
    title = "Only this part was found:" if len(pieces) == 1 else "Time was lost or gained on the way:"
    return "\n".join([text, *_section(title, pieces)])


def _move(alignment: Alignment) -> str:
    """Say how far the map was moved from where the sounds fit; empty where it was not."""
    if alignment.sound_offset_seconds is None or alignment.offset_seconds is None:
        return ""
    moved = alignment.offset_seconds - alignment.sound_offset_seconds
    return f", moved by {moved:+.2f} s to where the movements fit" if abs(moved) > _ROUNDING_SECONDS else ""


def _offset(candidate: AlignmentCandidate) -> str:
    ratio = candidate.speed_ratio or 1.0
    speed = "" if abs(ratio - 1.0) < 1e-3 else f" at {ratio:.4g} times the speed"
    return f"second {candidate.offset_seconds or 0:+.3f} of the first{speed}"


def _piece(segment: AlignmentSegment) -> str:
    span = f"{clock(segment.take_start_s)} - {clock(segment.take_end_s)} of the second"
    return f"{span}: its second 0 would be second {segment.offset_seconds or 0:+.3f} of the first"


def clock(seconds: float | None) -> str:
    """Return minutes and seconds, for example `1:02.5`."""
    if seconds is None:
        return "?"
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes)}:{rest:04.1f}"


def _moment(moment: Moment) -> str:
    return f"{clock(moment.start_s)} - {clock(moment.end_s)}  {moment.description}"


def _section(title: str, entries: list[str]) -> list[str]:
    return ["", title, *(f"  {number}. {entry}" for number, entry in enumerate(entries, 1))] if entries else []


def _number(value: float | None, digits: int) -> str:
    return "not known" if value is None else f"{value:.{digits}f}"
