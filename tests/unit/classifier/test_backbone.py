"""InceptionV3 through Keras on torch: which files of weights are taken, and what comes of the others."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import h5py
import numpy as np
import pytest

from eightcount_classifier.backbones import inception
from eightcount_classifier.backbones.base import FEATURES, BackboneError, check_backbone
from eightcount_classifier.backbones.inception import InceptionV3, build_architecture, open_inception_lazily
from eightcount_classifier.backbones.keras_on_torch import import_keras
from tests.unit.classifier.videos import Mosaic, features_of, write_dance_video

pytestmark = pytest.mark.filterwarnings(
    # Keras's own reading of torch tensors with numpy 2.
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)


@pytest.fixture
def small_network(monkeypatch):
    """Stands in for InceptionV3, which takes seconds to build."""
    keras = import_keras()

    def build():
        return keras.Sequential([
            keras.Input((3, 224, 224)),
            keras.layers.Conv2D(4, 32, strides=32, data_format="channels_first", name="look"),
            keras.layers.GlobalAveragePooling2D(data_format="channels_first"),
            keras.layers.Dense(FEATURES, name="say"),
        ])  # fmt: skip

    monkeypatch.setattr(inception, "build_architecture", build)
    return build()


def pictures(count=2):
    return np.random.default_rng(0).integers(0, 256, (count, 224, 224, 3)).astype(np.uint8)


def expected(network, seen):
    return np.asarray(network(seen.transpose(0, 3, 1, 2) / np.float32(127.5) - 1).detach())


def write_published_layout(network, path: Path) -> Path:
    """Weights as the Keras project publishes those of its applications: a group for every layer, in order."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = np.array([layer.name.encode() for layer in network.layers])
        for layer in network.layers:
            group = file.create_group(layer.name)
            names = [f"{layer.name}/{weight.name}:0".encode() for weight in layer.weights]
            group.attrs["weight_names"] = np.array(names) if names else np.array([], "S1")
            for name, weight in zip(names, layer.weights, strict=True):
                group.create_dataset(name.decode(), data=weight.numpy())
    return path


def reason_of(call):
    with pytest.raises(BackboneError) as caught:
        call()
    return caught.value.reason, caught.value.message


def test_weights_are_read_in_every_layout(small_network, tmp_path):
    small_network.save_weights(str(tmp_path / "own.weights.h5"))
    small_network.save(str(tmp_path / "own.keras"))
    write_published_layout(small_network, tmp_path / "published_notop.h5")
    for path in tmp_path.iterdir():
        backbone = InceptionV3(path)
        assert backbone.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        found = backbone.features(pictures())
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected(small_network, pictures()), atol=1e-4)


def test_keras_computes_with_torch_and_leaves_no_trace(monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", "/nowhere")
    keras = import_keras()
    assert keras.config.backend() == "torch"
    assert keras.config.image_data_format() == "channels_last"
    assert "KERAS_BACKEND" not in os.environ
    assert os.environ["KERAS_HOME"] == "/nowhere"


@pytest.mark.parametrize("weights", [None, Path("/nowhere/weights.h5"), Path()])
def test_missing_weights_are_asked_for_in_words(weights):
    reason, message = reason_of(open_inception_lazily(weights))
    assert reason == "BACKBONE_MISSING"
    assert "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5" in message
    assert "EIGHTCOUNT_CLASSIFIER_BACKBONE_WEIGHTS" in message


def test_weights_that_arrive_later_are_found(tmp_path):
    path = tmp_path / "late.weights.h5"
    give = open_inception_lazily(path)
    assert reason_of(give)[0] == "BACKBONE_MISSING"
    path.write_bytes(b"there")
    assert give().sha256 == hashlib.sha256(b"there").hexdigest()
    assert give() is give()


@pytest.mark.parametrize(
    "name", ["text.h5", "text.weights.h5", "text.keras", "cut.weights.h5", "cut_published.h5", "text.pt"]
)
def test_files_that_hold_no_weights_are_refused(small_network, tmp_path, name):
    path = tmp_path / name
    if name == "cut.weights.h5":
        small_network.save_weights(str(path))
        path.write_bytes(path.read_bytes()[:3000])
    elif name == "cut_published.h5":
        whole = write_published_layout(small_network, tmp_path / "whole").read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    else:
        path.write_bytes(b"hello " * 1000)
    assert reason_of(lambda: InceptionV3(path).features(pictures()))[0] == "BACKBONE_DAMAGED"


@pytest.mark.parametrize("layout", ["published", "own"])
def test_weights_of_another_network_are_refused(small_network, tmp_path, layout):
    keras = import_keras()
    other = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(5)])
    if layout == "published":
        path = write_published_layout(other, tmp_path / "other.h5")
    else:
        path = tmp_path / "other.weights.h5"
        other.save_weights(str(path))
    assert reason_of(lambda: InceptionV3(path).features(pictures()))[0] == "BACKBONE_DAMAGED"


def test_weights_that_were_replaced_are_not_used_under_the_old_name(small_network, tmp_path):
    path = tmp_path / "own.weights.h5"
    small_network.save_weights(str(path))
    backbone = InceptionV3(path)
    path.write_bytes(b"other")
    assert reason_of(lambda: backbone.features(pictures()))[0] == "BACKBONE_DIFFERS"


def test_a_model_wants_its_own_backbone():
    check_backbone(Mosaic("ab" * 32), "ab" * 32)
    assert reason_of(lambda: check_backbone(Mosaic("cd" * 32), "ab" * 32))[0] == "BACKBONE_DIFFERS"


@pytest.mark.slow
def test_inception_itself_gives_the_same_features_from_either_layout(tmp_path):
    network = build_architecture()
    assert network.count_params() == 21_802_784
    path = write_dance_video(tmp_path / "film.mp4", "sweep", seconds=2.0)
    network.save_weights(str(tmp_path / "inception.weights.h5"))
    own = features_of(path, InceptionV3(tmp_path / "inception.weights.h5"))
    assert own.features.shape == (10, 2048)
    assert len(np.unique(own.features, axis=0)) > 5
    published = write_published_layout(network, tmp_path / "inception_notop.h5")
    np.testing.assert_array_equal(features_of(path, InceptionV3(published)).features, own.features)
