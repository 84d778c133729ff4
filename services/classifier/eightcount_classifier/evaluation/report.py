"""Evaluation report as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from eightcount_classifier.dataset import Example
from eightcount_classifier.evaluation.metrics import Metrics, Proportion
from eightcount_classifier.evaluation.probes import Probe
from eightcount_classifier.evaluation.study import Study


def build_report(study: Study, examples: Sequence[Example[Any]]) -> dict[str, Any]:
    """Return the report as JSON values."""
    chance = 1 / len(study.metrics.names)
    accuracy = study.metrics.balanced_accuracy
    return {
        "data": summarise_data(examples),
        "split": {
            "kept_apart": list(study.split.kept_apart),
            "crossing": list(study.split.crossing),
            "folds": [[examples[position].source.label for position in fold] for fold in study.split.folds],
        },
        "chance": _round(chance),
        "honest": _encode_metrics(study.metrics),
        "leaking": _encode_metrics(study.naive) if study.naive else None,
        "probes": [
            {
                "given": probe.name,
                "balanced_accuracy": _round(probe.balanced_accuracy),
                "near_the_model": probe.is_near(accuracy, chance),
            }
            for probe in study.probes
        ],
        "warnings": list_warnings(study),
        "epochs": study.epochs,
        "knows_no_dance": bool((study.held_out.targets == len(study.labels) - 1).any()),
    }


def list_warnings(study: Study) -> list[str]:
    """Return the warnings that a reader of the metrics needs, as sentences."""
    chance, accuracy = 1 / len(study.metrics.names), study.metrics.balanced_accuracy
    sentences = []
    if study.split.crossing:
        kinds = " and ".join(study.split.crossing)
        sentences.append(
            f"The same {kinds} is in the training and in the test data, because there are too few to keep them apart. "
            f"The accuracy may be that of recognising the {kinds}."
        )
    near = [probe for probe in study.probes if probe.is_near(accuracy, chance)]
    sentences += [_warn_of_probe(probe, accuracy) for probe in near]
    if study.naive and study.naive.window_balanced_accuracy - study.metrics.window_balanced_accuracy > 0.02:
        sentences.append(
            f"A random split of windows would have shown {study.naive.window_balanced_accuracy:.0%} instead of "
            f"{study.metrics.window_balanced_accuracy:.0%}: that is the accuracy of recognising recordings, not styles."
        )
    small = [name for name, share in zip(study.metrics.names, study.metrics.recalls, strict=True) if share.total < 10]
    if small:
        sentences.append(f"Fewer than ten recordings of {', '.join(small)}: these metrics are imprecise.")
    return sentences


def summarise_data(examples: Sequence[Example[Any]]) -> dict[str, Any]:
    """Return the number of recordings and of ids of each style."""
    summary: dict[str, Any] = {}
    for style, count in sorted(Counter(example.style for example in examples).items()):
        sources = [example.source for example in examples if example.style == style]
        summary[style] = {"recordings": count} | {
            f"{kind}s": len({source.get_id(kind) for source in sources} - {""})
            for kind in ("take", "performer", "music")
        }
    return summary


def _warn_of_probe(probe: Probe, accuracy: float) -> str:
    return (
        f"A linear model of nothing but {probe.name} reaches {probe.balanced_accuracy:.0%} (the model "
        f"{accuracy:.0%}): the model may recognise the recording rather than the dance."
    )


def _encode_metrics(metrics: Metrics) -> dict[str, Any]:
    return {
        "balanced_accuracy": _round(metrics.balanced_accuracy),
        "window_balanced_accuracy": _round(metrics.window_balanced_accuracy),
        "calibration_error": _round(metrics.calibration_error),
        "window_calibration_error": _round(metrics.window_calibration_error),
        "styles": {name: _encode_proportion(share) for name, share in zip(metrics.names, metrics.recalls, strict=True)},
        "confusion": metrics.confusion.tolist(),
    }


def _encode_proportion(proportion: Proportion) -> dict[str, float]:
    return {
        "right": proportion.right, "of": proportion.total, "recall": _round(proportion.value),
        "low": _round(proportion.low), "high": _round(proportion.high),
    }  # fmt: skip


def _round(value: float) -> float:
    return round(value, 4)
