"""Styles made at random, to fit the tracker's constants to more than a few: the sound of a beat, not of a dance."""

from __future__ import annotations

import numpy as np

from tests.benchmarks.beats.groove import Groove, Style

_PROGRAMS = ((33, 0, 73), (32, 24, 71), (38, 81, 80), (33, 27, 65), (32, 21, 40), (34, 4, 56), (32, 48, 73))
_MAJOR = ("0 9m 5 7", "9m 5 0 7", "0 5 7 5", "2m 7 0 9m", "0 7 9m 5")
_MINOR = ("0m 8 3 10", "0m 5m 7 0m", "0m 10 8 7", "9m 2m 4 9m")
Random = np.random.Generator


def invent_style(seed: int) -> Style:
    """Return a style of random grooves; the same for a seed."""
    random = np.random.default_rng(1000 + seed)
    make = _MAKERS[seed % len(_MAKERS)]
    return make(random, f"invented {seed}")


def _line(random: Random, chances: list[float], mark: str = "x") -> str:
    return "".join(mark if random.random() < chance else "." for chance in chances)


def _style(
    random: Random, name: str, metre: str, tempo: tuple[float, float], grooves: list[Groove], *,
    levels: tuple[float, ...] = (1.0,), swing: float = 0.5, bars_per_chord: int = 1,
) -> Style:  # fmt: skip
    beats = {"4/4": 4, "3/4": 3, "6/8": 6}[metre]
    tempi = tuple(float(bpm) for bpm in random.uniform(*tempo, 3))
    progressions = tuple(random.permutation([*_MAJOR, *_MINOR]))
    programs = tuple(_PROGRAMS[i] for i in random.permutation(len(_PROGRAMS))[:3])
    return Style(
        name, metre, beats, 8 if beats == 4 else 6, tempi, tuple(grooves), levels, swing, programs, progressions,
        float(random.uniform(0.2, 0.55)), bars_per_chord,
    )  # fmt: skip


def _pick(random: Random, *options: str) -> str:
    return options[int(random.integers(len(options)))]


