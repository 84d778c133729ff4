"""The hierarchy of joints in a BVH file, read statement by statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh_text import show

MAX_JOINTS = 1000
"""Maximum number of joints and end sites."""

CHANNELS = ("Xposition", "Yposition", "Zposition", "Xrotation", "Yrotation", "Zrotation")

_CHANNEL_OF = {name.lower(): name for name in CHANNELS}
_PIECES = re.compile(r"[{}]|[^{}]+")
_NAMED = re.compile(r"\s*(ROOT|JOINT)\b", re.IGNORECASE)
_NAMED_PIECES = re.compile(r"(?<![\udc80-\udcff])[{}]|(?:(?<=[\udc80-\udcff])[{}]|[^{}])+")
"""In a line with a name, a brace after a byte beyond ASCII can be the second byte of a character (cp932, GBK)."""
_COMMENT = re.compile(r"(^|\s)(#|//).*")
_KEYWORD = re.compile(r"(?<=\S)\s+(?=(?:OFFSET|CHANNELS|END\s*SITE)\b)", re.IGNORECASE)
_JOINT = re.compile(r"(?<=\S)\s+(?=(?:ROOT|JOINT)\b)", re.IGNORECASE)
_SPACE = " \t\f\v"


def refuse(line: int, expected: str, given: str) -> NoReturn:
    """Raise the error for a line of a BVH file, with what is expected and what was found there."""
    raise InvalidInputError(
        f"BVH line {line}: expected {show(expected)}; got {show(given)[:60]!r}", reason="INVALID_BVH"
    )


def parse_number(line: int, word: str) -> float:
    """Parse a word of a line as a number, with a point or a comma before its decimals.

    Raises:
        InvalidInputError: INVALID_BVH; it is not a number, or not finite.
    """
    try:
        value = float(_decimal_point(word).replace("_", "?"))  # Python reads 1_0 as ten
    except ValueError:
        refuse(line, "a number", word)
    if not np.isfinite(value):
        refuse(line, "a finite number", word)
    return value


def _decimal_point(word: str) -> str:
    """Return a number with a point in place of its only comma."""
    return word.replace(",", ".") if word.count(",") == 1 and "." not in word else word


@dataclass(slots=True)
class Hierarchy:
    """Joints of a BVH file in the order of the file, while it is read.

    Attributes:
        joints: names; an end site is named after its joint, with the suffix " end".
        parents: index of each joint's parent, -1 for a root; a parent comes before its children.
        offsets: of each joint from its parent, in the file's unit.
        channels: names of the channels of each joint, in order; none for an end site.
        open: joints whose brace is still open, the innermost last.
        expect_brace: whether the next statement must be an opening brace.
        motion_line: number of the line that says MOTION.
    """

    joints: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    offsets: list[tuple[float, ...] | None] = field(default_factory=list)
    channels: list[tuple[str, ...] | None] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    expect_brace: bool = False
    motion_line: int = 0

    def read_statement(self, line: int, words: list[str]) -> None:
        """Process one statement."""
        keyword = words[0].upper().removesuffix("SITE")
        if self.expect_brace != (keyword == "{"):
            refuse(line, "'{'" if self.expect_brace else "a statement", " ".join(words))
        if keyword == "{":
            self.expect_brace = False
        elif keyword == "}":
            self._close(line)
        elif keyword in ("ROOT", "JOINT", "END"):
            self._begin(line, keyword, " ".join(words[1:]))
        elif keyword == "OFFSET":
            self._offset(line, words[1:])
        elif keyword == "CHANNELS":
            self._channels(line, words[1:])
        else:
            refuse(line, "ROOT, JOINT, End Site, OFFSET, CHANNELS or a brace", " ".join(words))

    def _begin(self, line: int, keyword: str, name: str) -> None:
        if (keyword == "ROOT") != (not self.open):
            refuse(line, "a JOINT inside of a ROOT, and MOTION or another ROOT after it", f"{keyword} {name}")
        if not name and keyword != "END":
            refuse(line, f"a name after {keyword}", "")
        if len(self.joints) == MAX_JOINTS:
            refuse(line, f"at most {MAX_JOINTS} joints", name)
        parent = self.open[-1] if self.open else -1
        self.joints.append(f"{self.joints[parent]} end" if keyword == "END" else name)
        self.parents.append(parent)
        self.offsets.append(None)
        self.channels.append(() if keyword == "END" else None)
        self.open.append(len(self.joints) - 1)
        self.expect_brace = True

    def _close(self, line: int) -> None:
        if not self.open:
            refuse(line, "a '{' for every '}'", "}")
        joint = self.open.pop()
        if self.offsets[joint] is None and self.joints[joint].endswith(" end") and self.channels[joint] == ():
            self.offsets[joint] = (0.0, 0.0, 0.0)
        if self.offsets[joint] is None:
            refuse(line, f"an OFFSET in {self.joints[joint]!r}", "}")
        if self.channels[joint] is None:
            self.channels[joint] = ()

    def _offset(self, line: int, words: list[str]) -> None:
        joint = self._current(line, "OFFSET")
        if len(words) != 3 or self.offsets[joint] is not None:
            refuse(line, f"one OFFSET of three numbers in {self.joints[joint]!r}", " ".join(words))
        self.offsets[joint] = tuple(parse_number(line, word) for word in words)

    def _channels(self, line: int, words: list[str]) -> None:
        joint = self._current(line, "CHANNELS")
        if words == ["0"] and not self.channels[joint]:
            self.channels[joint] = ()
            return
        names = [_CHANNEL_OF.get(word.lower(), "") for word in words[1:]]
        if self.channels[joint] is not None or not words or words[0] != str(len(names)):
            refuse(line, f"one CHANNELS with the stated number of names in {self.joints[joint]!r}", " ".join(words))
        if not all(names) or len(set(names)) != len(names):
            refuse(line, f"different channels out of {', '.join(CHANNELS)}", " ".join(words))
        self.channels[joint] = tuple(names)

    def _current(self, line: int, keyword: str) -> int:
        if not self.open:
            refuse(line, "ROOT", keyword)
        return self.open[-1]


def read_hierarchy(lines: list[str]) -> Hierarchy:
    """Read the hierarchy, up to MOTION.

    Raises:
        InvalidInputError: INVALID_BVH, with the line and what was expected there.
    """
    hierarchy = Hierarchy()
    statements = _statements(lines)
    line, words = next(statements, (1, [""]))
    if words[0].upper() != "HIERARCHY":
        refuse(line, "HIERARCHY", " ".join(words))
    for line, words in statements:
        if words[0].upper() == "MOTION":
            if hierarchy.open or not hierarchy.joints:
                refuse(line, "a '}' for every '{' before MOTION", "MOTION")
            hierarchy.motion_line = line
            return hierarchy
        hierarchy.read_statement(line, words)
    refuse(len(lines), "MOTION", "the end of the file")


def _statements(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the statements with their lines; a name is one word, as it was written."""
    for number, line in enumerate(lines, start=1):
        for piece in _split_line(line, lines, number):
            words = piece.strip(_SPACE).split(None, 1)
            if not words:
                continue
            if words[0].upper() in ("ROOT", "JOINT"):
                yield number, [words[0], *(word.strip(_SPACE) for word in words[1:])]
            else:
                yield number, piece.split()


def _split_line(line: str, lines: list[str], number: int) -> list[str]:
    """Return braces and what is between them; without comments, which no name begins with."""
    if not _NAMED.match(line):
        line = _COMMENT.sub("", line)
    if line.isascii() or not _NAMED.match(line):
        return [part for piece in _PIECES.findall(line) for part in _split_piece(piece)]
    pieces: list[str] = _NAMED_PIECES.findall(line)
    last = pieces[-1].rstrip(_SPACE) if pieces else ""
    if last.endswith("{") and last != "{" and not _begins_with_brace(lines, number):
        pieces[-1:] = [last[:-1], "{"]
    return pieces


def _split_piece(piece: str) -> list[str]:
    """Return the statements of a file that has several on a line; what follows JOINT is a name."""
    if _NAMED.match(piece):
        return [piece]
    first, *named = _JOINT.split(piece, maxsplit=1)
    return [*_KEYWORD.split(first), *named]


def _begins_with_brace(lines: list[str], number: int) -> bool:
    """Whether the next line that is not empty begins with an opening brace."""
    following = next((line for line in lines[number:] if line.strip()), "")
    return following.lstrip().startswith("{")
