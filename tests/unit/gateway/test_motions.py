from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest

from eightcount.motion.v1 import motion_pb2
from eightcount_common.errors import InternalError
from eightcount_common.rpc.wire import encode_chunk, encode_header
from eightcount_common.storage.folder import FolderStore
from eightcount_gateway.library.motions.library import MotionLibrary
from eightcount_gateway.library.motions.npz import write_npz
from eightcount_gateway.library.motions.refs import Dancer, JobWarning, MotionRef, MotionSummary
from tests.fakes.motion import synthetic_motion

REF = MotionRef("ab" * 32, "heavy", "blazepose-heavy/openvino-f32/1")
SUMMARY = MotionSummary("fake/1", 100, 90, (JobWarning("SEVERAL_PEOPLE", "two people"),))


@pytest.fixture
def library(tmp_path) -> MotionLibrary:
    return MotionLibrary(FolderStore(tmp_path))


def append(library: MotionLibrary, first: int, last: int) -> None:
    motion = synthetic_motion(100)
    part = encode_chunk(motion.frames(first, last), first_frame=first, checkpoint=f"after {last}".encode())
    library.parts(REF).append(encode_header(motion), part)


def test_an_extraction_goes_on_after_the_last_stored_part(library):
    assert (library.parts(REF).frames, library.parts(REF).checkpoint) == (0, b"")
    append(library, 0, 30)
    append(library, 30, 60)
    assert (library.parts(REF).frames, library.parts(REF).checkpoint) == (60, b"after 60")
    assert not library.exists(REF)


def test_finished_parts_become_the_artifact_and_go_away(library, tmp_path):
    for first in range(0, 100, 25):
        append(library, first, first + 25)
    library.parts(REF).finish(SUMMARY)
    assert library.exists(REF)
    assert library.summary(REF) == SUMMARY
    assert library.parts(REF).frames == 0
    assert not list(tmp_path.rglob("*.part-*"))
    with library.open(REF) as messages:
        header, *chunks = messages
    assert isinstance(header, motion_pb2.MotionHeader)
    assert [chunk.first_frame for chunk in chunks] == [0, 25, 50, 75]
    assert not any(chunk.checkpoint for chunk in chunks)


@pytest.mark.parametrize("spans", [[(0, 25), (50, 100)], [(0, 50), (25, 100)], [(0, 50)], []])
def test_parts_with_a_gap_are_never_finished(library, spans):
    for first, last in spans:
        append(library, first, last)
    with pytest.raises(InternalError) as caught:
        library.parts(REF).finish(SUMMARY)
    assert caught.value.reason == "MOTION_INCOMPLETE"
    assert not library.exists(REF)
    assert library.parts(REF).frames == 0


def test_motions_of_other_models_and_videos_do_not_meet(library):
    append(library, 0, 30)
    for ref in (replace(REF, model="blazepose-heavy/openvino-f32/2"), replace(REF, sha256="cd" * 32)):
        assert library.parts(ref).frames == 0


def test_the_last_motion_of_each_dancer_is_known_apart(library):
    left = replace(REF, model=f"{REF.model}/dancer-0.25-0.5-0.0", dancer=Dancer(0.25, 0.5))
    for ref in (REF, left):
        part = encode_chunk(synthetic_motion(10), first_frame=0, checkpoint=b"")
        library.parts(ref).append(encode_header(synthetic_motion(10)), part)
        library.parts(ref).finish(replace(SUMMARY, frames=10))
        library.note_last(ref)
    assert library.find_latest(REF.sha256, "heavy") == REF
    assert library.find_latest(REF.sha256, "heavy", Dancer(0.25, 0.5)) == left
    assert library.find_latest(REF.sha256, "heavy", Dancer(0.75, 0.5)) is None


def test_the_npz_file_is_what_numpy_would_have_written(library):
    for first in range(0, 100, 40):
        append(library, first, min(100, first + 40))
    library.parts(REF).finish(SUMMARY)
    data = b"".join(write_npz(lambda: library.open(REF), 100))
    wanted = synthetic_motion(100)
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        assert set(file) == {"timestamps", "image", "world", "visibility", "skeleton", "keypoints", "model"}
        assert file["timestamps"].dtype == np.float64
        for name in ("timestamps", "image", "world", "visibility"):
            np.testing.assert_array_equal(file[name], getattr(wanted, name))
