"""Fit the coefficients of `eightcount_sync/audio/confidence.json`.

Usage: python -m tests.benchmarks.fit_confidence EVIDENCE.jsonl, or --pieces for the confidence in the pieces of a take

Each line of EVIDENCE is the best hypothesis of one pair and whether it was right, as `measure` writes it. Without a
file the pairs are made first (about an hour on two cores).
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from eightcount_sync.audio.confidence import Evidence, PieceEvidence, log_features, piece_features
from eightcount_sync.audio.hypotheses import collect_evidence, find_hypotheses
from eightcount_sync.audio.piece_judgement import EQUALLY_GOOD
from eightcount_sync.audio.samples import samples_from_array
from tests.benchmarks.step_evidence import make_pairs, measure_pieces
from tests.benchmarks.sync_material import Pair, load_material, pairs, wrong_pairs

TARGET = Path("services/sync/eightcount_sync/audio/confidence.json")
RIGHT_SECONDS = 0.01
SHRINKAGE = 0.05


def measure(pair: Pair) -> dict[str, Any]:
    """Measure the evidence for the best hypothesis, and whether it is right in the middle of the take."""
    with samples_from_array(pair.a) as a, samples_from_array(pair.b) as b:
        hypotheses = find_hypotheses(a, b)
    if not hypotheses:
        return asdict(Evidence(0.0, 0.0, 0.0, 0.0)) | {"right": False, "what": pair.what}
    middle = len(pair.b) / 16_000
    error = hypotheses[0].line.to_a_seconds(middle) - (pair.offset + pair.ratio * middle)
    return {key: float(value) for key, value in asdict(collect_evidence(hypotheses)).items()} | {
        "right": bool(abs(error) < RIGHT_SECONDS),
        "what": pair.what,
    }


def fit(rows: list[dict[str, Any]]) -> list[float]:
    """Fit bias and weights of a logistic regression with a little shrinkage."""
    keys = ("agreement", "height", "rival", "overlap_seconds")
    features = np.array([(1.0, *log_features(Evidence(*(row[key] for key in keys)))) for row in rows])
    return fit_logistic(features, np.array([row["right"] for row in rows], float))


def fit_logistic(features: np.ndarray, right: np.ndarray) -> list[float]:
    """Fit the weights of features [N, F] with a little shrinkage."""

    def loss(weights: np.ndarray) -> float:
        logits = features @ weights
        return float(np.mean(np.logaddexp(0.0, logits) - right * logits) + SHRINKAGE / len(right) * weights @ weights)

    return [round(float(value), 4) for value in minimize(loss, np.zeros(features.shape[1])).x]


def fit_pieces(rows: list[dict[str, Any]]) -> list[float]:
    """Fit bias and weights of the confidence in pieces that no other place explains equally well."""
    evidence = [PieceEvidence(row["agreement"], row["coherence"], row["rival"], row["loud"]) for row in rows]
    judged = [number for number, one in enumerate(evidence) if one.rival < EQUALLY_GOOD]
    features = np.array([(1.0, *piece_features(evidence[number])) for number in judged])
    return fit_logistic(features, np.array([rows[number]["right"] for number in judged], float))


def calibration_error(rows: list[dict[str, Any]], coefficients: list[float]) -> float:
    """Return the expected calibration error over ten equal bins."""
    keys = ("agreement", "height", "rival", "overlap_seconds")
    features = np.array([(1.0, *log_features(Evidence(*(row[key] for key in keys)))) for row in rows])
    stated = 1.0 / (1.0 + np.exp(-features @ np.array(coefficients)))
    right = np.array([row["right"] for row in rows], float)
    bins = np.minimum((stated * 10).astype(int), 9)
    return float(sum(abs(stated[bins == k].sum() - right[bins == k].sum()) for k in range(10)) / len(rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("evidence", nargs="?", type=Path)
    parser.add_argument("--pieces", action="store_true", help="fit the confidence in pieces")
    parser.add_argument("--pairs", type=int, default=50, help="matching pairs per signal-to-noise ratio")
    options = parser.parse_args()
    if options.pieces:
        material = load_material(rate=48_000, most=45)
        found = [row for pair in make_pairs(material, 12 * options.pairs) for row in measure_pieces(pair)]
        write_model({"pieces": fit_pieces(found)})
        return
    path = options.evidence or Path("build/sync-evidence.jsonl")
    if options.evidence is None:
        material = load_material(rate=16_000, most=50)
        with path.open("w") as file:
            for pair in pairs(material, seed=21, snrs=(20.0, 0.0, -10.0, -15.0, -20.0), count=options.pairs):
                file.write(json.dumps(measure(pair)) + "\n")
            for pair in wrong_pairs(material, seed=22, count=4 * options.pairs):
                file.write(json.dumps(measure(pair)) + "\n")
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    # Every other pair trains, the rest judges.
    coefficients = fit(rows[::2])
    error = calibration_error(rows[1::2], coefficients)
    write_model({"coefficients": fit(rows), "pairs": len(rows), "held_out_error": round(error, 4)})


def write_model(values: dict[str, Any]) -> None:
    """Replace these values in the file of coefficients."""
    TARGET.write_text(json.dumps(json.loads(TARGET.read_text()) | values) + "\n")
    print(TARGET.read_text(), end="")


if __name__ == "__main__":
    main()
