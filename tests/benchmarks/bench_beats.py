"""Beats, metre and counts on composed, annotated and shared songs, compared with peers: make bench-beats, or
python -m tests.benchmarks.bench_beats [--parts fitted,held_out,annotated,shared] [--no-peers]

The constants were fitted to other songs of the fitted styles and to invented ones. The styles that are held out were
written before. Composed songs are played with the recorded instruments of two SoundFonts
(Debian packages). A peer gets the same samples.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.music.beat_tracking import Beats, track_beats
from eightcount_sync.music.onsets import OnsetFeatures
from tests.benchmarks.beats.annotated_songs import read_annotated_songs
from tests.benchmarks.beats.composing import Song
from tests.benchmarks.beats.fit_models import area_under_curve
from tests.benchmarks.beats.judging import ON_ONES, RIGHT, best_f_measure, share_on_ones
from tests.benchmarks.beats.material import FITTED, hear, songs_of
from tests.benchmarks.beats.peers import PEERS, track_with_peers
from tests.benchmarks.beats.playing import Player, fetch_fonts
from tests.benchmarks.beats.styles_held_out import HELD_OUT
from tests.benchmarks.table import Row, publish

Samples = NDArray[np.float32]
PARTS = ("fitted", "held_out", "annotated", "shared")
SONGS_PER_STYLE = 5
SURE = 0.9


@dataclass(frozen=True)
class Judged:
    """What was found in a song.

    Attributes:
        beats: F-measure at the best of the style's rates.
        ones: share of starts of counting on downbeats; `phrases` likewise on first beats of phrases.
        peers: F-measures of the peers.
    """

    song: Song
    found: Beats
    beats: float
    ones: float
    phrases: float
    peers: tuple[float, ...]

    @property
    def right(self) -> bool:
        """Whether the beats are right."""
        return self.beats >= RIGHT

    @property
    def metre_right(self) -> bool:
        """Whether the metre is right."""
        return str(self.found.metre) == self.song.style.metre

    @property
    def guessed(self) -> bool:
        """Whether the counts are said to be a guess."""
        return not self.found.in_bar

    @property
    def count_right(self) -> bool:
        """Whether counting is known to begin on downbeats, and does."""
        return not self.guessed and self.counts_fit

    @property
    def counts_fit(self) -> bool:
        """Whether counting begins on downbeats, known or guessed."""
        return self.metre_right and self.ones >= ON_ONES


def main() -> None:
    """Run the benchmark and publish its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", default=",".join(PARTS), help="comma-separated; default: %(default)s")
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    rows: list[Row] = []
    for part in options.parts.split(","):
        judged = [
            _judge(song, samples, hear(samples), peers=not options.no_peers) for song, samples in _songs_of_part(part)
        ]
        if judged:
            rows += part_rows(part.replace("_", " "), judged)
    publish("bench-beats", rows)


def _songs_of_part(part: str) -> Iterator[tuple[Song, Samples]]:
    if part in ("annotated", "shared"):
        yield from read_annotated_songs(shared=part == "shared")
        return
    players = [Player(font) for font in fetch_fonts()]
    for song, font in songs_of({"fitted": FITTED, "held_out": HELD_OUT}[part], SONGS_PER_STYLE):
        yield song, players[font].play(song)


def _judge(song: Song, samples: Samples, features: OnsetFeatures, *, peers: bool) -> Judged:
    found = track_beats(features)
    times = np.array(found.times_seconds)
    starts = times[list(found.phrase_starts)] if len(times) else times
    judged = Judged(
        song, found, best_f_measure(times, song)[0], share_on_ones(starts, song),
        share_on_ones(starts, song, of_phrase=True),
        tuple(best_f_measure(beats, song)[0] for beats in track_with_peers(samples, features)) if peers else (),
    )  # fmt: skip
    print(
        f"{song.name:22} {song.kind:21} F {judged.beats:.2f} {found.tempo_bpm:5.1f} bpm {found.metre} "
        f"{'right' if judged.metre_right else 'WRONG'} ones {judged.ones:.2f} {'guessed' if judged.guessed else ''} "
        f"confidence {found.confidence:.2f} metre {found.metre_confidence:.2f} counts {found.count_confidence:.2f} "
        f"peers {' '.join(f'{value:.2f}' for value in judged.peers)}",
        flush=True,
    )
    return judged


