"""The quality of generated dances beside that of the recordings: one row per metric and generator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.post_processing.joint_limits import limit_violations
from eightcount_generator.evaluation.beats.beat_metrics import BeatMetric, EvaluatedDance
from eightcount_generator.evaluation.intervals import Interval
from eightcount_generator.evaluation.metrics import DanceMetrics, measure_dances
from eightcount_generator.evaluation.novelty.copies import MotionIndex
from eightcount_generator.models.base import DanceGenerator, GenerationOptions
from eightcount_generator.music import Music
from eightcount_generator.pipeline import Generation
from tests.benchmarks.dance_contenders import BUILT_ON_THE_SPOT, Contender
from tests.benchmarks.dance_references import References, Stretch
from tests.benchmarks.table import Row

LIMIT_DEGREES = 0.5
"""Tolerance of joint limits; rounding to 32 bits is smaller."""
_RANDOM_SEED = 5


@dataclass(frozen=True, slots=True)
class MeasuredDances:
    """Metrics of one set of dances.

    Attributes:
        name: name of the generator.
        figures: None where there is no generator.
        over_limits: frames in which a joint exceeds its limit.
        why: why there is no generator.
    """

    name: str
    figures: DanceMetrics | None
    over_limits: int = 0
    why: str = ""


def quality(compared: Sequence[Contender], material: References, library: MotionIndex) -> list[Row]:
    """Return every metric of every generator, and those of the recordings, post-processed and raw."""
    recordings = [
        _measure(name, dances, material, None)
        for name, dances in (
            ("recordings, finished", [one.finished for one in material.stretches]),
            ("recordings, raw", [one.raw for one in material.stretches]),
        )
    ]
    generators = [
        _measure(one.name, _generate_dances(one.generator, material), material, library) if one.generator else
        MeasuredDances(one.name, None, why=one.why)
        for one in compared
    ]  # fmt: skip
    return [
        *_beat_rows(generators, recordings),
        *_body_rows(generators, recordings),
        *_variety_rows(generators, recordings),
    ]


def generate_dance(generator: DanceGenerator, music: Music, options: GenerationOptions) -> Dance:
    """Generate a dance with the pipeline of the service."""
    return Dance.concatenate(list(Generation(generator, music, options, check=lambda: None).pieces()))


def format_interval(figure: Interval) -> str:
    """Return the value and its interval."""
    return f"{figure.value:.3g} ({figure.low:.3g} to {figure.high:.3g})"


def _generate_dances(generator: DanceGenerator, material: References) -> list[Dance]:
    """Generate a dance beside every stretch: in its style, if the generator knows it, and of its length."""
    return [
        generate_dance(generator, one.song.music, _options(one, generator))
        .frames(0, len(one.raw))
        for one in material.stretches
    ]  # fmt: skip


def _options(one: Stretch, generator: DanceGenerator) -> GenerationOptions:
    return GenerationOptions(one.style if one.style in generator.styles else "", one.seed)


def _measure(name: str, dances: list[Dance], material: References, library: MotionIndex | None) -> MeasuredDances:
    performances = [
        EvaluatedDance(dance.joints(), one.song.beats) for dance, one in zip(dances, material.stretches, strict=True)
    ]
    random = np.random.default_rng(_RANDOM_SEED)
    figures = measure_dances(performances, truth=material.truth, random=random, library=library)
    over = int(sum((limit_violations(dance) > LIMIT_DEGREES).any(axis=(1, 2)).sum() for dance in dances))
    return MeasuredDances(name, figures, over)


_BEATS = {
    "bailando_f": "two-sided beat F within 50 ms (motion beats of Bailando)",
    "mint_f": "the same (motion beats of mint)",
    "bailando": "beat alignment, Bailando",
    "mint": "beat alignment, mint",
}  # fmt: skip


def _beat_rows(generators: list[MeasuredDances], recordings: list[MeasuredDances]) -> Iterator[Row]:
    for field, what in _BEATS.items():
        real = _beat(recordings[0], field).score
        judged = field.endswith("_f")
        for one in generators:
            if one.figures is None:
                yield _missing_row(what, one)
                continue
            figure = _beat(one, field)
            least = max(3 * _by_chance(figure), real.value)
            yield Row(f"{what}: {one.name}", _with_chance(figure), f"recordings, finished {format_interval(real)}",
                      ">= 3 x chance and >= recordings" if judged else "-",
                      figure.score.value >= least if judged else None)  # fmt: skip
        for one in recordings:
            yield Row(f"{what}: {one.name}", _with_chance(_beat(one, field)))


def _body_rows(generators: list[MeasuredDances], recordings: list[MeasuredDances]) -> Iterator[Row]:
    for field, what in (("pfc", "PFC"), ("skate", "foot skate, m/s"), ("jitter", "jitter, m/s^3")):
        real = [_figure(one, field) for one in recordings]
        peer = f"recordings, finished {format_interval(real[0])}, raw {format_interval(real[1])}"
        for one in generators:
            if one.figures is None:
                yield _missing_row(what, one)
                continue
            ours = _figure(one, field)
            yield Row(
                f"{what}: {one.name}", format_interval(ours), peer, "<= recordings, raw", ours.value <= real[1].value
            )
        yield from (Row(f"{what}: {one.name}", format_interval(_figure(one, field))) for one in recordings)
    what = "bones of changed length / frames over a joint limit"
    for one in [*generators, *recordings]:
        if one.figures is None:
            yield _missing_row(what, one)
            continue
        broken, judged = (one.figures.bone_violations, one.over_limits), one in generators
        yield Row(f"{what}: {one.name}", f"{broken[0]} / {broken[1]}", target="0 / 0" if judged else "-",
                  met=not any(broken) if judged else None)  # fmt: skip


def _variety_rows(generators: list[MeasuredDances], recordings: list[MeasuredDances]) -> Iterator[Row]:
    real = recordings[0].figures
    assert real is not None
    told = f"{real.manual_features} of 32 manual features"
    for field, what in (("diversity_kinetic", "diversity, kinetic"), ("diversity_manual", f"diversity, {told}")):
        wanted = _figure(recordings[0], field)
        for one in generators:
            if one.figures is None:
                yield _missing_row(what, one)
                continue
            ours = _figure(one, field)
            yield Row(f"{what}: {one.name}", format_interval(ours), f"recordings, finished {format_interval(wanted)}",
                      "within 10 %",
                      abs(ours.value / wanted.value - 1) <= 0.1)  # fmt: skip
        yield from (Row(f"{what}: {one.name}", format_interval(_figure(one, field))) for one in recordings)
    for field, what in (("fid_kinetic", "FID_k"), ("fid_manual", f"FID_g ({told})")):
        whole = f"{what} to held-out takes"
        for one in [*generators, *recordings]:
            yield (
                Row(f"{whole}: {one.name}", format_interval(_figure(one, field)))
                if one.figures
                else _missing_row(whole, one)
            )
        yield from _best(whole, field, generators)
    yield from _copy_rows(generators)


def _best(what: str, field: str, generators: list[MeasuredDances]) -> Iterator[Row]:
    """Return whether the best generator is clearly below `seq2seq`: its interval ends before the other's starts."""
    figures = {one.name: _figure(one, field) for one in generators if one.figures}
    if "seq2seq" in figures and len(figures) > 1:
        baseline = figures.pop("seq2seq")
        name = min(figures, key=lambda name: figures[name].value)
        yield Row(f"{what}: the best of the others, {name}", format_interval(figures[name]),
                  f"seq2seq {format_interval(baseline)}",
                  "clearly below seq2seq", figures[name].high < baseline.low)  # fmt: skip


