"""The invitation for a phone in a terminal: the code that is drawn is read again."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest

from eightcount_client.cli.text.invitation_text import can_draw, draw_qr_code, invitation_text
from eightcount_client.kinds.devices import Invitation
from eightcount_gateway.lan.qr_code import qr_rows

URLS = [
    "http://10.0.0.1:1/#a",
    "http://192.168.100.200:8444/#Vb0Jz0mSGzq1Yw8d8b1J3w",
    "http://192.168.100.200:65535/#" + "x" * 64,
]
FINGERPRINT = ":".join(f"{number:02X}" for number in range(32))
_LIGHT = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}


def read_code(lines: list[str]) -> str:
    """Read a QR code as a camera would see the terminal: light blocks on a dark ground."""
    pixels = np.array([[_LIGHT[character][half] for character in line] for line in lines for half in (0, 1)], np.uint8)
    image = cv2.resize(np.pad(pixels, 4, constant_values=1) * 255, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(image)
    return text


@pytest.mark.parametrize("url", URLS, ids=len)
def test_the_code_in_a_terminal_is_the_address(url):
    lines = draw_qr_code(qr_rows(url))
    assert len({len(line) for line in lines}) == 1
    assert read_code(lines) == url


def test_a_terminal_with_colours_shows_the_code_light_on_dark_whatever_its_own_colours():
    invitation = Invitation(url=URLS[1], qr_code=tuple(qr_rows(URLS[1])), fingerprint=FINGERPRINT)
    text = invitation_text(invitation, "http://127.0.0.1:8000/devices", drawable=True, coloured=True)
    coloured = [line for line in text.splitlines() if "\x1b" in line]
    assert all(line.startswith("\x1b[40m\x1b[97m") and line.endswith("\x1b[0m") for line in coloured)
    assert read_code([re.sub(r"\x1b\[\d+m", "", line) for line in coloured]) == URLS[1]


def test_a_terminal_that_cannot_draw_shows_the_address():
    invitation = Invitation(url=URLS[1], qr_code=tuple(qr_rows(URLS[1])), fingerprint=FINGERPRINT)
    text = invitation_text(invitation, "http://127.0.0.1:8000/devices", drawable=False, coloured=False)
    text.encode("ascii")
    assert URLS[1] in text
    assert FINGERPRINT.replace(":", "") in re.sub(r"[\s:]", "", text)


@pytest.mark.parametrize(
    ("encoding", "expected"), [("utf-8", True), ("ascii", False), ("latin-1", False), (None, False)]
)
def test_what_an_encoding_can_draw_is_known(encoding, expected):
    assert can_draw(encoding) is expected
