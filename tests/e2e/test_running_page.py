"""A comparison's page before there is a report, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.jobs import new_content, start_comparison
from tests.e2e.test_upload_page import choose, compare
from tests.fakes.backends import FakeBackends
from tests.fakes.gateway_process import GatewayProcess

pytestmark = pytest.mark.browser


def test_progress_shows_frames_and_cancel_stops_it(page: Page, gateway: GatewayProcess, backends: FakeBackends) -> None:
    reference = new_content()
    extraction = gateway.client.post("/v1/extractions", json={"video_id": gateway.upload(reference)}).json()["id"]
    assert gateway.finished(extraction, "extractions")["status"] == "succeeded"
    backends.held.add("Extract")
    compare(page, gateway.url, reference=reference)
    running = page.locator("[data-step=extract_take]")
    expect(running).to_contain_text("60 of 120 frames")
    expect(running.locator("progress")).to_have_js_property("value", 0.5)
    expect(page.locator("[data-step=extract_reference]")).to_contain_text("already known")
    expect(page.locator("[data-step=render]")).to_contain_text("waiting")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="The comparison was cancelled")).to_be_visible()
    expect(running).to_contain_text("stopped")
    assert gateway.job(page.url.rsplit("/", 1)[1])["status"] == "cancelled"


def test_a_cancelled_comparison_starts_again_with_the_same_options(
    page: Page, gateway: GatewayProcess, backends: FakeBackends
) -> None:
    backends.held.add("Extract")
    options = {"model": "full", "mirrored": True, "align": "motion"}
    first = start_comparison(gateway, "a.mp4", "b.mp4", **options)
    gateway.cancel(first)
    assert gateway.finished(first)["status"] == "cancelled"
    backends.held.clear()
    page.goto(f"{gateway.url}/comparisons/{first}")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".score-number")).to_have_text("75")
    expect(page).to_have_url(re.compile(rf"/comparisons/(?!{first})\w+$"))
    again = gateway.job(page.url.rsplit("/", 1)[1])
    assert options.items() <= again.items()
    assert again["take_video_id"] == gateway.job(first)["take_video_id"]


def _break_off(route: Route) -> None:
    route.abort()


def _refuse(route: Route) -> None:
    route.fulfill(status=502, body="A proxy that lets no stream through.")


@pytest.mark.parametrize("fault", [_break_off, _refuse])
def test_without_a_stream_of_progress_the_report_still_comes(
    page: Page, url: str, complaints: list[str], fault: object
) -> None:
    page.route("**/events", fault)
    compare(page, url)
    expect(page.locator(".score-number")).to_have_text("75")
    complaints.clear()  # the browser itself reports the failed requests


def test_a_failure_says_why_and_what_to_do(page: Page, url: str, backends: FakeBackends) -> None:
    take = new_content()
    backends.empty.add(take)
    compare(page, url, take=take)
    expect(page.get_by_role("heading", name="The comparison failed")).to_be_visible()
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("No person was found")
    expect(notice).to_contain_text("whole dancer can be seen")
    expect(notice).to_contain_text("NO_PERSON")
    expect(page.get_by_role("link", name="Choose other videos")).to_be_visible()


def test_a_network_that_breaks_during_an_upload_is_explained(page: Page, url: str, complaints: list[str]) -> None:
    page.route("**/v1/videos", _break_off)
    compare(page, url)
    expect(page.locator("#reference-error")).to_contain_text("The upload was interrupted.")
    complaints.clear()  # the browser itself reports the failed request
    page.unroute("**/v1/videos")
    choose(page, "take", "take.mp4")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".score-number")).to_have_text("75")


def test_an_unknown_comparison_is_said_to_be_unknown(page: Page, url: str, complaints: list[str]) -> None:
    page.goto(f"{url}/comparisons/none")
    expect(page.get_by_role("heading", name="There is no such comparison")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("It may have been deleted.")
    complaints.clear()  # the browser itself reports the 404
