"""What the gateway adds to the scoring service's report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_gateway.motions import Notice


def merge(
    scored: scoring_pb2.Report,
    alignment: sync_pb2.Alignment,
    notices: Iterable[Notice],
    models: Mapping[str, str],
) -> scoring_pb2.Report:
    """The report with the warnings of the earlier steps, each once, and with alignment and models filled in."""
    merged = scoring_pb2.Report()
    merged.CopyFrom(scored)
    seen = {(warning.reason, warning.message) for warning in merged.warnings}
    reasons = {warning.reason for warning in merged.warnings}
    for notice in notices:
        about_a_video = notice.message.startswith(("Reference: ", "Take: "))
        if (notice.reason, notice.message) in seen or (notice.reason in reasons and not about_a_video):
            continue
        seen.add((notice.reason, notice.message))
        merged.warnings.add(reason=notice.reason, message=notice.message)
    merged.alignment.CopyFrom(alignment)
    merged.reference_model = merged.reference_model or models["reference"]
    merged.take_model = merged.take_model or models["take"]
    return merged
