"""The upload page in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from tests.e2e.jobs import make_comparison, new_content, start_comparison
from tests.fakes.backends import NOT_A_VIDEO, FakeBackends
from tests.fakes.gateway_process import GatewayProcess

pytestmark = pytest.mark.browser


def choose(page: Page, field: str, name: str, content: bytes = b"") -> None:
    """Chooses a file in a field; its content is new unless it is given."""
    file = {"name": name, "mimeType": "video/mp4", "buffer": content or new_content(200_000)}
    page.set_input_files(f"#{field} input", file)


def compare(page: Page, url: str, *, reference: bytes = b"", take: bytes = b"", take_name: str = "take.mp4") -> None:
    """Sends two files and starts the comparison."""
    page.goto(url)
    choose(page, "reference", "reference.mp4", reference)
    choose(page, "take", take_name, take)
    page.get_by_role("button", name="Compare").click()


def _file_name(gateway: GatewayProcess, video_id: str) -> str:
    return str(gateway.client.get(f"/v1/videos/{video_id}").json()["file_name"])


def test_two_files_become_a_report(page: Page, gateway: GatewayProcess, posted: Callable[[str], list[Request]]) -> None:
    compare(page, gateway.url)
    expect(page.get_by_role("heading", name="How close is your take?")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/comparisons/\w+$"))
    expect(page.locator(".score-number")).to_have_text("75")
    (body,) = [request.post_data_json for request in posted("/v1/comparisons")]
    assert _file_name(gateway, body.pop("reference_video_id")) == "reference.mp4"
    assert _file_name(gateway, body.pop("take_video_id")) == "take.mp4"
    assert body == {"model": "heavy", "align": "auto", "mirrored": False, "skeletons_only": False}


def test_options_are_sent(page: Page, gateway: GatewayProcess) -> None:
    page.goto(gateway.url)
    choose(page, "reference", "reference.mp4")
    choose(page, "take", "take.mp4")
    page.get_by_label("Detail").select_option("lite")
    page.get_by_label("Line up by").select_option("motion")
    page.get_by_label("The take mirrors the reference").check()
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(re.compile(r"/comparisons/\w+$"))
    job = gateway.job(page.url.rsplit("/", 1)[1])
    assert {"model": "lite", "align": "motion", "mirrored": True}.items() <= job.items()


def test_bytes_sent_are_shown_while_a_file_travels(page: Page, url: str) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 100_000},
    )
    page.goto(url)
    choose(page, "reference", "reference.mp4", new_content(2_000_000))
    choose(page, "take", "take.mp4")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#reference")).to_contain_text(re.compile(r"\d.* of 2\.0 MB sent"))
    page.get_by_role("button", name="Cancel upload").click()
    expect(page.get_by_text("Upload cancelled.")).to_be_visible()
    expect(page.get_by_role("button", name="Compare")).to_be_enabled()


def test_a_refused_file_is_explained_at_its_field_and_the_other_is_not_sent_again(
    page: Page, url: str, complaints: list[str], posted: Callable[[str], list[Request]]
) -> None:
    compare(page, url, take=NOT_A_VIDEO, take_name="notes.mp4")
    error = page.locator("#take-error")
    expect(error).to_contain_text("is not a video")
    expect(error).to_contain_text("Choose a video file such as MP4")
    expect(error).to_contain_text("NOT_A_VIDEO")
    complaints.clear()  # the browser itself reports the 422
    choose(page, "take", "take.mp4")
    expect(error).to_be_hidden()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".score-number")).to_have_text("75")
    assert len(posted("/v1/videos")) == 3, "the reference, what was refused, and the take"


def test_a_missing_file_is_asked_for(page: Page, url: str, posted: Callable[[str], list[Request]]) -> None:
    page.goto(url)
    choose(page, "reference", "reference.mp4")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#take-error")).to_have_text("Choose a video first.")
    assert posted("/v1/videos") == []


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


def test_recent_comparisons_lead_to_their_reports(page: Page, gateway: GatewayProcess, backends: FakeBackends) -> None:
    make_comparison(gateway, "teacher.mp4", "monday.mp4")
    backends.held.add("Extract")
    cancelled = start_comparison(gateway, "teacher.mp4", "tuesday.mp4")
    gateway.cancel(cancelled)
    assert gateway.finished(cancelled)["status"] == "cancelled"
    page.goto(gateway.url)
    rows = page.locator(".recent li")
    expect(rows.nth(0)).to_contain_text("tuesday.mp4 against teacher.mp4")
    expect(rows.nth(0)).to_contain_text("cancelled")
    expect(rows.nth(1)).to_contain_text("monday.mp4 against teacher.mp4")
    rows.nth(1).get_by_role("link").click()
    expect(page.locator(".score-number")).to_have_text("75")


def test_a_file_name_with_markup_is_shown_as_text(page: Page, gateway: GatewayProcess) -> None:
    hostile = "<img src=x onerror=alert(1)>.mp4"
    page.on("dialog", lambda dialog: pytest.fail("the file name ran as script"))
    make_comparison(gateway, "teacher.mp4", hostile)
    page.goto(gateway.url)
    expect(page.locator(".recent b").first).to_have_text(hostile)
    page.locator(".recent a").first.click()
    expect(page.locator("[data-part=names] b").first).to_have_text(hostile)
    assert page.locator("main img").count() == 0


def test_upload_form_works_with_the_keyboard(page: Page, url: str, tmp_path: Path) -> None:
    clip = tmp_path / "clip with spaces é.mp4"
    clip.write_bytes(b"x" * 1000)
    page.on("filechooser", lambda _: None)  # registered now: on a busy machine later would be too late
    page.goto(url)
    page.get_by_role("link", name="Make a dance").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#reference input")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(clip)
    expect(page.locator("#reference .file-name")).to_have_text(clip.name)
