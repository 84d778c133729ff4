"""What is reported of sound and image that are apart, and what is scored by."""

import pytest

from eightcount.sync.v1 import sync_pb2
from eightcount_gateway.kinds.comparison.sound_and_picture import follow_picture, picture_warnings
from tests.fakes.backends import aligned

NO_BEAT = sync_pb2.Music()
AT_56, AT_112, AT_120 = (sync_pb2.Music(has_beat=True, tempo_bpm=tempo, confidence=0.9) for tempo in (56, 112, 120))
UNSURE = sync_pb2.Music(has_beat=True, tempo_bpm=112, confidence=0.3)


def measured(shift: float, *, clear: bool = True) -> sync_pb2.MeasurePictureOffsetResponse:
    return sync_pb2.MeasurePictureOffsetResponse(clear=clear, shift_seconds=shift, confidence=0.97)


def follow(shift: float, *, clear: bool = True, asked_for_sound: bool = False, **changes) -> sync_pb2.Alignment:
    return follow_picture(aligned(**changes), measured(shift, clear=clear), asked_for_sound=asked_for_sound)


def told(alignment: sync_pb2.Alignment, music: sync_pb2.Music = NO_BEAT) -> str:
    (warning,) = picture_warnings(alignment, music)
    assert warning.reason == "SOUND_AND_PICTURE_APART"
    return warning.message


@pytest.mark.parametrize("shift", [0.7, -0.3, 2.0])
def test_the_map_follows_the_movement_where_sound_and_picture_are_apart(shift):
    alignment = follow(shift, offset_seconds=1.5)
    assert alignment.offset_seconds == alignment.picture_offset_seconds == pytest.approx(1.5 + shift)
    assert alignment.sound_offset_seconds == 1.5
    assert alignment.method == sync_pb2.ALIGNMENT_METHOD_AUDIO
    assert alignment.confidence == pytest.approx(0.97)
    assert f"The movements fit {abs(shift):.2f} s away" in told(alignment)
    assert "The score follows the movements." in told(alignment)


def test_every_piece_of_the_map_follows_the_movement():
    pieces = [sync_pb2.AlignmentSegment(offset_seconds=offset, ratio=1.0) for offset in (1.5, 4.5)]
    alignment = follow(-0.7, segments=pieces)
    assert [piece.offset_seconds for piece in alignment.segments] == pytest.approx([0.8, 3.8])


@pytest.mark.parametrize("shift", [0.0, 0.05, -0.1, 0.2, -0.24])
def test_a_dancer_who_is_late_throughout_is_late_and_nothing_else(shift):
    alignment = follow(shift, offset_seconds=1.5)
    assert alignment.offset_seconds == 1.5
    assert alignment.picture_offset_seconds == pytest.approx(1.5 + shift)
    assert picture_warnings(alignment, AT_120) == ()


def test_nothing_is_told_where_the_movement_is_not_clear():
    alignment = follow(0.7, clear=False)
    assert alignment.offset_seconds == alignment.sound_offset_seconds == 1.5
    assert not alignment.HasField("picture_offset_seconds")
    assert picture_warnings(alignment, AT_120) == ()


def test_whoever_asks_for_the_sound_is_scored_by_the_sound_and_warned():
    alignment = follow(0.7, asked_for_sound=True)
    assert alignment.offset_seconds == 1.5
    assert "follows the music, as you asked" in told(alignment)


def test_neither_file_is_blamed():
    assert "the take's sound comes late or the reference's comes early" in told(follow(0.7), AT_112)
    assert "the take's sound comes early or the reference's comes late" in told(follow(-0.7), AT_112)
    assert "the two videos alone do not show which" in told(follow(0.7), AT_112)


@pytest.mark.parametrize(
    ("shift", "music", "words"),
    [
        (0.3, AT_112, "or you are 0.30 s early throughout;"),
        (-0.35, AT_112, "or you are 0.35 s late throughout;"),
        (0.53, AT_112, "or you are 0.53 s early throughout;"),
        (0.53, AT_56, "or you are 0.53 s early throughout;"),
        (-1.02, AT_120, "or you are 1.02 s late throughout;"),
        (0.7, NO_BEAT, "or you are 0.70 s early throughout;"),
        (0.7, UNSURE, "or you are 0.70 s early throughout;"),
    ],
)
def test_the_dancer_is_named_as_well_where_it_may_be_the_dancer(shift, music, words):
    message = told(follow(shift), music)
    assert words in message
    assert "either sound and image of one of the videos are apart" in message


@pytest.mark.parametrize("shift", [0.7, -0.8, 1.9])
def test_no_dancer_is_off_by_more_that_is_no_whole_number_of_beats(shift):
    message = told(follow(shift), AT_112)
    assert "throughout" not in message
    assert "so sound and image of one of the videos are apart" in message


def test_an_alignment_by_movement_has_nothing_to_tell():
    assert picture_warnings(aligned(method=sync_pb2.ALIGNMENT_METHOD_MOTION), AT_120) == ()
