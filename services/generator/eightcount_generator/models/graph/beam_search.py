"""Chooses the beats of a dance by beam search (Lowerre, 1976) a few beats ahead, again and again.

A motion graph (Kovar, Gleicher and Pighin, "Motion Graphs", 2002) whose nodes are motion beats. The cost of a path
counts changes of tempo and energy, differences of poses at jumps, leaving the stage, and repetition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InternalError
from eightcount_generator.models.beat_grid import BeatGrid
from eightcount_generator.models.graph.transitions import Transitions, rotate_on_floor

_LOOK_AHEAD, _CERTAIN = 16, 8
"""Beats that are searched ahead, and the number of them that is then fixed."""
_BEAM_WIDTH = 160
"""Paths that are followed at once."""
_FASTEST, _SLOWEST = 1.7, 0.6
"""Limits of a segment's playback rate."""
_TEMPO_COST = 1.2
"""Cost of a segment that is played a quarter faster or slower."""
_ENERGY_COST = 1.5
"""Cost of a segment at the other end of the energies."""
_MIN_RUN = 4
"""Beats of the music before a recording is left again, unless it ends."""
_EARLY_COST = 1.5
_REPETITION_COST, _REPETITION_BEATS = 2.0, 64
"""Cost of a beat that was just used, and the beats of music after which a third of it is left."""
_STAGE_METRES, _STAGE_COST = 1.5, 0.8
"""Radius without cost, and the cost of a metre beyond it at every beat."""
_PHRASE_BONUS, _SECTION_BONUS = 0.5, 0.8
"""Reduction of the cost of a jump where an eight-count or a section starts."""
_RANDOM_COST = 0.5
"""Deviation of a random cost."""
_NEVER = -10_000

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class PathStep:
    """A segment of one recording, from a beat of the graph to another, between two steps of the beat grid.

    Attributes:
        start, end: beats of the graph.
        from_step, to_step: positions in the grid.
        jumps: whether it starts with a jump.
    """

    start: int
    end: int
    from_step: int
    to_step: int
    jumps: bool


@dataclass(slots=True)
class _Paths:
    """P paths that end at the same step of the grid."""

    beat: IndexArray
    cost: FloatArray
    run: IndexArray
    place: FloatArray
    facing: FloatArray
    parent: IndexArray
    parent_step: IndexArray
    move: IndexArray


