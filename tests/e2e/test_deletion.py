"""Deleting from the pages: a dialog lists what goes and what stays, and then it is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.jobs import make_classification, make_comparison, make_dance, new_content
from tests.fakes.gateway_process import GatewayProcess

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _forgiving(page: Page, complaints: list[str]) -> Iterator[None]:
    """Let a page ask for files of what it has just deleted: a player may still be loading."""
    yield
    complaints[:] = [one for one in complaints if "404 (Not Found)" not in one]


def _status(gateway: GatewayProcess, path: str) -> int:
    return gateway.client.get(f"/v1/{path}").status_code


def _ask(page: Page, noun: str) -> Locator:
    """Opens the dialog and waits until it lists what goes."""
    page.get_by_role("button", name=f"Delete this {noun}").first.click()
    dialog = page.get_by_role("dialog", name=f"Delete this {noun}?")
    expect(dialog).to_contain_text(f"This deletes 1 {noun}")
    return dialog


def _confirm(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Delete", exact=True).click()


def test_a_comparison_goes_and_its_recordings_stay(page: Page, gateway: GatewayProcess) -> None:
    comparison = make_comparison(gateway)
    job = gateway.job(comparison)
    page.goto(f"{gateway.url}/comparisons/{comparison}")
    dialog = _ask(page, "comparison")
    expect(dialog).to_contain_text("2 extracted motions")
    _confirm(dialog)
    expect(page.get_by_role("heading", name="Compare two dances")).to_be_visible()
    assert _status(gateway, f"comparisons/{comparison}") == 404
    assert _status(gateway, f"videos/{job['take_video_id']}") == 200


def test_recordings_go_too_when_that_is_asked_for(page: Page, gateway: GatewayProcess) -> None:
    comparison = make_comparison(gateway)
    job = gateway.job(comparison)
    page.goto(f"{gateway.url}/comparisons/{comparison}")
    dialog = _ask(page, "comparison")
    dialog.get_by_label("Delete its recordings, too").check()
    expect(dialog).to_contain_text("2 uploaded recordings")
    _confirm(dialog)
    expect(page.get_by_role("heading", name="Compare two dances")).to_be_visible()
    for path in (f"comparisons/{comparison}", f"videos/{job['take_video_id']}", f"videos/{job['reference_video_id']}"):
        assert _status(gateway, path) == 404


def test_what_another_result_needs_is_kept_and_the_dialog_says_so(page: Page, gateway: GatewayProcess) -> None:
    videos = [gateway.upload(new_content(), name) for name in ("teacher.mp4", "monday.mp4", "tuesday.mp4")]
    first, second = (gateway.compare(videos[0], take) for take in videos[1:])
    for comparison in (first, second):
        assert gateway.finished(comparison)["status"] == "succeeded"
    page.goto(f"{gateway.url}/comparisons/{first}")
    dialog = _ask(page, "comparison")
    expect(dialog).to_contain_text(re.compile(r"1 extracted motion.* will be kept, because other results need"))
    _confirm(dialog)
    expect(page.get_by_role("heading", name="Compare two dances")).to_be_visible()
    assert gateway.client.get(f"/v1/comparisons/{second}/motions/reference.npz").status_code == 200


def test_nothing_is_deleted_without_a_yes(page: Page, gateway: GatewayProcess) -> None:
    comparison = make_comparison(gateway)
    page.goto(f"{gateway.url}/comparisons/{comparison}")
    dialog = _ask(page, "comparison")
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog).to_be_hidden()
    assert _status(gateway, f"comparisons/{comparison}") == 200


def test_a_row_of_the_recent_ones_is_deleted(page: Page, gateway: GatewayProcess) -> None:
    name = f"{new_content(16).hex()}.mp4"
    comparison = make_comparison(gateway, take=name)
    page.goto(gateway.url)
    row = page.locator(".recent li", has_text=name)
    expect(row).to_be_visible()
    row.get_by_role("button", name="Delete this comparison").click()
    _confirm(page.get_by_role("dialog"))
    expect(row).to_have_count(0)
    assert _status(gateway, f"comparisons/{comparison}") == 404


def test_a_classification_and_a_dance_are_deleted_from_their_pages(page: Page, gateway: GatewayProcess) -> None:
    classification = make_classification(gateway, video_id=gateway.upload(new_content()))
    dance = make_dance(gateway, gateway.upload(new_content(), "song.mp3"), formats=["npz"])
    for noun, path, home in (
        ("classification", f"classifications/{classification}", "/styles"),
        ("dance", f"dances/{dance}", "/choreography"),
    ):
        page.goto(f"{gateway.url}/{path}")
        expect(page.locator("#classification .no-video, #dance .no-stage")).to_be_visible()  # everything was asked for
        _confirm(_ask(page, noun))
        expect(page).to_have_url(f"{gateway.url}{home}")
        assert _status(gateway, path) == 404


def test_a_deletion_that_fails_says_why(page: Page, gateway: GatewayProcess, complaints: list[str]) -> None:
    comparison = make_comparison(gateway)
    page.goto(f"{gateway.url}/comparisons/{comparison}")
    dialog = _ask(page, "comparison")
    page.route(f"**/v1/comparisons/{comparison}", lambda route: route.abort())
    _confirm(dialog)
    expect(dialog.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    complaints.clear()  # the browser itself reports the failed request
