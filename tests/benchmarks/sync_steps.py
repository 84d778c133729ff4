"""Short takes with a step in them: 3 to 15 s on each side of a pause, a cut, lost or inserted time, another speed.

**Right** is a map that places every piece that comes from the reference within 30 ms, or one of them and leaves the
others out; it places nothing that does not come from there. **Wrong** is a map that is off, or that places sound that
the reference does not have, for more than `TOLERATED_SECONDS` of the take. Everything else is refused or ambiguous. A
second around each step is not judged, nor is what is said of silence. Constants were set on the songs of one half.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import soxr
from scipy.signal import fftconvolve

import eightcount_sync
from eightcount_sync.alignment import Alignment, Verdict
from eightcount_sync.audio.audio_alignment import align_audio
from eightcount_sync.audio.samples import decode_samples
from tests.benchmarks import degradation
from tests.benchmarks.sequenced_songs import PLANS, sequence_song
from tests.benchmarks.sync_material import Material, Samples
from tests.benchmarks.table import Row

RATE = 48_000
KEPT = Path("build/sync-steps")
RECORDED = 24
SONG_SECONDS = 75.0
LENGTHS = (5.0, 8.0, 12.0)
CLOSE_SECONDS = 0.03
TOLERATED_SECONDS = 1.0
EDGE_SECONDS = 0.5
GRID_SECONDS = 0.1
CONFIDENT = 0.9
COARSE_RATE = 4000
SAME_SOUND = 0.9
"""Plain correlation of a piece with another place of the reference from which on nobody could tell the two apart."""
CONDITIONS = ("clean", "+10 dB, phone, AAC", "+5 dB, Opus", "far microphone")


@dataclass(frozen=True, slots=True)
class TruePiece:
    """A stretch of the take: t_a = offset + ratio * t_b; offset NaN: sound of another song, None: silence."""

    start: float
    end: float
    offset: float | None
    ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class StepTake:
    """One pair of files and its truth; `repeats`: the reference has a piece's sound in another place, too."""

    kind: str
    lengths: str
    song: str
    condition: str
    a: bytes
    b: bytes
    pieces: tuple[TruePiece, ...]
    repeats: bool
    reference_seconds: float


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What became of a take: right (all pieces, or one of them), refused, ambiguous or wrong."""

    kind: str
    lengths: str
    song: str
    condition: str
    repeats: bool
    verdict: str
    confidence: float
    detail: str


@dataclass(slots=True)
class _Draw:
    """The songs and the chance of one take."""

    song: Samples
    rest: Samples
    other: Samples
    generator: np.random.Generator
    length: float

    def between(self, low: float, high: float) -> float:
        return float(self.generator.uniform(low, max(low, high)))


_Parts = list[tuple[Samples, float | None, float]]
"""Samples of each part in turn, the reference's time at which it begins (as in `TruePiece`), and its ratio."""
_Kind = Callable[[_Draw], _Parts]


def _cut(song: Samples, start: float, seconds: float) -> Samples:
    return song[round(start * RATE) : round((start + seconds) * RATE)]


def _two(draw: _Draw, gap: float, *, first: float | None = None, second: float | None = None) -> _Parts:
    """Two stretches of the song; between them the song goes on for `gap` seconds, or back."""
    one, two = first or draw.length, second or draw.length
    room = len(draw.song) / RATE - max(one + gap + two, one) - 0.1
    start = draw.between(max(0.0, -gap - one), room)
    return [
        (_cut(draw.song, start, one), start, 1.0),
        (_cut(draw.song, start + one + gap, two), start + one + gap, 1.0),
    ]


def _pause(draw: _Draw) -> _Parts:
    return _two(draw, draw.between(1.5, 8.0))


def _music_paused(draw: _Draw) -> _Parts:
    one, two = _two(draw, 0.0)
    return [one, (np.zeros(round(draw.between(1.0, 3.0) * RATE), np.float32), None, 1.0), two]


def _cut_forward(draw: _Draw) -> _Parts:
    return _two(draw, draw.between(8.0, len(draw.song) / RATE - 2 * draw.length - 1.0))


def _cut_back(draw: _Draw) -> _Parts:
    return _two(draw, -draw.length - draw.between(1.0, 15.0))


def _lost_second(draw: _Draw) -> _Parts:
    return _two(draw, draw.between(0.5, 1.5))


def _dropped(draw: _Draw) -> _Parts:
    return _two(draw, draw.between(0.02, 0.08))


