"""Takes that differ from their reference in structure: time lost or gained, looped music, or very short."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np

from eightcount_sync.alignment import Alignment, Verdict
from eightcount_sync.audio.audio_alignment import align_audio
from eightcount_sync.audio.samples import decode_samples
from tests.benchmarks import degradation
from tests.benchmarks.sync_material import Material, Samples
from tests.benchmarks.table import Row

RATE = 48_000
STEPS_SECONDS = (0.02, 0.05, 0.12, 0.2, 0.4, 1.0, 3.0, 8.0)
SPEEDS = ("equal", "pitch moved", "pitch kept")
STEP_CLOSE_SECONDS = 0.002
CLOSE_SECONDS = 0.005
LOOP_CLOSE_SECONDS = 0.05


@dataclass(frozen=True)
class _Draw:
    """A song and the chance of one pair."""

    song: Samples
    generator: np.random.Generator
    material: Material

    def heard(self, samples: Samples, *, snr_db: float) -> Samples:
        """Degrade samples with a mild room and noise."""
        samples = degradation.room(samples, self.generator, decay_seconds=0.3, direct_to_reverberant_db=6.0)
        return degradation.add_noise(samples, self.material.noises["pink"], self.generator, snr_db=snr_db)


def structure_rows(material: Material, count: int) -> list[Row]:
    """Return a row for each kind, with `count` pairs each (a third of the loops at each kind of speed)."""
    names = list(material.songs)

    def draws(seed: int) -> list[_Draw]:
        return [
            _Draw(material.songs[names[(5 * number) % len(names)]], np.random.default_rng([seed, number]), material)
            for number in range(count)
        ]

    stepped = [_step_found(draw, number) for number, draw in enumerate(draws(10))]
    looped = [_loop_named(draw, SPEEDS[number % len(SPEEDS)]) for number, draw in enumerate(draws(11))]
    short = [_short_found(draw) for draw in draws(12)]
    right, wrong = short.count(True), short.count(False)
    return [
        Row(f"time lost or gained, 0.02 to 8 s: both pieces to 2 ms ({count})", f"{sum(stepped)} of {count}"),
        Row(f"loops at any speed: called ambiguous, the places right ({count})", f"{sum(looped)} of {count}"),
        Row(f"takes of 2 s at +10 dB ({count})", f"{right} right, {wrong} wrong, {count - right - wrong} not answered"),
    ]


def answer_to(a: Samples, b: Samples, *, search_speed: bool = False) -> Alignment:
    """Align two files of these samples."""
    one, other = (decode_samples(io.BytesIO(degradation.encode(samples, "wav"))) for samples in (a, b))
    return align_audio(one, other, search_speed=search_speed)


def _step_found(draw: _Draw, number: int) -> bool:
    """Try a take of 40 s that lost a stretch of the song or, every third time, has silence inserted."""
    size = STEPS_SECONDS[number % len(STEPS_SECONDS)]
    begin, at = float(draw.generator.uniform(0.0, 5.0)), float(draw.generator.uniform(8.0, 22.0))
    song = draw.song[: 60 * RATE]
    take, cut, length = song[int(begin * RATE) : int((begin + 40.0) * RATE)], int(at * RATE), int(size * RATE)
    gained = number % 3 == 2
    if gained:
        take = np.concatenate([take[:cut], np.zeros(length, np.float32), take[cut:]])
    else:
        take = np.delete(take, np.s_[cut : cut + length])
    answer = answer_to(song, draw.heard(take, snr_db=5.0))
    offsets = [segment.line.offset_seconds for segment in answer.segments]
    truth = [begin, begin - size if gained else begin + size]
    return len(offsets) == 2 and bool(np.allclose(offsets, truth, rtol=0.0, atol=STEP_CLOSE_SECONDS))


def _loop_named(draw: _Draw, speed: str) -> bool:
    """Try 25 s of a loop of 2 to 8 s against 45 s of it, where several offsets are equally good."""
    period = int(draw.generator.uniform(2.0, 8.0) * RATE)
    loop = np.resize(draw.song[10 * RATE : 10 * RATE + period], 45 * RATE)
    take = draw.heard(loop[period // 3 : period // 3 + 25 * RATE], snr_db=10.0)
    offset, ratio = period / 3 / RATE, 1.0
    if speed == "pitch moved":
        ratio = float(draw.generator.uniform(0.6, 1.4))
        take = degradation.speed(take, ratio=ratio)
    elif speed == "pitch kept":
        stretched = degradation.stretch(take, ratio=float(draw.generator.uniform(0.6, 1.4)))
        take, offset, ratio = stretched.samples, offset + stretched.offset, stretched.ratio
    answer = answer_to(loop, take, search_speed=speed != "equal")
    places = np.array([candidate.offset_seconds for candidate in answer.candidates])
    rounds = (places - offset) * RATE / period
    near = np.abs(rounds - np.rint(rounds)) * period / RATE < LOOP_CLOSE_SECONDS
    return answer.verdict is Verdict.AMBIGUOUS and bool(near.all())


def _short_found(draw: _Draw) -> bool | None:
    """Return whether 2 s somewhere in a minute are found; None where there is no answer."""
    begin = int(draw.generator.uniform(0.0, 57.0) * RATE)
    song = draw.song[: 60 * RATE]
    answer = answer_to(song, draw.heard(song[begin : begin + 2 * RATE], snr_db=10.0))
    if answer.verdict is not Verdict.ALIGNED:
        return None
    return abs(answer.offset_seconds - begin / RATE) < CLOSE_SECONDS
