"""The confusion matrix as a picture."""

from __future__ import annotations

from io import BytesIO

from eightcount_classifier.evaluation.figures import Figures


def draw_confusion(figures: Figures) -> bytes:
    """PNG: recordings of each style by what they were taken for; the colour is the share of the row."""
    from matplotlib.figure import Figure  # a second to load, and only wanted after a training

    count = len(figures.names)
    shares = figures.confusion / figures.confusion.sum(axis=1, keepdims=True).clip(1)
    picture = Figure(figsize=(2.2 + 0.8 * count, 1.8 + 0.7 * count), dpi=120, layout="constrained")
    axes = picture.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [name.replace("_", " ") for name in figures.names]
    axes.set_xticks(range(count), names, rotation=35, ha="right")
    axes.set_yticks(range(count), names)
    axes.set_xlabel("taken for")
    axes.set_ylabel("is")
    for row in range(count):
        for column in range(count):
            colour = "white" if shares[row, column] > 0.5 else "black"
            number = str(figures.confusion[row, column])
            axes.text(column, row, number, ha="center", va="center", color=colour)
    axes.set_title("recordings, each judged by a model that had not seen it", fontsize=9)
    file = BytesIO()
    picture.savefig(file, format="png")
    return file.getvalue()
