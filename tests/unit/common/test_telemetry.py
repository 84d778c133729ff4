from __future__ import annotations

import io
import json
import logging
import sys

from eightcount_common.telemetry import JsonFormatter, StandardErrorHandler


def test_a_log_goes_to_the_standard_error_of_the_moment(monkeypatch):
    logger = logging.Logger("test")
    handler = StandardErrorHandler()
    handler.setFormatter(JsonFormatter("pose"))
    logger.addHandler(handler)
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    logger.info("one")
    monkeypatch.setattr(sys, "stderr", second)
    written = first.getvalue()
    first.close()
    logger.info("two", extra={"port": 7})
    assert json.loads(written)["message"] == "one"
    line = json.loads(second.getvalue())
    assert (line["service"], line["message"], line["port"]) == ("pose", "two", 7)
