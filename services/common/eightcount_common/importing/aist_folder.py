"""A folder of AIST++ annotations: its recordings, their names and their splits.

Layout: `keypoints2d/NAME.pkl`, `keypoints3d/NAME.pkl`, `splits/SPLIT.txt`, `ignore_list.txt`, where NAME has cAll.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from eightcount_common.errors import InvalidInputError, TooLargeError
from eightcount_common.importing.aist import CAMERAS, read_keypoints2d, read_keypoints3d
from eightcount_common.importing.aist_names import AistName
from eightcount_common.importing.source import read_bytes
from eightcount_common.motion import MotionSequence

Kind = Literal["keypoints2d", "keypoints3d"]

SPLITS = (
    "pose_train", "pose_val", "pose_test", "crossmodal_train", "crossmodal_val", "crossmodal_test"
)  # fmt: skip
"""The official splits: those of pose are disjoint in dancers, those of crossmodal in music and choreographies."""

_MAX_LIST_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class AistClip:
    """One recording: what one camera saw, or the body in space.

    Attributes:
        label: name of the style.
        name: performer, choreography, music and take.
        path: file that contains it, with the other cameras.
        camera: "c01" to "c09"; "" for a body in space.
    """

    label: str
    name: AistName
    path: Path
    camera: str

    def read(self) -> MotionSequence:
        """Read the motion.

        Raises:
            InvalidInputError: the file is damaged; the reason says how.
        """
        if self.camera:
            return read_keypoints2d(self.path, camera=self.camera)
        return read_keypoints3d(self.path)


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file that cannot be used, and the reason."""

    path: Path
    reason: str
    message: str


@dataclass(slots=True)
class AistFolder:
    """A folder of AIST++ annotations.

    Attributes:
        root: the folder.
        kind: which keypoints are read.
        broken: files found so far that cannot be used.
        ignored: files found so far that the authors found unreliable.
    """

    root: Path
    kind: Kind = "keypoints3d"
    broken: list[BrokenFile] = field(default_factory=list)
    ignored: list[BrokenFile] = field(default_factory=list)

    def read_ignore_list(self) -> frozenset[str]:
        """Return the takes that the authors found unreliable; an empty set when there is no `ignore_list.txt`."""
        path = self.root / "ignore_list.txt"
        return frozenset(name.take for name in _read_names(path)) if path.is_file() else frozenset()

    def read_split(self, name: str) -> tuple[AistName, ...]:
        """Return the names of an official split, one of `SPLITS`, in the order of its file.

        Raises:
            InvalidInputError: UNKNOWN_SPLIT, UNREADABLE_FILE or INVALID_AIST_NAME.
        """
        if name not in SPLITS:
            raise InvalidInputError(
                f"AIST: the split must be one of {', '.join(SPLITS)}; got {name!r}", reason="UNKNOWN_SPLIT"
            )
        return _read_names(self.root / "splits" / f"{name}.txt")

    def clips(self, *, split: str = "", cameras: Sequence[str] = CAMERAS) -> Iterator[AistClip]:
        """Yield the recordings in order of their names, without those of the ignore list. No file is opened.

        A file that is empty or does not end with `.pkl` is added to `broken`, one of the ignore list to `ignored`.

        Args:
            split: yield only recordings of this official split.
            cameras: for 2D keypoints, one clip for each of these is yielded.

        Raises:
            InvalidInputError: NO_ANNOTATIONS when the folder has no keypoints, or the split cannot be read.
        """
        folder = self.root / self.kind
        if not folder.is_dir():
            raise InvalidInputError(f"AIST: a folder {self.kind} is required; there is none", reason="NO_ANNOTATIONS")
        ignored = self.read_ignore_list()
        in_split = {name.take for name in self.read_split(split)} if split else None
        for path in sorted(folder.iterdir()):
            name = self._parse_name(path)
            if name is None or (in_split is not None and name.take not in in_split):
                continue
            if name.take in ignored:
                self._ignore(path)
                continue
            for camera in cameras if self.kind == "keypoints2d" else ("",):
                yield AistClip(name.style, name, path, camera)

    def motions(
        self, *, split: str = "", cameras: Sequence[str] = CAMERAS
    ) -> Iterator[tuple[AistClip, MotionSequence]]:
        """Yield the recordings of `clips` with their motions, read one at a time; unreadable files go to `broken`."""
        for clip in self.clips(split=split, cameras=cameras):
            if clip.path in {file.path for file in self.broken}:
                continue
            try:
                motion = clip.read()
            except (InvalidInputError, TooLargeError) as error:
                self._reject(clip.path, error)
            else:
                yield clip, motion

    def _parse_name(self, path: Path) -> AistName | None:
        """Return the name of a file that can be used; another file is added to `broken` with the reason."""
        try:
            if path.suffix != ".pkl" or not path.is_file():
                raise InvalidInputError(
                    f"AIST: the file must end with .pkl; got {path.name[:80]!r}", reason="INVALID_AIST_NAME"
                )
            name = AistName.parse(path.name)
            if not path.stat().st_size:
                raise InvalidInputError("AIST: the file is empty", reason="DAMAGED_PICKLE")
        except (InvalidInputError, TooLargeError) as error:
            self._reject(path, error)
            return None
        return name

    def _ignore(self, path: Path) -> None:
        if path not in {file.path for file in self.ignored}:
            message = "AIST: the authors found it unreliable (ignore_list.txt)"
            self.ignored.append(BrokenFile(path, "ON_IGNORE_LIST", message))

    def _reject(self, path: Path, error: InvalidInputError | TooLargeError) -> None:
        if path not in {file.path for file in self.broken}:
            self.broken.append(BrokenFile(path, error.reason, error.message))


def _read_names(path: Path) -> tuple[AistName, ...]:
    """Return the names of a list, one per line."""
    text = read_bytes(path, max_bytes=_MAX_LIST_BYTES).decode("utf-8", errors="replace")
    return tuple(AistName.parse(line) for line in text.splitlines() if line.strip())
