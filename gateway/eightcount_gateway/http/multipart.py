"""The one file of a multipart form, as a stream."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import Message

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from eightcount_common.errors import InvalidInputError

_PIECE_BYTES = 1 << 20
_MAX_NAME_LENGTH = 255


@dataclass(frozen=True, slots=True)
class FilePart:
    """The form's file: its name as the client gave it, and its bytes, to be read once."""

    file_name: str
    pieces: AsyncIterator[bytes]


async def open_file_part(body: AsyncIterator[bytes], content_type: str, *, field: str) -> FilePart:
    """Reads up to the start of the file in `field`; fields before it are passed over, what follows is ignored.

    Raises:
        InvalidInputError: the body is not a multipart form, or it has no such file.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise InvalidInputError("the body must be multipart/form-data with a boundary", reason="NOT_MULTIPART")
    reader = _Reader(body, boundary, field)
    name = await reader.find()
    return FilePart(name, reader.pieces())


class _Reader:
    """Feeds the push parser and keeps what it reports about the wanted part."""

    def __init__(self, body: AsyncIterator[bytes], boundary: bytes, field: str) -> None:
        self._body = body
        self._field = field
        self._found: str | None = None
        self._inside = False
        self._complete = False
        self._data: deque[bytes] = deque()
        self._headers: Message = Message()
        self._header = [b"", b""]
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._collect(0, data[start:end]),
                "on_header_value": lambda data, start, end: self._collect(1, data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": self._part_data,
                "on_part_end": self._end_part,
            },
        )

    async def find(self) -> str:
        """File name of the wanted part."""
        while self._found is None:
            if not await self._feed():
                raise InvalidInputError(f"the form has no file in its field {self._field!r}", reason="FILE_MISSING")
        return self._found

    async def pieces(self) -> AsyncIterator[bytes]:
        """Bytes of the wanted part, about 1 MiB at a time."""
        size = sum(map(len, self._data))
        while not self._complete:
            if size >= _PIECE_BYTES:
                yield b"".join(self._data)
                self._data.clear()
            if not await self._feed():
                raise InvalidInputError("the form ends before its file does", reason="UPLOAD_CUT_SHORT")
            size = sum(map(len, self._data))
        if self._data:
            yield b"".join(self._data)

    async def _feed(self) -> bool:
        piece = await anext(self._body, None)
        if piece is None:
            return False
        try:
            if piece:
                self._parser.write(piece)
        except FormParserError as error:
            raise InvalidInputError("the multipart form is malformed", reason="NOT_MULTIPART") from error
        return True

    def _begin(self) -> None:
        self._headers = Message()

    def _collect(self, index: int, data: bytes) -> None:
        self._header[index] += data

    def _end_header(self) -> None:
        name, value = self._header
        self._headers[name.decode("latin-1")] = value.decode("utf-8", "replace")
        self._header = [b"", b""]

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", "").encode("utf-8"))
        plain = options.get(b"filename")
        # Some clients send the extended form (RFC 5987) although RFC 7578 forbids it; the parser does not know it.
        given = plain.decode("utf-8", "replace") if plain is not None else self._headers.get_filename()
        if self._found is None and given is not None and options.get(b"name", b"").decode() == self._field:
            self._found = _file_name(given)
            self._inside = True

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._inside:
            self._data.append(data[start:end])

    def _end_part(self) -> None:
        if self._inside:
            self._inside = False
            self._complete = True


def _file_name(given: str) -> str:
    """The last path segment, without control characters; kept in records only, never part of a key."""
    name = given.replace("%22", '"').replace("\\", "/").rpartition("/")[2]  # browsers write quotes so (RFC 7578)
    name = "".join(letter for letter in name if letter.isprintable())
    return name.strip()[:_MAX_NAME_LENGTH] or "unnamed"
