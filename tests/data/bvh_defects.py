"""What is odd or wrong about BVH files that people send: each with what a reader must make of it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.data.moving_rigs import (
    BONES_JP,
    GERMAN,
    MIXAMO,
    MMD,
    NUMBERED,
    PLAIN,
    RIGIFY,
    ROKOKO,
    UNREAL,
    VRCHAT,
    Moving,
    Writing,
    blender_roots,
    chain,
    hang_beside,
    moving_bvh,
    prop_root,
    second_body,
    twists,
)
from tests.data.rigs import RigOf

_SWORD = chain("Sword{}", "right_hand", [(-0.3, 0.02, 0), (-0.5, 0, 0), (-0.4, 0, 0)])
_HAIR = tuple(
    chain(f"Hair_{side}_{{}}", "head", [(sign * 0.1, 0, -0.1), *[(0, -0.2, 0)] * 6])
    for side, sign in (("L", 1), ("R", -1))
)
_TAILS = tuple(
    chain(f"t{side}{{}}", "pelvis", [(sign * 0.25, -0.05, 0), *[(0, -0.18, -0.02)] * 4])
    for side, sign in (("1", 1), ("2", -1))
)


@dataclass(frozen=True)
class Defect:
    """One oddity.

    Attributes:
        rig, writing: what is written.
        ending: of the file's name.
        change: changes the bytes.
        notes: reasons of the notes that must be given.
        refusal: reason with which the file is refused, where nothing right can be made of it.
        frames: number of frames that are right; all if negative.
        precise: metres by which joints may be off.
    """

    rig: RigOf = MIXAMO
    writing: Writing = Writing()  # noqa: RUF009 - frozen
    ending: str = ".bvh"
    change: Callable[[bytes], bytes] = bytes
    notes: frozenset[str] = frozenset()
    refusal: str = ""
    frames: int = -1
    precise: float = 1e-3

    def make(self) -> Moving:
        """Return the file with its truth, cut to the frames that are right."""
        made = moving_bvh(self.rig, self.writing)
        truth = made.truth if self.frames < 0 else made.truth[: self.frames]
        return replace(made, data=self.change(made.data), truth=truth)


_MISCOUNTED = frozenset({"FRAMES_MISCOUNTED"})
_CUT = _MISCOUNTED | {"FRAME_CUT_OFF"}


def _lines(change: Callable[[list[str]], list[str]]) -> Writing:
    return Writing(change=change)


def _sub(pattern: str, text: str, count: int = 0) -> Writing:
    return _lines(lambda lines: re.sub(pattern, text, "\n".join(lines), count=count, flags=re.MULTILINE).split("\n"))


def _rows(change: Callable[[str], str]) -> Writing:
    def apply(lines: list[str]) -> list[str]:
        start = next(at for at, line in enumerate(lines) if line.startswith("Frame Time")) + 1
        return [*lines[:start], *(change(line) for line in lines[start:-1]), ""]

    return _lines(apply)


def _wrap(line: str) -> str:
    words = line.split()
    return "\n".join(" ".join(words[at : at + 16]) for at in range(0, len(words), 16))


def _one_line(lines: list[str]) -> list[str]:
    start = lines.index("MOTION")
    return [" ".join(line.strip() for line in lines[:start]), *lines[start:]]


def _flat_names(lines: list[str]) -> list[str]:
    """Give three joints beside the limbs one name."""
    return [re.sub(r"(mixamorig:)(Spine1|Spine2|Neck)$", r"\1Spine", line) for line in lines]


def _quadruped(lines: list[str]) -> list[str]:
    """Replace the hierarchy by one with four equal legs under a level spine, without usual names."""
    turns = "CHANNELS 3 Zrotation Xrotation Yrotation"
    found = ["HIERARCHY", "ROOT body", "{", "OFFSET 0 1 0", "CHANNELS 6 Xposition Yposition Zposition " + turns[11:]]
    for name, z in (("rear", 0.0), ("front", 1.2)):
        found += [f"JOINT {name}", "{", f"OFFSET 0 0 {z}", turns]
        for side, x in (("a", 0.2), ("b", -0.2)):
            for number, (dx, y) in enumerate(((x, 0.0), (0.0, -0.45), (0.0, -0.45))):
                found += [f"JOINT {name}_{side}{number}", "{", f"OFFSET {dx} {y} 0", turns]
            found += ["End Site", "{", "OFFSET 0 0 0.1", "}", "}", "}", "}"]
        found += ["}"]
    values = " ".join(["0"] * (6 + 2 * 3 + 12 * 3))
    return [*found, "}", "MOTION", "Frames: 2", "Frame Time: 0.033333", values, values, ""]


DEFECTS: dict[str, Defect] = {
    # the table of frames
    "one row more than stated": Defect(ROKOKO, Writing(stated_frames=-1), notes=_MISCOUNTED),
    "ten rows more than stated": Defect(writing=Writing(stated_frames=-10), notes=_MISCOUNTED),
    "one row fewer than stated": Defect(writing=Writing(stated_frames=1), notes=_MISCOUNTED),
    "a header with an absurd number of frames": Defect(writing=Writing(stated_frames=10**15), notes=_MISCOUNTED),
    "cut off within a row": Defect(change=lambda data: data[:-200], notes=_CUT, frames=29),
    "cut off within the last number": Defect(
        writing=Writing(stated_frames=9), change=lambda data: data[:-4], notes=_CUT, frames=29
    ),
    "cut off in the hierarchy": Defect(change=lambda data: data[:900], refusal="INVALID_BVH"),
    "a row in the middle too short": Defect(
        writing=_lines(lambda lines: [*lines[:-20], lines[-20][:-20], *lines[-19:]]), refusal="INVALID_BVH"
    ),
    "a word among the numbers": Defect(change=lambda data: data[:-9] + b"#IND\n", refusal="INVALID_BVH"),
    "frames over several lines": Defect(writing=_rows(_wrap)),
    "blank lines between frames": Defect(writing=_rows(lambda line: line + "\n\n")),
    "tabs between numbers and at line ends": Defect(writing=_rows(lambda line: line.replace(" ", "\t") + "\t")),
    "scientific notation": Defect(writing=Writing(number="%.9e")),
    "decimal commas": Defect(writing=_rows(lambda line: line.replace(".", ","))),
    "decimal commas everywhere": Defect(change=lambda data: re.sub(rb"(?<=\d)\.(?=\d)", b",", data)),
    "numbers between commas": Defect(writing=_rows(lambda line: line.replace(" ", ", "))),
    "a frame time with a comma": Defect(writing=Writing(time_text="0,0333333")),
    "no space after the colons": Defect(writing=_sub(r"^(Frames|Frame Time): ", r"\1:")),
    "a frame time of zero": Defect(writing=Writing(time_text="0.000000"), refusal="FRAME_RATE_UNKNOWN"),
    "a frame time in frames a second": Defect(writing=Writing(time_text="30"), refusal="FRAME_RATE_UNKNOWN"),
    "a frame time in milliseconds": Defect(writing=Writing(time_text="33.333"), refusal="FRAME_RATE_UNKNOWN"),
    "a negative frame time": Defect(writing=Writing(time_text="-0.0333"), refusal="FRAME_RATE_UNKNOWN"),
    # the text
    "CRLF": Defect(writing=Writing(newline="\r\n")),
    "CR alone": Defect(writing=Writing(newline="\r")),
    "no line break at the end": Defect(change=lambda data: data.rstrip(b"\n")),
    "keywords in lower case": Defect(
        change=lambda data: re.sub(
            rb"\b(HIERARCHY|ROOT|JOINT|OFFSET|CHANNELS|MOTION|End Site|Frames|Frame Time|[XYZ](?:position|rotation))\b",
            lambda found: found[0].lower(), data,
        )
    ),
    "comments": Defect(writing=_sub(r"(^\s*OFFSET.*)$", r"\1 # from the parent\n// a line\n")),
    "braces on the line of the name": Defect(writing=_sub(r"\n\s*{", " {")),
    "the hierarchy on one line": Defect(writing=_lines(_one_line)),
    "gzip": Defect(ending=".bvh.gz", change=gzip.compress),
    "UTF-8 with a mark": Defect(MMD, Writing(encoding="utf-8-sig")),
    "UTF-16": Defect(MMD, Writing(encoding="utf-16")),
    "UTF-16 without a mark": Defect(GERMAN, Writing(encoding="utf-16-le")),
    "cp932": Defect(MMD, Writing(encoding="cp932")),
    "cp932 with braces within characters": Defect(BONES_JP, Writing(encoding="cp932")),
    "the same with braces on the line": Defect(BONES_JP, replace(_sub(r"\n\s*{", " {"), encoding="cp932")),
    "EUC-JP": Defect(MMD, Writing(encoding="euc-jp")),
    "latin-1": Defect(GERMAN, Writing(encoding="latin-1")),
    # channels
    "positions on every joint": Defect(replace(MIXAMO, moved=("all",))),
    "positions on every joint, relative to the offset": Defect(replace(MIXAMO, moved=("all",)), Writing(added=True)),
    "rotations before positions": Defect(replace(MIXAMO, moved=("all",)), Writing(rotations_first=True)),
    "positions in another order": Defect(writing=Writing(position_order="ZXY")),
    **{f"rotations in the order {axes}": Defect(replace(MIXAMO, order=axes)) for axes in ("XYZ", "XZY", "YXZ", "YZX")},
    "a root without channels": Defect(ROKOKO, Writing(grow=(blender_roots,))),
    "joints with local axes": Defect(replace(MIXAMO, local_axes=True)),
    # the tree
    "no end sites": Defect(writing=Writing(end_sites=False)),
    "end sites of no length": Defect(writing=_sub(r"(End Site\n\s*{\n\s*OFFSET).*", r"\1 0 0 0")),
    "end sites without an offset": Defect(writing=_sub(r"(End Site\n\s*{\n)\s*OFFSET.*\n", r"\1")),
    "a bone of no length": Defect(writing=Writing(grow=(chain("LeftArmHelper{}", "left_upper", [(0, 0, 0)]),))),
    "a prop under a root of its own": Defect(writing=Writing(grow=(prop_root("Prop", first=False),))),
    "a prop under a root of its own, first": Defect(writing=Writing(grow=(prop_root("Prop", first=True),))),
    "two dancers": Defect(writing=Writing(grow=(second_body,)), notes=frozenset({"OTHER_BODIES_LEFT_OUT"})),
    "bones beside the limbs": Defect(RIGIFY, Writing(grow=(hang_beside("ORG-", "DEF-"), hang_beside("MCH-", "DEF-")))),
    "bones beside the limbs, first in the file": Defect(
        RIGIFY, Writing(grow=(hang_beside("ORG-", "DEF-"),), change=None)
    ),
    "twist bones within the limbs": Defect(RIGIFY, Writing(grow=(twists,))),
    "twist bones without names": Defect(NUMBERED, Writing(grow=(twists,))),
    "twist bones beside the limbs": Defect(UNREAL),
    "a sword without names": Defect(NUMBERED, Writing(grow=(_SWORD,))),
    "long hair": Defect(VRCHAT, Writing(grow=_HAIR)),
    "long hair without names of the limbs": Defect(NUMBERED, Writing(grow=_HAIR)),
    "coat tails without names": Defect(NUMBERED, Writing(grow=_TAILS)),
    "one name for several joints": Defect(writing=_lines(_flat_names)),
    "four legs": Defect(writing=_lines(_quadruped), refusal="SKELETON_UNKNOWN"),
    # the space
    **{f"{name} as the unit": Defect(replace(MIXAMO, unit=unit)) for name, unit in (
        ("millimetres", 0.001), ("inches", 0.0254), ("metres", 1.0), ("feet", 0.3048)
    )},
    "z up": Defect(replace(ROKOKO, up="z")),
    "z up with local axes": Defect(replace(ROKOKO, up="z", local_axes=True)),
    **{f"turned by {angle} degrees": Defect(writing=Writing(heading_deg=angle)) for angle in (94, 137, 180, 301)},
    "a z-up dancer turned by 200 degrees": Defect(replace(PLAIN, up="z"), Writing(heading_deg=200)),
    "arms down at rest": Defect(replace(NUMBERED, arms_deg=50, legs_deg=8)),
    "120 frames a second": Defect(writing=Writing(frames=200, frame_seconds=1 / 120)),
    "one frame in four seconds": Defect(writing=Writing(time_text="4"), refusal="FRAME_RATE_UNKNOWN"),
}  # fmt: skip
"""Oddities by name; those with a refusal have no right answer."""