def part_rows(part: str, judged: Sequence[Judged]) -> list[Row]:
    """Return the rows of one part: each style, and the targets over all of them."""
    styles = list(dict.fromkeys(song.song.style.name for song in judged))
    groups = {style: [song for song in judged if song.song.style.name == style] for style in styles}
    rows = [_style_row(part, style, songs) for style, songs in groups.items()]
    means = [float(np.mean([song.beats for song in songs])) for songs in groups.values()]
    mean, metre = float(np.mean([song.beats for song in judged])), _share(judged, "metre_right")
    right, guessed = _share(judged, "count_right"), _share(judged, "guessed")
    either = float(np.mean([song.count_right or song.guessed for song in judged]))
    phrases = float(np.mean([song.phrases >= 0.8 for song in judged]))
    many = len(judged)
    return [
        *rows,
        Row(f"{part}: beats, mean F of {many} songs", f"{mean:.3f}", _peer_means(judged), ">= 0.9", mean >= 0.9),
        Row(f"{part}: beats, lowest mean F of a style", f"{min(means):.2f}", "-", ">= 0.8", min(means) >= 0.8),
        Row(f"{part}: metre right", f"{metre:.1%}", "-", ">= 95 %", metre >= 0.95),
        Row(f"{part}: counts right (on 1 or 5; 1 or 4)", f"{right:.1%}", "-", ">= 80 %", right >= 0.8),
        Row(f"{part}: counts guessed", f"{guessed:.1%}", "-", "<= 18 %", guessed <= 0.18),
        Row(f"{part}: counts right or guessed", f"{either:.1%}", "-", ">= 98 %", either >= 0.98),
        Row(f"{part}: 1 at the start of the phrase", f"{phrases:.1%}"),
        _confidence_row(part, "beats", [song.found.confidence for song in judged], [song.right for song in judged]),
        _confidence_row(
            part, "metre", [song.found.metre_confidence for song in judged], [song.metre_right for song in judged]
        ),
        _confidence_row(
            part, "counts", [song.found.count_confidence for song in judged], [song.counts_fit for song in judged]
        ),
    ]


def _style_row(part: str, style: str, songs: Sequence[Judged]) -> Row:
    mean = float(np.mean([song.beats for song in songs]))
    counts = f"{sum(song.count_right for song in songs)} counts right, {sum(song.guessed for song in songs)} guessed"
    return Row(
        f"{part}: {style}, {len(songs)} songs",
        f"{mean:.2f}, {sum(song.metre_right for song in songs)} metres right, {counts}",
        _peer_means(songs),
    )


def _confidence_row(part: str, what: str, confidences: Sequence[float], right: Sequence[bool]) -> Row:
    scores, truth = np.array(confidences), np.array(right)
    area, wrong = area_under_curve(scores, truth), int(((scores >= SURE) & ~truth).sum())
    return Row(
        f"{part}: confidence in {what}: AUROC; wrong at >= {SURE}",
        f"{area:.2f}; {wrong} of {int((~truth).sum())} wrong", "-", ">= 0.9; 0", area >= 0.9 and not wrong,
    )  # fmt: skip


def _share(judged: Sequence[Judged], name: str) -> float:
    return float(np.mean([getattr(song, name) for song in judged]))


def _peer_means(judged: Sequence[Judged]) -> str:
    if not judged[0].peers:
        return "-"
    means = np.mean([song.peers for song in judged], axis=0)
    return ", ".join(f"{mean:.2f} ({name})" for name, mean in zip(PEERS, means, strict=True))


if __name__ == "__main__":
    main()
