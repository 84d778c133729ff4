"""The model card, written by the trainer from what it found (Mitchell et al., 2019)."""

from __future__ import annotations

from typing import Any

from eightcount_classifier.dataset import NOT_A_DANCE


def write_card(name: str, family: str, report: dict[str, Any], *, notes: str = "") -> str:
    """The card as Markdown.

    Args:
        name: of the model.
        family: how it sees recordings.
        report: see `report_of`.
        notes: what only a person can know: where the data come from, what the model is for.
    """
    parts = [f"# {name}", _summary(family, report)]
    if notes:
        parts.append(notes.strip())
    parts += [_data(report), _split(report), _figures(report), _probes(report), _limits(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _summary(family: str, report: dict[str, Any]) -> str:
    styles = [style for style in report["honest"]["styles"] if style != NOT_A_DANCE]
    beyond = ", and from movements that are no dance" if report["knows_no_dance"] else ""
    return (
        f"A model of the family `{family}` that tells {', '.join(styles)} apart{beyond}. "
        f'It judges windows of four seconds and whole recordings, and says "unknown" when it is not sure or has '
        "seen nothing like it."
    )


def _data(report: dict[str, Any]) -> str:
    lines = ["## Data", "", "| style | recordings | takes | performers | songs |", "|---|---|---|---|---|"]
    for style, facts in report["data"].items():
        known = [str(facts[kind] or "not known") for kind in ("takes", "performers", "musics")]
        lines.append(f"| {style} | {facts['recordings']} | {' | '.join(known)} |")
    return "\n".join(lines)


def _split(report: dict[str, Any]) -> str:
    split = report["split"]
    apart = ", ".join(split["kept_apart"]) or "nothing: no ids are known"
    text = (
        f"## Split\n\nCross-validation in {len(split['folds'])} parts. Kept apart: {apart}. Every figure below is of "
        "recordings judged by a network that had seen none with the same id."
    )
    return text + (f" **Not** kept apart: {', '.join(split['crossing'])}." if split["crossing"] else "")


def _figures(report: dict[str, Any]) -> str:
    honest, leaking = report["honest"], report["leaking"]
    lines = ["## Figures", "", "| | this split | windows dealt at random (leaks) | chance |", "|---|---|---|---|"]
    for key, what in (
        ("balanced_accuracy", "balanced accuracy, recordings"),
        ("window_balanced_accuracy", "balanced accuracy, windows of 4 s"),
        ("window_calibration_error", "calibration error (ECE), windows"),
    ):
        is_accuracy = key.endswith("accuracy")
        leaked = f"{leaking[key]:.3f}" if leaking and key != "balanced_accuracy" else "-"
        chance = f"{report['chance']:.3f}" if is_accuracy else "-"
        lines.append(f"| {what} | {honest[key]:.3f} | {leaked} | {chance} |")
    lines += ["", "| style | recognised | 95 % confidence |", "|---|---|---|"]
    for style, share in honest["styles"].items():
        lines.append(f"| {style} | {share['right']} of {share['of']} | {share['low']:.0%} to {share['high']:.0%} |")
    return "\n".join(lines)


def _probes(report: dict[str, Any]) -> str:
    if not report["probes"]:
        return ""
    lines = [
        "## Probes", "", "A linear model on the same split, given only:", "",
        "| given | balanced accuracy | near the model |", "|---|---|---|",
    ]  # fmt: skip
    for probe in report["probes"]:
        near = "**yes**" if probe["near_the_model"] else "no"
        lines.append(f"| {probe['given']} | {probe['balanced_accuracy']:.3f} | {near} |")
    return "\n".join(lines)


def _limits(report: dict[str, Any]) -> str:
    if not report["warnings"]:
        return ""
    return "\n".join(["## What these figures cannot say", "", *(f"- {sentence}" for sentence in report["warnings"])])
