from eightcount_client.cli.text import styles
from eightcount_client.cli.text.styles import style_name
from eightcount_client.decoding import decode
from eightcount_client.kinds.classification import ClassificationResult

RESULT = {
    "model": "starter/3f2a9c41d0be", "styles": ["ballet", "hip_hop"], "verdict": "style", "style": "hip_hop",
    "probabilities": {"ballet": 0.1, "hip_hop": 0.85, "not_a_dance": 0.05}, "message": "This is hip hop.",
    "novelty": 0.4, "track_id": 1,
    "windows": [
        {"start_s": 0.0, "end_s": 2.0, "probabilities": {"ballet": 0.1, "hip_hop": 0.9, "not_a_dance": 0.0},
         "verdict": "style", "style": "hip_hop"},
        {"start_s": 4.0, "end_s": 6.0, "probabilities": None, "verdict": "not_seen", "style": ""},
    ],
}  # fmt: skip


def describe_classification(body):
    return styles.describe_classification(decode(ClassificationResult, body))


def window(start, end, style="", verdict="style", share=0.9):
    return {"start_s": start, "end_s": end, "verdict": verdict, "style": style,
            "probabilities": {style: share} if style else None}  # fmt: skip


def timeline(*windows):
    text = describe_classification(RESULT | {"windows": list(windows)})
    return [line.strip() for line in text.split("From second to second:\n")[1].split("\n\n")[0].splitlines()]


def test_the_verdict_comes_first_with_its_certainty():
    lines = describe_classification(RESULT).splitlines()
    assert lines[:2] == ["Hip hop, 85 % sure", "This is hip hop."]
    assert lines[-1] == "Model starter/3f2a9c41d0be"


def test_styles_are_listed_with_the_likeliest_first():
    lines = describe_classification(RESULT).splitlines()
    assert [line.split()[:2] for line in lines[3:6]] == [["Hip", "hop"], ["Ballet", "10"], ["Not", "a"]]
    assert lines[3].count("█") == round(0.85 * 24)


def test_of_many_styles_the_last_are_summed_up():
    many = {f"style_{number}": 0.1 for number in range(10)}
    assert "4 more, together 40 %" in describe_classification(RESULT | {"probabilities": many})


def test_neighbouring_windows_that_look_alike_are_one_stretch():
    assert timeline(window(0, 2, "ballet", share=0.8), window(2, 4, "ballet", share=0.6), window(4, 6, "house")) == [
        "0:00.0 -  0:04.0  Ballet, 70 %",
        "0:04.0 -  0:06.0  House, 90 %",
    ]


def test_where_windows_overlap_the_border_lies_half_way():
    assert timeline(window(0, 4, "ballet"), window(1, 5, "house")) == [
        "0:00.0 -  0:02.5  Ballet, 90 %",
        "0:02.5 -  0:05.0  House, 90 %",
    ]


def test_a_gap_between_windows_stays_one():
    assert timeline(window(0, 2, "ballet"), window(5, 7, "ballet")) == [
        "0:00.0 -  0:02.0  Ballet, 90 %",
        "0:05.0 -  0:07.0  Ballet, 90 %",
    ]


def test_what_is_no_style_is_said_in_words():
    kinds = [window(0, 1, verdict="unknown"), window(1, 2, verdict="not_a_dance"), window(2, 3, verdict="not_seen")]
    assert [line.split("  ")[-1] for line in timeline(*kinds)] == ["unknown style", "not a dance", "dancer not seen"]


def test_a_dancer_who_was_not_seen_has_no_bars():
    unseen = RESULT | {"verdict": "not_seen", "style": "", "probabilities": None, "windows": [], "message": ""}
    assert describe_classification(unseen).splitlines() == [
        "The dancer was hardly visible", "", "Model starter/3f2a9c41d0be"
    ]  # fmt: skip


def test_names_of_styles_are_words():
    assert [style_name(name) for name in ("hip_hop", "not_a_dance", "")] == ["Hip hop", "Not a dance", ""]
