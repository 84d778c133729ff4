"""Phrases for times, in the terms of dancers."""

from __future__ import annotations

from eightcount_scoring.counts import Music

_ORDINALS = (
    "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
)  # fmt: skip
_NUMBERS = {2: "two", 3: "three", 4: "four", 6: "six", 8: "eight", 12: "twelve"}
SHORT_SECONDS = 1.5
"""Stretches up to this length are described by a single time."""
_INSIDE_SECONDS = 0.1  # a stretch that ends just after a beat does not reach it


def ordinal(number: int) -> str:
    """Write an ordinal as a word or with figures: "third", "13th", "21st"."""
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def name_phrase(counts: int) -> str:
    """Name what dancers count through: "eight-count", "six-count"."""
    return f"{_NUMBERS.get(counts, str(counts))}-count"


def format_clock(seconds: float) -> str:
    """Format minutes and seconds: "1:05"."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def describe_time(start_seconds: float, end_seconds: float, music: Music) -> str:
    """Describe a stretch: "On counts 5 to 8 of the third eight-count (0:12)" or "From 0:12 to 0:15"."""
    first, last = music.beat_at(start_seconds), music.beat_at(max(start_seconds, end_seconds - _INSIDE_SECONDS))
    if first is None or last is None:
        if end_seconds - start_seconds <= SHORT_SECONDS or format_clock(start_seconds) == format_clock(end_seconds):
            return f"At {format_clock(start_seconds)}"
        return f"From {format_clock(start_seconds)} to {format_clock(end_seconds)}"
    eight = f"the {ordinal(first.eight_count)} {name_phrase(music.counts_per_phrase)}"
    if first.eight_count != last.eight_count:
        reach = f"From count {first.count} of {eight} to count {last.count} of the {ordinal(last.eight_count)}"
    elif first.count == last.count:
        reach = f"On count {first.count} of {eight}"
    else:
        reach = f"On counts {first.count} to {last.count} of {eight}"
    return f"{reach} ({format_clock(start_seconds)})"
