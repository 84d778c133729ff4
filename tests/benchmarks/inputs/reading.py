"""Odd clocks, tracks and sounds, and files that are no video: does the product read the right frames and the music?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import starmap
from pathlib import Path

import av
import numpy as np

from eightcount_client import Dancer
from tests.benchmarks.inputs.base import Family, InputCase, SilentLossError, expect, expect_warning
from tests.benchmarks.inputs.product import Product
from tests.data.joined_recordings import JOINED_RECORDINGS
from tests.data.media import dancer_pictures, dancer_video
from tests.data.odd_recordings import ODD_CLOCKS, ODD_TRACKS, Material, Truth, Writer, noise
from tests.data.odd_sounds import ODD_SOUNDS, OddSound
from tests.data.recordings import RATE_HERTZ, Film, Sound, write_recording
from tests.data.unusable_files import UNUSABLE, Unusable

_SECONDS, _START = 1.6, 10.0
_SONG_SECONDS = 14.0
_FIRST_TOLERANCE, _OFFSET_TOLERANCE = 0.1, 0.04
_ROUNDING = 5e-3


@cache
def dancer_material(seconds: float = _SECONDS) -> Material:
    """Return a dancer at 25 frames a second, with her music."""
    _, pictures = dancer_pictures(seconds=seconds, start=_START)
    return Material(pictures, read_song(_START, seconds))


@cache
def read_song(start: float, seconds: float) -> np.ndarray:
    """Return [1, N] a part of the dancer's music at 44.1 kHz."""
    pieces = []
    with av.open(str(dancer_video())) as container:
        resampler = av.AudioResampler("fltp", "mono", RATE_HERTZ)
        for frame in container.decode(audio=0):
            frame.pts = None
            pieces += [piece.to_ndarray() for piece in resampler.resample(frame)]
    first = round(start * RATE_HERTZ)
    return np.concatenate(pieces, axis=1)[:, first : first + round(seconds * RATE_HERTZ)]


def _frame_case(name: str, writer: Writer) -> InputCase:
    truths: dict[Path, Truth] = {}

    def make(folder: Path) -> Path:
        path, truth = writer(folder, dancer_material())
        truths[path] = truth
        return path

    def judge(product: Product, path: Path) -> None:
        _judge_frames(product, path, truths[path])

    return InputCase(name, make, judge)


def _judge_frames(product: Product, path: Path, truth: Truth) -> None:
    motion = product.extract(path)
    times = motion.arrays["timestamps"]
    if truth.times:
        wanted = np.array(truth.times)
        expect(len(times) == len(wanted), f"{len(times)} frames instead of {len(wanted)}")
        expect(abs(times[0] - wanted[0]) < _FIRST_TOLERANCE, f"the first frame is at {times[0]:.3f} s")
        worst = float(np.abs(times - times[0] - wanted + wanted[0]).max())
        expect(worst < truth.tolerance, f"a frame is {worst:.3f} s away from its time")
    found = np.isfinite(motion.arrays["image"][:, 0, 0]).mean()
    expect(found > 0.9, f"the dancer is found in {found:.0%} of the frames")
    _judge_losses(motion.warnings, [one["message"] for one in motion.raw["warnings"]], truth)


def _judge_losses(reasons: Sequence[str], messages: Sequence[str], truth: Truth) -> None:
    for reason, count in (("DAMAGED_VIDEO", truth.lost), ("FRAMES_OUT_OF_ORDER", truth.unordered)):
        if count:
            expect_warning(reasons, reason)
            if not any(message.startswith(f"{count} ") for message in messages):
                raise SilentLossError(f"{count} frames are not named: {messages}")
        expect(count != 0 or reason not in reasons, f"nothing is lost, but {reason} is said")
    left_out = bool(truth.left_out or truth.unread)
    if left_out:
        expect_warning(reasons, "RECORDINGS_LEFT_OUT")
    expect(left_out or "RECORDINGS_LEFT_OUT" not in reasons, "everything is read, but RECORDINGS_LEFT_OUT is said")
    if truth.truncated:
        expect_warning(reasons, "TRUNCATED_VIDEO")
    expect(truth.truncated is not False or "TRUNCATED_VIDEO" not in reasons, "the file is whole")


def _chosen_dancer(name: str, writer: Writer) -> InputCase:
    """The dancer is chosen by a second of the video, whatever its clock."""

    def judge(product: Product, path: Path) -> None:
        motion = product.extract(path, dancer=Dancer(x=0.5, y=0.5, at_seconds=1.0))
        found = np.isfinite(motion.arrays["image"][:, 0, 0])
        first = motion.arrays["timestamps"][found][0]
        expect(0.95 < first < 1.3, f"the dancer is followed from {first:.2f} s on, instead of 1 s")

    return InputCase(f"dancer chosen at 1 s: {name}", lambda folder: writer(folder, dancer_material())[0], judge)


