"""Model card, written from the evaluation report (Mitchell et al., 2019)."""

from __future__ import annotations

from typing import Any

from eightcount_classifier.dataset import NOT_A_DANCE


def write_card(name: str, family: str, report: dict[str, Any], *, notes: str = "") -> str:
    """Write the card as Markdown.

    Args:
        name: name of the model.
        family: name of its family.
        report: see `build_report`.
        notes: text that cannot be derived from the report: origin of the data, purpose of the model.
    """
    parts = [f"# {name}", _summary(family, report)]
    if notes:
        parts.append(notes.strip())
    parts += [_data(report), _split(report), _metrics(report), _probes(report), _limits(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _summary(family: str, report: dict[str, Any]) -> str:
    styles = [style for style in report["honest"]["styles"] if style != NOT_A_DANCE]
    others = ", and from movements that are not dances" if report["knows_no_dance"] else ""
    return (
        f"A model of the family `{family}` that tells {', '.join(styles)} apart{others}. "
        f'It classifies windows of four seconds and whole recordings, and answers "unknown" when no style is probable '
        "or the movement is unlike the training data."
    )


def _data(report: dict[str, Any]) -> str:
    lines = ["## Data", "", "| style | recordings | takes | performers | songs |", "|---|---|---|---|---|"]
    for style, counts in report["data"].items():
        numbers = [str(counts[kind] or "unknown") for kind in ("takes", "performers", "musics")]
        lines.append(f"| {style} | {counts['recordings']} | {' | '.join(numbers)} |")
    return "\n".join(lines)


def _split(report: dict[str, Any]) -> str:
    split = report["split"]
    apart = ", ".join(split["kept_apart"]) or "nothing: no ids are known"
    text = (
        f"## Split\n\nCross-validation with {len(split['folds'])} folds. Kept apart: {apart}. Every metric below is of "
        "recordings classified by a network that had seen none with the same id."
    )
    return text + (f" **Not** kept apart: {', '.join(split['crossing'])}." if split["crossing"] else "")


def _metrics(report: dict[str, Any]) -> str:
    honest, leaking = report["honest"], report["leaking"]
    lines = ["## Metrics", "", "| | this split | random windows (leaks) | chance |", "|---|---|---|---|"]
    for key, title in (
        ("balanced_accuracy", "balanced accuracy, recordings"),
        ("window_balanced_accuracy", "balanced accuracy, windows of 4 s"),
        ("window_calibration_error", "calibration error (ECE), windows"),
    ):
        is_accuracy = key.endswith("accuracy")
        leaked = f"{leaking[key]:.3f}" if leaking and key != "balanced_accuracy" else "-"
        chance = f"{report['chance']:.3f}" if is_accuracy else "-"
        lines.append(f"| {title} | {honest[key]:.3f} | {leaked} | {chance} |")
    lines += ["", "| style | recognised | 95 % confidence |", "|---|---|---|"]
    for style, proportion in honest["styles"].items():
        interval = f"{proportion['low']:.0%} to {proportion['high']:.0%}"
        lines.append(f"| {style} | {proportion['right']} of {proportion['of']} | {interval} |")
    return "\n".join(lines)


def _probes(report: dict[str, Any]) -> str:
    if not report["probes"]:
        return ""
    lines = [
        "## Probes", "", "Linear models on the same split, with this input only:", "",
        "| input | balanced accuracy | near the model |", "|---|---|---|",
    ]  # fmt: skip
    for probe in report["probes"]:
        near = "**yes**" if probe["near_the_model"] else "no"
        lines.append(f"| {probe['given']} | {probe['balanced_accuracy']:.3f} | {near} |")
    return "\n".join(lines)


def _limits(report: dict[str, Any]) -> str:
    if not report["warnings"]:
        return ""
    return "\n".join(["## Limits of these metrics", "", *(f"- {sentence}" for sentence in report["warnings"])])
