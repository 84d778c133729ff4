"""Image of the confusion matrix."""

from __future__ import annotations

from io import BytesIO

from eightcount_classifier.evaluation.metrics import Metrics


def draw_confusion(metrics: Metrics) -> bytes:
    """Return a PNG of the recordings of each style by predicted style; the colour is the share of the row."""
    from matplotlib.figure import Figure  # takes a second to load, and is needed after a training only

    count = len(metrics.names)
    fractions = metrics.confusion / metrics.confusion.sum(axis=1, keepdims=True).clip(1)
    figure = Figure(figsize=(2.2 + 0.8 * count, 1.8 + 0.7 * count), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(fractions, cmap="Blues", vmin=0, vmax=1)
    names = [name.replace("_", " ") for name in metrics.names]
    axes.set_xticks(range(count), names, rotation=35, ha="right")
    axes.set_yticks(range(count), names)
    axes.set_xlabel("predicted style")
    axes.set_ylabel("true style")
    for row in range(count):
        for column in range(count):
            colour = "white" if fractions[row, column] > 0.5 else "black"
            number = str(metrics.confusion[row, column])
            axes.text(column, row, number, ha="center", va="center", color=colour)
    axes.set_title("recordings, each classified by a model that had not seen it", fontsize=9)
    file = BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()
