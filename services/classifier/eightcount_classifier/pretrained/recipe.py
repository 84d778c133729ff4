"""Recipe of the pretrained models."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from eightcount_classifier.dataset import Example
from eightcount_classifier.families.few_shot import EmbeddingNetwork, FewShot
from eightcount_classifier.families.pose import Pose
from eightcount_classifier.features.body import BodyMotion
from eightcount_classifier.few_shot.clips import embed
from eightcount_classifier.few_shot.embedding import serialize_embedding
from eightcount_classifier.model import serialize_model
from eightcount_classifier.pretrained.sources import read_starter_examples
from eightcount_classifier.training.contrastive import ContrastiveObjective
from eightcount_classifier.training.generated_movements import generate_examples
from eightcount_classifier.training.networks import Callbacks, train_network
from eightcount_classifier.training.pipeline import TrainingConfig, TrainingProgress, train_style_model
from eightcount_common.training.distributed import TrainingWorker
from eightcount_common.training.loop import Epoch

SEED = 8
GENERATED = 30
STARTER_FILE = "starter.safetensors"
EMBEDDING_FILE = "few_shot.safetensors"
Report = Callable[[TrainingProgress], None]

NOTES = """\
## Purpose

It shows that the pipeline works before you have trained a model of your own. **It is a demonstration**: every style was
danced by one or two people in one motion capture laboratory, so that telling the styles apart and telling the people
apart are the same task here. Train on your own styles, with several dancers in each, before you rely on an answer.

## Origin of the data

- salsa (28 recordings of one couple), Indian dance (7), martial arts (8) and modern dance (20 of one dancer): the CMU
  Graphics Lab Motion Capture Database, mocap.cs.cmu.edu, created with funding from NSF EIA-0196217; free for all uses.
- dances of other styles (28, two performers) and karate (27, two performers), retargeted to a humanoid robot: G1 Moves,
  CC BY 4.0, dance Jasmine Coro, karate Mike Gassaway, direction and performance Mitch Chaiet.
- movements that are not dances (standing, walking, running, squats, jumping jacks, arm exercises): generated.

All were mapped to one body, since bone lengths alone reveal the source; how much of the source is left in the movement
(the retargeting to the robot, the filters of the laboratory) is unknown. None of the data come from a camera: on video
the model has been tried with a handful of clips only.
"""


def train_starter(
    motion: Path, out: Path, card_folder: Path, worker: TrainingWorker, *, runs: Path | None, report: Report
) -> None:  # fmt: skip
    """Train the model `starter`; write it to `out`, and its card, report and confusion matrix to `card_folder`.

    Raises:
        UnusableDataError: NO_RECORDINGS.
    """
    config = TrainingConfig("starter", Pose(), SEED, NOTES, extra=generate_examples(GENERATED, seed=SEED))
    result = train_style_model(
        config, read_starter_examples(motion), worker, folder=runs / "starter" if runs else None, report=report
    )
    if worker.is_leader:
        card_folder.mkdir(parents=True, exist_ok=True)
        for name, content in result.files.items():
            (card_folder / f"starter-{name}").write_bytes(content)
        (out / STARTER_FILE).write_bytes(serialize_model(result.model))


def train_few_shot(motion: Path, out: Path, worker: TrainingWorker, *, runs: Path | None, report: Report) -> None:
    """Train the embedding of the few-shot model on everything, without labels.

    Raises:
        UnusableDataError: NO_RECORDINGS.
    """
    network = train_embedding(read_starter_examples(motion), worker, runs=runs, report=report)
    not_dances = embed(network, [example.data for example in generate_examples(GENERATED, seed=SEED)])
    if worker.is_leader:
        (out / EMBEDDING_FILE).write_bytes(serialize_embedding(network, not_dances))


def train_embedding(
    examples: list[Example[BodyMotion]],
    worker: TrainingWorker,
    *,
    runs: Path | None = None,
    report: Report = lambda _: None,
) -> EmbeddingNetwork:
    """Train an embedding on some recordings and on generated movements, regardless of their styles."""
    family = FewShot()

    def on_epoch(epoch: Epoch) -> None:
        report(TrainingProgress("embedding", epoch, epoch.number / epoch.total))

    trained = train_network(
        family, ContrastiveObjective(family, [*examples, *generate_examples(GENERATED, seed=SEED)]), 1, seed=SEED,
        worker=worker,
        folder=runs / "embedding" if runs else None, callbacks=Callbacks(on_epoch),
    )  # fmt: skip
    assert isinstance(trained.network, EmbeddingNetwork)  # noqa: S101 - the family has no other
    return trained.network.cpu()
