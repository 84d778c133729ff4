"""Reasons that the client and the command name are those of the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import eightcount_client
from eightcount_client.cli import exit_codes
from eightcount_gateway.http.reasons import REASONS

_SOURCES = Path(eightcount_client.__file__).parent
_LITERAL = re.compile(r'reason="([A-Z_]+)"|_end\([^,]+, "([A-Z_]+)"')


def test_every_reason_is_in_the_catalogue():
    found = {first or second for path in _SOURCES.rglob("*.py") for first, second in _LITERAL.findall(path.read_text())}
    assert {"SERVER_UNREACHABLE", "INVALID_ARGUMENTS", "INTERRUPTED"} <= found
    named = found | exit_codes._ARGUMENTS
    assert named - set(REASONS) == set()


def test_every_service_that_is_away_has_the_same_exit_code():
    away = [name for name in REASONS if name.endswith(exit_codes._UNAVAILABLE_ENDINGS)]
    assert len(away) >= 5