def _inserted(draw: _Draw) -> _Parts:
    one, two = _two(draw, 0.0)
    return [one, (np.zeros(round(draw.between(0.02, 0.08) * RATE), np.float32), None, 1.0), two]


def _speed_pitch_moved(draw: _Draw) -> _Parts:
    one, (samples, start, _) = _two(draw, draw.between(0.0, 4.0))
    ratio = 1.0 + float(draw.generator.choice([-1, 1])) * draw.between(0.02, 0.1)
    return [one, (degradation.speed(samples, ratio=ratio), start, ratio)]


def _speed_pitch_kept(draw: _Draw) -> _Parts:
    one, (samples, start, _) = _two(draw, draw.between(0.0, 4.0))
    assert start is not None
    stretched = degradation.stretch(
        samples, ratio=1.0 + float(draw.generator.choice([-1, 1])) * draw.between(0.02, 0.1)
    )
    return [one, (stretched.samples, start + stretched.offset, stretched.ratio)]


def _foreign_piece(draw: _Draw) -> _Parts:
    one, _ = _two(draw, 0.0)
    foreign = (_cut(draw.other, draw.between(0.0, 40.0), draw.length), float("nan"), 1.0)
    return [one, foreign] if draw.generator.random() < 0.5 else [foreign, one]


def _three(draw: _Draw) -> _Parts:
    song = len(draw.song) / RATE
    first, second = draw.between(0.05, 4.0), draw.between(1.0, 4.0)
    start = draw.between(0.0, song - 3 * draw.length - first - second - 0.1)
    places = [start, start + draw.length + first, start + 2 * draw.length + first + second]
    return [(_cut(draw.song, place, draw.length), place, 1.0) for place in places]


def _unequal(draw: _Draw) -> _Parts:
    short, long = 3.0, 15.0
    swapped = draw.generator.random() < 0.5
    return _two(draw, draw.between(0.5, 8.0), first=long if swapped else short, second=short if swapped else long)


def _other_song(draw: _Draw) -> _Parts:
    begins = draw.between(0.0, 20.0), draw.between(25.0, 45.0)
    return [(_cut(draw.other, begin, draw.length), float("nan"), 1.0) for begin in begins]


def _other_part(draw: _Draw) -> _Parts:
    """What follows in the song after the end of the reference, in two pieces."""
    room = len(draw.rest) / RATE
    length = min(draw.length, room / 2)
    begins = 0.0, draw.between(length, room - length)
    return [(_cut(draw.rest, begin, length), float("nan"), 1.0) for begin in begins]


KINDS: dict[str, _Kind] = {
    "pause": _pause,
    "music paused": _music_paused,
    "cut forward": _cut_forward,
    "cut back": _cut_back,
    "lost second": _lost_second,
    "20-80 ms dropped": _dropped,
    "20-80 ms inserted": _inserted,
    "other speed, pitch moved": _speed_pitch_moved,
    "other speed, pitch kept": _speed_pitch_kept,
    "a piece of another song": _foreign_piece,
    "three pieces": _three,
    "unequal": _unequal,
    "another song": _other_song,
    "another part of the song": _other_part,
}
COUNT = 6 * len(KINDS) * len(LENGTHS)


def songs_of(material: Material) -> dict[str, Samples]:
    """Return the recorded songs and the sequenced ones."""
    sequenced = {
        name: sequence_song(plan, rate=RATE, seconds=SONG_SECONDS, seed=seed)
        for seed, (name, plan) in enumerate(PLANS.items())
    }
    return {**{name: song[: int(SONG_SECONDS * RATE)] for name, song in material.songs.items()}, **sequenced}


def is_fitted(song: str) -> bool:
    """Whether a song belongs to the half on which constants were set."""
    return hashlib.sha256(song.encode()).digest()[0] % 2 == 0


