"""What a study found, as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from eightcount_classifier.dataset import Example
from eightcount_classifier.evaluation.figures import Figures, Share
from eightcount_classifier.evaluation.probes import Probe
from eightcount_classifier.training.study import Study


def report_of(study: Study, examples: Sequence[Example[Any]]) -> dict[str, Any]:
    """Everything that a reader needs to judge the figures, as values that JSON has."""
    chance = 1 / len(study.figures.names)
    accuracy = study.figures.balanced_accuracy
    return {
        "data": data_facts(examples),
        "split": {
            "kept_apart": list(study.split.kept_apart),
            "crossing": list(study.split.crossing),
            "folds": [[examples[position].source.label for position in fold] for fold in study.split.folds],
        },
        "chance": _rounded(chance),
        "honest": _figures(study.figures),
        "leaking": _figures(study.naive) if study.naive else None,
        "probes": [
            {
                "given": probe.name,
                "balanced_accuracy": _rounded(probe.balanced_accuracy),
                "near_the_model": probe.is_near(accuracy, chance),
            }
            for probe in study.probes
        ],
        "warnings": warnings_of(study),
        "epochs": study.epochs,
        "knows_no_dance": bool((study.held_out.targets == len(study.labels) - 1).any()),
    }


def warnings_of(study: Study) -> list[str]:
    """What a reader of the figures must know, in sentences."""
    chance, accuracy = 1 / len(study.figures.names), study.figures.balanced_accuracy
    sentences = []
    if study.split.crossing:
        kinds = " and ".join(study.split.crossing)
        sentences.append(
            f"The same {kinds} is in the training and in the test data: there are too few to keep them apart. The "
            f"accuracy may be that of recognising the {kinds}."
        )
    near = [probe for probe in study.probes if probe.is_near(accuracy, chance)]
    sentences += [_warning_of(probe, accuracy) for probe in near]
    if study.naive and study.naive.window_balanced_accuracy - study.figures.window_balanced_accuracy > 0.02:
        sentences.append(
            f"Windows dealt at random would have shown {study.naive.window_balanced_accuracy:.0%} instead of "
            f"{study.figures.window_balanced_accuracy:.0%}: that is recognising recordings, not styles."
        )
    small = [name for name, share in zip(study.figures.names, study.figures.recalls, strict=True) if share.total < 10]
    if small:
        sentences.append(f"Fewer than ten recordings of {', '.join(small)}: these figures are rough.")
    return sentences


def data_facts(examples: Sequence[Example[Any]]) -> dict[str, Any]:
    """Recordings and ids of each style."""
    facts: dict[str, Any] = {}
    for style, count in sorted(Counter(example.style for example in examples).items()):
        sources = [example.source for example in examples if example.style == style]
        facts[style] = {"recordings": count} | {
            f"{kind}s": len({source.id_of(kind) for source in sources} - {""})
            for kind in ("take", "performer", "music")
        }
    return facts


def _warning_of(probe: Probe, accuracy: float) -> str:
    return (
        f"A linear model that is given nothing but {probe.name} reaches {probe.balanced_accuracy:.0%} (the model "
        f"{accuracy:.0%}): the accuracy may be the recording, not the dance."
    )


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "balanced_accuracy": _rounded(figures.balanced_accuracy),
        "window_balanced_accuracy": _rounded(figures.window_balanced_accuracy),
        "calibration_error": _rounded(figures.calibration_error),
        "window_calibration_error": _rounded(figures.window_calibration_error),
        "styles": {name: _share(share) for name, share in zip(figures.names, figures.recalls, strict=True)},
        "confusion": figures.confusion.tolist(),
    }


def _share(share: Share) -> dict[str, float]:
    return {
        "right": share.right, "of": share.total, "recall": _rounded(share.value), "low": _rounded(share.low),
        "high": _rounded(share.high),
    }  # fmt: skip


def _rounded(value: float) -> float:
    return round(value, 4)
