"""A classification as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from eightcount_client.cli.text.reports import clock
from eightcount_client.kinds.classification import ClassificationResult, StyleWindow
from eightcount_client.kinds.models import StyleModel
from eightcount_client.kinds.style_training import StyleTrainingResult
from eightcount_client.values.recordings import RejectedRecording

_BAR_CELLS = 24
_SHOWN_STYLES = 6
_VERDICTS = {
    "unknown": "A dance of a style that the model does not know",
    "not_a_dance": "Not a dance",
    "not_seen": "The dancer was hardly visible",
}
_STRETCHES = {"unknown": "unknown style", "not_a_dance": "not a dance", "not_seen": "dancer not seen"}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Seconds with one verdict; `shares` are its probabilities, one for each window."""

    start_s: float
    end_s: float
    verdict: str
    shares: tuple[float, ...]


def describe_classification(result: ClassificationResult) -> str:
    """Return the verdict, the probability of each style, and the verdicts over time."""
    lines = [_verdict(result)]
    if result.message:
        lines.append(result.message)
    if result.probabilities:
        lines += ["", *_bars(result.probabilities)]
    if result.windows:
        lines += ["", "From second to second:", *map(_line, _stretches(result.windows))]
    lines += ["", f"Model {result.model}"]
    return "\n".join(lines)


def describe_models(models: Sequence[StyleModel]) -> str:
    """Return a paragraph per model, the default first: name, origin, accuracy and styles."""
    if not models:
        return "There are no models yet."
    return "\n\n".join(map(_model, sorted(models, key=lambda model: (not model.is_default, model.name))))


def describe_training(result: StyleTrainingResult, rejected: Sequence[RejectedRecording], *, where: str) -> str:
    """Return the model, its accuracy and split, the location of its files, and the recordings that were left out."""
    apart = ", ".join(result.split_by) or "recording"
    lines = [
        _model(result.model),
        f"Trained on {result.items_used} recordings; test data split by: {apart}",
        f"Card, report and confusion matrix: {where}",
        f"To use it: eightcount classify FILE --style-model {result.model.name}",
    ]
    return "\n".join([*lines, *describe_rejected(rejected)])


def describe_rejected(rejected: Sequence[RejectedRecording]) -> list[str]:
    """Return lines about recordings that were left out."""
    if not rejected:
        return []
    lines = [f"  {item.label}: {item.message} [{item.reason}]" for item in rejected]
    return ["", f"Left out ({len(rejected)}):", *lines]


def describe_verdict(verdict: str) -> str:
    """Return why no style is named, in a sentence without its full stop."""
    return _VERDICTS.get(verdict, style_name(verdict))


def style_name(name: str) -> str:
    """Return the name for people: `hip_hop` -> `Hip hop`."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def percent(share: float) -> str:
    """Return a share for people: `0.85` -> `85 %`."""
    return f"{100 * share:.0f} %"


def _model(model: StyleModel) -> str:
    accuracy = model.balanced_accuracy
    good = "accuracy not measured" if accuracy is None else f"{percent(accuracy)} of the test recordings, see its card"
    origin = "pretrained" if model.origin == "pretrained" else "trained here"
    styles = ", ".join(map(style_name, model.styles)) or "no styles yet"
    return f"{model.name} ({model.family}, {origin}, {good})\n  {styles}"


def _verdict(result: ClassificationResult) -> str:
    if result.verdict != "style":
        return describe_verdict(result.verdict)
    probability = (result.probabilities or {}).get(result.style or "")
    sure = "" if probability is None else f", {percent(probability)} sure"
    return f"{style_name(result.style or '')}{sure}"


def _bars(probabilities: dict[str, float]) -> list[str]:
    """Return a bar per style, the likeliest first."""
    ranked = sorted(probabilities.items(), key=lambda item: -item[1])
    width = max(len(name) for name, _ in ranked)
    lines = [
        f"  {style_name(name):<{width}}  {percent(share):>5}  {'█' * round(share * _BAR_CELLS)}".rstrip()
        for name, share in ranked[:_SHOWN_STYLES]
    ]
    rest = ranked[_SHOWN_STYLES:]
    if rest:
        lines.append(f"  {len(rest)} more, together {percent(sum(share for _, share in rest))}")
    return lines


def _stretches(windows: Sequence[StyleWindow]) -> list[_Stretch]:
    """Join neighbouring windows with the same verdict; where windows overlap, the border lies half-way."""
    ends = [min(a.end_s, (a.end_s + b.start_s) / 2) for a, b in pairwise(windows)] + [windows[-1].end_s]
    found: list[_Stretch] = []
    start = windows[0].start_s
    for window, end in zip(windows, ends, strict=True):
        start = max(start, window.start_s)
        share = (window.probabilities or {}).get(window.style or "")
        stretch = _Stretch(start, end, window.style or window.verdict, () if share is None else (share,))
        last = found[-1] if found else None
        if last and last.verdict == stretch.verdict and last.end_s >= stretch.start_s - 1e-6:
            found[-1] = replace(last, end_s=end, shares=last.shares + stretch.shares)
        else:
            found.append(stretch)
        start = end
    return found


def _line(stretch: _Stretch) -> str:
    span = f"  {clock(stretch.start_s):>7} - {clock(stretch.end_s):>7}"
    if stretch.verdict in _STRETCHES:
        return f"{span}  {_STRETCHES[stretch.verdict]}"
    sure = f", {percent(sum(stretch.shares) / len(stretch.shares))}" if stretch.shares else ""
    return f"{span}  {style_name(stretch.verdict)}{sure}"
