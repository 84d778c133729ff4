"""Every place at which two recordings may belong together, best first."""

from __future__ import annotations

from collections.abc import Callable

from eightcount_sync.audio.correlation_peaks import Peak, find_peaks
from eightcount_sync.audio.confidence import Evidence
from eightcount_sync.audio.clock_drift import find_drifting_peaks
from eightcount_sync.audio.samples import Recording
from eightcount_sync.alignment import TimeLine
from eightcount_sync.audio.line_refinement import Track, follow, polish

CANDIDATES = 8
FOLLOWED = 3
"""So many candidates of a kind are searched for in a wider surrounding, the others only where they lie."""
LEAST_AGREEMENT = 5.0
"""Standard deviations from which on a place is compared with others; different songs hardly ever have as many."""
MOST_DRIFTING_SAMPLES = 1 << 23
"""Recordings that are longer together (17 minutes) are not searched a second time: it would take minutes."""
SURE_PEAK, SURE_HEIGHT = 20.0, 15.0
"""When a peak this high of the whole correlation leads to a place this high, only its repetitions are of interest. In
music whose notes lie on an exact grid, wrong places of one song reach 11."""
LIKELY = 0.3
"""Beside so high a peak only those with this share of its height can be rivals."""
BLUR_SECONDS = 2e-3
LEAST_PEAK = 12.0
"""Lower peaks are chance."""
SAME_PLACE_SECONDS = 0.03
COMPARABLE_OVERLAP = 0.6
"""Share of the best place's overlap from which another place can be its rival."""


def find_places(
    a: Recording, b: Recording, *, thorough: bool = True, check: Callable[[], None] = lambda: None
) -> list[Track]:
    """Distinct places at equal speed, those that can be believed first, and of these those that stand out most.

    Empty when no overlap is long enough. Without `thorough` only the likeliest offsets are looked at; with it a slower
    search for clocks that disagree follows where no place is sure.
    """
    short = a.length + b.length <= MOST_DRIFTING_SAMPLES
    exact, envelopes = find_peaks(a, b, count=CANDIDATES, loose=thorough and not short, check=check)
    exact = exact if thorough or not exact or exact[0].height >= SURE_PEAK else exact[:FOLLOWED]
    tracks = _tracks(a, b, exact, check)
    if not thorough or any(believable(track) and track.height >= SURE_HEIGHT for track in tracks):
        return ranked(tracks)
    if not short:
        tracks += _tracks(a, b, envelopes, check, followed=CANDIDATES)
    else:
        tracks += _tracks(a, b, find_drifting_peaks(a, b, count=CANDIDATES, check=check), check)
    return ranked(tracks)


def believable(track: Track) -> bool:
    """Whether the recordings agree along a track as different songs hardly ever do."""
    return track.agreement >= LEAST_AGREEMENT


def evidence_of(places: list[Track]) -> Evidence:
    """What speaks for the first of some places."""
    best, *others = places
    rival = max((share_of(place, best) for place in others if comparable(place, best)), default=0.0)
    return Evidence(best.agreement, best.height, rival, best.overlap_seconds)


def share_of(place: Track, best: Track) -> float:
    """Coherence of a place as a share of the best one's, within the same band."""
    return place.coherences[best.band] / max(best.coherence, 1e-9)


def comparable(place: Track, best: Track) -> bool:
    """Whether a place explains about as much of the recordings; a repeat at their edge is no rival to the whole."""
    return place.overlap_seconds >= COMPARABLE_OVERLAP * best.overlap_seconds


def ranked(tracks: list[Track]) -> list[Track]:
    """Distinct tracks, best first; of those that lie together the others are reflections in the room."""
    distinct: list[Track] = []
    for track in sorted(tracks, key=lambda track: (believable(track), track.height), reverse=True):
        offset = track.line.offset_seconds
        if all(abs(offset - other.line.offset_seconds) > SAME_PLACE_SECONDS for other in distinct):
            distinct.append(track)
    return distinct


def _tracks(
    a: Recording, b: Recording, peaks: list[Peak], check: Callable[[], None], *, followed: int = FOLLOWED
) -> list[Track]:
    """What the peaks, highest first, lead to."""
    found: list[Track] = []
    for number, peak in enumerate(peaks):
        check()
        drifting = any(believable(track) and not _sharp(track) for track in found)
        track = _track(a, b, TimeLine(peak.offset_seconds), wider=number < followed or drifting)
        if track is not None:
            found.append(track)
            if len(found) == 1 and _sure(peak, track):
                return [track, *_beside(a, b, track, peak, peaks[number + 1 :], check)]
    return found


def _beside(
    a: Recording, b: Recording, sure: Track, peak: Peak, lower: list[Peak], check: Callable[[], None]
) -> list[Track]:
    """Repetitions of a sure track, at the same ratio; and where it does not explain all, other pieces."""
    least = LIKELY * peak.height if sure.full else LEAST_PEAK
    found = []
    for other in lower:
        check()
        if other.height >= least:
            offset = sure.line.offset_seconds + other.offset_seconds - peak.offset_seconds
            found.append(polish(a, b, TimeLine(offset, sure.line.ratio)))
    return [track for track in found if track is not None]


def _track(a: Recording, b: Recording, line: TimeLine, *, wider: bool) -> Track | None:
    """The better of what lies at a line itself and what a wider search around it comes to."""
    here = polish(a, b, line)
    if here is None or here.full or not wider:
        return here
    near = follow(a, b, line)
    there = polish(a, b, near) if near is not None else None
    return here if there is None or there.height <= here.height else there


def _sure(peak: Peak, track: Track) -> bool:
    """Whether a place is beyond doubt, so that only its repetitions and other pieces are of interest."""
    return peak.height >= SURE_PEAK and track.height >= SURE_HEIGHT and believable(track) and _sharp(track)


def _sharp(track: Track) -> bool:
    """Whether the clocks agree: else they blur the peaks, and the highest may be that of a repetition."""
    return abs(track.line.ratio - 1.0) * track.overlap_seconds < BLUR_SECONDS
