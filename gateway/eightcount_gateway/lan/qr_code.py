"""QR codes (ISO/IEC 18004)."""

from __future__ import annotations

import segno


def qr_rows(text: str) -> list[str]:
    """Return the QR code of a text without its quiet zone: rows of modules, 1 for a dark one."""
    code = segno.make_qr(text, error="m")
    return ["".join("1" if module else "0" for module in row) for row in code.matrix]
