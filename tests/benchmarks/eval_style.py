"""Evaluation of style classification on splits that do not leak: `make eval-style`.

Requires the motion capture that the pretrained models were trained on (`EIGHTCOUNT_EVAL_MOTION`), which is not
part of the project, and for movements that are not dances a folder of videos (`EIGHTCOUNT_EVAL_MEDIA`). Every model is
trained anew, except for speed and the clips of AIST++, which use the pretrained model. `--rows` selects groups.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from eightcount_classifier.dataset import OTHER_DANCE, Example, Labels
from eightcount_classifier.evaluation.probes import Probe, run_probes
from eightcount_classifier.evaluation.splits import Split, make_grouped_split
from eightcount_classifier.families.pose import Pose
from eightcount_classifier.families.pose_lstm import PoseLstm
from eightcount_classifier.features.body import BodyMotion, standardise_motion
from eightcount_classifier.inference.classification import Verdict, classify
from eightcount_classifier.pretrained.recipe import GENERATED, SEED, train_embedding
from eightcount_classifier.pretrained.sources import read_g1_examples, read_starter_examples
from eightcount_classifier.service.model_registry import STARTER, StyleModelRegistry
from eightcount_classifier.training.generated_movements import generate_examples
from eightcount_common.importing.aist import read_normalised_clip
from eightcount_common.storage.folder import FolderStore
from tests.benchmarks.style_few_shot import few_shot_accuracy, hold_out_takes
from tests.benchmarks.style_peers import PEERS
from tests.benchmarks.style_poses import motion_of, pose_seconds
from tests.benchmarks.style_speed import MOTIONS, classification_seconds, seconds_for_many
from tests.benchmarks.style_trials import PROCESSOR, Trial, run_our_trial, run_peer_trial
from tests.benchmarks.style_unknown import FoldOutputs, Negatives, evaluate_folds, noise
from tests.benchmarks.table import Row, publish

ROOT = Path(__file__).resolve().parents[2]
FOLDS = 5
SEEDS = 3
FEW_SHOT_DRAWS = 5
Examples = list[Example[BodyMotion]]


@dataclass(frozen=True, slots=True)
class Bench:
    """Folders of the data, and extent of the evaluation."""

    motion: Path
    media: Path
    weights: Path
    quick: bool

    @property
    def pose(self) -> Pose:
        """Our family, with one network instead of three if `quick`."""
        return replace(Pose(), recipe=replace(Pose().recipe, members=1)) if self.quick else Pose()

    def starter(self) -> Examples:
        """Return all recordings, with the labels of the model `starter`."""
        return read_starter_examples(self.motion)


def unseen_performer(bench: Bench) -> list[Row]:
    """Dance against karate: trained on one dancer and one karateka, tested on a third performer who does both."""
    examples = read_g1_examples(bench.motion, dance="dance")
    folds = [np.flatnonzero([example.source.performer == "g1-B" for example in examples])]
    ours = run_our_trial(bench.pose, examples, folds, seed=0)
    again = [run_our_trial(bench.pose, examples, folds, seed=seed) for seed in range(1, 1 if bench.quick else SEEDS)]
    peers = {name: run_peer_trial(name, examples, folds) for name in PEERS}
    peers["pose-lstm"] = run_our_trial(PoseLstm(), examples, folds, seed=0)
    best = max(peers.values(), key=lambda trial: trial.windows)
    spread = ", ".join(f"{trial.windows:.1%}" for trial in again)
    return [
        Row(
            "dance or karate, unseen performer: windows of 4 s (balanced) / recordings",
            f"{ours}{f' (other seeds {spread})' if spread else ''}",
            "; ".join(f"{name} {trial}" for name, trial in peers.items()),
            ">= 95 % / 12 of 12",
            ours.windows >= 0.95 and ours.right == ours.total,
        ),
        _compare_with_best("dance or karate, unseen performer", ours, best),
    ]


def styles_by_take(bench: Bench) -> list[Row]:
    """Salsa, Indian, modern and martial arts of CMU by take; performers cannot be kept apart."""
    examples = [example for example in bench.starter() if example.source.label.startswith("cmu/")]
    folds = _split(examples).folds
    ours = run_our_trial(bench.pose, examples, folds, seed=0)
    peers = {name: run_peer_trial(name, examples, folds) for name in PEERS}
    peers["pose-lstm"] = run_our_trial(PoseLstm(), examples, folds, seed=0)
    best = max(peers.values(), key=lambda trial: trial.windows)
    shown = "; ".join(f"{name} {trial}" for name, trial in peers.items())
    return [
        Row("four kinds of CMU, by take: windows (balanced) / recordings", str(ours), shown),
        _compare_with_best("four kinds of CMU, by take", ours, best),
    ]


def starter(bench: Bench) -> list[Row]:
    """The recipe of the model `starter`: networks are tested on unseen takes and on the negatives."""
    examples = bench.starter()
    split = _split(examples)
    everything = [*examples, *generate_examples(GENERATED, seed=SEED)]
    judged = evaluate_folds(bench.pose, everything, split.folds, _negatives(bench))
    labels = Labels.from_styles([example.style for example in examples])
    probes = run_probes(examples, labels.indices([example.style for example in examples]), split.folds)
    return [*_calibration(judged, labels, len(split.folds)), *_probes(probes, judged), *_unknown(judged)]


def _calibration(judged: FoldOutputs, labels: Labels, folds: int) -> list[Row]:
    """Calibration of each half of the folds with temperatures fitted on the other half."""
    half = judged.fold < folds // 2
    windows, recordings = judged.windows(half), judged.recordings(half)
    figures = " / ".join(f"{one.balanced_accuracy:.1%}" for one in (windows, recordings))
    return [
        Row("starter's recipe, by take: balanced accuracy, windows / recordings", figures,
            f"chance {1 / len(labels):.0%}"),
        Row("calibration error (ECE), windows / recordings", f"{windows.error:.3f} / {recordings.error:.3f}",
            target="<= 0.05", met=max(windows.error, recordings.error) <= 0.05),
    ]  # fmt: skip


def _probes(probes: Sequence[Probe], judged: FoldOutputs) -> list[Row]:
    reached = {probe.name: probe.balanced_accuracy for probe in probes}
    chance, bones = (
        1 / len(np.unique(judged.targets[judged.targets >= 0])),
        reached["bone lengths as the model sees them"],
    )
    return [
        Row("probe: bone lengths after bringing to one body (before)",
            f"{bones:.1%} ({reached['bone lengths as recorded']:.1%})", target=f"within 5 points of {chance:.0%}",
            met=bones <= chance + 0.05),
        Row("probes: speed / camera", f"{reached['speed']:.1%} / {reached['camera']:.1%}"),
    ]  # fmt: skip


def _unknown(judged: FoldOutputs) -> list[Row]:
    """Held-out dances, including other styles, against movements that are not dances."""
    return [
        Row(f"dances held out against {name}: area under the curve, windows", f"{area:.3f}", target=">= 0.95",
            met=area >= 0.95)
        for name, area in judged.areas().items()
    ]  # fmt: skip


def _negatives(bench: Bench) -> list[Negatives]:
    found = [Negatives("noise", noise(np.random.default_rng(3)))]
    for name, path in (
        ("walking", "open/video/StreamPoseML/example_video.webm"), ("squats", "open/video/tfjs-models/pose_squats.mp4"),
        ("running on the spot", "local_only/video/jacky1107/jacky_run.mp4"),
    ):  # fmt: skip
        if (bench.media / path).is_file():
            found.append(Negatives(name, [standardise_motion(motion_of(bench.media / path, bench.weights))]))
    return found


def few_shot(bench: Bench) -> list[Row]:
    """Styles of five clips each, tested on takes that neither the embedding nor the styles have seen."""
    examples = [example for example in bench.starter() if example.source.label.startswith("cmu/")]
    others = [example for example in bench.starter() if not example.source.label.startswith("cmu/")]
    named = [example for example in examples if example.style not in (OTHER_DANCE, "not_a_dance")]
    few, full = [], []
    for draw in range(1 if bench.quick else FEW_SHOT_DRAWS):
        shown, tested = hold_out_takes(named, np.random.default_rng(draw))
        known = [example for position, example in enumerate(named) if position not in tested]
        network = train_embedding([*known, *others], PROCESSOR)
        few.append(few_shot_accuracy(network, named, shown, tested))
        full.append(run_our_trial(bench.pose, named, [np.array(tested)], seed=draw).recordings)
    part = float(np.mean(few) / np.mean(full))
    return [
        Row("five clips a style, held-out takes, balanced accuracy of recordings / the same trained in full",
            f"{np.mean(few):.1%} ({part:.0%} of it)", f"{np.mean(full):.1%}", ">= 85 % of it", part >= 0.85)
    ]  # fmt: skip


def speed(bench: Bench) -> list[Row]:
    """Classification time compared with pose estimation."""
    motion, poses = pose_seconds(bench.weights)
    seconds = classification_seconds(motion)
    many = seconds_for_many(100 if bench.quick else MOTIONS) * (MOTIONS / 100 if bench.quick else 1)
    return [
        Row("classifying the style / extracting the poses of the same video, processor time", f"{seconds / poses:.1%}",
            f"poses {poses:.1f} s", "<= 5 %", seconds <= 0.05 * poses),
        Row("1,000 motions of 30 s, two cores", f"{many:.0f} s", target="<= 60 s", met=many <= 60),
    ]  # fmt: skip


def aist(bench: Bench) -> list[Row]:
    """Nine clips of AIST++ in 2D: dances of styles that the model `starter` does not know."""
    paths = sorted((bench.motion / "aist_2d_clips").glob("*.npy"))
    model = StyleModelRegistry(FolderStore(Path("/nonexistent"))).get(STARTER)
    verdicts = [classify(model, standardise_motion(read_normalised_clip(path))).whole.verdict for path in paths]
    unknown_dances = sum(verdict is Verdict.UNKNOWN for verdict in verdicts)
    return [
        Row("AIST++ clips loaded and classified (starter)",
            f"{len(verdicts)} of {len(paths)}, {unknown_dances} unknown", target="9 of 9", met=len(verdicts) == 9)
    ]  # fmt: skip


GROUPS: dict[str, Callable[[Bench], list[Row]]] = {
    "performer": unseen_performer, "takes": styles_by_take, "starter": starter, "few-shot": few_shot, "speed": speed,
    "aist": aist,
}  # fmt: skip


def _compare_with_best(where: str, ours: Trial, best: Trial) -> Row:
    points = 100 * (ours.windows - best.windows)
    return Row(f"{where}: ahead of the best peer, points of balanced accuracy (windows)", f"{points:+.1f}",
               target=">= +5", met=points >= 5)  # fmt: skip


def _split(examples: Sequence[Example[BodyMotion]]) -> Split:
    sources, styles = [example.source for example in examples], [example.style for example in examples]
    return make_grouped_split(sources, styles, folds=FOLDS, random=np.random.default_rng(8))


def main() -> int:
    """Print the table; return 1 if a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--motion", type=Path, default=os.environ.get("EIGHTCOUNT_EVAL_MOTION"))
    parser.add_argument(
        "--media", type=Path, default=os.environ.get("EIGHTCOUNT_EVAL_MEDIA", ROOT / "../shared/data/media")
    )
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--rows", nargs="*", choices=list(GROUPS), default=list(GROUPS))
    parser.add_argument("--quick", action="store_true", help="one network a model, one seed, one draw")
    options = parser.parse_args()
    if not options.motion or not Path(options.motion).is_dir():
        print("the folder of motion capture is required: set EIGHTCOUNT_EVAL_MOTION", file=sys.stderr)
        return 2
    torch.set_num_threads(2)
    bench = Bench(Path(options.motion), Path(options.media), options.weights, options.quick)
    rows: list[Row] = []
    for group in options.rows:
        start = time.monotonic()
        rows += GROUPS[group](bench)
        print(f"{group}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    publish("eval-style", rows)
    return 0 if all(row.met is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
