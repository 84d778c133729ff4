"""The styles that were written before the constants were fitted, and are evaluated only afterwards."""

from __future__ import annotations

from tests.benchmarks.beats.groove import Groove, Style

MERENGUE = Style(
    "merengue", "4/4", 4, 8, (144.0, 136.0, 152.0, 160.0, 132.0),
    (
        Groove(8, {"guiro": "x.xox.xo", "tumba": "x...x.xx", "slap": "..x...x.", "kick": "X.x.X.x."},
               "1...5...", ".xx.xx.x"),
        Groove(8, {"guiro": "xoxxxoxx", "tumba": "o...o.XX", "kick": "x...x...", "cowbell": "x.x.x.x."},
               "1.1.5.5.", "..xx..xx"),
        Groove(8, {"maracas": "x.xxx.xx", "low_timbale": "......xx", "slap": "x...x...", "kick": "X.X.X.X."},
               "1...5.1.", "x.xx.xx.xx.xx.x."),
    ),
    levels=(1.0, 0.5), programs=((32, 0, 56), (33, 21, 66), (33, 0, 57)), bars_per_chord=2,
    progressions=("0 7 7 0", "0m 5m 7 0m", "0 5 7 5"), lead_density=0.35,
)  # fmt: skip
CUMBIA = Style(
    "cumbia", "4/4", 4, 8, (94.0, 88.0, 102.0, 98.0, 106.0),
    (
        Groove(8, {"guiro": "x.ooX.oo", "conga": "..x...x.", "kick": "X...X...", "cowbell": "x.x.x.x."},
               "1...3.5.", ".x.x.x.x"),
        Groove(8, {"guiro": "X.xxX.xx", "tumba": "x..xx..x", "kick": "x...x..."}, "1...5.5.", ".x.x.x.x"),
        Groove(16, {"maracas": "x.o.X.o.x.o.X.o.", "conga": "....x.......x.xx", "kick": "X.......X......."},
               "1~......3~..5~..", "..x...x...x...x."),
    ),
    programs=((32, 21, 22), (33, 0, 73), (33, 22, 57)), bars_per_chord=2, progressions=("0m 7 7 0m", "9m 4 4 9m"),
)  # fmt: skip
BOSSA_NOVA = Style(
    "bossa nova", "4/4", 4, 8, (132.0, 124.0, 140.0, 120.0, 148.0),
    (
        Groove(8, {"kick": "x..xx..x", "stick": "x..x..x...x..x..", "hat": "oooooooo"}, "1..55..1", "x..x..x...x..x.."),
        Groove(8, {"kick": "x..xx..x", "stick": "..x..x..x..x..x.", "cabasa": "xoxoxoxo"}, "1~~55~~1", "x.x..x.."),
        Groove(8, {"stick": "x..x..x...x..x..", "maracas": "xoxoxoxo"}, "1~~~5~~~", ".x.x..x..x.x.x.."),
    ),
    levels=(1.0, 0.5), programs=((32, 24, 73), (32, 24, 65), (32, 0, 71)), progressions=("0 2 2m 7", "0m 5m 7 0m"),
    bars_per_chord=2,
)  # fmt: skip
FOXTROT = Style(
    "foxtrot", "4/4", 4, 8, (116.0, 112.0, 120.0, 124.0, 118.0),
    (
        Groove(8, {"kick": "x...x...", "stick": "..x...x.", "ride": "x.xox.xo"}, "1~..5~..", "..x...x."),
        Groove(8, {"hat": "xoxoxoxo", "snare": "..o...o.", "kick": "o...o..."}, "1~~.5~~.", "x~x~x~x~"),
        Groove(8, {"foot_hat": "..x...x.", "ride": "X.x.X.x."}, "1...5...", ".x.x...x"),
    ),
    levels=(1.0, 0.5), swing=0.63, programs=((32, 0, 56), (32, 26, 66), (32, 0, 71)),
    progressions=("0 9m 2m 7", "0 0 5 7", "0 4 9 2m"),
)  # fmt: skip
JIVE = Style(
    "jive", "4/4", 4, 8, (172.0, 168.0, 176.0, 160.0, 184.0),
    (
        Groove(8, {"kick": "X...X...", "snare": "..X...X.", "ride": "x.xox.xo"}, "1.3.5.3.", "x.x.x.x."),
        Groove(8, {"kick": "X.x.X.x.", "snare": "..X...X.", "hat": "xoxoxoxo"}, "1.1.3.3.5.5.3.3.", ".x.x.x.x"),
        Groove(8, {"kick": "X..xX...", "clap": "..X...X.", "ride": "x.x.x.x."}, "1.5.8.5.", "..x...xx"),
    ),
    levels=(1.0, 0.5), swing=0.62, programs=((32, 27, 66), (33, 0, 65), (32, 0, 56)),
    progressions=("0 0 0 0 5 5 0 0 7 5 0 7", "0 9m 5 7"),
)  # fmt: skip
REGGAE = Style(
    "reggae", "4/4", 4, 8, (148.0, 140.0, 156.0, 144.0, 164.0),
    (
        Groove(8, {"kick": "....X...", "stick": "....X...", "hat": "x.xoxox."}, "1.3.5~..", "..x...x."),
        Groove(8, {"kick": "X...X...", "snare": "....X...", "hat": "xoxoxoxo"}, "1~~.1.3.5~......", "..x...x."),
        Groove(8, {"kick": "X.X.X.X.", "stick": "....X...", "open_hat": "..o...o."}, "..1.3.5.", "..xx..x."),
    ),
    levels=(1.0, 0.5), programs=((33, 27, 56), (34, 17, 22), (33, 16, 57)), progressions=("0 5 0 7", "9m 2m 9m 7"),
    bars_per_chord=2,
)  # fmt: skip
KIZOMBA = Style(
    "kizomba", "4/4", 4, 8, (90.0, 84.0, 96.0, 92.0, 88.0),
    (
        Groove(16, {"kick": "X.......X.......", "stick": "...x..x....x..x.", "hat": "x.x.x.x.x.x.x.x."},
               "1~~~..5~1~~~..5~", "x~~~~~~~x~~~~~~~"),
        Groove(16, {"kick": "X...X...X...X...", "snare": "...x..x....x..x.", "cabasa": "xoxoxoxoxoxoxoxo"},
               "1~~1~~5~1~~1~~5~", "a.a.a.a.a.a.a.a."),
        Groove(16, {"kick": "X..x....X..x....", "stick": "......x.......x.", "maracas": "x.xxx.xxx.xxx.xx"},
               "1~~~~~~~5~~~8~~~", "..x~..x~..x~..x~"),
    ),
    programs=((38, 4, 80), (33, 24, 73), (39, 90, 62)), progressions=("9m 5 0 7", "0m 8 10 7", "0m 5m 8 7"),
)  # fmt: skip
DUBSTEP = Style(
    "dubstep", "4/4", 4, 8, (140.0, 142.0, 138.0, 144.0, 136.0),
    (
        Groove(16, {"kick": "X.........x.....", "snare": "........X.......", "hat": "x..x..x.x..x..x."},
               "1~~1~~1~5~~5~~5~", "x~~~~~~~~~~~~~~~"),
        Groove(16, {"kick": "X.....x.........", "clap": "........X.......", "hat": "x.x.x.x.x.x.x.xx"},
               "1~1~....1~~~5~5~", "a...a...a...a..."),
        Groove(16, {"kick": "X..........x..x.", "snare": "........X.......", "ride": "x...x...x...x..."},
               "1111....1.1.1.1.", "x~~~~~~~x~~~~~~~"),
    ),
    levels=(1.0, 0.5), programs=((38, 90, 81), (39, 81, 80), (38, 89, 62)), progressions=("0m 8 3 10", "0m 0m 8 7"),
)  # fmt: skip
TRANCE = Style(
    "trance", "4/4", 4, 8, (138.0, 136.0, 140.0, 132.0, 142.0),
    (
        Groove(16, {"kick": "X...X...X...X...", "open_hat": "..x...x...x...x.", "clap": "....x.......x..."},
               "..1...1...1...1.", "a.aa.aa.a.aa.aa."),
        Groove(16, {"kick": "X...X...X...X...", "hat": "xxXxxxXxxxXxxxXx"}, ".111.111.111.111", "aaaaaaaaaaaaaaaa"),
        Groove(16, {"kick": "X...X...X...X...", "ride": "..x...x...x...x.", "snare": "....o.......o..o"},
               "..11..11..11..11", "x~~~~~~~~~~~~~~~"),
    ),
    programs=((38, 81, 80), (39, 90, 81), (38, 81, 62)), bars_per_chord=2, progressions=("9m 5 0 7", "0m 8 3 10"),
)  # fmt: skip
FUNK = Style(
    "funk", "4/4", 4, 8, (104.0, 98.0, 110.0, 116.0, 94.0),
    (
        Groove(16, {"kick": "X.x.......x..x..", "snare": "....X..o.o..X..o", "hat": "xoxoxoxoxoxoxoxo"},
               "1..1..8...1.5.8.", "..x..x....x..x.."),
        Groove(16, {"kick": "X..x..x...x.....", "snare": "....X.......X.o.", "hat": "x.x.x.x.x.x.x.x."},
               "1.....1.8.5.1...", "x.......xx..x..."),
        Groove(16, {"kick": "X......xX.x....x", "clap": "....X.......X...", "open_hat": "..x...x...x...x."},
               "11..5.8.11..3.5.", "..xx..x...xx..x."),
    ),
    programs=((36, 28, 61), (37, 7, 56), (33, 27, 65)), progressions=("0m 0m 5m 0m", "0 0 5 5", "2m 7 2m 7"),
)  # fmt: skip
JAZZ_WALTZ = Style(
    "jazz waltz", "3/4", 3, 6, (144.0, 132.0, 156.0, 168.0, 126.0),
    (
        Groove(6, {"ride": "X.xox.", "foot_hat": "..x...", "kick": "o....."}, "1~..5.", "x..x.."),
        Groove(6, {"ride": "X.x.xo", "foot_hat": "..x.x.", "snare": "...o.."}, "1.3.5.8.5.3.", "...x..x....."),
        Groove(6, {"hat": "x.xox.", "stick": "..x...", "kick": "x..o.."}, "1~~~5~", "..x~x~"),
    ),
    swing=0.64, programs=((32, 0, 66), (32, 26, 71), (32, 4, 73)), progressions=("2m 7 0 9m", "0m 5m 7 0m"),
)  # fmt: skip
MAZURKA = Style(
    "mazurka", "3/4", 3, 6, (138.0, 128.0, 150.0, 144.0, 160.0),
    (
        Groove(6, {"kick": "x.....", "snare": "..X.x."}, "1~....5~....", "..x.x."),
        Groove(6, {"tambourine": "x.xox.", "kick": "X....."}, "1~~...", "..x~x~"),
        Groove(6, {}, "1~..5.", "..x.x."),
    ),
    programs=((32, 21, 40), (43, 0, 73), (32, 48, 40)), progressions=("0 7 7 0", "0 5 7 0"), lead_density=0.6,
)  # fmt: skip
DOO_WOP = Style(
    "doo-wop", "6/8", 6, 6, (192.0, 180.0, 204.0, 174.0, 210.0),
    (
        Groove(6, {"kick": "X.....X...x.", "snare": "...X..", "hat": "xxxxxx"}, "1~.5~.", "xxxxxx"),
        Groove(6, {"kick": "X..o.o", "stick": "...X..", "ride": "xooxoo"}, "1~~3~5", "x.xx.x"),
        Groove(6, {"kick": "X.....", "clap": "...X..", "tambourine": "x.xx.x"}, "1~~1~~5~~1~~", "aaaaaa"),
    ),
    levels=(1.0, 1.0 / 3.0), programs=((32, 0, 65), (33, 0, 66), (33, 26, 52)), progressions=("0 9m 5 7", "0 9m 2m 7"),
)  # fmt: skip
HELD_OUT = (
    MERENGUE, CUMBIA, BOSSA_NOVA, FOXTROT, JIVE, REGGAE, KIZOMBA, DUBSTEP, TRANCE, FUNK, JAZZ_WALTZ, MAZURKA, DOO_WOP,
)  # fmt: skip
