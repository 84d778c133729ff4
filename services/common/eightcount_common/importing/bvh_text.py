"""The text of a BVH file in whatever encoding it was written, and names that keep their bytes.

The format states no encoding. Everything but the names is ASCII; names are kept as bytes, and shown in the encoding
that fits them best.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from eightcount_common.errors import InvalidInputError

_UTF_16 = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BREAKS = re.compile(r"\r\n?")
_KANA = re.compile(r"[\u3041-\u30ff]")
_HANGUL = re.compile(r"[\x00-\x7f\uac00-\ud7a3]*")
_HALF_WIDTH_KANA = re.compile(r"[\uff61-\uff9f]")


def decode_lines(data: bytes) -> list[str]:
    """Return the lines of a file: UTF-8 or UTF-16 with or without a mark; bytes of other encodings as surrogates.

    Lines end with LF, CRLF or CR. The last item is empty when the file ends with a line break.

    Raises:
        InvalidInputError: INVALID_BVH; the file is binary, or UTF-16 that cannot be decoded.
    """
    encoding = _wide_encoding(data)
    try:
        text = data.decode(encoding) if encoding else _decode_narrow(data)
    except UnicodeDecodeError as error:
        raise InvalidInputError(
            f"BVH: the file is in {encoding} and cannot be decoded at byte {error.start}", reason="INVALID_BVH"
        ) from error
    if "\0" in text:
        raise InvalidInputError("BVH: text is required; the file has zero bytes", reason="INVALID_BVH")
    return _BREAKS.sub("\n", text).lstrip("\ufeff").split("\n")


def encode_name(name: str) -> bytes:
    """Return the bytes of a name in the file."""
    return name.encode("utf-8", errors="surrogateescape")


def show_names(names: Sequence[bytes]) -> tuple[str, ...]:
    """Return names as text: all of UTF-8 where they are, otherwise in the one encoding that fits all of them best."""
    joined = b"\n".join(names)
    encoding = next((one for one in ("utf-8", *_likely_encodings(joined)) if _can_decode(joined, one)), "latin-1")
    return tuple(name.decode(encoding) for name in names)


def show(text: str) -> str:
    """Return a piece of the file for a message."""
    return text.encode("utf-8", errors="surrogateescape").decode("utf-8", errors="replace")


def _decode_narrow(data: bytes) -> str:
    """Return text of UTF-8; of any other encoding all bytes beyond ASCII as surrogates."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.removeprefix(codecs.BOM_UTF8).decode("ascii", errors="surrogateescape")


def _wide_encoding(data: bytes) -> str:
    """Return the encoding of a file with two bytes for each character; empty for others."""
    for mark, encoding in _UTF_16:
        if data.startswith(mark):
            return encoding
    head = data[:64]
    if len(head) >= 8 and not any(head[1:16:2]) and all(head[0:16:2]):
        return "utf-16-le"
    if len(head) >= 8 and not any(head[0:16:2]) and all(head[1:16:2]):
        return "utf-16-be"
    return ""


def _likely_encodings(joined: bytes) -> tuple[str, ...]:
    """Return encodings to try in order: of Japanese, Chinese, Korean or western text."""
    order = []
    if _can_decode(joined, "cp932"):
        text = joined.decode("cp932")
        if _KANA.search(text) or not _HALF_WIDTH_KANA.search(text):
            order.append("cp932")
    korean = _can_decode(joined, "cp949") and _HANGUL.fullmatch(joined.decode("cp949"))
    order += ["cp949", "gb18030", "big5"] if korean else ["gb18030", "cp949", "big5"]
    return (*order, "cp1252") if _is_mostly_wide(joined) else ("cp1252", *order)


def _is_mostly_wide(joined: bytes) -> bool:
    """Whether the bytes beyond ASCII come in twos, or with a second byte that western names do not have there."""
    found = re.findall(rb"[\x80-\xff]+", joined)
    return bool(found) and sum(len(run) > 1 for run in found) * 2 >= len(found)


def _can_decode(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
