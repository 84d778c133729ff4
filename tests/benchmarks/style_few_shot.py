"""Few-shot styles from five clips each, compared with a model that was trained on everything else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eightcount_classifier.dataset import Example
from eightcount_classifier.families.few_shot import EmbeddingNetwork
from eightcount_classifier.features.body import BodyMotion
from eightcount_classifier.few_shot.clips import embed
from eightcount_classifier.few_shot.styles import fit_styles
from eightcount_classifier.inference.classification import score_windows
from eightcount_classifier.training.generated_movements import generate_examples

CLIPS = 5


def hold_out_takes(
    examples: Sequence[Example[BodyMotion]], random: np.random.Generator, *, kept: int = CLIPS
) -> tuple[list[int], list[int]]:
    """Return positions of `kept` recordings of each style, of different takes, and of all of other takes."""
    shown: list[int] = []
    for style in sorted({example.style for example in examples}):
        takes = sorted({example.source.take for example in examples if example.style == style})
        for take in random.permutation(takes)[:kept]:
            of_take = [p for p, example in enumerate(examples) if example.source.take == take]
            shown.append(int(random.choice(of_take)))
    seen = {examples[position].source.take for position in shown}
    return shown, [p for p, example in enumerate(examples) if example.source.take not in seen]


def few_shot_accuracy(
    network: EmbeddingNetwork, examples: Sequence[Example[BodyMotion]], shown: Sequence[int], tested: Sequence[int]
) -> float:
    """Return the balanced accuracy of recordings when each style is defined by the recordings in `shown`."""
    styles = {
        style: embed(network, [examples[p].data for p in shown if examples[p].style == style])
        for style in sorted({example.style for example in examples})
    }
    not_dances = embed(network, [example.data for example in generate_examples(20, seed=1)])
    model = fit_styles(network, styles, not_dances)
    right: dict[str, list[bool]] = {}
    for position in tested:
        example = examples[position]
        windows = model.family.windows(example.data)
        scores = score_windows(model, model.family.inputs(example.data, windows))
        if len(scores.logits):
            answer = model.labels.names[int(scores.logits.mean(axis=0).argmax())]
            right.setdefault(example.style, []).append(answer == example.style)
    return float(np.mean([np.mean(answers) for answers in right.values()]))
