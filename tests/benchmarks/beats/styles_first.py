"""The styles that the tracker is developed with."""

from __future__ import annotations

from tests.benchmarks.beats.groove import Groove, Style

ROCK = Style(
    "rock", "4/4", 4, 8, (126.0, 88.0, 144.0, 108.0, 168.0),
    (
        Groove(8, {"kick": "X...x...", "snare": "..X...X.", "hat": "xoxoxoxo"}, "1.1.1.15", "x~~~x~~~"),
        Groove(8, {"kick": "X..xx...", "snare": "..X...X.", "hat": "x.x.x.x."}, "11111111", "x.xx.xx."),
        Groove(8, {"kick": "X.x..x..", "snare": "..X....X..X...X.", "ride": "xoxoxoxo"}, "1..1.5..", "x~~x~~x~"),
        Groove(8, {"kick": "X....x.x", "snare": "..X...X.", "open_hat": "x.x.x.x."}, "1.51.5.1", "xxxxxxxx"),
    ),
    programs=((33, 29, 30), (34, 27, 29), (33, 30, 81)),
)  # fmt: skip
BALLAD = Style(
    "pop ballad", "4/4", 4, 8, (66.0, 74.0, 60.0, 82.0, 70.0),
    (
        Groove(16, {"kick": "X.......x.......", "stick": "....X.......X...", "hat": "x.o.x.o.x.o.x.o."},
               "1~~~~~5~1~~~~~~~", "a.a.a.a.a.a.a.a."),
        Groove(16, {"kick": "X.....x...x.....", "snare": "....X.......X...", "hat": "x.o.x.o.x.o.x.oo"},
               "1~~~~~1~5~~~~~~~", "x~~~x~~~x~~~x~~~"),
        Groove(16, {"kick": "X.......X.......", "snare": "........X.......", "ride": "x...x...x...x..."},
               "1~~~~~~~~~~~5~~~", "a~a~a~a~a~a~a~a~"),
    ),
    programs=((32, 0, 73), (33, 4, 40), (32, 24, 65)), lead_density=0.35,
)  # fmt: skip
SLOW_WALTZ = Style(
    "slow waltz", "3/4", 3, 6, (84.0, 90.0, 96.0, 87.0, 108.0),
    (
        Groove(6, {"kick": "X.....", "stick": "..x.x.", "ride": "x.o.o."}, "1~~~~~5~~~~~", ".~x~x~"),
        Groove(6, {"kick": "X.....", "snare": "..o.o.", "hat": "x.x.x."}, "1~..5.", "a~a~a~"),
        Groove(6, {"triangle": "x.....", "maracas": "x.o.o."}, "1~~~~~", "x~x~x~"),
    ),
    programs=((32, 48, 40), (32, 0, 71), (33, 24, 73)), lead_density=0.5,
)  # fmt: skip
VIENNESE = Style(
    "viennese waltz", "3/4", 3, 6, (174.0, 180.0, 168.0, 186.0, 177.0),
    (
        Groove(6, {"kick": "X.....", "snare": "..o.o."}, "1~..........5~..........", "..x.x."),
        Groove(6, {"kick": "X.....", "stick": "..x.x.", "foot_hat": "..o.o."}, "1~....5~....", "..x.x."),
        Groove(6, {}, "1~....", "..x.x."),
    ),
    programs=((32, 48, 40), (43, 21, 60), (32, 46, 73)), lead_density=0.5,
)  # fmt: skip
REGGAETON = Style(
    "reggaeton", "4/4", 4, 8, (95.0, 88.0, 100.0, 92.0, 97.0),
    (
        Groove(16, {"kick": "X...x...X...x...", "snare": "...x..x....x..x."}, "1~~.1.5.1~~.1.5.", "..x...x...x...x."),
        Groove(16, {"kick": "X...x...X...x...", "stick": "...X..X....X..X.", "hat": "x.x.x.x.x.x.x.x."},
               "1~~1~~1~1~~1~~1~", "x~~x~~x~x~~x~~x~"),
        Groove(16, {"kick": "X...x...X...x...", "snare": "...x..X....x..X.", "cabasa": "xoxoxoxoxoxoxoxo"},
               "1~~~....5~~~..1.", "....x~......x~.."),
    ),
    programs=((38, 81, 80), (39, 4, 62), (38, 46, 81)), progressions=("9m 5 0 7", "9m 9m 5 7", "0m 8 3 10"),
)  # fmt: skip
_CLAVE_32 = "x..x..x...x.x..."
SALSA = Style(
    "salsa", "4/4", 4, 8, (180.0, 192.0, 172.0, 200.0, 184.0),
    (
        Groove(8, {"claves": "..x.x...x..x..x.", "cowbell": "X.x.X.x.", "slap": "..X.....", "conga": "......xx",
                   "guiro": "x.oox.oo"}, "...1..5~", "x..x.x.x.x.x.x.x"),
        Groove(8, {"claves": _CLAVE_32, "timbale": "x.x.xx.xx.xx.x.x", "slap": "..X.....", "conga": "......xx",
                   "maracas": "x.x.x.x."}, "1..5..8~...5..1~", ".x.xx.x.x.xx.x.x"),
        Groove(8, {"claves": "..x.x...x..x..x.", "high_bongo": "xoxoXoxo", "low_bongo": "......x.",
                   "guiro": "x.oox.oo"}, "...1..5~", "x.xx.xx..xx.xx.x"),
    ),
    levels=(1.0, 0.5), programs=((32, 0, 56), (33, 0, 57), (32, 0, 73)), bars_per_chord=2, lead_density=0.3,
    progressions=("0m 5m 7 7", "0 5 7 5", "2m 7 0 0"),
)  # fmt: skip
CHACHA = Style(
    "cha-cha", "4/4", 4, 8, (124.0, 116.0, 128.0, 120.0, 112.0),
    (
        Groove(8, {"guiro": "X.oxX.ox", "cowbell": "x.x.x.x.", "slap": "..X.....", "conga": "......xx",
                   "kick": "x......."}, "1..5..5~", "x..x.x.x"),
        Groove(8, {"long_guiro": "x...x...", "guiro": "..xx..xx", "cowbell": "X.X.X.X.", "timbale": "......xx",
                   "conga": "......xx"}, "1.5.8.5.", "..x...xx"),
        Groove(8, {"maracas": "xoxoxoxo", "slap": "..X.....", "conga": "......Xx", "stick": "..x...x."},
               "1.1.5.1.", "x~x~x.xx"),
    ),
    programs=((32, 0, 73), (33, 4, 56), (32, 24, 71)), progressions=("0m 5m 7 0m", "0 5 7 7", "9m 2m 4 9m"),
)  # fmt: skip
HOUSE = Style(
    "house", "4/4", 4, 8, (124.0, 128.0, 120.0, 132.0, 140.0),
    (
        Groove(16, {"kick": "X...X...X...X...", "clap": "....x.......x...", "open_hat": "..x...x...x...x."},
               "..1...1...1...5.", "..x..x....x..x.."),
        Groove(16, {"kick": "X...X...X...X...", "hat": "o.X.o.X.o.X.o.X.", "clap": "....x.......x..x"},
               "1.11..1.1.11..8.", "x~~~~~~~~~~~~~~~"),
        Groove(16, {"kick": "X...X...X...X...", "tambourine": "x.xxx.xxx.xxx.xx", "snare": "....x.......x..."},
               "1..1..1..1..1.8.", "x..x..x..x..x.x."),
    ),
    programs=((38, 90, 81), (39, 4, 80), (38, 17, 62)), bars_per_chord=2, progressions=("9m 5 0 7", "0m 3 10 5m"),
)  # fmt: skip
SWING = Style(
    "swing", "4/4", 4, 8, (132.0, 160.0, 116.0, 184.0, 148.0),
    (
        Groove(8, {"ride": "X.xoX.xo", "foot_hat": "..x...x.", "kick": "o.o.o.o."}, "1.3.5.3.1.5.3.5.", "..x....x"),
        Groove(8, {"ride": "X.xoX.xo", "foot_hat": "..X...X.", "stick": "......x."}, "1.3.5.8.", "...x..x."),
        Groove(8, {"hat": "X.ooX.oo", "snare": "..x...x.", "kick": "x...x..."}, "1.5.1.5.", "..x...x."),
    ),
    levels=(1.0, 0.5), swing=0.66, programs=((32, 0, 66), (32, 26, 56), (32, 0, 71)),
    progressions=("0 9m 2m 7", "0 0 5 5 0 0 7 7", "2m 7 0 9m"),
)  # fmt: skip
COMPOUND = Style(
    "compound ballad", "6/8", 6, 6, (174.0, 186.0, 162.0, 198.0, 180.0),
    (
        Groove(6, {"kick": "X.....", "snare": "...X..", "hat": "xooxoo"}, "1~~5~~", "x~xx~x"),
        Groove(6, {"kick": "X....xX.....", "stick": "...X..", "ride": "x.xx.x"}, "1~~~~~1~~5~~", "aaaaaa"),
        Groove(6, {"kick": "X..x..", "tambourine": "...X..", "maracas": "xxxxxx"}, "1~~~~~", "xx.xx."),
    ),
    levels=(1.0, 1.0 / 3.0), programs=((32, 0, 65), (33, 26, 71), (32, 4, 40)),
)  # fmt: skip
FIRST = (ROCK, BALLAD, SLOW_WALTZ, VIENNESE, REGGAETON, SALSA, CHACHA, HOUSE, SWING, COMPOUND)
