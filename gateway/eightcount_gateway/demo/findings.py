"""The planted mistakes and the findings of the report, compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eightcount_gateway.demo.mistakes import PlantedMistakes

_OFFSET_TOLERANCE_SECONDS = 0.02
"""Half a frame of the demo's video."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One planted mistake, what the report says of it, and whether that is right."""

    planted: str
    found: str
    right: bool


def judge_report(report: dict[str, Any], mistakes: PlantedMistakes) -> list[Finding]:
    """Holds a report against the truth."""
    findings = [_judge_start(report, mistakes), _judge_delay(report, mistakes)]
    return [*findings, _judge_camera(report, mistakes)] if mistakes.crop else findings


def _judge_start(report: dict[str, Any], mistakes: PlantedMistakes) -> Finding:
    alignment = report["alignment"]
    offset = alignment["offset_seconds"]
    aligned = alignment["verdict"] == "aligned" and offset is not None
    room = (
        ""
        if mistakes.noise_ratio_db is None
        else f", in a room with echo and noise {mistakes.noise_ratio_db:g} dB below"
    )
    return Finding(
        f"the take starts {mistakes.start_seconds:.3f} s into the music{room}",
        f"offset {offset:+.3f} s by {alignment['method']}" if aligned else f"verdict {alignment['verdict']}",
        aligned and abs(offset - mistakes.start_seconds) <= _OFFSET_TOLERANCE_SECONDS,
    )


def _judge_delay(report: dict[str, Any], mistakes: PlantedMistakes) -> Finding:
    start, end = _late_stretch(mistakes)
    late = [
        moment
        for moment in report["moments"]
        if moment["kind"] == "LATE" and moment["start_s"] < end and moment["end_s"] > start
    ]
    spans = ", ".join(
        f"{moment['amount']:.0f} ms at {moment['start_s']:.1f}-{moment['end_s']:.1f} s" for moment in late[:3]
    )
    return Finding(
        f"{1000 * mistakes.delay_seconds:.0f} ms late from {mistakes.late_from_seconds:g} s "
        f"to {mistakes.late_to_seconds:g} s",
        f"late by {spans}" if late else "no late moment there",
        bool(late),
    )


def _judge_camera(report: dict[str, Any], mistakes: PlantedMistakes) -> Finding:
    """A nearer camera is no mistake: all but the late stretch must score better than the late stretch."""
    start, end = _late_stretch(mistakes)
    scores: dict[bool, list[float]] = {True: [], False: []}
    for entry in report["timeline"]:
        if entry["score"] is not None:
            scores[entry["start_s"] < end and entry["end_s"] > start].append(entry["score"])
    inside, outside = (sum(part) / max(len(part), 1) for part in (scores[True], scores[False]))
    return Finding(
        "the camera stands nearer, which is no mistake",
        f"score {outside:.0f} outside of the late stretch, {inside:.0f} in it",
        bool(scores[True] and scores[False]) and outside > inside,
    )


def _late_stretch(mistakes: PlantedMistakes) -> tuple[float, float]:
    ramp = mistakes.ramp_seconds
    return mistakes.late_from_seconds - ramp, mistakes.late_to_seconds + ramp
