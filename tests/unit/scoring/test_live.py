"""Scoring while one dances: the same formulas as afterwards, on the last few seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import grpc
import numpy as np
import pytest

from eightcount.motion.v1 import motion_pb2
from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import InvalidInputError, UnusableMediaError
from eightcount_common.motion import MotionSequence
from eightcount_common.rpc.wire import encode_chunk, encode_header
from eightcount_scoring.angles.joints import JOINT_NAMES
from eightcount_scoring.angles.mirroring import mirror_motion
from eightcount_scoring.comparison import Alignment, score_take
from eightcount_scoring.counts import SILENCE, Music
from eightcount_scoring.live.analysis import EightCountSummary
from eightcount_scoring.live.reference import measure_reference
from eightcount_scoring.live.scorer import CountScore, JointStates, LiveScorer
from eightcount_scoring.score.timeline import TimelineEntry
from eightcount_scoring.time_map import TimeMap
from tests.unit.scoring.dances import Dance, capture, dance
from tests.unit.scoring.test_servicer import store, stub  # noqa: F401 - fixtures

MUSIC = Music(np.arange(0, 60, 0.5), tuple(range(0, 120, 8)))
PERFORMED = dance(30.0)
REFERENCE = capture(PERFORMED, jitter_m=0.005)


SCORERS: list[LiveScorer] = []


@pytest.fixture(autouse=True, scope="module")
def _close_scorers() -> Iterator[None]:
    yield
    for scorer in SCORERS:
        scorer.close()


def open_scorer(music: Music = MUSIC, *, mirrored: bool = False) -> LiveScorer:
    """A scorer that is closed after the tests."""
    SCORERS.append(LiveScorer(measure_reference(REFERENCE, music), mirrored=mirrored))
    return SCORERS[-1]


@dataclass
class Session:
    """What a live session said."""

    scorer: LiveScorer
    states: list[JointStates] = field(default_factory=list)
    early: dict[float, TimelineEntry] = field(default_factory=dict)
    final: dict[float, TimelineEntry] = field(default_factory=dict)
    eights: list[EightCountSummary] = field(default_factory=list)

    def note(self, event: object) -> None:
        if isinstance(event, JointStates):
            self.states.append(event)
        elif isinstance(event, CountScore):
            (self.final if event.is_final else self.early)[round(event.entry.start_seconds, 3)] = event.entry
        elif isinstance(event, EightCountSummary):
            self.eights.append(event)

    def red(self, joint: str, start: float, end: float) -> float:
        """Share of the poses in which a joint is over its limit."""
        column = JOINT_NAMES.index(joint)
        part = [one.multiples[column] for one in self.states if start <= one.reference_seconds < end]
        return float((np.array(part) > 1).mean())


def play(
    take: MotionSequence,
    *,
    rate: float = 1.0,
    offset: float = 0.0,
    music: Music = MUSIC,
    mirrored: bool = False,
    clock_jitter: float = 0.005,
) -> Session:
    """Dance a take before the camera, with the clock of a browser's player."""
    session = Session(open_scorer(music, mirrored=mirrored))
    noise = np.random.default_rng(3).normal(0, clock_jitter, len(take))
    for index, seconds in enumerate(take.timestamps):
        pose = take.frames(index, index + 1)
        for event in session.scorer.add(pose, offset + rate * float(seconds) + noise[index], rate=rate):
            session.note(event)
    return session


def late(performed: Dance, seconds: float, *, start: float) -> Dance:
    """The dance that is danced late from a time on."""
    return performed.at(np.where(performed.seconds > start, performed.seconds - seconds, performed.seconds))


def with_mistakes() -> MotionSequence:
    """Late by 0.2 s from 15 s on, with a left elbow that is bent too much."""
    performed = late(PERFORMED, 0.2, start=15.0)
    bent = performed.elbow_deg | {"left": performed.elbow_deg["left"] - 35}
    return capture(replace(performed, elbow_deg=bent), jitter_m=0.005, seed=9)


@pytest.fixture(scope="module")
def mistaken() -> Session:
    return play(with_mistakes())


def test_counts_have_the_scores_that_the_whole_comparison_gives_them(mistaken):
    alignment = Alignment(TimeMap.from_line(0.0))
    whole = score_take(REFERENCE, with_mistakes(), alignment=alignment, music=MUSIC).report
    expected = {round(entry.start_seconds, 3): entry for entry in whole.timeline}
    assert len(mistaken.final) >= len(expected) - 8
    final = [entry.score - expected[start].score for start, entry in mistaken.final.items()]
    early = [entry.score - expected[start].score for start, entry in mistaken.early.items()]
    assert np.abs(final[:-7]).max() < 1.0, "the last ones have nothing after them, as an early score"
    assert np.abs(final).mean() < 0.3
    assert abs(np.mean(early)) < 1.0
    assert {expected[start].worst_joint for start in mistaken.final} >= {
        entry.worst_joint for entry in mistaken.final.values()
    }


