"""Assembly of the two motions of a request stream."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from eightcount.motion.v1 import motion_pb2
from eightcount.scoring.v1 import scoring_pb2
from eightcount_common.errors import InvalidInputError, TooLargeError
from eightcount_common.holds import HoldFiller
from eightcount_common.rpc.wire import decode_chunk
from eightcount_scoring.spool import MotionSpool


class MotionCollector:
    """Assembles the two motions of a request stream as their parts arrive.

    A context manager: the motions are kept on disk until its end.
    """

    def __init__(self, max_seconds: float) -> None:
        self._max_seconds = max_seconds
        self._headers: dict[int, motion_pb2.MotionHeader] = {}
        self._spools: dict[int, MotionSpool] = {}
        self._holds: dict[int, HoldFiller] = {}
        self._received: dict[int, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for spool in self._spools.values():
            spool.close()

    def add(self, part: scoring_pb2.MotionPart) -> None:
        """Add the next part.

        Raises:
            InvalidInputError: the role is missing, or a chunk comes before its header, out of order or damaged.
            TooLargeError: the motion is longer than allowed.
        """
        role = part.role
        if role not in (scoring_pb2.ROLE_REFERENCE, scoring_pb2.ROLE_TAKE):
            raise InvalidInputError("the role of a motion must be REFERENCE or TAKE", reason="INVALID_REQUEST")
        if part.WhichOneof("part") == "header":
            self._open(role, part.header)
            return
        if role not in self._headers:
            raise InvalidInputError("the header of a motion must precede its chunks", reason="INVALID_REQUEST")
        spool = self._spools[role]
        received = self._received[role]
        if part.chunk.first_frame != received:
            raise InvalidInputError(
                f"the next chunk must start at frame {received}; got frame {part.chunk.first_frame}",
                reason="INVALID_MOTION",
            )
        piece = decode_chunk(self._headers[role], part.chunk)
        self._received[role] = received + len(piece)
        spool.append(self._holds[role].fill(piece))
        if spool.duration_seconds > self._max_seconds:
            raise TooLargeError(
                f"a motion may last at most {self._max_seconds:g} seconds; this one is longer", reason="MOTION_TOO_LONG"
            )

    def motion(self, role: scoring_pb2.Role.ValueType) -> MotionSpool:
        """Return the whole motion of a role.

        Raises:
            InvalidInputError: the motion is missing or has no frame.
        """
        name = scoring_pb2.Role.Name(role).removeprefix("ROLE_").lower()
        if role not in self._headers:
            raise InvalidInputError(f"the request has no motion of the {name}", reason="INVALID_REQUEST")
        spool = self._spools[role]
        if not len(spool):
            raise InvalidInputError(f"the motion of the {name} has no frames", reason="EMPTY_MOTION")
        return spool

    def _open(self, role: int, header: motion_pb2.MotionHeader) -> None:
        if role in self._spools:
            self._spools[role].close()
        self._headers[role], self._spools[role] = header, MotionSpool()
        self._holds[role], self._received[role] = HoldFiller(), 0
