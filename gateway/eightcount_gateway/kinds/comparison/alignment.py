"""The alignment of a comparison: by sound, otherwise by motion, otherwise a guess that is marked as one.

Where the sound decides, the movement is asked as well: sound and image of a file may be apart.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from eightcount.motion.v1 import motion_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import UnusableMediaError
from eightcount_gateway.backends.backends import Backends
from eightcount_gateway.kinds.comparison.sound_and_picture import follow_picture
from eightcount_gateway.library.motions.library import MotionLibrary
from eightcount_gateway.library.motions.refs import JobWarning, MotionRef
from eightcount_gateway.library.streams import read_through

Recording = tuple[str, MotionRef]
"""Object URI of a video, and its motion."""

_AUDIO, _MOTION = sync_pb2.ALIGNMENT_METHOD_AUDIO, sync_pb2.ALIGNMENT_METHOD_MOTION
_MAX_GUESS_CONFIDENCE = 0.2
_SAME_PLACE_SECONDS = 0.3
_LIKELY = 0.5
"""Beats with a lower probability are more likely wrong than right."""


@dataclass(frozen=True, slots=True)
class AlignmentOutcome:
    """The alignment that is scored, and warnings about it."""

    alignment: sync_pb2.Alignment
    warnings: tuple[JobWarning, ...] = ()


class Aligner:
    """Aligns recordings by the sync service."""

    def __init__(self, motions: MotionLibrary, backends: Backends) -> None:
        self._motions = motions
        self._backends = backends

    async def align(self, reference: Recording, take: Recording, *, mode: str) -> AlignmentOutcome:
        """Return the alignment to score with; `mode` is auto, audio or motion."""
        if mode == "motion":
            return _judge(await self._by_motion(reference[1], take[1]))
        by_sound = await self._by_sound(reference[0], take[0])
        if by_sound.verdict == sync_pb2.VERDICT_ALIGNED:
            measured = await self._measure_picture(by_sound, reference[1], take[1])
            return AlignmentOutcome(follow_picture(by_sound, measured, asked_for_sound=mode == "audio"))
        if mode == "audio":
            return _judge(by_sound)
        return _reconcile(by_sound, await self._by_motion(reference[1], take[1]))

    async def _by_sound(self, reference_uri: str, take_uri: str) -> sync_pb2.Alignment:
        try:
            # A take at practice speed is the same music too; the search costs time only where nothing is found without.
            return _fill_in(
                await self._backends.sync.align(reference_uri, take_uri, search_speed=True),
                sync_pb2.ALIGNMENT_METHOD_AUDIO,
            )
        except UnusableMediaError as error:
            return _no_match(error, _AUDIO)

    async def _by_motion(self, reference: MotionRef, take: MotionRef) -> sync_pb2.Alignment:
        try:
            return _fill_in(
                await self._backends.sync.align_motion(self._motion_parts(reference, take)),
                sync_pb2.ALIGNMENT_METHOD_MOTION,
            )
        except UnusableMediaError as error:
            return _no_match(error, _MOTION)

    async def _measure_picture(
        self, by_sound: sync_pb2.Alignment, reference: MotionRef, take: MotionRef
    ) -> sync_pb2.MeasurePictureOffsetResponse:
        async def messages() -> AsyncIterator[sync_pb2.MeasurePictureOffsetRequest]:
            yield sync_pb2.MeasurePictureOffsetRequest(by_sound=by_sound)
            async with aclosing(self._motion_parts(reference, take)) as parts:
                async for part in parts:
                    if part.HasField("header"):
                        yield sync_pb2.MeasurePictureOffsetRequest(header=part.header)
                    else:
                        yield sync_pb2.MeasurePictureOffsetRequest(chunk=part.chunk)

        return await self._backends.sync.measure_picture_offset(messages())

    async def _motion_parts(self, *refs: MotionRef) -> AsyncGenerator[sync_pb2.AlignMotionRequest, None]:
        for ref in refs:
            async with aclosing(read_through(self._motions.open(ref))) as messages:
                async for message in messages:
                    if isinstance(message, motion_pb2.MotionHeader):
                        yield sync_pb2.AlignMotionRequest(header=message)
                    else:
                        yield sync_pb2.AlignMotionRequest(chunk=message)


def music_warnings(music: sync_pb2.Music) -> tuple[JobWarning, ...]:
    """Return the warnings about the beats and the counts of the music."""
    if not music.has_beat:
        return ()
    warnings = []
    if music.HasField("confidence") and music.confidence < _LIKELY:
        message = "The beats of the music are more likely wrong than right; the counts and the tempo may be others."
        warnings.append(JobWarning("BEATS_UNCERTAIN", message))
    if not music.beat_in_bar:
        message = "The music does not show where the eight-counts begin; the counts may be shifted."
        warnings.append(JobWarning("COUNTS_GUESSED", message))
    return tuple(warnings)


def _reconcile(by_sound: sync_pb2.Alignment, by_motion: sync_pb2.Alignment) -> AlignmentOutcome:
    """Decide by the motion where the sound does not."""
    if by_sound.verdict == sync_pb2.VERDICT_AMBIGUOUS:
        return _choose_candidate(by_sound, by_motion)
    warning = JobWarning(
        "NO_SHARED_MUSIC", "The two videos do not share their music; they were aligned by the movement."
    )
    outcome = _judge(by_motion)
    return AlignmentOutcome(outcome.alignment, (warning, *outcome.warnings))


def _choose_candidate(by_sound: sync_pb2.Alignment, by_motion: sync_pb2.Alignment) -> AlignmentOutcome:
    """Return the offset in repeating music at which the movement fits too, otherwise the strongest."""
    if by_motion.verdict == sync_pb2.VERDICT_ALIGNED:
        for candidate in by_sound.candidates:
            if abs(candidate.offset_seconds - by_motion.offset_seconds) <= _SAME_PLACE_SECONDS:
                by_sound.offset_seconds = candidate.offset_seconds
                by_sound.speed_ratio = candidate.speed_ratio or 1.0
                by_sound.verdict = sync_pb2.VERDICT_ALIGNED
                by_sound.confidence = min(by_sound.confidence or 1.0, by_motion.confidence)
                by_sound.reason = "OK"
                by_sound.message = "The music repeats itself; the movement decided between the places that fit."
                return AlignmentOutcome(by_sound)
    return _judge(by_sound)


def _judge(alignment: sync_pb2.Alignment) -> AlignmentOutcome:
    """An alignment taken as it is; what is wrong with it becomes a warning, and a guess is not called confident."""
    if alignment.verdict == sync_pb2.VERDICT_ALIGNED:
        return AlignmentOutcome(alignment)
    alignment.confidence = min(alignment.confidence, _MAX_GUESS_CONFIDENCE)
    if alignment.verdict == sync_pb2.VERDICT_AMBIGUOUS:
        return AlignmentOutcome(
            alignment, (JobWarning("AMBIGUOUS_ALIGNMENT", "Several starting points fit equally well; one was chosen."),)
        )
    warning = JobWarning("NOT_ALIGNED", "No place was found where the two dances fit; the score rests on a guess.")
    return AlignmentOutcome(alignment, (warning,))


def _fill_in(alignment: sync_pb2.Alignment, method: sync_pb2.AlignmentMethod.ValueType) -> sync_pb2.Alignment:
    """The alignment with a usable line: ratios that were not determined are 1."""
    alignment.clock_ratio = alignment.clock_ratio or 1.0
    alignment.speed_ratio = alignment.speed_ratio or 1.0
    alignment.method = alignment.method or method
    return alignment


def _no_match(error: UnusableMediaError, method: sync_pb2.AlignmentMethod.ValueType) -> sync_pb2.Alignment:
    alignment = sync_pb2.Alignment(verdict=sync_pb2.VERDICT_NO_MATCH, reason=error.reason, message=error.message)
    return _fill_in(alignment, method)
