"""The input of models of frames: selection of frames, features and windows."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from eightcount_classifier.families import get_family
from eightcount_classifier.families.frames_gru import GruNetwork
from eightcount_classifier.features import frame_features
from eightcount_classifier.features.frame_features import FrameFeatures, extract_features
from eightcount_classifier.features.frame_sampling import SamplingPosition, crop_square, sample_frames
from eightcount_classifier.inference.classification import Verdict, build_classification, score_windows
from eightcount_classifier.inference.video import VideoClassifier
from eightcount_classifier.model import read_model, serialize_model
from eightcount_classifier.training.study import TrainingContext, run_study, train_model
from eightcount_common.errors import CancelledError, InvalidInputError
from eightcount_common.media.video import open_video
from eightcount_common.training.distributed import TrainingWorker
from tests.data.media import moving_square, write_video
from tests.unit.classifier.videos import STYLES, Mosaic, draw_frames, features_of, video_examples, write_dance_video

FAMILY = get_family("frames-gru")
QUICK = replace(FAMILY, recipe=replace(FAMILY.recipe, epochs=5, batches=15, batch_size=32, learning_rate=4e-3))


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    return video_examples(tmp_path_factory.mktemp("films"), each=6, backbone=Mosaic())


@pytest.fixture(scope="module")
def model(examples):
    context = TrainingContext(TrainingWorker(torch.device("cpu")))
    found = run_study(QUICK, examples, context, naive=False)
    return found, train_model(QUICK, "two", examples, found, context)


def moments_of(path, position=None):
    with path.open("rb") as file, open_video(file) as reader:
        return [(moment.frame.timestamp, moment.position) for moment in sample_frames(reader, position)]


def test_five_pictures_a_second_are_looked_at(tmp_path):
    path = write_video(tmp_path / "clip.mp4", moving_square(50))
    assert [time for time, _ in moments_of(path)] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8])


@pytest.mark.parametrize("rate", [4, 10, 29.97, 60])
def test_four_seconds_are_twenty_moments_at_any_rate(tmp_path, rate):
    path = write_video(tmp_path / "clip.mp4", moving_square(int(4 * rate)), times=lambda index: index / rate)
    assert len(moments_of(path)) == 20


def test_a_picture_is_looked_at_as_long_as_it_is_shown(tmp_path):
    times = [0.0, 0.1, 0.9, 1.0]
    path = write_video(tmp_path / "clip.mp4", moving_square(4), times=lambda index: times[index])
    shown = [time for time, _ in moments_of(path)]
    assert shown == pytest.approx([0.0, 0.1, 0.1, 0.1, 0.1, 1.0], abs=1e-3)


def test_pictures_are_upright_squares_from_the_middle(tmp_path):
    stored = np.zeros((96, 160, 3), np.uint8)
    stored[:, :32] = stored[:, 128:] = (0, 0, 255)  # outside of the middle
    stored[:, 32:80] = (255, 0, 0)
    path = write_video(tmp_path / "turned.mp4", [stored] * 3, rotation_degrees=90)
    with path.open("rb") as file, open_video(file) as reader:
        square = crop_square(next(sample_frames(reader)).frame).astype(int)
    assert square.shape == (224, 224, 3)
    top, bottom = square[10:100, 10:-10].mean(axis=(0, 1)), square[124:-10, 10:-10].mean(axis=(0, 1))
    assert top[0] > 200
    assert bottom[0] < 60
    assert square[..., 2].mean() < 60


def test_work_that_stopped_goes_on_with_the_same_features(tmp_path, monkeypatch):
    monkeypatch.setattr(frame_features, "PART_SAMPLES", 7)
    path = write_dance_video(tmp_path / "film.mp4", "sweep", seconds=5.0)
    with path.open("rb") as file:
        whole = list(extract_features(file, Mosaic()))
    assert [len(part.features) for part in whole] == [7, 7, 7, 4]
    assert [part.is_last for part in whole] == [False, False, False, True]
    for number in range(3):
        with path.open("rb") as file:
            rest = list(extract_features(file, Mosaic(), position=whole[number].position))
        np.testing.assert_array_equal(
            np.concatenate([part.features for part in rest]),
            np.concatenate([part.features for part in whole[number + 1 :]]),
        )


def test_a_picture_that_stands_still_is_looked_at_once(tmp_path):
    times = [0.0, 5.0, 5.1]
    path = write_video(tmp_path / "still.mp4", moving_square(3), times=lambda index: times[index])
    backbone = Mosaic()
    assert len(features_of(path, backbone)) == 27
    assert backbone.looked_at == 3


def test_the_work_stops_when_it_is_told_to(tmp_path):
    path = write_dance_video(tmp_path / "film.mp4", "sweep")

    def stop():
        raise CancelledError("enough")

    with path.open("rb") as file, pytest.raises(CancelledError):
        list(extract_features(file, Mosaic(), check=stop))


def test_a_video_of_days_is_refused(tmp_path):
    times = [0.0, 100_000.0]
    path = write_video(tmp_path / "long.mp4", moving_square(2), times=lambda index: times[index])
    with path.open("rb") as file, pytest.raises(InvalidInputError) as caught:
        list(extract_features(file, Mosaic()))
    assert caught.value.reason == "TOO_LONG"


def test_windows_are_four_seconds_a_second_apart():
    random = np.random.default_rng(0)
    data = FrameFeatures(2.0, random.random((31, 2048)).astype(np.float16), "")
    windows = FAMILY.windows(data)
    assert (windows.starts.tolist(), windows.length, windows.rate_hertz) == ([0, 5, 10], 20, 5.0)
    inputs = FAMILY.inputs(data, windows)
    assert inputs.shape == (3, 20, 2048)
    assert inputs.dtype == np.float32
    pieces = FAMILY.split_windows(data, windows)
    assert [piece.start_seconds for piece in pieces] == [2.0, 3.0, 4.0]
    np.testing.assert_array_equal(pieces[1].features, data.features[5:25])
    assert FAMILY.sample_input(data, random).shape == (20, 2048)
    assert not len(FAMILY.windows(data.part(0, 19)).starts)


def test_the_network_is_that_of_the_predecessor():
    shapes = {name: tuple(value.shape) for name, value in GruNetwork(5).named_parameters()}
    assert shapes["wide.weight_ih_l0"] == (3 * 16, 2048)
    assert shapes["narrow.weight_ih_l0"] == (3 * 8, 16)
    assert shapes["dense.weight"] == (8, 8)
    assert shapes["head.weight"] == (5, 8)


def test_two_made_up_styles_are_told_apart_by_networks_that_never_saw_the_film(model):
    found, _ = model
    assert found.labels.styles == STYLES
    assert found.metrics.balanced_accuracy > 0.75
    assert [probe.name for probe in found.probes] == ["one still frame"]


def test_a_fresh_film_is_recognised_and_answered_alike_in_any_parts(model, tmp_path, monkeypatch):
    _, trained = model
    path = write_dance_video(tmp_path / "fresh.mp4", "bounce", seconds=8.0, seed=99)
    data = features_of(path, Mosaic())
    windows = FAMILY.windows(data)
    whole = build_classification(
        trained, windows, score_windows(trained, FAMILY.inputs(data, windows)), start_seconds=data.start_seconds
    )
    assert whole.whole.probabilities.argmax() == 0
    assert [(window.start_seconds, window.end_seconds) for window in whole.windows] == [
        (start, start + 4.0) for start in range(5)
    ]
    monkeypatch.setattr(frame_features, "PART_SAMPLES", 9)
    film_classifier = VideoClassifier(trained)
    with path.open("rb") as file:
        for part in extract_features(file, Mosaic()):
            film_classifier.add(part)
    again = film_classifier.finish()
    assert [window.start_seconds for window in again.windows] == [window.start_seconds for window in whole.windows]
    np.testing.assert_allclose(again.whole.probabilities, whole.whole.probabilities, atol=1e-6)


def test_a_film_that_is_too_short_is_not_seen(model):
    _, trained = model
    classifier = VideoClassifier(trained)
    classifier.add(
        frame_features.FeaturePart(np.zeros((19, 2048), np.float16), SamplingPosition(0.0, 3.6, 19), 19, is_last=True)
    )
    found = classifier.finish()
    assert (found.whole.verdict, found.windows) == (Verdict.NOT_SEEN, ())


def test_a_model_keeps_what_its_features_were_made_with(model):
    _, trained = model
    read = read_model(serialize_model(trained))
    assert (read.family.name, read.metadata.backbone) == ("frames-gru", Mosaic().sha256)


def test_features_of_different_backbones_are_not_mixed(examples, model):
    found, _ = model
    mixed = [*examples[:-1], replace(examples[-1], data=replace(examples[-1].data, backbone="cd" * 32))]
    with pytest.raises(InvalidInputError) as caught:
        train_model(
            replace(QUICK, recipe=replace(QUICK.recipe, epochs=1)), "mixed", mixed, found,
            TrainingContext(TrainingWorker(torch.device("cpu"))),
        )  # fmt: skip
    assert caught.value.reason == "BACKBONE_DIFFERS"


def test_nothing_heavy_is_loaded_before_it_is_needed():
    code = (
        "import sys, eightcount_classifier.service.servicer; print({'keras', 'h5py', 'av', 'cv2'} & set(sys.modules))"
    )
    found = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert found.stdout.strip() == "set()"


def test_the_made_up_styles_differ_only_in_how_they_move():
    bounce, sweep = (np.stack(draw_frames(style, seconds=4.0, seed=5)) for style in STYLES)
    np.testing.assert_array_equal(bounce[0, 0, 0], sweep[0, 0, 0])
