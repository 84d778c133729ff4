from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eightcount_common.errors import InvalidInputError
from eightcount_gateway.http.multipart import open_file_part

HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: video/mp4\r\n\r\n'

STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def form(data: bytes, name: bytes = b"a.mp4") -> bytes:
    return HEAD % name + data + b"\r\n--b--\r\n"


def read(body: bytes, cuts: list[int], content_type: str = "multipart/form-data; boundary=b") -> tuple[str, bytes]:
    edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]

    async def pieces() -> AsyncIterator[bytes]:
        for start, stop in pairwise(edges):
            yield body[start:stop]

    async def run() -> tuple[str, bytes]:
        part = await open_file_part(pieces(), content_type, field="file")
        return part.file_name, b"".join([piece async for piece in part.pieces])

    return asyncio.run(run())


@STEADY
@given(st.binary(max_size=300), st.lists(st.integers(0, 1000), max_size=6))
def test_the_file_is_the_same_however_the_network_cuts_it(data, cuts):
    assert read(form(data), cuts) == ("a.mp4", data)


@STEADY
@given(st.lists(st.sampled_from([b"\r\n", b"--b", b"-", b"\r", b"\n", b"--", b"x"]), max_size=12), st.integers(0, 200))
def test_content_that_looks_like_a_boundary_is_content(parts, cut):
    data = b"".join(parts)
    if b"\r\n--b" not in b"\r\n" + data:
        assert read(form(data), [cut]) == ("a.mp4", data)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (b"my dance.mp4", "my dance.mp4"),
        ("サルサ.mp4".encode(), "サルサ.mp4"),
        (b"a%22b.mp4", 'a"b.mp4'),
        (b"..", ".."),
        (b"/etc/passwd", "passwd"),
        (b"tab\there.mp4", "tabhere.mp4"),
        (b"100%.mp4", "100%.mp4"),
        (b"x" * 400, "x" * 255),
        (b"\xff\xfe.mp4", "��.mp4"),
    ],
)
def test_a_file_name_is_kept_without_its_path_and_control_characters(given, kept):
    assert read(form(b"data", given), [])[0] == kept


def test_an_encoded_file_name_is_decoded():
    body = form(b"data").replace(b'filename="a.mp4"', b"filename*=UTF-8''%E2%82%AC%20take.mp4")
    assert read(body, [])[0] == "€ take.mp4"


@pytest.mark.parametrize("content_type", ["", "text/plain", "multipart/form-data", "multipart/mixed; boundary=b"])
def test_another_content_type_is_refused(content_type):
    with pytest.raises(InvalidInputError) as caught:
        read(form(b"data"), [], content_type)
    assert caught.value.reason == "NOT_MULTIPART"


def test_a_form_that_ends_inside_its_file_is_refused():
    with pytest.raises(InvalidInputError) as caught:
        read(form(b"data" * 100)[:300], [])
    assert caught.value.reason == "UPLOAD_CUT_SHORT"


def test_headers_without_end_are_refused():
    with pytest.raises(InvalidInputError):
        read(b"--b\r\nContent-Disposition: " + b"x" * 100_000, [])
