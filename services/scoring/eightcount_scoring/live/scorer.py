"""One live session: poses and the reference's clock come in; joint states, counts and at the end a report go out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from eightcount_common.errors import UnusableMediaError
from eightcount_common.motion import MotionSequence
from eightcount_scoring.angles.joint_angles import Array, angle_between_deg, joint_angles
from eightcount_scoring.angles.joints import JOINTS, LIMB_OF_JOINT, LIMBS
from eightcount_scoring.angles.mirroring import mirror_motion
from eightcount_scoring.comparison import MIN_OVERLAP_SECONDS, Alignment, Report, score_take
from eightcount_scoring.live.analysis import (
    MARGIN_SECONDS,
    EightCountSummary,
    compare_passage,
    score_passage,
    summarise_passage,
)
from eightcount_scoring.live.reference import VIEW, LiveReference
from eightcount_scoring.live.take import Body, TakePass
from eightcount_scoring.motion_reader import MotionReader
from eightcount_scoring.score.timeline import SLIVER_SECONDS, TimelineEntry
from eightcount_scoring.time_map import TimePiece

EARLY_SECONDS = 0.45
"""After the end of a count until its first score: what the longest lag needs."""
_STEADY_POSES = 3
"""A joint is over its limit when most of so many poses say so."""


@dataclass(frozen=True, slots=True)
class JointStates:
    """The joints at one pose.

    Attributes:
        seconds, reference_seconds: times of the take and of the reference.
        multiples: [J] angle error as a multiple of the joint's limit; above 1 it is drawn in red; NaN: not comparable.
    """

    seconds: float
    reference_seconds: float
    multiples: Array


@dataclass(frozen=True, slots=True)
class CountScore:
    """The score of a count: at first from what was seen until then, and once more, finally, three seconds later."""

    entry: TimelineEntry
    is_final: bool


LiveEvent = JointStates | CountScore | EightCountSummary


class LiveScorer:
    """Scores a take while it is danced. Not safe to use from several threads at once.

    Args:
        reference: measured before.
        mirrored: the take is a mirror image of the reference.
    """

    def __init__(self, reference: LiveReference, *, mirrored: bool = False) -> None:
        self._reference = reference
        self._mirrored = mirrored
        self._body = Body()
        self._pass: _Pass | None = None
        self._longest: TakePass | None = None

    def add(self, pose: MotionSequence, reference_seconds: float | None, *, rate: float = 1.0) -> Iterator[LiveEvent]:
        """Add a pose and yield what is known now.

        Args:
            pose: one frame.
            reference_seconds: what the reference shows at that moment; None while it does not play.
            rate: speed at which the reference plays.
        """
        if reference_seconds is None or not np.isfinite(reference_seconds):
            self.begin_anew()
            self._body.add(mirror_motion(pose) if self._mirrored else pose)  # bones are measured while one waits
            return
        take_seconds = float(pose.timestamps[0])
        if self._pass and not self._pass.take.continues_with(take_seconds, reference_seconds, rate):
            self.begin_anew()
        if self._pass is None:
            take = TakePass(self._body, rate=rate, mirrored=self._mirrored)
            self._pass = _Pass(self._reference, take)
        yield from self._pass.add(pose, reference_seconds)

    def finish(self, reference: MotionReader, *, check: Callable[[], None] = lambda: None) -> Report:
        """Return the report of the longest pass: the whole comparison of the same poses.

        Args:
            reference: the motion from which the reference was measured.
            check: called between the steps; raises to stop the work.

        Raises:
            UnusableMediaError: NO_OVERLAP; too little was danced.
        """
        self.begin_anew()
        take = self._longest
        if take is None or take.danced_seconds < MIN_OVERLAP_SECONDS:
            raise UnusableMediaError("too little of the reference was danced to be scored", reason="NO_OVERLAP")
        return score_take(
            reference, take.finish(), alignment=Alignment(take.time_map), music=self._reference.music,
            mirrored=self._mirrored, check=check,
        ).report  # fmt: skip

    @property
    def player_clock(self) -> TimePiece | None:
        """The map of the take's clock to the reference's in the longest pass; None when nothing was danced."""
        return self._longest.time_map.pieces[0] if self._longest else None

    def close(self) -> None:
        """Remove what is kept on disk."""
        self.begin_anew()
        if self._longest is not None:
            self._longest.close()

    def begin_anew(self) -> None:
        """End the present way through the reference: the next pose begins another one."""
        ended = self._pass.take if self._pass else None
        self._pass = None
        if ended is None:
            return
        if self._longest is not None and self._longest.danced_seconds >= ended.danced_seconds:
            ended.close()
            return
        if self._longest is not None:
            self._longest.close()
        self._longest = ended


class _Pass:
    """One way through the reference, and how far it has been scored."""

    def __init__(self, reference: LiveReference, take: TakePass) -> None:
        self._reference = reference
        self.take = take
        self._first: int | None = None
        self._early = self._final = 0
        self._scores: dict[int, float] = {}
        self._limb_lags: Array = np.zeros(len(LIMBS))
        self._recent: list[Array] = []

    def add(self, pose: MotionSequence, reference_seconds: float) -> Iterator[LiveEvent]:
        """Add a pose and yield what is known now."""
        shown = self.take.add(pose, reference_seconds)
        if self._first is None:
            starts = self._reference.edges[:-1]
            self._first = self._early = self._final = int(np.searchsorted(starts, reference_seconds - SLIVER_SECONDS))
        yield JointStates(float(pose.timestamps[0]), reference_seconds, self._measure_states(shown, reference_seconds))
        while self._has_passed(self._early, EARLY_SECONDS):
            yield from self._score_early(self._early)
            self._early += 1
        while self._has_passed(self._final, MARGIN_SECONDS):
            yield from self._score(self._final, is_final=True)
            self._final += 1

    def _has_passed(self, position: int, margin: float) -> bool:
        edges = self._reference.edges
        return position < edges.size - 1 and self.take.now_seconds >= min(edges[position + 1] + margin, edges[-1])

    def _score_early(self, position: int) -> Iterator[LiveEvent]:
        yield from self._score(position, is_final=False)
        beats = self._reference.beats
        number = beats[position].eight_count
        if number and (position + 1 == len(beats) or beats[position + 1].eight_count != number):
            yield from self._summarise(number, position)

    def _score(self, position: int, *, is_final: bool) -> Iterator[CountScore]:
        edges = self._reference.edges
        passage = compare_passage(self._reference, self.take, float(edges[position]), float(edges[position + 1]))
        if passage is None:
            return
        entry = score_passage(self._reference, passage, position)
        self._scores[position] = entry.score
        if not is_final:
            self._limb_lags = passage.limb_lags
        yield CountScore(entry, is_final)

    def _summarise(self, number: int, last: int) -> Iterator[EightCountSummary]:
        beats, edges = self._reference.beats, self._reference.edges
        first = last
        while first > 0 and beats[first - 1].eight_count == number:
            first -= 1
        if self._first is None or first < self._first:  # begun in the middle of it
            return
        start, end = float(edges[first]), float(edges[last + 1])
        passage = compare_passage(self._reference, self.take, start, end)
        if passage is not None:
            scores = np.array([self._scores.get(position, np.nan) for position in range(first, last + 1)])
            yield summarise_passage(passage, scores, eight_count=number, end_seconds=end)

    def _measure_states(self, pose: MotionSequence, reference_seconds: float) -> Array:
        """Return [J] multiples of the limits, as most of the last poses have them."""
        model, scale = self._reference.angles, self._reference.scale
        copy = joint_angles(pose, self.take.body.scan(pose), VIEW)
        joints = np.arange(len(JOINTS))
        wanted = reference_seconds - self._limb_lags[list(LIMB_OF_JOINT)]
        frames = np.array([self._reference.frame_at(float(seconds)) for seconds in wanted])
        inside = (frames >= 0) & (frames < model.seconds.size)
        frames = np.clip(frames, 0, model.seconds.size - 1)
        error = angle_between_deg(model.vectors[frames, joints], copy.vectors[0]) / scale.limit_deg
        known = inside & (model.weights[frames, joints] > 0) & (copy.weights[0] > 0)
        self._recent = [*self._recent[1 - _STEADY_POSES :], np.where(known, error, np.nan)]
        recent = np.stack([np.where(np.isnan(values), error, values) for values in self._recent])
        return np.where(known, np.median(recent, axis=0), np.nan)
