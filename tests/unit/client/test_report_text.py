from eightcount_client.cli.text.reports import clock, summarise_report
from eightcount_client.cli.text.reports import describe_alignment as describe
from eightcount_client.decoding import decode
from eightcount_client.kinds.comparison import Report
from eightcount_client.values.alignments import Alignment

ALIGNMENT = {"verdict": "aligned", "offset_seconds": 2.36, "confidence": 0.98, "speed_ratio": 1.0, "reason": "OK",
             "method": "audio", "message": ""}  # fmt: skip


def describe_alignment(body):
    return describe(decode(Alignment, body))


def moment(number, what):
    return {"id": f"m{number}", "start_s": 61.0 + number, "end_s": 62.5 + number, "description": what, "kind": "LATE"}


def test_a_report_is_told_with_the_three_worst_moments():
    report = {
        "score": 87.25,
        "alignment": ALIGNMENT,
        "moments": [moment(number, f"moment {number}") for number in range(5)],
        "feedback": [{"text": "Be on time.", "moment_ids": ["m0"]}],
        "warnings": [],
    }
    text = summarise_report(decode(Report, report))
    assert "Score: 87.2 of 100" in text
    assert "1. 1:01.0 - 1:02.5  moment 0" in text
    assert "moment 2" in text
    assert "moment 3" not in text
    assert "Be on time." in text
    assert "Mind:" not in text


def test_an_alignment_names_the_sign_and_the_speed():
    assert "second 0 of the second recording is second +2.360 of the first (by audio" in describe_alignment(ALIGNMENT)
    assert "0.5 times the speed" in describe_alignment(ALIGNMENT | {"speed_ratio": 0.5})


def test_an_alignment_that_follows_the_movement_says_so():
    apart = ALIGNMENT | {"offset_seconds": 2.36, "sound_offset_seconds": 1.66, "picture_offset_seconds": 2.36}
    assert "(by audio, moved by +0.70 s to where the movements fit, confidence 0.98)" in describe_alignment(apart)
    late = ALIGNMENT | {"sound_offset_seconds": 2.36, "picture_offset_seconds": 2.21}
    assert "(by audio, confidence 0.98)" in describe_alignment(late)


def test_no_match_is_told_with_its_reason():
    refused = ALIGNMENT | {"verdict": "no_match", "reason": "DIFFERENT_MUSIC", "message": "The songs differ."}
    assert describe_alignment(refused) == "Alignment: no_match (DIFFERENT_MUSIC): The songs differ."


def test_places_that_fit_are_listed():
    candidates = [{"offset_seconds": 0.85, "speed_ratio": 1.0}, {"offset_seconds": -1.7, "speed_ratio": 0.8}]
    text = describe_alignment(ALIGNMENT | {"verdict": "ambiguous", "candidates": candidates})
    assert "1. second +0.850 of the first\n" in text
    assert text.endswith("2. second -1.700 of the first at 0.8 times the speed")


def test_pieces_of_a_broken_map_are_listed():
    segments = [
        {"take_start_s": 0.0, "take_end_s": 20.5, "offset_seconds": 5.0, "ratio": 1.0},
        {"take_start_s": 20.5, "take_end_s": 41.0, "offset_seconds": 9.0, "ratio": 1.0},
    ]
    text = describe_alignment(ALIGNMENT | {"segments": segments})
    assert text.endswith("2. 0:20.5 - 0:41.0 of the second: its second 0 would be second +9.000 of the first")


def test_times_are_minutes_and_seconds():
    assert [clock(value) for value in (0, 59.96, 61.25, None)] == ["0:00.0", "1:00.0", "1:01.2", "?"]
