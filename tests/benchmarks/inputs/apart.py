"""Sound and picture apart in one file: told with the right amount, and never of a file that is in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eightcount_client.kinds.comparison import Report
from tests.benchmarks.inputs.apart_films import Film, write_film
from tests.benchmarks.inputs.base import Family, InputCase, expect, expect_warning
from tests.benchmarks.inputs.product import Product

APART = "SOUND_AND_PICTURE_APART"
MISLEADING = {"CAMERA_ANGLE_DIFFERS", "DIFFERENT_DANCE", "NO_SHARED_MUSIC", "TAKE_SEEMS_MIRRORED"}
TOLERANCE_SECONDS = 0.04
_REFERENCE = Film(start_seconds=12.0, seconds=14.0)
_TAKE = Film(start_seconds=13.0, seconds=12.0)


@dataclass(frozen=True, slots=True)
class Pair:
    """A reference and a take.

    Attributes:
        shift_seconds: how much later in the reference the movement of the take fits than its sound; None when the
            movement cannot tell.
        told: whether the report must say that sound and picture are apart.
    """

    take: Film
    reference: Film = _REFERENCE
    shift_seconds: float | None = 0.0
    told: bool = False

    def make(self, folder: Path) -> Path:
        """Write both films."""
        write_film(self.reference, folder / "reference.mp4")
        write_film(self.take, folder / "take.mp4")
        return folder

    def judge(self, product: Product, folder: Path) -> None:
        """Compare them, and hold the report against the truth."""
        report = product.compare(folder / "reference.mp4", folder / "take.mp4")
        check_report(report, self.shift_seconds, told=self.told, mirrored=self.take.mirrored)


def check_report(report: Report, shift_seconds: float | None, *, told: bool, mirrored: bool = False) -> None:
    """Raise unless the report tells what is apart, by how much, and follows the movement."""
    reasons = {warning.reason for warning in report.warnings} - ({"TAKE_SEEMS_MIRRORED"} if mirrored else set())
    alignment = report.alignment
    expect(alignment.verdict == "aligned" and alignment.method == "audio", f"aligned: {alignment}")
    expect(told or APART not in reasons, "sound and picture are in order, or it cannot be told")
    sound, picture, offset = (
        alignment.sound_offset_seconds, alignment.picture_offset_seconds, alignment.offset_seconds,
    )  # fmt: skip
    expect(sound is not None and offset is not None, "the offset of the sound is missing")
    if not told:
        expect(offset == sound, f"scored at {offset}, the sound fits at {sound}")
    if shift_seconds is None:
        expect(picture is None, f"the movement cannot tell, and is said to fit at {picture}")
        return
    if told:
        expect_warning(reasons, APART)
        expect(not reasons & MISLEADING, f"other causes are told: {sorted(reasons & MISLEADING)}")
        expect(offset == picture, f"scored at {offset}, the movement fits at {picture}")
    expect(picture is not None, "the movement's offset is missing")
    found = (picture or 0.0) - (sound or 0.0)
    expect(abs(found - shift_seconds) <= TOLERANCE_SECONDS, f"shift {found:+.3f} s, not {shift_seconds:+.3f} s")


def _late_take(seconds: float, *, told: bool, take: Film = _TAKE) -> Pair:
    """A take whose sound comes later than its picture."""
    late = replace(take, sound_late_seconds=seconds)
    return Pair(late, shift_seconds=seconds * take.speed, told=told)


def _late_reference(seconds: float) -> Pair:
    return Pair(_TAKE, replace(_REFERENCE, sound_late_seconds=seconds), shift_seconds=-seconds, told=True)


def _pairs() -> dict[str, Pair]:
    pairs = {f"take's sound {late:+.2f} s": _late_take(late, told=True) for late in (0.3, 0.7, -0.4, -1.0, 1.5, -2.0)}
    pairs |= {f"reference's sound {late:+.2f} s": _late_reference(late) for late in (-0.3, 0.5, -1.2, 2.0)}
    pairs |= {
        f"take's sound {late:+.2f} s is timing": _late_take(late, told=False) for late in (0.05, -0.1, 0.15, -0.2)
    }
    changed = {
        "stamped": replace(_TAKE, stamped=True),
        "mirrored": replace(_TAKE, mirrored=True),
        "12 pictures a second": replace(_TAKE, frame_rate=12.0),
        "15 pictures a second, nearer": replace(_TAKE, frame_rate=15.0, nearer=True),
        "speed 0.9": replace(_TAKE, speed=0.9),
        "speed 1.1": replace(_TAKE, speed=1.1),
        "paused": replace(_TAKE, seconds=18.0, paused_at=9.0, paused_seconds=3.0),
        "short": replace(_TAKE, seconds=8.0),
    }
    pairs |= {f"{name}, sound late": _late_take(0.6, told=True, take=take) for name, take in changed.items()}
    pairs["paused, sound late"] = replace(pairs["paused, sound late"], reference=replace(_REFERENCE, seconds=26.0))
    pairs |= {f"{name}, in order": Pair(take) for name, take in changed.items() if name not in {"stamped", "paused"}}
    return pairs | {
        "another dance to the music": Pair(replace(_TAKE, picture_from=44.0), shift_seconds=None),
        "another dance, sound late": Pair(
            replace(_TAKE, picture_from=44.0, sound_late_seconds=0.7), shift_seconds=None
        ),
        "a step again and again": Pair(
            replace(_TAKE, loop_seconds=1.2), replace(_REFERENCE, start_seconds=13.0, loop_seconds=1.2), None
        ),
        "late in the second half": Pair(replace(_TAKE, late_seconds=0.5, late_from=6.0), shift_seconds=None),
        "late for a few seconds": Pair(replace(_TAKE, late_seconds=0.3, late_from=10.0)),
        "another piece of the film": Pair(
            Film(41.0, 12.0, sound_late_seconds=-0.8), Film(40.0, 14.0), shift_seconds=-0.8, told=True
        ),
    }  # fmt: skip


def apart_cases() -> Sequence[InputCase]:
    """Return a case per pair."""
    return [InputCase(name, pair.make, pair.judge) for name, pair in _pairs().items()]


SOUND_AND_PICTURE = Family("sound and picture apart", apart_cases)
