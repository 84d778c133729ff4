"""The upload page in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.fake_gateway import FakeGateway

pytestmark = pytest.mark.browser


def _choose(page: Page, field: str, name: str, size_bytes: int = 200_000) -> None:
    page.set_input_files(f"#{field} input", {"name": name, "mimeType": "video/mp4", "buffer": b"x" * size_bytes})


def _compare(page: Page, url: str, take: str = "take.mp4") -> None:
    page.goto(url)
    _choose(page, "reference", "reference.mp4")
    _choose(page, "take", take)
    page.get_by_role("button", name="Compare").click()


def test_two_files_become_a_report(page: Page, url: str, fake: FakeGateway) -> None:
    _compare(page, url)
    expect(page.get_by_role("heading", name="How close is your take?")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/comparisons/c1$"))
    expect(page.locator(".score-number")).to_have_text("72")
    assert fake.wanted == [
        {
            "model": "heavy",
            "align": "auto",
            "mirrored": False,
            "skeletons_only": False,
            "reference_video_id": "v1",
            "take_video_id": "v2",
        }
    ]


def test_options_are_sent(page: Page, url: str, fake: FakeGateway) -> None:
    page.goto(url)
    _choose(page, "reference", "reference.mp4")
    _choose(page, "take", "take.mp4")
    page.get_by_label("Detail").select_option("lite")
    page.get_by_label("Line up by").select_option("motion")
    page.get_by_label("The take mirrors the reference").check()
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(re.compile(r"/comparisons/c1$"))
    assert {"model": "lite", "align": "motion", "mirrored": True}.items() <= fake.wanted[0].items()


def test_bytes_sent_are_shown_while_a_file_travels(page: Page, url: str) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000},
    )
    page.goto(url)
    _choose(page, "reference", "reference.mp4", size_bytes=2_000_000)
    _choose(page, "take", "take.mp4", size_bytes=2_000_000)
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#reference")).to_contain_text(re.compile(r"\d.* of 2\.0 MB sent"))
    page.get_by_role("button", name="Cancel upload").click()
    expect(page.get_by_text("Upload cancelled.")).to_be_visible()
    expect(page.get_by_role("button", name="Compare")).to_be_enabled()


def test_a_refused_file_is_explained_at_its_field_and_the_other_is_not_sent_again(
    page: Page, url: str, fake: FakeGateway, complaints: list[str]
) -> None:
    fake.refuse_names = ("notes.mp4",)
    _compare(page, url, take="notes.mp4")
    error = page.locator("#take-error")
    expect(error).to_contain_text("notes.mp4 is not a video.")
    expect(error).to_contain_text("Choose a video file such as MP4")
    expect(error).to_contain_text("NOT_A_VIDEO")
    complaints.clear()  # the browser itself reports the 422
    _choose(page, "take", "take.mp4")
    expect(error).to_be_hidden()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".score-number")).to_have_text("72")
    assert [video["file_name"] for video in fake.videos.values()] == ["reference.mp4", "take.mp4"]


def test_a_missing_file_is_asked_for(page: Page, url: str, fake: FakeGateway) -> None:
    page.goto(url)
    _choose(page, "reference", "reference.mp4")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#take-error")).to_have_text("Choose a video first.")
    assert fake.videos == {}


def test_a_dropped_file_is_taken(page: Page, url: str) -> None:
    page.goto(url)
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["x"], "dropped.mp4", { type: "video/mp4" }));
          const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true });
          document.querySelector("#take .drop").dispatchEvent(drop);
        }"""
    )
    expect(page.locator("#take .file-name")).to_have_text("dropped.mp4")


def test_recent_comparisons_lead_to_their_reports(page: Page, url: str, fake: FakeGateway) -> None:
    fake.add_comparison("teacher.mp4", "monday.mp4")
    fake.add_comparison("teacher.mp4", "tuesday.mp4", status="cancelled")
    page.goto(url)
    rows = page.locator(".recent li")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("tuesday.mp4 against teacher.mp4")
    expect(rows.nth(0)).to_contain_text("cancelled")
    rows.nth(1).get_by_role("link").click()
    expect(page.locator(".score-number")).to_have_text("72")


def test_a_file_name_with_markup_is_shown_as_text(page: Page, url: str, fake: FakeGateway) -> None:
    hostile = "<img src=x onerror=alert(1)>.mp4"
    page.on("dialog", lambda dialog: pytest.fail("the file name ran as script"))
    fake.add_comparison("teacher.mp4", hostile)
    page.goto(url)
    expect(page.locator(".recent b")).to_have_text(hostile)
    page.locator(".recent a").click()
    expect(page.locator("[data-part=names] b").first).to_have_text(hostile)
    assert page.locator("main img").count() == 0


def test_upload_form_works_with_the_keyboard(page: Page, url: str, tmp_path: Path) -> None:
    clip = tmp_path / "clip with spaces é.mp4"
    clip.write_bytes(b"x" * 1000)
    page.on("filechooser", lambda _: None)  # asked for now: on a busy machine later is too late
    page.goto(url)
    page.get_by_role("link", name="Make a dance").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#reference input")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(clip)
    expect(page.locator("#reference .file-name")).to_have_text(clip.name)
