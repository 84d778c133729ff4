"""The parts of the report that the gateway adds to those of the scoring service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_gateway.library.motions.refs import JobWarning

_CUT_OFF = frozenset({"FEET_NOT_VISIBLE", "BODY_OUTSIDE_FRAME"})
"""Reasons with which scoring says what the frame cuts off, and what to do; extraction says so of the feet too."""


def merge(
    scored: scoring_pb2.Report,
    alignment: sync_pb2.Alignment,
    warnings: Iterable[JobWarning],
    models: Mapping[str, str],
) -> scoring_pb2.Report:
    """The report with the warnings of the earlier steps, each once, and with alignment and models filled in."""
    merged = scoring_pb2.Report()
    merged.CopyFrom(scored)
    seen = {(warning.reason, warning.message) for warning in merged.warnings}
    reasons = {warning.reason for warning in merged.warnings}
    for warning in warnings:
        about_a_video = warning.message.startswith(("Reference: ", "Take: "))
        if (warning.reason, warning.message) in seen or (warning.reason in reasons and not about_a_video):
            continue
        if warning.reason in _CUT_OFF and _says_what_is_cut_off(scored, warning.message.split(":")[0].lower()):
            continue
        seen.add((warning.reason, warning.message))
        merged.warnings.add(reason=warning.reason, message=warning.message)
    merged.alignment.CopyFrom(alignment)
    merged.reference_model = merged.reference_model or models["reference"]
    merged.take_model = merged.take_model or models["take"]
    return merged


def _says_what_is_cut_off(scored: scoring_pb2.Report, role: str) -> bool:
    """Whether the report has a warning on what the frame of the reference or the take cuts off."""
    return any(warning.reason in _CUT_OFF and f"of the {role}" in warning.message for warning in scored.warnings)