def test_the_report_is_that_of_the_whole_comparison(mistaken):
    report = mistaken.scorer.finish(REFERENCE)
    alignment = Alignment(TimeMap.from_line(0.0))
    whole = score_take(REFERENCE, with_mistakes(), alignment=alignment, music=MUSIC).report
    assert report.score == pytest.approx(whole.score, abs=1.0)
    assert {moment.joint for moment in report.moments} == {moment.joint for moment in whole.moments}


def test_only_the_joint_that_is_wrong_is_red(mistaken):
    assert mistaken.red("left_elbow", 2.0, 14.0) > 0.5
    for joint in set(JOINT_NAMES) - {"left_elbow"}:
        assert mistaken.red(joint, 2.0, 14.0) < 0.1, joint


def test_eight_counts_tell_lateness_and_energy(mistaken):
    lateness = {one.eight_count: one.late_seconds for one in mistaken.eights}
    assert lateness[1] == lateness[2] == 0.0
    assert lateness[6] == pytest.approx(0.2, abs=0.04)
    assert all(one.energy == pytest.approx(1.0, abs=0.15) for one in mistaken.eights)
    assert [one.eight_count for one in mistaken.eights] == list(range(1, len(mistaken.eights) + 1))


def test_half_the_movement_has_less_energy():
    middle = {side: (curve + curve.mean()) / 2 for side, curve in PERFORMED.raise_deg.items()}
    calm = replace(
        PERFORMED, raise_deg=middle,
        **{name: {side: (curve + curve.mean()) / 2 for side, curve in getattr(PERFORMED, name).items()}
           for name in ("forward_deg", "elbow_deg", "knee_deg", "lift_deg")},
    )  # fmt: skip
    assert all(0.3 < one.energy < 0.75 for one in play(capture(calm)).eights)


def test_a_slower_reference_and_a_late_start_change_nothing():
    """The learner starts at 8 s and practises at half speed."""
    performed = PERFORMED.at(8.0 + PERFORMED.seconds * 0.5)
    session = play(capture(performed), rate=0.5, offset=8.0)
    scores = [entry.score for entry in session.final.values()]
    assert min(session.early) == 8.0
    assert np.mean(scores) > 90


def test_a_mirrored_take_is_compared_as_its_mirror_image():
    scores = [entry.score for entry in play(mirror_motion(capture(PERFORMED)), mirrored=True).final.values()]
    assert np.mean(scores) > 95


def test_without_music_counts_last_half_a_second():
    session = play(capture(PERFORMED), music=SILENCE)
    assert {entry.count for entry in session.final.values()} == {0}
    assert session.eights == []
    assert len(session.final) > 40


def test_a_jump_of_the_reference_begins_anew_and_the_longest_way_is_reported():
    """Danced to 9 s, back to the start and through to 24 s, paused, and once more for 3 s."""
    session = Session(open_scorer())
    clock = [*np.arange(0, 9, 1 / 30), *np.arange(0, 24, 1 / 30), *[None] * 30, *np.arange(0, 3, 1 / 30)]
    starts = []
    for index, seconds in enumerate(clock):
        shown = REFERENCE.frames(round((seconds or 0) * 30), round((seconds or 0) * 30) + 1)
        pose = MotionSequence(
            shown.skeleton, np.array([index / 30]), shown.image, shown.world, shown.visibility, "m", shown.image_size
        )
        for event in session.scorer.add(pose, seconds):
            session.note(event)
            if isinstance(event, CountScore) and not event.is_final:
                starts.append(event.entry.start_seconds)
    assert starts.count(0.0) == 3, "counted anew each time"
    report = session.scorer.finish(REFERENCE)
    assert report.timeline[-1].end_seconds == pytest.approx(24.0, abs=0.1)
    assert report.score > 95


def test_bones_are_measured_while_the_dancer_waits():
    """The first counts are as good as later ones for those who stood in front of the camera before."""
    session = Session(open_scorer())
    for index in range(60):
        waiting = REFERENCE.frames(300 + index, 301 + index)
        assert list(session.scorer.add(waiting, None)) == []
    for index in range(60):
        frame = REFERENCE.frames(index, index + 1)
        pose = MotionSequence(
            frame.skeleton, frame.timestamps + 100.0, frame.image, frame.world, frame.visibility, "m", frame.image_size
        )
        for event in session.scorer.add(pose, index / 30):
            session.note(event)
    assert session.early[0.0].score > 98


