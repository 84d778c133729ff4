"""Every place at which two recordings may belong together, with what speaks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eightcount_sync.candidates import Peak, find_peaks
from eightcount_sync.confidence import Evidence
from eightcount_sync.drifting import find_drifting_peaks
from eightcount_sync.recording import Recording
from eightcount_sync.timeline import TimeLine
from eightcount_sync.track import Track, coherence, follow

CANDIDATES = 8
SURE_SCORE = 9.0
"""A place with this score needs no second, slower search."""
MOST_DRIFTING_SAMPLES = 1 << 23
"""Recordings that are longer together (17 minutes) are not searched a second time: it would take minutes."""
WORTH_COMPARING = 0.5
"""Share of the best score from which a place can be a rival."""
SAME_PLACE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Place:
    """A track and its coherence (see `track.coherence`)."""

    track: Track
    coherence: float


def find_places(a: Recording, b: Recording, *, check: Callable[[], None] = lambda: None) -> list[Place]:
    """Distinct places at equal speed, most coherent first; empty when no overlap is long enough."""
    tracks = _follow_all(a, b, find_peaks(a, b, count=CANDIDATES, check=check), check)
    short = a.length + b.length <= MOST_DRIFTING_SAMPLES
    if short and (not tracks or tracks[0].score < SURE_SCORE):
        peaks = find_drifting_peaks(a, b, count=CANDIDATES, check=check)
        tracks = _distinct(tracks + _follow_all(a, b, peaks, check))
    worth = [track for track in tracks if track.score >= WORTH_COMPARING * tracks[0].score]
    places = [Place(track, coherence(a, b, track)) for track in worth]
    return sorted(places, key=lambda place: (-place.coherence, -place.track.score))


def evidence_of(places: list[Place]) -> Evidence:
    """What speaks for the first of some places."""
    best, *others = places
    rival = max((place.coherence for place in others), default=0.0)
    return Evidence(best.track.score, best.coherence, rival / max(best.coherence, 1e-9), best.track.overlap_seconds)


def _follow_all(a: Recording, b: Recording, peaks: list[Peak], check: Callable[[], None]) -> list[Track]:
    """The distinct places that the peaks lead to, highest score first."""
    found: list[Track] = []
    for peak in peaks:
        check()
        track = follow(a, b, TimeLine(peak.offset_seconds))
        if track is not None:
            found.append(track)
    return _distinct(found)


def _distinct(tracks: list[Track]) -> list[Track]:
    distinct: list[Track] = []
    for track in sorted(tracks, key=lambda track: -track.score):
        offset = track.line.offset_seconds
        if all(abs(offset - other.line.offset_seconds) > SAME_PLACE_SECONDS for other in distinct):
            distinct.append(track)
    return distinct
