"""Feedback: sentences on what to change, each based on moments of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eightcount_scoring.advice.moments import Moment
from eightcount_scoring.advice.time_phrases import describe_time
from eightcount_scoring.angles.joints import JOINTS
from eightcount_scoring.counts import Music

MAX_SENTENCES = 8
MAX_PLACES = 3
TIMING_KINDS = ("LATE", "EARLY")
_SHARED = 0.5  # moments are one mistake when they share this part of the shorter one
_LIMB_OF = {joint.name: joint.limb for joint in JOINTS}


@dataclass(frozen=True, slots=True)
class Feedback:
    """A sentence and the ids of the moments it is based on; none for a remark on the whole take."""

    text: str
    moment_ids: tuple[str, ...] = ()


def advise(moments: Sequence[Moment], music: Music, *, relative: bool = False) -> tuple[Feedback, ...]:
    """Write sentences on the moments, worst first; `relative` lags are on top of that of the whole take."""
    groups: list[list[Moment]] = []
    for moment in moments:
        home = next((group for group in groups if _belongs(moment, group[0])), None)
        if home is None:
            groups.append([moment])
        else:
            home.append(moment)
    return tuple(
        Feedback(_write_sentence(group, music, relative=relative), tuple(moment.id for moment in group))
        for group in groups[:MAX_SENTENCES]
    )


def _belongs(moment: Moment, first: Moment) -> bool:
    if moment.kind != first.kind or moment.advice != first.advice:
        return False
    if moment.kind in TIMING_KINDS:
        return _overlap_in_time(moment, first)
    if moment.kind == "MISSING":
        return moment.subject == first.subject or _overlap_in_time(moment, first)
    return moment.joint == first.joint or (
        _part(moment.joint) == _part(first.joint) and _overlap_in_time(moment, first)
    )


def _overlap_in_time(one: Moment, other: Moment) -> bool:
    shared = min(one.end_seconds, other.end_seconds) - max(one.start_seconds, other.start_seconds)
    shorter = min(one.end_seconds - one.start_seconds, other.end_seconds - other.start_seconds)
    return shared >= _SHARED * shorter


def _part(joint: str) -> str:
    return joint.removeprefix("left_").removeprefix("right_")


def _write_sentence(group: list[Moment], music: Music, *, relative: bool) -> str:
    first = group[0]
    start = min(moment.start_seconds for moment in group if _overlap_in_time(moment, first))
    end = max(moment.end_seconds for moment in group if _overlap_in_time(moment, first))
    where = describe_time(start, end, music)
    if first.kind in TIMING_KINDS:
        amount = 10 * round(sum(abs(moment.amount or 0.0) for moment in group) / len(group) / 10)
        late = f"{first.kind.lower()} beyond that" if relative else first.kind.lower()
        return f"{where} you are about {amount:.0f} ms {late} with {_limbs(group)}."
    if first.kind == "MISSING":
        return f"{where}{_repetitions(group, music)} {_missing_clause(group)}."
    return f"{_advice(group)} {_lower_first(where)}{_repetitions(group, music)}: {_difference_clause(group)}."


def _advice(group: list[Moment]) -> str:
    first = group[0]
    words = f"your {first.subject}"
    if _both_sides(group):
        words = f"both {_plural(first.subject.removeprefix('left ').removeprefix('right '))}"
    return first.advice.replace("your {joint}", words).replace("{joint}", words)


def _difference_clause(group: list[Moment]) -> str:
    predicate = group[0].predicate
    if not _both_sides(group):
        return f"it {predicate}"
    verb, rest = predicate.split(" ", 1)
    return f"they {({'is': 'are', 'moves': 'move', 'leans': 'lean'}).get(verb, verb)} about{_after_is(verb, rest)}"


def _after_is(verb: str, rest: str) -> str:
    return f" {rest}" if verb == "moves" or rest[0].isdigit() else f" as {rest}" if verb == "leans" else f" {rest}"


def _repetitions(group: list[Moment], music: Music) -> str:
    later = [moment for moment in group[1:] if moment.joint == group[0].joint][: MAX_PLACES - 1]
    places = [_lower_first(describe_time(moment.start_seconds, moment.end_seconds, music)) for moment in later]
    return f", and again {' and '.join(places)}" if places else ""


def _both_sides(group: list[Moment]) -> bool:
    return len({moment.joint for moment in group if _overlap_in_time(moment, group[0])}) > 1


def _plural(word: str) -> str:
    return {"foot": "feet"}.get(word, f"{word}s")


def _limbs(group: list[Moment]) -> str:
    limbs = {_LIMB_OF[moment.joint] for moment in group}
    if len(limbs) >= len({joint.limb for joint in JOINTS}) - 1:
        return "your whole body"
    names = []
    for part in ("arm", "leg"):
        sides = [side for side in ("left", "right") if f"{side}_{part}" in limbs]
        if sides:
            names.append(f"both {part}s" if len(sides) == 2 else f"your {sides[0]} {part}")
    if "torso" in limbs:
        names.append("your upper body")
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _missing_clause(group: list[Moment]) -> str:
    """Say who or what is not visible, and what to do about it."""
    if group[0].subject == "you":
        return "you are not visible in your video, so this is not scored: stay in the frame"
    return f"{_are_limbs(group)} not visible in your video, so this is not scored: keep {_limbs(group)} in view"


def _are_limbs(group: list[Moment]) -> str:
    words = _limbs(group)
    return f"{words} {'is' if words.startswith('your') and ' and ' not in words else 'are'}"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
