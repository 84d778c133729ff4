"""The motion graph: recordings, their motion beats, and jumps between beats that look alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.blending import heading
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.rotations import about_y, from_quaternions, to_quaternions
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.models.motion_beats import beat_frames, body_speed
from eightcount_generator.models.trimming import trim_idle_ends
from eightcount_generator.sources.recording import Recording

JUMPS_PER_BEAT = 12
"""Jumps out of each beat, beside continuing the recording."""
_JUMPS_PER_RECORDING = 3
"""Maximum number of these into one recording; a dancer who repeats a step would otherwise only jump within it."""
_CANDIDATES = 96
MIN_BEATS = 32
_SPEED_SECONDS = 0.15
"""Weight of a difference of one metre per second relative to one metre."""
_FEET_WEIGHT = 2.0
_MIN_JUMP_SECONDS = 3.0
"""Minimum length of a jump within one recording; a shorter one repeats what was just shown."""

FloatArray = NDArray[np.float32]
IndexArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class MotionGraph:
    """F frames of R recordings and their N beats. Beats N to 2 N - 1 are the same beats of the mirrored recordings.

    Attributes:
        names: R names of the recordings.
        styles: R styles; "" for recordings without one.
        first: [R + 1] first frame of each recording, and F.
        root: [F, 3] metres.
        quaternions: [F, 24, 4] local rotations as x, y, z, w.
        frame: [2 N] frame of each beat.
        recording: [2 N] index of its recording.
        following: [2 N] the next beat of the recording; -1 for its last.
        energy: [2 N] liveliness of the recording around the beat as a rank among all beats, 0 to 1.
        jumps: [2 N, K] beats that look alike; -1 where there are fewer.
        jump_costs: [2 N, K] metres by which they differ.
    """

    names: tuple[str, ...]
    styles: tuple[str, ...]
    first: IndexArray
    root: FloatArray
    quaternions: FloatArray
    frame: IndexArray
    recording: IndexArray
    following: IndexArray
    energy: FloatArray
    jumps: IndexArray
    jump_costs: FloatArray

    @property
    def beats(self) -> int:
        """N."""
        return len(self.frame) // 2

    def is_mirrored(self, beat: int) -> bool:
        """Return whether a beat belongs to a mirrored recording."""
        return beat >= self.beats

    def dance(self, positions: NDArray[np.floating], *, mirrored: bool) -> Dance:
        """Return the frames at fractional positions [T], all in one recording."""
        below = np.clip(np.floor(positions).astype(np.intp), 0, len(self.root) - 2)
        part = (positions - below)[:, None]
        root = self.root[below] * (1 - part) + self.root[below + 1] * part
        before, after = self.quaternions[below], self.quaternions[below + 1]
        near = np.where(np.sum(before * after, axis=-1, keepdims=True) < 0, -after, after)
        mixed = before * (1 - part[..., None]) + near * part[..., None]  # so near each other that slerp is the same
        dance = Dance(root.astype(np.float32), from_quaternions(mixed).astype(np.float32))
        return dance.mirror() if mirrored else dance


def build_motion_graph(recordings: Sequence[Recording]) -> MotionGraph:
    """Build a graph of some recordings; those that hardly move are excluded.

    Raises:
        InvalidInputError: TOO_LITTLE_MOTION; fewer than `MIN_BEATS` beats in all.
    """
    return _assemble(_find_beats(recordings))


def extend_motion_graph(graph: MotionGraph, recordings: Sequence[Recording]) -> MotionGraph:
    """Add recordings to a graph; recordings with a name that is taken are renamed.

    Raises:
        InvalidInputError: TOO_LITTLE_MOTION; there is no dance in them.
    """
    found = _find_beats(recordings)
    if not found:
        raise InvalidInputError("the recordings contain no dance with motion beats", reason="TOO_LITTLE_MOTION")
    taken = set(graph.names)
    for number, one in enumerate(found):
        name = next(name for name in _candidate_names(one.name) if name not in taken)
        taken.add(name)
        found[number] = replace(one, name=name)
    return _assemble([*_existing_recordings(graph), *found])


@dataclass(frozen=True, slots=True)
class _BeatRecording:
    """A recording and the frames [B] of its motion beats."""

    name: str
    style: str
    dance: Dance
    beats: IndexArray


def _find_beats(recordings: Sequence[Recording]) -> list[_BeatRecording]:
    """Find the motion beats of the recordings that move."""
    moving = [replace(recording, dance=trim_idle_ends(recording.dance)) for recording in recordings]
    found = [_BeatRecording(one.name, one.style, one.dance, beat_frames(one.dance.joints())) for one in moving]
    return [one for one in found if len(one.beats) > 1]


def _existing_recordings(graph: MotionGraph) -> list[_BeatRecording]:
    of, frame = graph.recording[: graph.beats], graph.frame[: graph.beats]
    ends = zip(graph.first[:-1], graph.first[1:], strict=True)
    return [
        _BeatRecording(
            graph.names[number], graph.styles[number],
            graph.dance(np.arange(start, stop), mirrored=False), frame[of == number] - start,
        )
        for number, (start, stop) in enumerate(ends)
    ]  # fmt: skip


def _candidate_names(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name} ({number})" for number in count(2))


def _assemble(found: Sequence[_BeatRecording]) -> MotionGraph:
    total = sum(len(one.beats) for one in found)
    if total < MIN_BEATS:
        raise InvalidInputError(
            f"the recordings must have {MIN_BEATS} or more motion beats in all; they have {total}",
            reason="TOO_LITTLE_MOTION",
        )
    dances = [one.dance for one in found]
    first = np.cumsum([0, *map(len, dances)])
    whole = Dance.concatenate(dances)
    of = np.repeat(np.arange(len(found)), [len(one.beats) for one in found])
    frame = np.concatenate([one.beats for one in found]) + first[of]
    last = np.append(of[1:] != of[:-1], True)
    following = np.where(last, -1, np.arange(1, len(frame) + 1))
    graph = MotionGraph(
        tuple(one.name for one in found), tuple(one.style for one in found), first,
        whole.root, to_quaternions(whole.rotations).astype(np.float32),
        np.tile(frame, 2), np.tile(of, 2), np.concatenate([following, np.where(last, -1, following + len(frame))]),
        np.tile(_beat_energies(dances, frame, following), 2),
        np.zeros((0, JUMPS_PER_BEAT), np.intp), np.zeros((0, JUMPS_PER_BEAT), np.float32),
    )  # fmt: skip
    jumps, costs = _find_jumps(graph, _pose_descriptors(whole, frame))
    return replace(graph, jumps=jumps, jump_costs=costs)


def _beat_energies(dances: Sequence[Dance], frame: IndexArray, following: IndexArray) -> FloatArray:
    total = np.concatenate([[0.0], np.cumsum(np.concatenate([body_speed(dance.joints()) for dance in dances]))])
    start = frame - 1
    end = np.where(following >= 0, frame[following], frame + 1)
    mean = (total[end] - total[np.maximum(start, 0)]) / np.maximum(end - start, 1)
    return (np.argsort(np.argsort(mean)) / max(len(mean) - 1, 1)).astype(np.float32)


def _pose_descriptors(whole: Dance, frame: IndexArray) -> FloatArray:
    """[2 N, D] positions and velocities of the joints at each beat, relative to the dancer."""
    joints = whole.joints()
    around = [joints[np.clip(frame + shift, 0, len(whole) - 1)].astype(np.float64) for shift in (-1, 0, 1)]
    moving = (around[2] - around[0]) * FRAME_RATE_HERTZ / 2
    positions = around[1] - whole.root[frame][:, None] * np.array([1.0, 0.0, 1.0])
    turn = np.swapaxes(about_y(heading(whole.rotations[frame, 0].astype(np.float64))), -1, -2)[:, None]
    weight = np.ones(len(BODY))
    weight[[BODY.index(name) for name in BODY.joints if name.endswith(("ankle", "foot"))]] = _FEET_WEIGHT
    looks = np.stack([positions, moving * _SPEED_SECONDS], axis=1)
    looks = (turn[:, None] @ looks[..., None])[..., 0] * np.sqrt(weight / weight.sum())[:, None]
    mirrored = looks[:, :, BODY.swap] * np.array([-1.0, 1.0, 1.0])
    return np.concatenate([looks, mirrored]).reshape(2 * len(frame), -1).astype(np.float32)


def _find_jumps(graph: MotionGraph, looks: FloatArray) -> tuple[IndexArray, FloatArray]:
    """Return the most similar beats for each beat, from which the recording continues, and their distances."""
    beats = len(looks)
    jumps, costs = np.full((beats, JUMPS_PER_BEAT), -1, np.intp), np.full((beats, JUMPS_PER_BEAT), np.inf, np.float32)
    squares = np.sum(looks**2, axis=1)
    ends = graph.following < 0
    for start in range(0, beats, 512):
        rows = slice(start, min(start + 512, beats))
        apart = squares[rows, None] + squares - 2 * looks[rows] @ looks.T
        gap = np.abs(graph.frame[rows, None] - graph.frame) < _MIN_JUMP_SECONDS * FRAME_RATE_HERTZ
        apart[:, ends] = np.inf
        apart[gap & (graph.recording[rows, None] == graph.recording)] = np.inf
        near = np.argpartition(apart, min(_CANDIDATES, beats - 1), axis=1)[:, :_CANDIDATES]
        cost = np.sqrt(np.maximum(np.take_along_axis(apart, near, axis=1), 0))
        order = np.argsort(cost, axis=1)
        near, cost = np.take_along_axis(near, order, axis=1), np.take_along_axis(cost, order, axis=1)
        cost[_rank_within_group(graph.recording[near] * 2 + (near >= graph.beats)) >= _JUMPS_PER_RECORDING] = np.inf
        order = np.argsort(cost, axis=1, kind="stable")[:, :JUMPS_PER_BEAT]
        costs[rows, : order.shape[1]] = np.take_along_axis(cost, order, axis=1)
        jumps[rows, : order.shape[1]] = np.take_along_axis(near, order, axis=1)
    jumps[~np.isfinite(costs)] = -1
    return jumps, costs


def _rank_within_group(groups: IndexArray) -> IndexArray:
    """[R, C] number of earlier elements in the row that belong to the same group."""
    same = groups[:, :, None] == groups[:, None, :]
    return np.asarray(np.tril(same, -1).sum(axis=2), np.intp)