def build_take(songs: dict[str, Samples], noises: dict[str, Samples], number: int) -> StepTake:
    """Build take `number`; the same for the same number."""
    names, kinds = sorted(songs), list(KINDS)
    generator = np.random.default_rng([41, number])
    kind = kinds[number % len(kinds)]
    length = LENGTHS[number // len(kinds) % len(LENGTHS)]
    song = names[(7 * number + number // len(names)) % len(names)]
    other = names[(names.index(song) + 1 + int(generator.integers(len(names) - 1))) % len(names)]
    lead = int(generator.uniform(0.0, 5.0) * RATE)
    stop = lead + int(generator.uniform(48.0, 56.0) * RATE)
    reference = songs[song][lead:stop]
    parts = KINDS[kind](_Draw(reference, songs[song][stop:], songs[other], generator, length))
    condition = CONDITIONS[int(generator.integers(len(CONDITIONS)))]
    take, codec = _record(np.concatenate([part for part, _, _ in parts]), condition, noises, generator)
    return StepTake(
        kind, _name_lengths(kind, length), song, condition,
        degradation.encode(reference, "wav"), degradation.encode(take, codec), _place(parts),
        any(_sounds_elsewhere(part, start, reference) for part, start, ratio in parts if ratio == 1.0),
        len(reference) / RATE,
    )  # fmt: skip


def _name_lengths(kind: str, length: float) -> str:
    if kind == "unequal":
        return "3+15"
    return (
        "nothing of it"
        if kind in {"another song", "another part of the song"}
        else "+".join([f"{length:g}"] * (3 if kind == "three pieces" else 2))
    )


def _record(
    take: Samples, condition: str, noises: dict[str, Samples], generator: np.random.Generator
) -> tuple[Samples, str]:
    """Record the take under one of `CONDITIONS`; also return the codec of its file."""
    noise = noises[sorted(noises)[int(generator.integers(len(noises)))]]
    if condition == "clean":
        return take, "wav"
    if condition == "far microphone":
        far = degradation.room(take, generator, decay_seconds=0.6, direct_to_reverberant_db=-3.0)
        return degradation.clip(degradation.automatic_gain(far)), "mp3"
    near = degradation.room(take, generator, decay_seconds=0.3, direct_to_reverberant_db=6.0)
    if condition == "+5 dB, Opus":
        return degradation.add_noise(near, noise, generator, snr_db=5.0), "opus"
    return degradation.phone(degradation.add_noise(near, noise, generator, snr_db=10.0)), "aac"


def _place(parts: _Parts) -> tuple[TruePiece, ...]:
    pieces, at = [], 0.0
    for samples, start, ratio in parts:
        end = at + len(samples) / RATE
        pieces.append(TruePiece(at, end, None if start is None else start - ratio * at, ratio))
        at = end
    return tuple(pieces)


def _sounds_elsewhere(part: Samples, start: float | None, reference: Samples) -> bool:
    """Whether the reference has the sound of a part in another place than where it was cut."""
    if start is None:
        return False
    few, whole = (soxr.resample(samples.astype(np.float64), RATE, COARSE_RATE) for samples in (part, reference))
    sums = np.concatenate([[0.0], np.cumsum(whole**2)])
    level = np.sqrt((sums[len(few) :] - sums[: -len(few)]) * np.sum(few**2)) + 1e-9
    alike = np.abs(fftconvolve(whole, few[::-1], mode="valid")) / level
    if np.isfinite(start):
        here = round(start * COARSE_RATE)
        alike[max(0, here - 40) : here + 40] = 0.0
    return bool(alike.max() > SAME_SOUND)


def judge(take: StepTake, answer: Alignment) -> tuple[str, str]:
    """Return the verdict on an answer, and why."""
    if answer.verdict is not Verdict.ALIGNED:
        return ("ambiguous" if answer.verdict is Verdict.AMBIGUOUS else "refused"), answer.reason
    told, off, own = [], 0.0, [piece for piece in take.pieces if piece.offset is not None and np.isfinite(piece.offset)]
    for piece in take.pieces:
        if piece.offset is None or (piece not in own and take.repeats):
            continue
        inner = np.arange(piece.start + EDGE_SECONDS, piece.end - EDGE_SECONDS, GRID_SECONDS)
        errors = np.abs(_mapped(take, answer, inner) - piece.offset - piece.ratio * inner)
        covered = np.isfinite(_mapped(take, answer, inner))
        close = covered & (errors < CLOSE_SECONDS)
        off += float((covered & ~close).sum()) * GRID_SECONDS
        told.append(piece in own and close.mean() >= 0.8)
    detail = f"{sum(told)} of {len(own)} told, off for {off:.1f} s; " + " ".join(
        f"{s.b_start_seconds:.2f}-{s.b_end_seconds:.2f}:{s.line.offset_seconds:.3f}x{s.line.ratio:.4f}"
        for s in answer.segments
    )
    if not answer.segments:
        detail += f" whole:{answer.offset_seconds:.3f}x{answer.speed_ratio * answer.clock_ratio:.4f}"
    detail += " truth " + " ".join(f"{p.start:.2f}-{p.end:.2f}:{p.offset}x{p.ratio:.4f}" for p in take.pieces)
    if off > TOLERATED_SECONDS:
        return "wrong", detail
    return ("right" if sum(told) == len(own) and own else "right in part" if any(told) else "refused"), detail


def _mapped(take: StepTake, answer: Alignment, seconds: np.ndarray) -> np.ndarray:
    """Return the reference's times for times of the take; NaN where the answer has none, or has left the reference."""
    mapped = answer.offset_seconds + answer.speed_ratio * answer.clock_ratio * seconds
    if answer.segments:
        mapped = np.full(len(seconds), np.nan)
    for segment in answer.segments:
        inside = (seconds >= segment.b_start_seconds) & (seconds < segment.b_end_seconds)
        mapped[inside] = segment.line.offset_seconds + segment.line.ratio * seconds[inside]
    return np.where((mapped >= 0.0) & (mapped <= take.reference_seconds), mapped, np.nan)


def run_takes(material: Material, count: int) -> list[StepOutcome]:
    """Align `count` takes; outcomes of the same code are read from disk."""
    songs = songs_of(material)
    path = _outcome_file(songs)
    known = [StepOutcome(**json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []
    with path.open("a") as file:
        for number in range(len(known), count):
            outcome = _try_take(build_take(songs, material.noises, number))
            print(f"{number + 1}/{count} {outcome}", file=sys.stderr, flush=True)
            file.write(json.dumps(asdict(outcome)) + "\n")
            file.flush()
            known.append(outcome)
    return known[:count]


def _try_take(take: StepTake) -> StepOutcome:
    a, b = (decode_samples(io.BytesIO(content)) for content in (take.a, take.b))
    answer = align_audio(a, b, search_speed=True)
    verdict, detail = judge(take, answer)
    return StepOutcome(
        take.kind, take.lengths, take.song, take.condition, take.repeats, verdict, float(answer.confidence), detail
    )


def _outcome_file(songs: dict[str, Samples]) -> Path:
    folder = Path(eightcount_sync.__file__).parent
    files = [folder / "alignment.py", *sorted(folder.glob("audio/*.*")), Path(__file__)]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files) + repr(sorted(songs)).encode())
    KEPT.mkdir(parents=True, exist_ok=True)
    return KEPT / f"{digest.hexdigest()[:20]}.jsonl"


def steps_rows(material: Material, count: int) -> list[Row]:
    """Return the rows of both halves."""
    outcomes = run_takes(material, count)
    rows = []
    for name, fitted in (("half that set constants", True), ("half kept back", False)):
        part = [outcome for outcome in outcomes if is_fitted(outcome.song) == fitted]
        rows += _length_rows(name, part) + _kind_rows(name, part)
    return rows


def _length_rows(name: str, outcomes: Sequence[StepOutcome]) -> list[Row]:
    rows = []
    confident = [one for one in outcomes if one.verdict == "wrong" and one.confidence > CONFIDENT]
    songs = len({one.song for one in outcomes})
    rows.append(
        Row(f"steps, {name}: wrong above {CONFIDENT}, of {len(outcomes)} takes of {songs} songs", str(len(confident)),
            target="0", met=not confident)
    )  # fmt: skip
    for lengths in sorted({one.lengths for one in outcomes}):
        part = [one for one in outcomes if one.lengths == lengths and not one.repeats]
        least = {"5+5": 0.6, "12+12": 0.9}.get(lengths)
        share = _count(part, "right", "right in part") / max(len(part), 1)
        rows.append(
            Row(f"{lengths}, {name}", _tell(part), target=f"right >= {least:.0%}" if least else "-",
                met=share >= least if least else None)
        )  # fmt: skip
    repeated = [one for one in outcomes if one.repeats]
    rows.append(Row(f"pieces that the reference has twice, {name}", _tell(repeated)))
    return rows


def _kind_rows(name: str, outcomes: Sequence[StepOutcome]) -> list[Row]:
    return [
        Row(f"{kind}, {name}", _tell([one for one in outcomes if one.kind == kind and not one.repeats]))
        for kind in KINDS
    ]


def _tell(outcomes: Sequence[StepOutcome]) -> str:
    right, part = _count(outcomes, "right"), _count(outcomes, "right in part")
    share = (right + part) / max(len(outcomes), 1)
    return (
        f"right {right} + {part} in part of {len(outcomes)} ({share:.0%}), ambiguous {_count(outcomes, 'ambiguous')}, "
        f"refused {_count(outcomes, 'refused')}, wrong {_count(outcomes, 'wrong')}"
    )


def _count(outcomes: Sequence[StepOutcome], *verdicts: str) -> int:
    return sum(one.verdict in verdicts for one in outcomes)
