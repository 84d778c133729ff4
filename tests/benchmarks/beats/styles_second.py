"""More styles that the tracker is developed with."""

from __future__ import annotations

from tests.benchmarks.beats.groove import Groove, Style

SIX_EIGHT = Style(
    "6/8", "6/8", 6, 6, (168.0, 150.0, 192.0, 180.0, 200.0),
    (
        Groove(6, {"kick": "X..ox.", "snare": "...X..", "hat": "xooxoo"}, "1~~5~~", "aaaaaa"),
        Groove(6, {"kick": "X.....X...x.", "snare": "...X..", "ride": "x.ox.o"}, "1~~1~5", "x~~x~~"),
        Groove(6, {"bell": "x.x.xx", "kick": "X..x..", "conga": "..xx.x", "snare": "...x.."}, "1.5.1.", "x.xx.x"),
    ),
    levels=(1.0, 1.0 / 3.0), programs=((33, 24, 73), (32, 0, 40), (33, 27, 65)),
)  # fmt: skip
COUNTRY_WALTZ = Style(
    "country waltz", "3/4", 3, 6, (116.0, 132.0, 104.0, 126.0, 144.0),
    (
        Groove(6, {"kick": "X.....", "snare": "..x.x.", "hat": "x.x.x."}, "1~....5~....", "..x.x."),
        Groove(6, {"kick": "X.....", "stick": "..X.X.", "tambourine": "..o.o."}, "1~~.5.", "x.x.x."),
        Groove(6, {"ride": "x.x.xo", "foot_hat": "..x...", "kick": "x..o.."}, "1~3~5~", "..x..."),
    ),
    programs=((33, 25, 40), (32, 24, 22), (32, 0, 66)), lead_density=0.45,
)  # fmt: skip
DRUM_AND_BASS = Style(
    "drum and bass", "4/4", 4, 8, (174.0, 170.0, 176.0, 172.0, 166.0),
    (
        Groove(8, {"kick": "X....X..", "snare": "..X...X.", "hat": "xxxxxxxx"}, "1~~~~5~~", "x~~~~~~~"),
        Groove(8, {"kick": "X.X..X..X....X..", "snare": "..X.o.X...X..oX.", "ride": "x.x.x.x."},
               "1~~.1~~.", "...x..x."),
        Groove(8, {"kick": "X....X..", "snare": "..X...X.", "hat": "x.x.x.x.", "cabasa": "oooooooo"},
               "1~~~~~~~5~~~8~~~", "x~~~x~~~"),
    ),
    levels=(1.0, 0.5), programs=((38, 90, 81), (39, 89, 80), (38, 4, 82)), progressions=("0m 8 3 10", "9m 5 0 7"),
)  # fmt: skip
BACHATA = Style(
    "bachata", "4/4", 4, 8, (128.0, 120.0, 134.0, 124.0, 140.0),
    (
        Groove(8, {"high_bongo": "xoxoxoXo", "low_bongo": "......X.", "guiro": "x.oox.oo"}, "1...5.1~", "a.a.a.a."),
        Groove(8, {"high_bongo": "x.xox.xo", "low_bongo": "......Xx", "guiro": "xxxxxxxx", "kick": "x...x..."},
               "1..1..5~", "aaaaaaaa"),
        Groove(8, {"cowbell": "X.x.X.x.", "low_bongo": "......X.", "guiro": "x.oox.oo"}, "1...5.8.", ".a.a.axa"),
    ),
    programs=((33, 24, 24), (33, 25, 26), (32, 24, 25)), progressions=("9m 2m 4 9m", "0 5 7 0", "9m 7 5 4"),
)  # fmt: skip
RUMBA = Style(
    "bolero rumba", "4/4", 4, 8, (104.0, 96.0, 108.0, 100.0, 92.0),
    (
        Groove(8, {"claves": "x..x..x...x.x...", "maracas": "xoxoxoxo", "slap": "..x.....", "conga": "......xx"},
               "1~~~5~1~", "x~.x~.x."),
        Groove(8, {"high_bongo": "xoxoxoxo", "low_bongo": "......x.", "guiro": "x..xx..x"}, "1~~~~~5~", "a.aaa.aa"),
        Groove(8, {"kick": "x.....x.", "stick": "..x...x.", "conga": "...x..xx", "maracas": "x.x.x.x."},
               "1~~5~~5~", "x~~x~~x~"),
    ),
    programs=((32, 24, 73), (33, 0, 40), (32, 25, 56)), progressions=("0m 5m 7 0m", "0 9m 2m 7"),
)  # fmt: skip
TANGO = Style(
    "tango", "4/4", 4, 8, (124.0, 128.0, 116.0, 132.0, 120.0),
    (
        Groove(8, {"snare": "o...o..."}, "1.1.5.1.", "x.x.x.xx"),
        Groove(8, {"snare": "x..xx.x."}, "1..51.5.", "x..xx.x."),
        Groove(8, {"kick": "X.x.X.x.", "snare": "......xx"}, "1.5.1.5.", "x.x.x.x."),
    ),
    levels=(1.0, 0.5), programs=((32, 21, 40), (43, 0, 22), (32, 21, 71)), progressions=("0m 7 7 0m", "0m 5m 7 0m"),
)  # fmt: skip
SAMBA = Style(
    "samba", "4/4", 4, 8, (200.0, 188.0, 212.0, 196.0, 204.0),
    (
        Groove(8, {"surdo": "o...X...", "tambourine": "xoxxxoxx", "agogo": "x.x..x.x", "low_agogo": "....x..."},
               "1..51..5", ".x.x.xx."),
        Groove(8, {"kick": "x..xX..x", "hat": "xoxoxoxo", "stick": "x.x..x.x.x.xx.x."}, "1..15..5", "x.x..x.x"),
        Groove(8, {"surdo": "....X...", "high_surdo": "x.......", "maracas": "XoxoXoxo", "snare": "o.ox.oox"},
               "1...5..5", ".x.xx.x."),
    ),
    levels=(1.0, 0.5), programs=((32, 24, 73), (33, 0, 71), (32, 24, 56)), bars_per_chord=2,
)  # fmt: skip
HIP_HOP = Style(
    "hip-hop", "4/4", 4, 8, (140.0, 92.0, 146.0, 136.0, 86.0),
    (
        Groove(16, {"kick": "X..x..........x.", "snare": "........X.......", "hat": "x.x.x.x.x.x.xxxx"},
               "1~~~~~~~....5~~~", "x~~~~~~~x~~~~~~~"),
        Groove(16, {"kick": "X.......x.X.....", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
               "1~~~....1.5~....", "..x~..x~..x~..x~"),
        Groove(16, {"kick": "X.....x.......x.", "clap": "........X.......", "hat": "xxx.x.x.xxx.x.x."},
               "1~~~~~1~......5~", "a~~~a~~~a~~~a~~~"),
    ),
    levels=(1.0, 0.5), programs=((38, 4, 80), (39, 0, 73), (38, 46, 81)), progressions=("0m 8 3 10", "0m 5m 0m 7"),
)  # fmt: skip
DISCO = Style(
    "disco", "4/4", 4, 8, (116.0, 112.0, 120.0, 125.0, 108.0),
    (
        Groove(16, {"kick": "X...X...X...X...", "snare": "....X.......X...", "open_hat": "..x...x...x...x."},
               "1.8.1.8.1.8.1.8.", "..xx..xx..xx..xx"),
        Groove(16, {"kick": "X...X...X...X...", "snare": "....X.......X..x", "hat": "xoxoxoxoxoxoxoxo"},
               "1..11.8.5..58.8.", "x..x..x.x..x..x."),
        Groove(16, {"kick": "X...X...X...X...", "tambourine": "..x...x...x...x.", "clap": "....x.......x..."},
               "1...1.3.5...8.5.", "x~~~x.xx....x.x."),
    ),
    programs=((33, 28, 48), (36, 27, 61), (33, 4, 48)), progressions=("2m 7 0 9m", "9m 2m 7 0", "0 9m 5 7"),
)  # fmt: skip
SECOND = (SIX_EIGHT, COUNTRY_WALTZ, DRUM_AND_BASS, BACHATA, RUMBA, TANGO, SAMBA, HIP_HOP, DISCO)
