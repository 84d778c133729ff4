"""The invitation for a phone as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eightcount_client.kinds.devices import Invitation

_QUIET_MODULES = 2
"""Width of the light frame; ISO/IEC 18004 asks for 4, and the terminal around it is seldom busy."""
_LIGHT_LIGHT, _LIGHT_DARK, _DARK_LIGHT, _DARK_DARK = "█", "▀", "▄", " "
"""Two rows of modules in a line of text, drawn in light on a dark terminal."""
_BLOCKS = {
    ("0", "0"): _LIGHT_LIGHT, ("0", "1"): _LIGHT_DARK, ("1", "0"): _DARK_LIGHT, ("1", "1"): _DARK_DARK,
}  # fmt: skip
_BLACK_BACKGROUND, _WHITE_TEXT, _PLAIN = "\x1b[40m", "\x1b[97m", "\x1b[0m"


def invitation_text(invitation: Invitation, page: str, *, drawable: bool, coloured: bool) -> str:
    """Return the QR code and what to do with it.

    Args:
        invitation: that is shown.
        drawable: whether the terminal shows block elements.
        page: address of the page that shows further invitations.
        coloured: whether the terminal understands colours; the code is then right on light terminals, too.
    """
    lines = draw_qr_code(invitation.qr_code) if drawable else []
    if coloured:
        lines = [f"{_BLACK_BACKGROUND}{_WHITE_TEXT}{line}{_PLAIN}" for line in lines]
    return "\n".join(
        [
            *lines,
            "Scan this with a phone in the same network, or open there (good once, for 15 minutes):",
            f"  {invitation.url}",
            "The phone is asked to trust a certificate; it is the right one if it shows this fingerprint (SHA-256):",
            *(f"  {line}" for line in _halves(invitation.fingerprint)),
            f"For further phones: {page}",
        ]
    )


def can_draw(encoding: str | None) -> bool:
    """Whether an encoding has the characters that QR codes are drawn with."""
    try:
        "".join(_BLOCKS.values()).encode(encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def draw_qr_code(modules: Sequence[str]) -> list[str]:
    """Return lines of text, each of two rows of modules, within a light frame."""
    side = len(modules) + 2 * _QUIET_MODULES
    blank = "0" * side
    frame = "0" * _QUIET_MODULES
    rows = (
        [blank] * _QUIET_MODULES + [f"{frame}{row}{frame}" for row in modules] + [blank] * (_QUIET_MODULES + side % 2)
    )
    return ["".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in _pairs(rows)]


def _pairs(rows: Sequence[str]) -> Iterator[tuple[str, str]]:
    return zip(rows[::2], rows[1::2], strict=True)


def _halves(fingerprint: str) -> list[str]:
    """Return the fingerprint in two lines, as phones show it."""
    middle = (len(fingerprint) + 1) // 2
    return [fingerprint[:middle].rstrip(":"), fingerprint[middle:]]
