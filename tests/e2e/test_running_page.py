"""A comparison's page before there is a report, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.fake_gateway import FakeGateway
from tests.e2e.test_upload_page import _compare

pytestmark = pytest.mark.browser


def test_progress_shows_frames_and_cancel_stops_it(page: Page, url: str, fake: FakeGateway) -> None:
    fake.hold_at = "extract_take"
    _compare(page, url)
    running = page.locator("[data-step=extract_take]")
    expect(running).to_contain_text("30 of 60 frames")
    expect(running.locator("progress")).to_have_js_property("value", 0.5)
    expect(page.locator("[data-step=extract_reference]")).to_contain_text("already known")
    expect(page.locator("[data-step=render]")).to_contain_text("waiting")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="The comparison was cancelled")).to_be_visible()
    expect(running).to_contain_text("stopped")
    assert fake.comparisons["c1"]["status"] == "cancelled"


def test_a_cancelled_comparison_starts_again_with_the_same_options(page: Page, url: str, fake: FakeGateway) -> None:
    page.goto(f"{url}/comparisons/{fake.add_comparison('a.mp4', 'b.mp4', status='cancelled')}")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".score-number")).to_have_text("72")
    expect(page).to_have_url(re.compile(r"/comparisons/c2$"))
    assert {"model": "full", "mirrored": True, "align": "auto"}.items() <= fake.wanted[0].items()


def test_without_a_stream_of_progress_the_report_still_comes(
    page: Page, url: str, fake: FakeGateway, complaints: list[str]
) -> None:
    fake.refuse_events = True
    _compare(page, url)
    expect(page.locator(".score-number")).to_have_text("72")
    complaints.clear()  # the browser itself reports the 502


def test_a_failure_says_why_and_what_to_do(page: Page, url: str, fake: FakeGateway) -> None:
    fake.fail_at = "extract_take"
    _compare(page, url)
    expect(page.get_by_role("heading", name="The comparison failed")).to_be_visible()
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("No person was found in take.mp4.")
    expect(notice).to_contain_text("whole dancer can be seen")
    expect(notice).to_contain_text("NO_PERSON")
    expect(page.get_by_role("link", name="Choose other videos")).to_be_visible()


def test_an_unknown_comparison_is_said_to_be_unknown(page: Page, url: str, complaints: list[str]) -> None:
    page.goto(f"{url}/comparisons/none")
    expect(page.get_by_role("heading", name="There is no such comparison")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("There is no comparison none.")
    complaints.clear()  # the browser itself reports the 404
