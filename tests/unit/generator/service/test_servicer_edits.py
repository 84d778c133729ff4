"""Key poses and edits over a real socket: objects of the store reach the generator, invalid requests are refused."""

from __future__ import annotations

import numpy as np
import pytest

from eightcount.generator.v1 import generator_pb2
from eightcount_common.errors import InvalidInputError, NotFoundError
from eightcount_generator.models.base import BodyPart, GenerationOptions
from eightcount_generator.service import codec
from tests.unit.generator.pose_motions import as_pose_motion, lose_dancer
from tests.unit.generator.service_harness import House, generate, refuse_generate
from tests.unit.generator.stub_family import music, sway
from tests.unit.generator.synthetic_recordings import dance

Request = generator_pb2.GenerateRequest
SECONDS = 4.0


@pytest.fixture
def posing(house: House) -> House:
    """A house whose model takes key poses."""
    house.family.supports_constraints = True
    house.keep_model("mine")
    return house


async def received_options(house: House, **asked) -> GenerationOptions:
    await generate(house, Request(music=music(), duration_seconds=SECONDS, **asked))
    return house.family.generators[0].received_options[-1]


async def test_the_dance_to_change_reaches_the_generator(posing: House):
    whole = dance(SECONDS)
    edit = {
        "dance_uri": posing.dance(whole),
        "keep": ["BODY_PART_LEGS"],
        "range": {"start_seconds": 1, "end_seconds": 3},
    }
    options = await received_options(posing, edit=edit)
    assert options.edit is not None
    np.testing.assert_allclose(options.edit.dance.joints(), whole.joints(), atol=1e-5)
    assert (options.edit.keep, options.edit.start_seconds, options.edit.end_seconds) == ({BodyPart.LEGS}, 1.0, 3.0)


async def test_key_poses_come_from_frames_dances_and_motions(posing: House):
    whole, other = dance(SECONDS), dance(2.0, seed=3)
    keys = [
        {"seconds": 0.5, "pose": codec.encode_chunk(whole.frames(3, 4), first_frame=0)},
        {"seconds": 1.5, "dance_frame": {"uri": posing.dance(whole), "seconds": 95 / 30}},
        {"seconds": 2.5, "dance_frame": {"uri": posing.dance(other, name="d2"), "seconds": 2.0}},
        {"seconds": 3.5, "motion_frame": {"uri": posing.motion("a", as_pose_motion(other)), "seconds": 1.0}},
    ]
    options = await received_options(posing, key_poses=keys)
    assert [key.seconds for key in options.key_poses] == [0.5, 1.5, 2.5, 3.5]
    wanted = [whole.frames(3, 4), whole.frames(95, 96), other.frames(59, 60)]
    for key, pose in zip(options.key_poses, wanted, strict=False):
        np.testing.assert_allclose(key.pose.joints(), pose.joints(), atol=1e-5)
    assert len(options.key_poses[3].pose) == 1


async def test_without_edit_and_key_poses_there_are_none(posing: House):
    options = await received_options(posing, seed=3)
    assert (options.edit, options.key_poses) == (None, ())


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"edit": {"dance_uri": "short"}}, r"4\.00 s; it lasts 1\.00 s"),
        ({"edit": {"dance_uri": "whole"}}, "keeps nothing"),
        ({"edit": {"dance_uri": "whole", "keep": [1, 2]}}, "changes nothing"),
        ({"edit": {"dance_uri": "whole", "keep": [9]}}, "legs or upper_body"),
        ({"edit": {"dance_uri": "whole", "range": {"start_seconds": 3, "end_seconds": 9}}}, "within the 4.00 s"),
        ({"key_poses": [{"seconds": 1}]}, "needs a source"),
        (
            {"key_poses": [{"seconds": 4, "dance_frame": {"uri": "whole"}}]},
            "within the 4.00 s of the dance; got one at 4 s",
        ),
        ({"key_poses": [{"seconds": 1, "dance_frame": {"uri": "short", "seconds": 1.5}}]}, "got 1.5 s"),
        ({"key_poses": [{"seconds": 1, "dance_frame": {"uri": "short", "seconds": float("nan")}}]}, "got nan s"),
        (
            {
                "edit": {"dance_uri": "whole", "range": {"start_seconds": 2, "end_seconds": 3}},
                "key_poses": [{"seconds": 1, "dance_frame": {"uri": "whole"}}],
            },
            "2 to 3 s; got 1 s",
        ),
    ],
)
async def test_options_that_make_no_sense_are_refused(posing: House, asked, told):
    uris = {"whole": posing.dance(sway(0, 120)), "short": posing.dance(sway(0, 30), name="short")}
    request = Request(music=music(), duration_seconds=SECONDS, **asked)
    request.edit.dance_uri = uris.get(request.edit.dance_uri, "")
    for key in request.key_poses:
        if key.HasField("dance_frame"):
            key.dance_frame.uri = uris[key.dance_frame.uri]
    if "edit" not in asked:
        request.ClearField("edit")
    with pytest.raises(InvalidInputError, match=told) as caught:
        await generate(posing, request)
    assert caught.value.reason == "INVALID_OPTIONS"


async def test_a_moment_at_which_nobody_is_seen_gives_no_pose(posing: House):
    motion = posing.motion("a", lose_dancer(as_pose_motion(dance(4.0)), 30, 90))
    key = {"seconds": 1.0, "motion_frame": {"uri": motion, "seconds": 2.0}}
    error = await refuse_generate(posing, Request(music=music(), key_poses=[key]))
    assert (type(error), error.reason) == (InvalidInputError, "NO_PERSON_THERE")


@pytest.mark.parametrize("source", ["dance_frame", "motion_frame"])
async def test_what_is_not_there_or_foreign_is_refused(posing: House, source):
    for uri, kind in ((posing.store.uri("dances/none"), NotFoundError), ("file:///etc/passwd", InvalidInputError)):
        for asked in ({"edit": {"dance_uri": uri}}, {"key_poses": [{"seconds": 1, source: {"uri": uri}}]}):
            assert type(await refuse_generate(posing, Request(music=music(), **asked))) is kind


async def test_models_that_cannot_are_told_apart_and_refuse(house: House):
    house.keep_model("mine")
    (model,) = (await house.stub.ListModels(generator_pb2.ListModelsRequest())).models
    assert not model.supports_constraints
    for asked in ({"edit": {}}, {"key_poses": [{"seconds": 1}]}):
        assert (await refuse_generate(house, Request(music=music(), **asked))).reason == "NO_KEY_POSES"
    house.family.supports_constraints = True
    (model,) = (await house.stub.ListModels(generator_pb2.ListModelsRequest())).models
    assert model.supports_constraints