def _sound_case(name: str, odd: OddSound) -> InputCase:
    def make(folder: Path) -> Path:
        song = read_song(5.0, _SONG_SECONDS)
        write_recording(folder / "reference.wav", (Sound(song, codec="pcm_s16le"),))
        return odd.write(folder, song)

    def judge(product: Product, path: Path) -> None:
        alignment = product.align(path, path.parent / "reference.wav")
        expect(alignment.verdict == "aligned", f"not aligned: {alignment.reason}")
        offset = alignment.offset_seconds or 0.0
        expect(abs(offset - odd.begins) < _OFFSET_TOLERANCE, f"offset {offset:.3f} s instead of {odd.begins:g} s")

    return InputCase(name, make, judge)


def _refusal_case(name: str, unusable: Unusable) -> InputCase:
    def judge(product: Product, path: Path) -> None:
        product.extract(path)

    material = Material(dancer_material().pictures[:20], noise(0.8))
    return InputCase(
        name,
        lambda folder: unusable.write(folder, material),
        judge,
        refusals=frozenset({unusable.reason}),
        readable=False,
    )


def _sound_of_unusable(name: str, unusable: Unusable) -> InputCase:
    """Its video cannot be used, its sound aligns."""

    def write(folder: Path, song: np.ndarray) -> Path:
        return unusable.write(folder, Material(dancer_material().pictures[:20], song))

    return _sound_case(f"sound of: {name}", OddSound(write))


def _clocks() -> list[InputCase]:
    chosen = [name for name in ODD_CLOCKS if "ten hours" in name]
    return [
        *starmap(_frame_case, ODD_CLOCKS.items()),
        *(_chosen_dancer(name, ODD_CLOCKS[name]) for name in chosen),
        *starmap(_hold_case, _HOLDS.items()),
    ]


_HOLDS: dict[str, tuple[str, bool]] = {
    "held pose left out, MP4": ("held.mp4", True),
    "held pose left out, Matroska": ("held.mkv", True),
    "held pose left out, transport stream": ("held.ts", True),
    "half a second of frames lost, MP4": ("lost.mp4", False),
    "half a second of frames lost, Matroska": ("lost.mkv", False),
}
_HOLD_SECONDS, _HOLD_START, _HOLD_LENGTH = 7.0, 3.0, 1.2
_MIN_SCORE = 90.0
"""Two encodings of the same film score 93 to 98 with the smallest network."""


def _hold_case(name: str, kind: tuple[str, bool]) -> InputCase:
    """A film of which a part is left out; it is compared with the whole film."""
    file_name, held = kind

    def make(folder: Path) -> Path:
        first, length = round(_HOLD_START * 25), round(_HOLD_LENGTH * 25) if held else 14
        pictures = list(dancer_material(_HOLD_SECONDS).pictures)
        if held:
            pictures[first:first] = [pictures[first]] * length
        kept = [index for index in range(len(pictures)) if not first < index < first + length]
        sound = Sound(read_song(_START, len(pictures) / 25))
        write_recording(folder / "whole.mp4", (Film(pictures), sound))
        sparse = Film([pictures[index] for index in kept], [index / 25 for index in kept])
        return write_recording(folder / file_name, (sparse, sound))

    def judge(product: Product, path: Path) -> None:
        report = product.compare(path.parent / "whole.mp4", path)
        missing = [moment.description for moment in report.moments if moment.kind == "MISSING"]
        expect(not missing, f"said to be missing: {missing}")
        reasons = {warning.reason for warning in report.warnings}
        expect("DANCER_OFTEN_MISSING" not in reasons, "said to be often missing")
        expect((report.score or 0.0) > _MIN_SCORE, f"score {report.score}")

    return InputCase(name, make, judge)


def _sounds() -> list[InputCase]:
    beside = [(name, one) for name, one in UNUSABLE.items() if one.has_sound]
    return [*starmap(_sound_case, ODD_SOUNDS.items()), *starmap(_sound_of_unusable, beside)]


def _family(name: str, cases: Callable[[], list[InputCase]]) -> Family:
    return Family(name, cases)


READING_FAMILIES = (
    _family("time and seeking", _clocks),
    _family("joined recordings", lambda: list(starmap(_frame_case, JOINED_RECORDINGS.items()))),
    _family("the right video", lambda: list(starmap(_frame_case, ODD_TRACKS.items()))),
    _family("the right sound", _sounds),
    _family("no video", lambda: list(starmap(_refusal_case, UNUSABLE.items()))),
)
