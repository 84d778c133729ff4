"""Every place at which two recordings may belong together, with what speaks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eightcount_sync.candidates import Peak, find_peaks
from eightcount_sync.confidence import Evidence
from eightcount_sync.drifting import find_drifting_peaks
from eightcount_sync.recording import Recording
from eightcount_sync.timeline import TimeLine
from eightcount_sync.track import Track, chance_coherence, coherence, follow

CANDIDATES = 8
SURE_SCORE = 9.0
"""A place with this score needs no second, slower search."""
MOST_DRIFTING_SAMPLES = 1 << 23
"""Recordings that are longer together (17 minutes) are not searched a second time: it would take minutes."""
SURE_HEIGHT = 20.0
"""A peak this high of the whole correlation, and a place with that score, need no search for envelopes either."""
LIKELY = 0.3
"""Beside so high a peak only those with this share of its height can be rivals."""
LEAST_SCORE_IF_COHERENT = 6.0
"""No place with a lower score is believed."""
WORTH_COMPARING = 0.5
"""Share of the best score from which a place can be a rival."""
SAME_PLACE_SECONDS = 0.1
COMPARABLE_OVERLAP = 0.6
"""Share of the best place's overlap from which another place can be its rival."""


@dataclass(frozen=True, slots=True)
class Place:
    """A track and its coherence (see `track.coherence`)."""

    track: Track
    coherence: float


def find_places(
    a: Recording, b: Recording, *, drifting: bool = True, check: Callable[[], None] = lambda: None
) -> list[Place]:
    """Distinct places at equal speed, most coherent (and overlapping) first; empty when no overlap is long enough.

    With `drifting` a slower search for clocks that disagree follows where no place is sure.
    """
    tracks: list[Track] = []
    for peaks in find_peaks(a, b, count=CANDIDATES, check=check):
        tracks = sorted(tracks + _follow_all(a, b, peaks, check), key=lambda track: -track.score)
        if peaks and tracks and _sure(a, b, peaks[0], tracks[0]):
            break
    short = a.length + b.length <= MOST_DRIFTING_SAMPLES
    if drifting and short and (not tracks or tracks[0].score < SURE_SCORE):
        peaks = find_drifting_peaks(a, b, count=CANDIDATES, check=check)
        tracks = sorted(tracks + _follow_all(a, b, peaks, check), key=lambda track: -track.score)
    # Below the least score no place is believed, however coherent: one of them is looked at for the confidence.
    worth = [track for track in tracks if track.score >= WORTH_COMPARING * tracks[0].score]
    if tracks and tracks[0].score < LEAST_SCORE_IF_COHERENT:
        worth = tracks[:1]
    places = [Place(track, coherence(a, b, track)) for track in worth]
    places.sort(key=lambda place: (-place.coherence * place.track.overlap_seconds**0.5, -place.track.score))
    return _distinct(places)


def evidence_of(places: list[Place]) -> Evidence:
    """What speaks for the first of some places."""
    best, *others = places
    rival = max((place.coherence for place in others if comparable(place, best)), default=0.0)
    return Evidence(best.track.score, best.coherence, rival / max(best.coherence, 1e-9), best.track.overlap_seconds)


def comparable(place: Place, best: Place) -> bool:
    """Whether a place explains about as much of the recordings; a repeat at their edge is no rival to the whole."""
    return place.track.overlap_seconds >= COMPARABLE_OVERLAP * best.track.overlap_seconds


def _follow_all(a: Recording, b: Recording, peaks: list[Peak], check: Callable[[], None]) -> list[Track]:
    """What the peaks, highest first, lead to; when the highest is sure, only those are followed that can be rivals."""
    found: list[Track] = []
    least = 0.0
    for peak in peaks:
        check()
        if peak.height < least:
            break
        track = follow(a, b, TimeLine(peak.offset_seconds))
        if track is not None:
            found.append(track)
            if len(found) == 1 and _sure(a, b, peak, track):
                least = LIKELY * peak.height
    return found


def _sure(a: Recording, b: Recording, peak: Peak, track: Track) -> bool:
    """Whether a place is beyond doubt, so that only its repetitions are of interest."""
    if not peak.exact or peak.height < SURE_HEIGHT or track.score < SURE_SCORE:
        return False
    return coherence(a, b, track) >= chance_coherence(track)


def _distinct(places: list[Place]) -> list[Place]:
    """The first of all places that lie together: the others are its reflections in the room."""
    distinct: list[Place] = []
    for place in places:
        offset = place.track.line.offset_seconds
        if all(abs(offset - other.track.line.offset_seconds) > SAME_PLACE_SECONDS for other in distinct):
            distinct.append(place)
    return distinct
