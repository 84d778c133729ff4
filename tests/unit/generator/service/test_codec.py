from __future__ import annotations

import io

import numpy as np
import pytest

from eightcount.generator.v1 import generator_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.rpc.wire import encode_tensor, write_delimited
from eightcount_generator.body.dance import Dance
from eightcount_generator.export.formats import Format
from eightcount_generator.model_file import ModelMetadata
from eightcount_generator.models.base import BodyPart
from eightcount_generator.music import Music
from eightcount_generator.service import codec
from tests.unit.generator.stub_family import music
from tests.unit.generator.synthetic_recordings import dance

LABEL = ModelMetadata("mine", "1", "sways", (), "", "")


def heard(message, *, duration_seconds: float | None = None) -> Music:
    return codec.decode_music(message, duration_seconds=duration_seconds, longest_seconds=3600.0)


def test_what_the_sync_service_hears_is_what_generators_dance_to() -> None:
    message = music(8.0)
    found = heard(message)
    np.testing.assert_array_equal(found.beats, message.beats_seconds)
    np.testing.assert_array_equal(np.flatnonzero(found.downbeats), np.arange(0, len(found.beats), 4))
    np.testing.assert_array_equal(np.flatnonzero(found.eight_counts), np.arange(0, len(found.beats), 8))
    np.testing.assert_array_equal(found.sections, [0.0, 4.0])
    assert (len(found.onsets), found.onset_rate_hertz) == (400, 50.0)
    assert found.energy(np.arange(0, 8, 0.1)).std() > 0


@pytest.mark.parametrize(("beats_in_bar", "bars_seconds"), [(4, 2.0), (3, 1.5), (0, 2.0)])
def test_a_dance_lasts_a_bar_beyond_the_last_beat(beats_in_bar: int, bars_seconds: float) -> None:
    message = music(8.0)
    count = len(message.beats_seconds)
    message.ClearField("beat_in_bar")
    message.beat_in_bar.extend(number % beats_in_bar + 1 for number in range(count if beats_in_bar else 0))
    assert heard(message).seconds == pytest.approx(message.beats_seconds[-1] + bars_seconds)
    assert heard(message, duration_seconds=3.0).seconds == 3.0
    assert heard(message).downbeats.any() == (beats_in_bar > 0)


def test_without_onsets_the_energy_is_even() -> None:
    message = music()
    message.ClearField("onset_envelope")
    np.testing.assert_array_equal(heard(message).energy(np.arange(5.0)), 0.5)


def test_an_edit_names_what_stays_and_what_is_made_anew() -> None:
    whole = dance(4.0)
    part = generator_pb2.Edit(keep=[generator_pb2.BODY_PART_LEGS], range={"start_seconds": 1.0, "end_seconds": 2.5})
    edit = codec.decode_edit(part, whole)
    assert (edit.keep, edit.first_frame, edit.end_frame) == ({BodyPart.LEGS}, 30, 75)
    edit = codec.decode_edit(generator_pb2.Edit(keep=[generator_pb2.BODY_PART_UPPER_BODY]), whole)
    assert (edit.keep, edit.first_frame, edit.end_frame) == ({BodyPart.UPPER_BODY}, 0, 120)
    with pytest.raises(InvalidInputError, match="legs or upper_body; got 9") as caught:
        codec.decode_edit(generator_pb2.Edit(keep=[9]), whole)
    assert caught.value.reason == "INVALID_OPTIONS"
    assert [one.field for one in caught.value.field_violations] == ["edit.keep"]


def test_a_kept_dance_is_the_dance_and_is_read_as_it_is_asked_for() -> None:
    whole, file = dance(4.0), io.BytesIO()
    write_delimited(file, codec.encode_header(LABEL, frames=len(whole)))
    for first in range(0, len(whole), 30):
        write_delimited(file, codec.encode_chunk(whole.frames(first, first + 30), first_frame=first))
    size = file.tell()
    file.seek(0)
    header, pieces = codec.read_dance(file)
    assert (header.frames, header.model) == (120, "mine/1")
    first = next(pieces)
    assert file.tell() < size / 2
    read = Dance.concatenate([first, *pieces])
    np.testing.assert_allclose(read.joints(), whole.joints(), atol=1e-5)


@pytest.mark.parametrize(
    ("root", "six"), [((2, 3), (3, 24, 6)), ((2, 3), (2, 23, 6)), ((2, 2), (2, 24, 6)), ((6,), (6, 24, 6)), ((), ())]
)
def test_a_chunk_of_another_shape_is_refused(root, six) -> None:
    chunk = generator_pb2.DanceChunk(root=encode_tensor(np.zeros(root)), rotations=encode_tensor(np.ones(six)))
    with pytest.raises(InvalidInputError) as caught:
        codec.decode_chunk(chunk)
    assert caught.value.reason == "INVALID_DANCE"


def test_a_chunk_with_a_number_that_is_none_is_refused() -> None:
    chunk = codec.encode_chunk(dance(0.1), first_frame=0)
    chunk.root.CopyFrom(encode_tensor(np.full((3, 3), np.nan)))
    with pytest.raises(InvalidInputError) as caught:
        codec.decode_chunk(chunk)
    assert caught.value.reason == "INVALID_DANCE"


def test_every_format_has_its_ending_and_media_type() -> None:
    numbers = [number for number in generator_pb2.ExportFormat.values() if number]
    assert {codec.decode_format(number) for number in numbers} == set(Format)
    assert all("/" in kind.media_type for kind in Format)