def _backbeat(random: Random, name: str) -> Style:
    fast = random.random() < 0.5
    steps = 8 if fast else 16
    per_beat = steps // 4

    def groove() -> Groove:
        kick = [1.0, *[0.12] * (per_beat - 1), 0.15, *[0.25] * (per_beat - 1), 0.75, *[0.25] * (per_beat - 1), 0.1,
                *[0.15] * (per_beat - 1)]  # fmt: skip
        snare = "." * per_beat + "X" + "." * (2 * per_beat - 1) + "X" + "." * (per_beat - 1)
        hat = _pick(random, "x" * steps if fast else "x." * 8, ("x" + "." * (per_beat - 1)) * 4, "xo" * (steps // 2))
        bass = _pick(random, "1" + "~" * (steps - 1), "1." * (steps // 2), "1" * steps if fast else "1.1." * 4)
        chords = _pick(random, "x" + "~" * (steps - 1), ("x" + "~" * (per_beat - 1)) * 4, _line(random, [0.35] * steps))
        drum, top = _pick(random, "snare", "clap", "stick"), _pick(random, "hat", "ride", "open_hat", "maracas")
        return Groove(steps, {"kick": _line(random, kick, "X"), drum: snare, top: hat}, bass, chords)

    return _style(random, name, "4/4", (118, 172) if fast else (76, 122), [groove() for _ in range(3)])


def _four_on_the_floor(random: Random, name: str) -> Style:
    def groove() -> Groove:
        off = _pick(random, "..x." * 4, "..X." * 4, "x.x." * 4, "xoxo" * 4)
        snare = _pick(random, "....x.......x...", "." * 16, "....x.......x..x")
        bass = _pick(random, "..1." * 4, "1.1." * 4, "1..1..1.1..1..5.", "1.8." * 4)
        chords = _pick(random, "x" + "~" * 15, "..x." * 4, "x..x..x...x..x..")
        return Groove(16, {"kick": "X..." * 4, _pick(random, "open_hat", "hat", "tambourine"): off, "clap": snare},
                      bass, chords)  # fmt: skip

    return _style(random, name, "4/4", (104, 148), [groove() for _ in range(3)], bars_per_chord=_bars(random))


def _half_time(random: Random, name: str) -> Style:
    def groove() -> Groove:
        kick = _line(random, [1, 0, 0.1, 0.3, 0.1, 0, 0.2, 0.2, 0, 0, 0.3, 0, 0.1, 0, 0.3, 0.1], "X")
        hat = _pick(random, "x." * 8, "x.x.x.x.x.x.xxxx", "x...x...x...x...")
        return Groove(16, {"kick": kick, "snare": "........X.......", "hat": hat}, "1~~~~~~~....5~~~",
                      _pick(random, "x" + "~" * 15, "a~~~" * 4))  # fmt: skip

    return _style(random, name, "4/4", (128, 168), [groove() for _ in range(3)], levels=(1.0, 0.5))


def _three_three_two(random: Random, name: str) -> Style:
    def groove() -> Groove:
        cell = _pick(random, "...x..x.", "...x..X.", "x..x..x.")
        kick = _pick(random, "X...x..." * 2, "X..." * 4)
        return Groove(16, {"kick": kick, _pick(random, "snare", "stick", "clap"): cell * 2,
                           "hat": _pick(random, "x.x." * 4, "." * 16, "xoxo" * 4)},
                      _pick(random, "1~~1~~1~" * 2, "1~~.1.5." * 2),
                      _pick(random, "..x." * 4, "x~~x~~x~" * 2))  # fmt: skip

    return _style(random, name, "4/4", (82, 112), [groove() for _ in range(3)])


def _latin(random: Random, name: str) -> Style:
    fast = random.random() < 0.5

    def groove() -> Groove:
        clave = _pick(random, "x..x..x...x.x...", "..x.x...x..x..x.", "x..x...x..x.x...")
        bass = _pick(random, "1..5..5~", "...1..5~", "1.5.8.5.", "1...5.1~")
        lines = {
            _pick(random, "claves", "stick"): clave,
            _pick(random, "maracas", "guiro", "cabasa"): _pick(random, "xoxoxoxo", "x.oox.oo", "x.x.x.x."),
            _pick(random, "conga", "low_bongo"): _pick(random, "......xx", "......X.", "...x..xx"),
            _pick(random, "cowbell", "high_bongo"): _pick(random, "x.x.x.x.", "X...X...", "xoxoxoxo"),
        }
        return Groove(8, lines, bass, _pick(random, "x..x.x.x", "a.aaa.aa", _line(random, [0.4] * 16)))

    tempo, levels = ((164, 208), (1.0, 0.5)) if fast else ((94, 138), (1.0,))
    return _style(random, name, "4/4", tempo, [groove() for _ in range(3)], levels=levels, bars_per_chord=1 + fast)


def _swung(random: Random, name: str) -> Style:
    def groove() -> Groove:
        ride = _pick(random, "X.xoX.xo", "x.x.x.x.", "xoxoxoxo")
        return Groove(8, {_pick(random, "ride", "hat"): ride, "foot_hat": _pick(random, "..x...x.", "." * 8),
                          "kick": _pick(random, "o.o.o.o.", "x...x...", "." * 8)},
                      _pick(random, "1.3.5.3.", "1.5.1.5.", "1...5..."),
                      _line(random, [0.1, 0.15, 0.3, 0.25] * 2))  # fmt: skip

    return _style(random, name, "4/4", (96, 186), [groove() for _ in range(3)], swing=float(random.uniform(0.6, 0.68)))


def _slow(random: Random, name: str) -> Style:
    def groove() -> Groove:
        kick = _line(random, [1, 0, 0, 0, 0, 0, 0.2, 0.1, 0.8, 0, 0.3, 0, 0, 0, 0.15, 0], "x")
        top = _pick(random, "x.o.x.o.x.o.x.o.", "x...x...x...x...")
        lines = {"kick": kick, _pick(random, "snare", "stick"): "....x.......x...",
                 _pick(random, "hat", "ride", "maracas"): top}  # fmt: skip
        chords = _pick(random, "a.a.a.a.a.a.a.a.", "x~~~x~~~x~~~x~~~", "aaaaaaaaaaaaaaaa")
        bass = _pick(random, "1~~~~~5~1~~~~~~~", "1~~~" * 4)
        return Groove(16, lines if random.random() < 0.8 else {}, bass, chords)

    return _style(random, name, "4/4", (58, 88), [groove() for _ in range(3)])


def _triple(random: Random, name: str) -> Style:
    def groove() -> Groove:
        after = _pick(random, "..x.x.", "..o.o.", "....x.")
        top = _pick(random, "x.x.x.", "xoxoxo", "x.x.xo", "......")
        lines = {"kick": "X.....", _pick(random, "snare", "stick", "tambourine"): after,
                 _pick(random, "hat", "ride", "maracas"): top}  # fmt: skip
        chords = _pick(random, "..x.x.", "x~x~x~", "aaaaaa", ".x~x~.")
        bass = _pick(random, "1~....5~....", "1~~~~~", "1~3~5~")
        return Groove(6, lines if random.random() < 0.75 else {}, bass, chords)

    return _style(random, name, "3/4", (78, 192), [groove() for _ in range(3)])


def _compound(random: Random, name: str) -> Style:
    def groove() -> Groove:
        kick = _line(random, [1, 0, 0.1, 0.3, 0.1, 0.3], "X")
        lines = {"kick": kick, _pick(random, "snare", "stick", "clap"): "...X..",
                 _pick(random, "hat", "ride", "maracas"): _pick(random, "xooxoo", "xxxxxx", "x.xx.x")}  # fmt: skip
        chords = _pick(random, "aaaaaa", "x~~x~~", "x.xx.x", "x~~~~~")
        return Groove(6, lines, _pick(random, "1~~5~~", "1~~1~5", "1~~~~~"), chords)

    return _style(random, name, "6/8", (150, 204), [groove() for _ in range(3)], levels=(1.0, 1.0 / 3.0))


def _bars(random: Random) -> int:
    return 1 + int(random.random() < 0.5)


_MAKERS = (_backbeat, _four_on_the_floor, _triple, _half_time, _three_three_two, _latin, _swung, _slow, _compound,
           _backbeat, _triple, _latin)  # fmt: skip
