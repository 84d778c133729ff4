"""The advice of the pages against the catalogue of reasons."""

from __future__ import annotations

import re
from pathlib import Path

import eightcount_gateway.web as web
from eightcount_gateway.http.reasons import REASONS

_SCRIPT = Path(web.__file__).parent / "static" / "js" / "advice.js"
_OF_THE_PAGES = {"NETWORK"}


def test_advice_is_given_for_reasons_that_exist() -> None:
    named = set(re.findall(r"^  ([A-Z_]+): ", _SCRIPT.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(named) > 20
    assert named - set(REASONS) <= _OF_THE_PAGES
