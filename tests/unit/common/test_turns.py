"""Who computes when several calls want to: simulated on a clock that the test moves."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pytest

from eightcount_common.rpc.turns import OVERDUE_SECONDS, RANK_SECONDS, SLICE_SECONDS, Turn, Turns

STEP_SECONDS = 0.1
"""How often a computing call looks whether it should give way."""


@dataclass(eq=False)
class Work:
    """A call that computes for some seconds, and may have said something else."""

    name: str
    seconds: float
    expected_seconds: float
    weight: float
    turn: Turn | None = None
    computed_seconds: float = 0.0
    grants: int = 0
    ended_at: float | None = None

    def grant(self) -> None:
        self.grants += 1


@dataclass
class Machine:
    """Workers, and the calls on them, step by step."""

    workers: int = 2
    max_suspended: int = 4
    max_weight: float = math.inf
    now: float = 0.0
    works: list[Work] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.turns = Turns(
            self.workers, max_suspended=self.max_suspended, max_weight=self.max_weight, clock=lambda: self.now
        )

    def submit(
        self, name: str, seconds: float, *, expected: float | None = None, weight: float = 1.0, live: bool = False
    ) -> Work:
        work = Work(name, seconds, seconds if expected is None else expected, weight)
        work.turn = self.turns.enter(work.grant, expected_seconds=work.expected_seconds, weight=weight, live=live)
        self.works.append(work)
        return work

    @property
    def running(self) -> list[Work]:
        return [work for work in self.works if work.turn and work.turn.running]

    def step(self) -> None:
        """Let every running call compute for one step, and look."""
        load = self.turns.load
        assert load.running == len(self.running) <= self.workers
        live = sum(work.turn.live for work in self.running if work.turn)
        assert load.running + load.suspended - live <= self.workers + self.max_suspended
        assert load.running == self.workers or not load.suspended + load.waiting, "a worker is free, and somebody waits"
        running = self.running
        self.now += STEP_SECONDS
        for work in running:
            assert work.turn is not None
            work.computed_seconds += STEP_SECONDS
            if work.computed_seconds >= work.seconds - 1e-9:
                work.ended_at = self.now
                self.turns.leave(work.turn)
            else:
                self.turns.give_way(work.turn, work.grant)

    def run_until(self, work: Work, *, limit_seconds: float = 1e4) -> float:
        """Return when the work has ended."""
        while work.ended_at is None:
            assert self.now < limit_seconds, f"{work.name} does not end"
            self.step()
        return work.ended_at

    def run_for(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.step()


def test_a_short_call_does_not_wait_until_long_ones_have_ended() -> None:
    machine = Machine()
    long = [machine.submit(f"long {index}", 600.0) for index in range(12)]
    machine.run_for(10.0)
    asked_at = machine.now
    assert machine.run_until(machine.submit("short", 5.0)) - asked_at <= 5.0 + 2 * (SLICE_SECONDS + STEP_SECONDS)
    for work in long:
        machine.run_until(work)


@pytest.mark.parametrize(("calls", "weight"), [(2, 1.0), (12, 1.0), (2, 100.0)])
def test_a_live_call_does_not_even_wait_for_the_end_of_a_slice(calls: int, weight: float) -> None:
    machine = Machine(max_weight=100.0)
    long = [machine.submit(f"long {index}", 60.0, weight=weight) for index in range(calls)]
    machine.run_for(2 * STEP_SECONDS)
    for _ in range(50):
        asked_at = machine.now
        live = machine.submit("live", STEP_SECONDS, live=True)
        assert machine.run_until(live) - asked_at <= 2 * STEP_SECONDS + 1e-9
        machine.run_for(STEP_SECONDS)
    for work in long:
        machine.run_until(work)


def test_live_calls_do_not_stop_long_ones_for_good() -> None:
    machine = Machine(workers=1)
    long = machine.submit("long", 5.0)
    while long.ended_at is None:
        assert machine.now < 600.0
        machine.submit("live", STEP_SECONDS, live=True)
        machine.submit("live", STEP_SECONDS, live=True)
        machine.step()
        machine.step()


def test_long_calls_lose_only_what_the_short_ones_compute() -> None:
    def finish(shorts: int) -> float:
        machine = Machine()
        long = [machine.submit(f"long {index}", 60.0) for index in range(6)]
        for _ in range(shorts):
            machine.run_for(5.0)
            machine.submit("short", 2.0)
        return max(machine.run_until(work) for work in long)

    rest_of_the_last_one = 60.0 / 2  # when it computes alone at the end
    assert finish(20) - finish(0) <= 20 * 2.0 / 2 + rest_of_the_last_one + SLICE_SECONDS


def test_calls_of_one_rank_are_served_first_come_first_served() -> None:
    machine = Machine()
    works = [machine.submit(str(index), 21.0) for index in range(100)]
    ends = [machine.run_until(work) for work in works]
    assert ends == sorted(ends)
    assert all(work.grants == 1 for work in works), "none gave way to its equal"


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_the_oldest_call_goes_on_under_an_endless_stream_of_short_ones(workers: int) -> None:
    machine = Machine(workers)
    long = machine.submit("long", 1000.0)
    for _ in range(200):
        while machine.turns.load.waiting < 3:
            machine.submit("short", 1.0)
        machine.run_for(0.5)
    share = long.computed_seconds / machine.now
    assert share >= 0.9 * SLICE_SECONDS / (2 * SLICE_SECONDS + OVERDUE_SECONDS)


def test_the_next_oldest_goes_on_when_the_oldest_has_ended() -> None:
    machine = Machine(workers=1)
    long = [machine.submit(f"long {index}", 30.0, expected=400.0) for index in range(4)]
    for work in long:
        while work.ended_at is None:
            if machine.turns.load.waiting < 6:
                machine.submit("short", 1.0)
            machine.step()
            assert machine.now < 2000.0


@pytest.mark.parametrize("expected", [0.0, 1.0])
def test_a_call_that_said_it_was_short_loses_its_place_when_it_is_not(expected: float) -> None:
    machine = Machine(workers=1)
    liar = machine.submit("liar", 600.0, expected=expected)
    machine.run_for(RANK_SECONDS[1] + 1.0)
    asked_at = machine.now
    assert machine.run_until(machine.submit("short", 5.0)) - asked_at <= 2 * 5.0
    assert liar.ended_at is None


def test_a_short_call_that_waits_behind_a_middle_one_is_not_held_up_by_a_long_one() -> None:
    """A priority inversion would let the middle call starve what the short one waits for."""
    machine = Machine(workers=1)
    long, middle = machine.submit("long", 700.0), machine.submit("middle", 100.0)
    machine.run_for(5.0)
    asked_at = machine.now
    short = machine.submit("short", 2.0)
    assert machine.run_until(short) - asked_at <= 2 * 2.0 + 2.0
    machine.run_until(middle)
    machine.run_until(long)


def test_few_calls_are_suspended_however_many_come() -> None:
    machine = Machine()
    for index in range(30):
        machine.submit(f"long {index}", 700.0)
        machine.submit(f"middle {index}", 100.0)
        machine.submit(f"short {index}", 3.0)
        machine.run_for(1.0)
        assert machine.turns.load.suspended <= 4


@pytest.mark.parametrize("weight", [1.0, 8.0, 33.0])
def test_the_memory_of_suspended_calls_is_bounded_and_every_call_ends(weight: float) -> None:
    machine = Machine(max_suspended=6, max_weight=24.0)
    longest = [machine.submit(f"long {index}", 700.0, weight=weight) for index in range(2)]
    machine.run_for(1.0)
    shorts = [machine.submit(f"short {index}", 3.0, weight=weight) for index in range(6)]
    light = machine.submit("light", 1.0)
    heaviest = 0.0
    while any(work.ended_at is None for work in machine.works):
        machine.step()
        in_memory = [work for work in machine.works if work.ended_at is None and work.grants]
        heaviest = max(heaviest, sum(work.weight for work in in_memory))
    assert heaviest <= max(24.0, 2 * weight)
    if weight <= 8.0:
        assert max(work.ended_at for work in (*shorts, light)) < min(work.ended_at for work in longest)


def test_none_gives_way_where_none_may_be_suspended() -> None:
    machine = Machine(workers=1, max_suspended=0)
    long = machine.submit("long", 100.0)
    machine.run_for(1.0)
    short = machine.submit("short", 1.0)
    assert machine.run_until(long) < machine.run_until(short)
    assert long.grants == 1


def test_a_call_that_leaves_while_it_waits_or_is_suspended_frees_its_place() -> None:
    machine = Machine(workers=1)
    long = machine.submit("long", 400.0)
    machine.run_for(1.0)
    waiting = machine.submit("short", 5.0)
    machine.run_for(1.0)
    assert long.turn is not None
    assert not long.turn.running
    machine.turns.leave(long.turn)
    long.ended_at = machine.now
    assert waiting.turn is not None
    machine.turns.leave(waiting.turn)
    waiting.ended_at = machine.now
    assert (machine.turns.load.running, machine.turns.load.suspended, machine.turns.load.waiting) == (0, 0, 0)
    machine.run_until(machine.submit("next", 1.0))


@pytest.mark.parametrize("seed", range(5))
def test_every_call_ends_and_no_worker_idles_whatever_comes(seed: int) -> None:
    generator = np.random.default_rng(seed)
    machine = Machine(int(generator.integers(1, 4)), int(generator.integers(0, 6)))
    for index in range(30):
        seconds = float(generator.choice([0.2, 3.0, 15.0, 70.0, 610.0]))
        wrong = float(generator.choice([0.0, 0.1, 1.0, 1.0, 10.0]))
        machine.submit(str(index), seconds, expected=wrong * seconds)
        machine.run_for(float(generator.exponential(5.0)))
        if generator.random() < 0.1:
            left = machine.works[int(generator.integers(len(machine.works)))]
            if left.ended_at is None and left.turn is not None:
                machine.turns.leave(left.turn)
                left.ended_at = machine.now
    for work in machine.works:
        machine.run_until(work, limit_seconds=1e6)