def test_nobody_in_the_picture_is_no_score_and_no_error():
    hidden = MotionSequence(
        REFERENCE.skeleton, REFERENCE.timestamps, np.full_like(REFERENCE.image, np.nan),
        np.full_like(REFERENCE.world, np.nan), np.zeros_like(REFERENCE.visibility), "m", REFERENCE.image_size,
    )  # fmt: skip
    session = play(hidden.frames(0, 300))
    assert all(np.isnan(one.multiples).all() for one in session.states)
    assert all(np.isnan(entry.score) for entry in session.final.values())


def test_too_little_is_not_scored():
    session = play(REFERENCE.frames(0, 20))
    with pytest.raises(UnusableMediaError) as caught:
        session.scorer.finish(REFERENCE)
    assert caught.value.reason == "NO_OVERLAP"
    with pytest.raises(UnusableMediaError) as caught:
        measure_reference(REFERENCE.frames(0, 20), MUSIC)
    assert caught.value.reason == "REFERENCE_TOO_SHORT"


def test_poses_must_follow_each_other_in_time():
    scorer = open_scorer()
    list(scorer.add(REFERENCE.frames(5, 6), 1.0))
    with pytest.raises(InvalidInputError):
        list(scorer.add(REFERENCE.frames(4, 5), 1.0))


Request = scoring_pb2.ScoreLiveRequest


def opening(reference: MotionSequence = REFERENCE) -> list[scoring_pb2.ScoreLiveRequest]:
    """The messages before the first pose."""
    beats = sync_pb2.Music(has_beat=True, beats_seconds=MUSIC.beats_seconds, eight_count_starts=range(0, 120, 8))
    role = scoring_pb2.ROLE_REFERENCE
    chunk = encode_chunk(reference, first_frame=0)
    return [
        Request(settings=scoring_pb2.LiveSettings(music=beats)),
        Request(motion=scoring_pb2.MotionPart(role=role, header=encode_header(reference))),
        Request(motion=scoring_pb2.MotionPart(role=role, chunk=chunk)),
        Request(motion=scoring_pb2.MotionPart(role=scoring_pb2.ROLE_TAKE, header=encode_header(reference))),
    ]


def live_pose(index: int) -> scoring_pb2.ScoreLiveRequest:
    chunk = encode_chunk(REFERENCE.frames(index, index + 1), first_frame=index)
    return Request(pose=scoring_pb2.LivePose(chunk=chunk, reference_seconds=index / 30))


async def test_a_session_over_grpc(stub):  # noqa: F811
    call = stub.ScoreLive()
    for request in opening():
        await call.write(request)
    assert tuple((await call.read()).ready.joints) == JOINT_NAMES
    counts = []
    for index in range(150):
        await call.write(live_pose(index))
        answer = await call.read()
        while not answer.HasField("states"):
            counts += [answer.count] if answer.HasField("count") else []
            answer = await call.read()
        assert (answer.states.seconds, len(answer.states.multiples)) == (pytest.approx(index / 30), len(JOINT_NAMES))
    await call.done_writing()
    answers = []
    while (answer := await call.read()) is not grpc.aio.EOF:
        answers.append(answer)
    report = answers[-1].finished.report
    assert report.score > 99
    assert (report.alignment.offset_seconds, report.alignment.speed_ratio) == (pytest.approx(0, abs=1e-6), 1.0)
    assert report.alignment.confidence == 0.0, "nobody has measured it"
    assert [count.entry.count for count in counts if not count.final] == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_a_session_in_which_nothing_was_danced_ends_without_a_report(stub):  # noqa: F811
    call = stub.ScoreLive(iter(opening()))
    last = [answer async for answer in call][-1]
    assert last.HasField("finished")
    assert not last.finished.HasField("report")


HEADERLESS = Request(motion=scoring_pb2.MotionPart(role=scoring_pb2.ROLE_TAKE, chunk=motion_pb2.MotionChunk()))


@pytest.mark.parametrize(
    ("requests", "reason"),
    [
        ([], "INVALID_REQUEST"),
        (opening()[:3], "INVALID_REQUEST"),
        ([opening()[0], opening()[3]], "INVALID_REQUEST"),
        ([opening()[0], live_pose(0)], "INVALID_REQUEST"),
        ([*opening()[:3], HEADERLESS], "INVALID_REQUEST"),
        ([*opening(), opening()[0]], "INVALID_REQUEST"),
        ([*opening(), live_pose(1), live_pose(1)], "INVALID_MOTION"),
        (opening(REFERENCE.frames(0, 9)), "REFERENCE_TOO_SHORT"),
    ],
    ids=["nothing", "no header", "no reference", "a pose too early", "a chunk of the take", "settings too late",
         "twice the same pose", "too short"],
)  # fmt: skip
async def test_wrong_streams_are_refused_with_a_reason(stub, requests, reason):  # noqa: F811
    call = stub.ScoreLive(iter(requests))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        [answer async for answer in call]
    assert reason in str(caught.value.trailing_metadata())
