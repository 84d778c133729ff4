"""Reports that earlier versions stored are read as this version would have written them."""

from __future__ import annotations

from eightcount_gateway.http.schemas.reports import ComparisonReport


def test_words_for_what_is_not_known_become_null() -> None:
    report = ComparisonReport.model_validate(
        {
            "moments": [{"id": "m1", "what": "left arm is not visible", "kind": "UNSPECIFIED", "unit": ""}],
            "alignment": {"verdict": "unspecified", "method": ""},
        }
    )
    (moment,) = report.moments
    assert (moment.description, moment.kind, moment.unit) == ("left arm is not visible", None, None)
    assert (report.alignment.verdict, report.alignment.method) == (None, None)