class BeamSearch:
    """Finds the segments of one dance."""

    def __init__(
        self, transitions: Transitions, energy: NDArray[np.floating], allowed: NDArray[np.bool_],
        preference: FloatArray, random: np.random.Generator,
    ) -> None:  # fmt: skip
        """Take the energies [2 N] of the beats, whether they may be used, and their costs in this dance."""
        self._moves = transitions
        self._energy = energy
        self._taste = preference
        self._random = random
        self._usable = (transitions.start >= 0) & allowed[transitions.start]
        self._taken = np.full(len(energy), _NEVER)

    def find_steps(self, grid: BeatGrid) -> Iterator[PathStep]:
        """Yield the segments one after another, until the grid ends."""
        last = len(grid.seconds) - 1
        step = 0
        paths = self._initial_paths()
        while step < last:
            end = min(step + _LOOK_AHEAD, last)
            found = self._search_ahead(grid, step, end, paths)
            certain = [one for one in found if one.from_step < step + _CERTAIN or end == last]
            for stretch in certain:
                self._taken[[stretch.start, stretch.end]] = stretch.to_step
                yield stretch
            step, paths = certain[-1].to_step, self._state

    def _initial_paths(self) -> _Paths:
        """Start paths at random beats that have a successor."""
        beats = np.flatnonzero(self._usable[:, ~self._moves.jumps].any(axis=1))
        if not len(beats):
            raise InternalError("no beat of the motion graph is followed by another", reason="EMPTY_GRAPH")
        chosen = self._random.choice(beats, min(_BEAM_WIDTH, len(beats)), replace=False)
        count = len(chosen)
        none = np.full(count, -1)
        return _Paths(
            chosen, np.zeros(count), np.full(count, _MIN_RUN), np.zeros((count, 2)), np.zeros(count), none, none, none
        )

    def _search_ahead(self, grid: BeatGrid, start: int, end: int, paths: _Paths) -> list[PathStep]:
        """Return the cheapest continuation of one of the paths over the grid."""
        layers = {start: paths}
        random_costs = self._taste + self._random.normal(scale=_RANDOM_COST, size=len(self._energy))
        waiting: dict[int, list[_Paths]] = {}
        for step in range(start, end):
            if step in layers:
                for reach in (1, 2):
                    if step + reach <= end:
                        waiting.setdefault(step + reach, []).append(
                            self._advance(grid, step, reach, layers[step], random_costs)
                        )
            if waiting.get(step + 1):
                layers[step + 1] = _prune(waiting.pop(step + 1))
        return self._trace_back(layers, start, end)

    def _advance(self, grid: BeatGrid, step: int, reach: int, paths: _Paths, random_costs: FloatArray) -> _Paths:
        """Return all continuations of the paths that take `reach` beats of music."""
        transitions = self._moves
        columns = np.flatnonzero(transitions.steps == reach)
        rows = paths.beat[:, None]
        start, end = transitions.start[rows, columns], transitions.end[rows, columns]
        rate = transitions.seconds[rows, columns] / (grid.seconds[step + reach] - grid.seconds[step])
        fits = self._usable[rows, columns] & (rate < _FASTEST) & (rate > _SLOWEST)
        place = paths.place[:, None] + rotate_on_floor(transitions.travel[rows, columns], paths.facing[:, None])
        with np.errstate(divide="ignore"):
            cost = (
                paths.cost[:, None] + transitions.cost[rows, columns] + _TEMPO_COST * (np.log(rate) / np.log(1.25)) ** 2
            )
        cost = (
            cost
            + _ENERGY_COST * (self._energy[start] - grid.energy[step : step + reach].mean()) ** 2
            + random_costs[end]
        )
        cost += _REPETITION_COST * np.exp((self._taken[end] - step) / _REPETITION_BEATS)
        cost += _STAGE_COST * np.maximum(np.linalg.norm(place, axis=-1) - _STAGE_METRES, 0)
        leaps = transitions.jumps[columns]
        bonus = _SECTION_BONUS * grid.sections[step] + _PHRASE_BONUS * grid.begins[step]
        early = _EARLY_COST * np.maximum(_MIN_RUN - paths.run[:, None], 0) / _MIN_RUN
        cost = np.where(fits, cost + leaps * (early - bonus), np.inf)
        run = np.where(leaps, reach, paths.run[:, None] + reach)
        facing = paths.facing[:, None] + transitions.turn[rows, columns]
        parent = np.broadcast_to(np.arange(len(paths.beat))[:, None], cost.shape)
        flat = np.flatnonzero(np.isfinite(cost.ravel()))
        return _Paths(
            end.ravel()[flat], cost.ravel()[flat], run.ravel()[flat], place.reshape(-1, 2)[flat], facing.ravel()[flat],
            parent.ravel()[flat], np.full(len(flat), step), np.broadcast_to(columns, cost.shape).ravel()[flat],
        )  # fmt: skip

    def _trace_back(self, layers: dict[int, _Paths], start: int, end: int) -> list[PathStep]:
        """Return the cheapest path from its start; the next search starts at the end of its fixed part."""
        step = max(layers)
        if step != end:
            raise InternalError("no path through the motion graph fits the music", reason="NO_PATH")
        row = int(np.argmin(layers[step].cost))
        found: list[PathStep] = []
        ends: dict[int, int] = {step: row}
        while step > start:
            paths = layers[step]
            parent, before, move = int(paths.parent[row]), int(paths.parent_step[row]), int(paths.move[row])
            beat = int(layers[before].beat[parent])
            found.append(
                PathStep(
                    int(self._moves.start[beat, move]),
                    int(paths.beat[row]),
                    before,
                    step,
                    bool(self._moves.jumps[move]),
                )
            )
            step, row = before, parent
            ends[step] = row
        found.reverse()
        certain = [one for one in found if one.from_step < start + _CERTAIN]
        self._state = _single_path(layers[certain[-1].to_step], ends[certain[-1].to_step])
        return found


def _prune(parts: list[_Paths]) -> _Paths:
    """Keep the cheapest paths, one for each beat."""
    names = ("beat", "cost", "run", "place", "facing", "parent", "parent_step", "move")
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    order = np.argsort(joined["cost"], kind="stable")
    _, first = np.unique(joined["beat"][order], return_index=True)
    best = order[np.sort(first)[:_BEAM_WIDTH]]
    return _Paths(**{name: joined[name][best] for name in names})


def _single_path(paths: _Paths, row: int) -> _Paths:
    one = slice(row, row + 1)
    return _Paths(
        paths.beat[one], np.zeros(1), paths.run[one], paths.place[one], paths.facing[one], paths.parent[one],
        paths.parent_step[one], paths.move[one],
    )  # fmt: skip
