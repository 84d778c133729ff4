"""Our measures against the numbers that the published programs return.

`EIGHTCOUNT_EVAL_METRICS` is a folder with `vectors.npz`: inputs, and outputs of the implementations of Bailando,
AIST++, mint, EDGE and LODGE. It is not part of the project.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from eightcount_generator.body.skeleton import BODY
from eightcount_generator.evaluation.beats import beat_alignment
from eightcount_generator.evaluation.distribution.distances import diversity, fid, frechet_distance, standardise
from eightcount_generator.evaluation.distribution.kinetic import kinetic_features
from eightcount_generator.evaluation.distribution.manual import LEGACY, PUBLISHED, manual_decisions, manual_features
from eightcount_generator.evaluation.physics.foot_contact import physical_foot_contact

FOLDER = Path(os.environ.get("EIGHTCOUNT_EVAL_METRICS", Path(__file__).parents[4] / "../shared/data/metrics"))
VECTORS = FOLDER / "vectors.npz"
pytestmark = pytest.mark.skipif(
    not VECTORS.is_file(), reason="no reference vectors: set EIGHTCOUNT_EVAL_METRICS to the folder with vectors.npz"
)
SEQUENCES = ("static", "short", "sway", "energetic", "floorwork", "noisy", "cmu_salsa", "cmu_indian")
BEAT_CASES = ("synth60", "cmu60", "synth30", "still", "monotone")
CLIPS = ("sway", "energetic", "floorwork", "noisy", "planted", "cmu_salsa", "cmu_indian")
SETS = ("kin_full", "man_full", "kin_small", "man_small", "gauss", "gauss_constcol")
KINETIC = {"rtol": 1e-5, "atol": 5e-4}
SPEEDS = {"rtol": 1e-5, "atol": 1e-6}


@pytest.fixture(scope="module")
def vectors():
    with np.load(VECTORS) as arrays:
        return {name: arrays[name] for name in arrays.files}


def sets_of(vectors, name):
    """Ground truth and prediction of a case."""
    if name.endswith("small"):
        truth, found = (vectors[f"fid/{name[:3]}_full/{kind}"] for kind in ("gt", "pred"))
        return truth, found[:40]
    if name == "gauss_constcol":
        truth, found = (vectors[f"fid/gauss/{kind}"] for kind in ("gt", "pred"))
        return tuple(np.column_stack([rows, np.full(len(rows), 0.25, np.float32)]) for rows in (truth, found))
    return vectors[f"fid/{name}/gt"], vectors[f"fid/{name}/pred"]


def test_the_lengths_of_the_definition_are_the_published_ones(vectors):
    for prefix, lengths in (("", PUBLISHED), ("legacy_", LEGACY)):
        assert lengths.upper_arm == vectors[f"constants/{prefix}hl"]
        assert lengths.shoulder_width == vectors[f"constants/{prefix}sw"]
        assert lengths.hip_width == vectors[f"constants/{prefix}hw"]


@pytest.mark.parametrize("name", SEQUENCES)
def test_kinetic_features_agree(vectors, name):
    joints, known = vectors[f"joints/{name}"], f"features/{name}"
    np.testing.assert_allclose(kinetic_features(joints, from_zero=False), vectors[f"{known}/kinetic_raw"], **KINETIC)
    np.testing.assert_allclose(kinetic_features(joints), vectors[f"{known}/kinetic_zero"], **KINETIC)


@pytest.mark.parametrize("name", SEQUENCES)
def test_manual_features_agree_in_every_frame(vectors, name):
    joints, known = vectors[f"joints/{name}"], f"features/{name}"
    np.testing.assert_array_equal(manual_decisions(joints), vectors[f"{known}/manual_frames"])
    np.testing.assert_array_equal(manual_features(joints).astype(np.float32), vectors[f"{known}/manual_raw"])
    legacy = manual_features(joints, lengths=LEGACY).astype(np.float32)
    np.testing.assert_array_equal(legacy, vectors[f"{known}/manual_legacy_raw"])


@pytest.mark.parametrize("name", SEQUENCES)
def test_features_agree_with_lodge_on_its_form_of_the_joints(vectors, name):
    joints = vectors[f"joints/{name}"] - vectors[f"joints/{name}"][:1, :1]
    local = joints - joints[:, :1]
    local[:, 0] = joints[:, 0]
    for side in ("left", "right"):  # it knows no hands; ours may not be the lowest joint
        local[:, BODY.index(f"{side}_hand")] = local[:, BODY.index(f"{side}_wrist")]
    known = vectors[f"features/{name}/kinetic_lodge"]
    np.testing.assert_allclose(kinetic_features(local, from_zero=False)[: len(known)], known, **KINETIC)
    manual = manual_features(local).astype(np.float32)
    np.testing.assert_array_equal(manual, vectors[f"features/{name}/manual_lodge"])


@pytest.mark.parametrize("name", SETS)
def test_fid_agrees_with_bailando_and_mint(vectors, name):
    found = fid(*sets_of(vectors, name))
    assert found == pytest.approx(vectors[f"fid/{name}/fid"], rel=1e-5)
    assert found == pytest.approx(vectors[f"fid/{name}/mint_fid"], rel=1e-5)


def test_fid_agrees_where_a_column_of_the_ground_truth_never_varies(vectors):
    assert fid(*sets_of(vectors, "man_blowup")) == pytest.approx(vectors["fid/man_blowup/fid"], rel=1e-3)


@pytest.mark.parametrize("name", ["kin_full", "man_full", "gauss"])
def test_the_distance_without_normalisation_agrees(vectors, name):
    truth, found = sets_of(vectors, name)
    assert frechet_distance(truth, found) == pytest.approx(vectors[f"fid/{name}/fid_unnormalised"], rel=1e-5)
    assert diversity(found) == pytest.approx(vectors[f"fid/{name}/diversity_pred_unnormalised"], rel=1e-5)


@pytest.mark.parametrize("name", SETS)
def test_diversity_agrees(vectors, name):
    truth, found = sets_of(vectors, name)
    assert diversity(standardise(truth, truth)) == pytest.approx(vectors[f"fid/{name}/diversity_gt"], rel=1e-5)
    assert diversity(standardise(found, truth)) == pytest.approx(vectors[f"fid/{name}/diversity_pred"], rel=1e-5)


@pytest.mark.parametrize("name", BEAT_CASES)
def test_motion_beats_agree(vectors, name):
    known, joints = f"bas/{name}", vectors[f"bas/{name}/joints"]
    envelope = beat_alignment.mint_envelope(joints)
    np.testing.assert_allclose(envelope, vectors[f"{known}/mint_envelope"], **SPEEDS)
    np.testing.assert_array_equal(beat_alignment.mint_beats(envelope), vectors[f"{known}/mint_motion_beats"])
    speed = beat_alignment.bailando_speed(joints)
    smooth = beat_alignment.bailando_smooth(speed)
    np.testing.assert_allclose(speed, vectors[f"{known}/bailando_speed"], **SPEEDS)
    np.testing.assert_allclose(smooth, vectors[f"{known}/bailando_speed_smooth"], **SPEEDS)
    np.testing.assert_array_equal(beat_alignment.bailando_beats(smooth), vectors[f"{known}/bailando_motion_beats"])


@pytest.mark.parametrize("music", ["grid", "jitter", "sparse", "near"])
@pytest.mark.parametrize("name", BEAT_CASES)
def test_beat_align_scores_agree(vectors, name, music):
    known, joints = f"bas/{name}", vectors[f"bas/{name}/joints"]
    heard = vectors[f"{known}/music_beats_{music}"]
    of_mint = beat_alignment.mint_beats(beat_alignment.mint_envelope(joints))
    assert beat_alignment.mint_score(of_mint, heard) == pytest.approx(vectors[f"{known}/mint_score_{music}"], rel=1e-5)
    after = vectors.get(f"{known}/mint_score_after120_{music}")
    if after is not None:
        late = beat_alignment.mint_score(of_mint[of_mint >= 120], heard[heard >= 120])
        assert late == pytest.approx(after, rel=1e-5)
    of_bailando = beat_alignment.bailando_beats(beat_alignment.bailando_smooth(beat_alignment.bailando_speed(joints)))
    score = beat_alignment.bailando_score(of_bailando, heard, frames=len(joints))
    assert score == pytest.approx(vectors[f"{known}/bailando_score_{music}"], rel=1e-5, nan_ok=True)


def test_physical_foot_contact_agrees_clip_by_clip_and_over_all(vectors):
    found = [physical_foot_contact(vectors[f"pfc/{clip}/joints"], up="z") for clip in CLIPS]
    assert found == pytest.approx([float(vectors[f"pfc/{clip}/pfc"]) for clip in CLIPS], rel=1e-5)
    assert np.mean(found) == pytest.approx(vectors["pfc/all_clips_pfc"], rel=1e-5)


@pytest.mark.parametrize("clip", CLIPS)
def test_the_axis_that_points_up_is_a_matter_of_naming(vectors, clip):
    joints = vectors[f"pfc/{clip}/joints"]
    y_up = np.stack([joints[..., 0], joints[..., 2], -joints[..., 1]], axis=-1)
    assert physical_foot_contact(y_up) == pytest.approx(vectors[f"pfc/{clip}/pfc"], rel=1e-5)


def test_no_vector_is_left_unread(vectors):
    read = {"meta/joint_names", "pfc/all_clips_pfc"}
    read |= {f"constants/{prefix}{length}" for prefix in ("", "legacy_") for length in ("hl", "sw", "hw")}
    read |= {f"joints/{name}" for name in SEQUENCES}
    read |= {name for name in vectors if name.split("/")[0] == "features" and name.split("/")[1] in SEQUENCES}
    read |= {name for name in vectors if name.split("/")[0] == "fid" and name.split("/")[1] in (*SETS, "man_blowup")}
    read |= {name for name in vectors if name.split("/")[0] == "bas" and name.split("/")[1] in BEAT_CASES}
    read |= {f"pfc/{clip}/{what}" for clip in CLIPS for what in ("joints", "pfc")}
    assert set(vectors) == read
