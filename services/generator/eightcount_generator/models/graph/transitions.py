"""The transitions out of each beat of a motion graph as tables: continuing, or jumping to a beat that looks alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.blending import heading
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.rotations import from_quaternions
from eightcount_generator.models.graph.motion_graph import MotionGraph

_BEAT_RATIOS = ((1, 1), (2, 1), (1, 2))
"""Motion beats on music beats: one on one, two on one, one on two."""
_UNMATCHED_COST = {(1, 1): 0.0, (2, 1): 0.35, (1, 2): 0.6}
"""Cost of beats without a partner."""
_JUMP_COST = 0.25
"""Cost of any jump, without the difference of the poses."""
_METRES = 0.12
"""Difference of poses that costs about twice as much as a beat without a partner."""
_STILL_METRES, _STILL_COST = 0.08, 1.5
"""Joints that stay within boxes whose diagonals are shorter than this on average, from a beat to the next, are idle;
and the cost of that for every beat of the music.
"""

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Transitions:
    """M transitions out of each of 2 N beats.

    Attributes:
        start: [2 N, M] beat at which the transition starts: the beat itself, or the one that is jumped to; -1 where the
            transition does not exist.
        end: [2 N, M] beat at which it ends.
        steps: [M] beats of the music that it takes.
        jumps: [M] whether it starts with a jump.
        seconds: [2 N, M] its length in the recording.
        cost: [2 N, M] cost of jumping and of beats without a partner.
        travel: [2 N, M, 2] metres to the dancer's left and forward, from its start to its end.
        turn: [2 N, M] radians to the left.
    """

    start: IndexArray
    end: IndexArray
    steps: IndexArray
    jumps: NDArray[np.bool_]
    seconds: FloatArray
    cost: FloatArray
    travel: FloatArray
    turn: FloatArray


def build_transitions(graph: MotionGraph) -> Transitions:
    """Build the table of all transitions, continuing first."""
    beats = np.arange(len(graph.frame))
    once = graph.following
    twice = np.where(once >= 0, once[once], -1)
    waits = _STILL_COST * _find_still_beats(graph)
    starts, ends, steps, jumps, costs = [], [], [], [], []
    for ways in (beats[:, None], graph.jumps):
        leaps = ways is graph.jumps
        for motion_beats, music_beats in _BEAT_RATIOS:
            end = np.where(ways >= 0, (once if motion_beats == 1 else twice)[ways], -1)
            differs = _JUMP_COST + graph.jump_costs / _METRES if leaps else np.zeros(ways.shape)
            starts.append(np.where(end >= 0, ways, -1))
            ends.append(end)
            differs = differs + waits[ways] * music_beats
            costs.append(np.where(end >= 0, differs + _UNMATCHED_COST[motion_beats, music_beats], np.inf))
            steps += [music_beats] * ways.shape[1]
            jumps += [leaps] * ways.shape[1]
    start, end = np.concatenate(starts, axis=1), np.concatenate(ends, axis=1)
    travel, turn = _root_displacements(graph, start, end)
    seconds = (graph.frame[end] - graph.frame[start]) / FRAME_RATE_HERTZ
    return Transitions(
        start, end, np.array(steps), np.array(jumps), seconds, np.concatenate(costs, axis=1), travel, turn
    )  # fmt: skip


def _find_still_beats(graph: MotionGraph) -> NDArray[np.bool_]:
    """[2 N] whether the recording is idle from each beat to its next; sampled at quarters of the way."""
    start, end = graph.frame, graph.frame[graph.following]
    joints = []
    for quarter in range(5):
        seen = np.where(graph.following >= 0, start + (end - start) * quarter // 4, start)[: graph.beats]
        joints.append(Dance(graph.root[seen], from_quaternions(graph.quaternions[seen])).joints())
    box = np.ptp(np.stack(joints), axis=0)
    return np.tile(np.linalg.norm(box, axis=-1).mean(axis=-1) < _STILL_METRES, 2)


def _root_displacements(graph: MotionGraph, start: IndexArray, end: IndexArray) -> tuple[FloatArray, FloatArray]:
    at_beats = Dance(graph.root[graph.frame], from_quaternions(graph.quaternions[graph.frame]))
    mirrored = at_beats.mirror()
    flag = np.arange(len(graph.frame)) >= graph.beats
    root = np.where(flag[:, None], mirrored.root, at_beats.root).astype(np.float64)
    facing = np.where(flag, heading(mirrored.rotations[:, 0]), heading(at_beats.rotations[:, 0])).astype(np.float64)
    way = (root[end] - root[start])[..., [0, 2]]
    turn = (facing[end] - facing[start] + np.pi) % (2 * np.pi) - np.pi
    return rotate_on_floor(way, -facing[start]), turn


def rotate_on_floor(ways: FloatArray, angles_rad: FloatArray) -> FloatArray:
    """[..., 2] vectors along x and z on the floor, turned to the left by angles [...]."""
    cosine, sine = np.cos(angles_rad), np.sin(angles_rad)
    x, z = ways[..., 0], ways[..., 1]
    return np.stack([cosine * x + sine * z, cosine * z - sine * x], axis=-1)