def _copy_rows(generators: list[MeasuredDances]) -> Iterator[Row]:
    what = "longest window copied from a known take"
    for one in generators:
        if one.figures is None:
            yield _missing_row(what, one)
            continue
        copy = one.figures.copy
        seconds = copy.seconds if copy else 0.0
        retrieves = one.name == BUILT_ON_THE_SPOT
        yield Row(f"{what}: {one.name}", f"{seconds:.1f} s", target="joins recordings" if retrieves else "<= 2 s",
                  met=None if retrieves else seconds <= 2)  # fmt: skip


def _missing_row(what: str, one: MeasuredDances) -> Row:
    return Contender(one.name, None, one.why).none(f"{what}: {one.name}")


def _figure(one: MeasuredDances, field: str) -> Interval:
    found = getattr(one.figures, field)
    assert isinstance(found, Interval)
    return found


def _beat(one: MeasuredDances, field: str) -> BeatMetric:
    assert one.figures is not None
    found = getattr(one.figures.beats, field)
    assert isinstance(found, BeatMetric)
    return found


def _by_chance(figure: BeatMetric) -> float:
    return max(figure.chance.random, figure.chance.shifted)


def _with_chance(figure: BeatMetric) -> str:
    return f"{format_interval(figure.score)}, chance {_by_chance(figure):.2f}"
