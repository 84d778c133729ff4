"""The report page in a real browser: the video follows the report, and the page can be used by everyone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.fake_gateway import FakeGateway
from tests.e2e.sample_report import VIDEO_START_S, sample_report

pytestmark = pytest.mark.browser

_STARTS = [entry["start_s"] - VIDEO_START_S for entry in sample_report()["timeline"]]
"""Where the counts start, in seconds of the video."""


@pytest.fixture
def report(page: Page, url: str, fake: FakeGateway) -> Page:
    """The page of a finished comparison, its video ready to play."""
    _open(page, url, fake)
    return page


def _open(page: Page, url: str, fake: FakeGateway) -> None:
    page.goto(f"{url}/comparisons/{fake.add_comparison('teacher.mp4', 'monday.mp4')}")
    expect(page.locator("video")).to_have_js_property("readyState", 4)


def _time(page: Page) -> float:
    return float(page.locator("video").evaluate("video => video.currentTime"))


def _wait(page: Page, holds: Callable[[], bool]) -> None:
    for _ in range(800):
        if holds():
            return
        page.wait_for_timeout(25)
    assert holds()


def _expect_time(page: Page, seconds: float) -> None:
    _wait(page, lambda: abs(_time(page) - seconds) < 0.03)


def _paused(page: Page) -> bool:
    return bool(page.locator("video").evaluate("video => video.paused"))


def _moment(page: Page, position: int) -> Locator:
    return page.locator(".moment-list button").nth(position)


def test_a_moment_plays_from_a_second_before_it_and_loops(report: Page) -> None:
    _moment(report, 0).click()
    start = 14.0 - 1.0 - VIDEO_START_S
    _wait(report, lambda: start <= _time(report) < start + 2.5 and not _paused(report))
    expect(_moment(report, 0)).to_have_attribute("aria-pressed", "true")
    report.locator("video").evaluate("(video, at) => { video.currentTime = at; }", 15.9 - VIDEO_START_S)
    _wait(report, lambda: _time(report) < start + 1.0)
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
    _wait(report, lambda: _STARTS[20] < _time(report) < _STARTS[21])
    expect(report.locator(".readout")).to_contain_text("Eight-count 3, count 2")
    expect(report.get_by_role("slider")).to_have_attribute("aria-valuetext", report.locator(".readout").inner_text())


def test_keys_play_step_by_count_and_end_the_loop(report: Page) -> None:
    report.keyboard.press("ArrowRight")
    _expect_time(report, _STARTS[0])
    report.keyboard.press("ArrowRight")
    _expect_time(report, _STARTS[1])
    report.keyboard.press("Shift+ArrowRight")
    _expect_time(report, _STARTS[9])
    report.keyboard.press("ArrowLeft")
    _expect_time(report, _STARTS[8])
    report.keyboard.press("Space")
    _wait(report, lambda: not _paused(report))
    report.keyboard.press("Space")
    _wait(report, lambda: _paused(report))
    _moment(report, 1).click()
    report.keyboard.press("Escape")
    expect(report.locator(".controls .loop")).to_be_hidden()


def test_space_on_a_button_presses_the_button_only(report: Page) -> None:
    report.get_by_role("button", name="0.5× speed").focus()
    report.keyboard.press("Space")
    expect(report.locator("video")).to_have_js_property("playbackRate", 0.5)
    expect(report.get_by_role("button", name="0.5× speed")).to_have_attribute("aria-pressed", "true")
    assert _paused(report)


def test_everything_of_the_report_is_shown(report: Page) -> None:
    expect(report.locator(".notice.warning")).to_contain_text("The feet are out of the picture")
    expect(report.locator(".alignment")).to_contain_text("The take starts 3.04 s after the reference.")
    expect(report.locator(".alignment")).to_contain_text("The take lost or gained time near 0:09.4;")
    row = report.locator(".joint-table tr", has_text="Left elbow")
    expect(row).to_contain_text("62")
    expect(row).to_contain_text("25 ms late")
    expect(report.locator(".joint-table tr", has_text="Left ankle")).to_contain_text("–")
    expect(report.locator(".bars .bar")).to_have_count(38)
    expect(report.locator(".download-list a")).to_have_count(4)


def test_without_a_beat_the_timeline_counts_seconds(page: Page, url: str, fake: FakeGateway) -> None:
    fake.report = sample_report(has_beat=False)
    _open(page, url, fake)
    expect(page.locator(".bars .tick").first).to_have_text("0:04")
    expect(page.locator(".bars .count")).to_have_count(0)


def test_a_report_without_a_video_key_starts_at_its_first_count(page: Page, url: str, fake: FakeGateway) -> None:
    del fake.report["video"]
    _open(page, url, fake)
    page.keyboard.press("ArrowRight")
    _expect_time(page, 0.5)


def test_an_empty_report_is_a_page_all_the_same(page: Page, url: str, fake: FakeGateway) -> None:
    fake.report |= {"score": None, "timeline": [], "moments": [], "feedback": [], "warnings": []}
    _open(page, url, fake)
    expect(page.locator(".score")).to_contain_text("no score")
    expect(page.locator(".moments")).to_contain_text("No moment stands out.")


@pytest.mark.parametrize("path", ["/", "/comparisons/c1"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_scrolls_sideways(page: Page, url: str, fake: FakeGateway, width: int, path: str) -> None:
    fake.add_comparison("a_very_long_name_without_any_space_" * 3 + ".mp4", "b.mp4")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(url + path)
    expect(page.locator("#recent, #report")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1280])
def test_a_long_dance_does_not_widen_the_page(page: Page, url: str, fake: FakeGateway, width: int) -> None:
    fake.report = sample_report(counts=300)
    page.set_viewport_size({"width": width, "height": 800})
    _open(page, url, fake)
    expect(page.locator(".bars .bar")).to_have_count(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_long_dance_scrolls_its_timeline_with_the_playhead(page: Page, url: str, fake: FakeGateway) -> None:
    fake.report = sample_report(counts=300)
    _open(page, url, fake)
    page.keyboard.press("Shift+ArrowRight")
    scroller = page.locator(".timeline-scroll")
    _wait(page, lambda: scroller.evaluate("one => one.scrollWidth > one.clientWidth"))
    page.locator("video").evaluate("video => { video.currentTime = 19; }")
    _wait(page, lambda: _is_within(page.locator(".playhead"), scroller))


def _is_within(inner: Locator, outer: Locator) -> bool:
    box, frame = inner.bounding_box(), outer.bounding_box()
    assert box
    assert frame
    return frame["x"] <= box["x"] <= frame["x"] + frame["width"]
