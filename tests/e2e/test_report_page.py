"""The report page in a real browser: the video follows the report, and the page can be used by everyone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.jobs import make_comparison, start_comparison
from tests.e2e.sample_report import (
    VIDEO_START_S,
    count_starts,
    empty_report,
    sample_alignment,
    sample_report,
    unscored_report,
)
from tests.fakes.backends import FakeBackends
from tests.fakes.gateway_process import GatewayProcess

pytestmark = pytest.mark.browser

_STARTS = [start - VIDEO_START_S for start in count_starts()]
"""Where the counts start, in seconds of the video."""


@pytest.fixture(autouse=True)
def _services(backends: FakeBackends, video: Path) -> None:
    """Services that give the sample report and a video that plays."""
    backends.report, backends.alignment, backends.side_by_side = sample_report(), sample_alignment(), video.read_bytes()


@pytest.fixture
def report(page: Page, gateway: GatewayProcess) -> Page:
    """The page of a finished comparison, its video ready to play."""
    _open(page, gateway)
    return page


def _open(page: Page, gateway: GatewayProcess) -> None:
    page.goto(f"{gateway.url}/comparisons/{make_comparison(gateway)}")
    expect(page.locator("video")).to_have_js_property("readyState", 4)


def _expect_video(page: Page, holds: str) -> None:
    """Waits until an expression about `video` is true."""
    page.wait_for_function(f"() => {{ const video = document.querySelector('video'); return {holds}; }}")


def _expect_time(page: Page, seconds: float) -> None:
    _expect_video(page, f"Math.abs(video.currentTime - {seconds}) < 0.03")


def _expect_narrow(page: Page, width: int) -> None:
    """Waits until nothing is wider than the page."""
    page.wait_for_function(f"() => document.documentElement.scrollWidth <= {width}")


def _moment(page: Page, position: int) -> Locator:
    return page.locator(".moment-list button").nth(position)


def test_a_moment_plays_from_a_second_before_it_and_loops(report: Page) -> None:
    _moment(report, 0).click()
    start = 14.0 - 1.0 - VIDEO_START_S
    _expect_video(report, f"video.currentTime >= {start} && video.currentTime < {start + 2.5} && !video.paused")
    expect(_moment(report, 0)).to_have_attribute("aria-pressed", "true")
    report.locator("video").evaluate("(video, at) => { video.currentTime = at; }", 15.9 - VIDEO_START_S)
    _expect_video(report, f"video.currentTime < {start + 1.0}")
    report.get_by_role("button", name="Stop loop of moment 1").click()
    expect(_moment(report, 0)).to_have_attribute("aria-pressed", "false")


def test_feedback_and_markers_lead_to_the_same_moment(report: Page) -> None:
    report.locator(".feedback-list li").nth(1).get_by_role("button").first.click()
    expect(_moment(report, 1)).to_have_attribute("aria-pressed", "true")
    report.locator(".marker", has_text="3").click()
    expect(_moment(report, 2)).to_have_attribute("aria-pressed", "true")
    expect(_moment(report, 1)).to_have_attribute("aria-pressed", "false")


def test_the_timeline_seeks_where_it_is_clicked(report: Page) -> None:
    bar = report.locator(".bars .bar").nth(20)
    bar.click(force=True)
    _expect_video(report, f"video.currentTime > {_STARTS[20]} && video.currentTime < {_STARTS[21]}")
    expect(report.locator(".readout")).to_contain_text("Eight-count 3, count 2")
    expect(report.get_by_role("slider")).to_have_attribute("aria-valuetext", re.compile("^Eight-count 3, count 2"))


def test_keys_play_step_by_count_and_end_the_loop(report: Page) -> None:
    report.keyboard.press("ArrowRight")
    _expect_time(report, _STARTS[1])
    report.keyboard.press("ArrowRight")
    _expect_time(report, _STARTS[2])
    report.keyboard.press("Shift+ArrowRight")
    _expect_time(report, _STARTS[10])
    report.keyboard.press("ArrowLeft")
    _expect_time(report, _STARTS[9])
    report.keyboard.press("Space")
    _expect_video(report, "!video.paused")
    report.keyboard.press("Space")
    _expect_video(report, "video.paused")
    _moment(report, 1).click()
    report.keyboard.press("Escape")
    expect(report.locator(".controls .loop")).to_be_hidden()


def test_space_on_a_button_presses_the_button_only(report: Page) -> None:
    report.get_by_role("button", name="0.5× speed").focus()
    report.keyboard.press("Space")
    expect(report.locator("video")).to_have_js_property("playbackRate", 0.5)
    expect(report.get_by_role("button", name="0.5× speed")).to_have_attribute("aria-pressed", "true")
    expect(report.locator("video")).to_have_js_property("paused", True)


def test_everything_of_the_report_is_shown(report: Page) -> None:
    expect(report.locator(".notice.warning")).to_contain_text("The feet are out of frame")
    expect(report.locator(".alignment")).to_contain_text("The take starts 3.04 s after the reference.")
    expect(report.locator(".alignment")).to_contain_text("The take lost or gained time near 0:09.4;")
    row = report.locator(".joint-table tr", has_text="Left elbow")
    expect(row).to_contain_text("62")
    expect(row).to_contain_text("25 ms late")
    expect(report.locator(".joint-table tr", has_text="Left ankle")).to_contain_text("–")
    expect(report.locator(".bars .bar")).to_have_count(38)
    expect(report.locator(".download-list a")).to_have_count(5)


def test_without_a_beat_the_timeline_counts_seconds(
    page: Page, gateway: GatewayProcess, backends: FakeBackends
) -> None:
    backends.report = sample_report(has_beat=False)
    _open(page, gateway)
    expect(page.locator(".bars .tick").first).to_have_text("0:04")
    expect(page.locator(".bars .count")).to_have_count(0)


def test_the_video_starts_where_the_timeline_starts(report: Page) -> None:
    expect(report.get_by_role("slider")).to_have_attribute("aria-valuemin", f"{VIDEO_START_S:.1f}")
    report.keyboard.press("ArrowRight")
    _expect_time(report, _STARTS[1])
    expect(report.locator(".readout")).to_contain_text("score")


def test_an_empty_report_is_a_page_all_the_same(page: Page, gateway: GatewayProcess, backends: FakeBackends) -> None:
    backends.report = empty_report()
    _open(page, gateway)
    expect(page.locator(".score")).to_contain_text("no score")
    expect(page.locator(".moments")).to_contain_text(
        "No moments are judged in this comparison, because there is no score."
    )
    expect(page.locator(".timeline")).to_contain_text("Nothing was compared")
    expect(page.locator(".feedback")).to_contain_text("Without a score there is no advice.")
    expect(page.locator(".joints")).to_contain_text("No joint was compared.")


def test_a_score_that_is_not_known_is_a_dash_everywhere_with_its_reason(
    page: Page, gateway: GatewayProcess, backends: FakeBackends
) -> None:
    backends.report = unscored_report()
    _open(page, gateway)
    expect(page.locator(".score-number")).to_have_text("–")
    expect(page.locator(".score")).to_contain_text("no score")
    expect(page.locator(".notice.warning")).to_contain_text("mirror image")
    expect(page.locator(".feedback-list li")).to_have_count(1)
    expect(page.locator(".notice.warning")).to_contain_text("Why there is no score")
    expect(page.locator(".moments")).to_contain_text(
        "No moments are judged in this comparison, because there is no score."
    )
    expect(page.locator(".timeline")).to_contain_text("No count has a score")
    expect(page.locator(".readout")).to_contain_text("no score")
    expect(page.locator(".joints")).to_contain_text("No joint has a score.")
    expect(page.locator(".marker")).to_have_count(0)
    expect(page.locator(".bars .bar:not(.none)")).to_have_count(0)
    expect(page.locator(".figure .dot:not(.none)")).to_have_count(0)
    assert set(page.locator(".score-cell .number [aria-hidden]").all_inner_texts()) == {"–"}
    assert set(page.locator(".score-cell .number .hidden").all_inner_texts()) == {"No score"}
    page.goto(gateway.url)
    expect(page.locator(".recent .pill").first).to_contain_text("–")


def test_the_caption_names_only_what_is_there(page: Page, gateway: GatewayProcess, backends: FakeBackends) -> None:
    backends.report = sample_report()
    backends.report.ClearField("moments")
    backends.report.ClearField("feedback")
    _open(page, gateway)
    expect(page.locator(".timeline p").first).to_have_text("Score of every count")
    expect(page.locator(".moments")).to_contain_text("No moment stands out.")
    expect(page.locator(".feedback")).to_contain_text("No single thing stands out.")
    expect(page.locator(".feedback")).not_to_contain_text("Well danced")


@pytest.mark.parametrize(
    ("reason", "options", "button", "change"),
    [
        ("TAKE_SEEMS_MIRRORED", {"mirrored": False}, "Compare as a mirror image", {"mirrored": True}),
        ("TAKE_SEEMS_NOT_MIRRORED", {"mirrored": True}, "Compare as it was recorded", {"mirrored": False}),
        ("OUT_OF_STEP", {"align": "audio"}, "Line up by the movement", {"align": "motion"}),
    ],
)
def test_an_option_that_a_warning_names_is_tried_with_one_button(
    page: Page,
    gateway: GatewayProcess,
    backends: FakeBackends,
    reason: str,
    options: dict[str, Any],
    button: str,
    change: dict[str, Any],
) -> None:
    backends.report = unscored_report()
    backends.report.no_score_reason = backends.report.warnings[0].reason = reason
    given = {"model": "lite", "skeletons_only": True, "beats": {"bpm": 100, "first_beat_s": 0.5}} | options
    first = start_comparison(gateway, "teacher.mp4", "monday.mp4", **given)
    assert gateway.finished(first)["status"] == "succeeded"
    page.goto(f"{gateway.url}/comparisons/{first}")
    backends.report = sample_report()
    page.get_by_role("button", name=button).click()
    expect(page.locator(".score-number")).to_have_text("72")
    before, again = gateway.job(first), gateway.job(page.url.rsplit("/", 1)[1])
    same = ("reference_video_id", "take_video_id", "model", "skeletons_only", "beats", "align", "mirrored")
    assert {name: again[name] for name in same} == {name: before[name] for name in same} | change


def test_an_option_that_is_set_already_is_not_offered(
    page: Page, gateway: GatewayProcess, backends: FakeBackends
) -> None:
    backends.report = unscored_report()
    backends.report.no_score_reason = backends.report.warnings[0].reason = "OUT_OF_STEP"
    first = start_comparison(gateway, "teacher.mp4", "monday.mp4", align="motion")
    assert gateway.finished(first)["status"] == "succeeded"
    page.goto(f"{gateway.url}/comparisons/{first}")
    expect(page.locator(".notice.warning")).to_be_visible()
    expect(page.get_by_role("button", name="Line up by the movement")).to_have_count(0)


def test_an_option_that_cannot_be_tried_says_why(
    page: Page, gateway: GatewayProcess, backends: FakeBackends, complaints: list[str]
) -> None:
    backends.report = unscored_report()
    _open(page, gateway)
    page.route("**/v1/comparisons", lambda route: route.abort())
    page.get_by_role("button", name="Compare as a mirror image").click()
    expect(page.get_by_role("alert").filter(has_text="The server cannot be reached.")).to_be_visible()
    expect(page.get_by_role("button", name="Compare as a mirror image")).to_be_enabled()
    complaints.clear()  # the browser itself reports the failed request


def test_notes_on_the_recordings_stand_apart_from_warnings(
    page: Page, gateway: GatewayProcess, backends: FakeBackends
) -> None:
    backends.warnings = (
        ("DAMAGED_VIDEO", "3 frames cannot be decoded and were left out."),
        ("SEVERAL_PEOPLE", "Another can be chosen by a position: 0.72,0.51@12.3 is somebody else."),
    )
    _open(page, gateway)
    notes = page.get_by_role("region", name="About the recordings")
    expect(notes.get_by_role("heading", name="Reference, teacher.mp4")).to_be_visible()
    expect(notes.get_by_text("3 frames cannot be decoded and were left out.")).to_have_count(2)
    expect(notes).to_contain_text("72 % from the left and 51 % from the top, at 0:12.3, is somebody else.")
    expect(page.locator(".notice.warning")).not_to_contain_text("3 frames")
    expect(page.locator(".notice.warning")).to_contain_text("The feet are out of frame")


def test_a_lag_of_the_whole_take_is_named_beside_the_joints(
    page: Page, gateway: GatewayProcess, backends: FakeBackends
) -> None:
    backends.report = sample_report()
    backends.report.timing_ms = -100.0
    _open(page, gateway)
    expect(page.locator(".joint-view")).to_contain_text("The whole take is 100 ms early")


@pytest.mark.parametrize("place", ["upload", "report"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_scrolls_sideways(page: Page, gateway: GatewayProcess, width: int, place: str) -> None:
    name = "a_very_long_name_without_any_space_" * 3 + ".mp4"
    comparison = make_comparison(gateway, reference=name)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(gateway.url if place == "upload" else f"{gateway.url}/comparisons/{comparison}")
    expect(page.locator("#recent, #report")).to_be_visible()
    expect(page.get_by_text(name).locator("visible=true").first).to_be_visible()
    _expect_narrow(page, width)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_long_dance_does_not_widen_the_page(
    page: Page, gateway: GatewayProcess, backends: FakeBackends, width: int
) -> None:
    backends.report = sample_report(counts=300)
    page.set_viewport_size({"width": width, "height": 800})
    _open(page, gateway)
    expect(page.locator(".bars .bar")).to_have_count(300)
    _expect_narrow(page, width)


def test_a_long_dance_scrolls_its_timeline_with_the_playhead(
    page: Page, gateway: GatewayProcess, backends: FakeBackends
) -> None:
    backends.report = sample_report(counts=300)
    _open(page, gateway)
    page.keyboard.press("Shift+ArrowRight")
    _expect_time(page, _STARTS[8])
    page.wait_for_function(
        "() => { const one = document.querySelector('.timeline-scroll'); return one.scrollWidth > one.clientWidth; }"
    )
    page.locator("video").evaluate("video => { video.currentTime = 19; }")
    _expect_time(page, 19)
    page.wait_for_function(
        """() => {
          const [head, frame] = [".playhead", ".timeline-scroll"].map(
            (one) => document.querySelector(one).getBoundingClientRect());
          return frame.left <= head.left && head.left <= frame.right;
        }"""
    )
