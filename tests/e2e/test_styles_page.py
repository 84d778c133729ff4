"""The page that asks for a style, and the page of an answer, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.fake_gateway import FakeGateway

pytestmark = pytest.mark.browser


def _answer(page: Page, url: str, fake: FakeGateway, **changes: object) -> None:
    fake.result.update(changes)
    job = fake.add_classification(fake.add_video("practice.mp4"))
    page.goto(f"{url}/classifications/{job['id']}")


def test_a_recording_that_is_sent_becomes_an_answer(page: Page, url: str, fake: FakeGateway) -> None:
    page.goto(url)
    page.get_by_role("link", name="What dance is this?").click()
    page.set_input_files("#recording input", {"name": "a.mp4", "mimeType": "video/mp4", "buffer": b"x" * 1000})
    page.locator("#style-model").select_option("our-studio")
    page.get_by_label("Detail").select_option("lite")
    page.get_by_role("button", name="Tell the style").click()
    expect(page).to_have_url(re.compile(r"/classifications/k1$"))
    expect(page.get_by_role("heading", name="Hip hop")).to_be_visible()
    assert fake.wanted == [{"video_id": "v1", "model": "lite", "style_model": "our-studio"}]


def test_a_recording_sent_before_can_be_asked_about(page: Page, url: str, fake: FakeGateway) -> None:
    fake.add_comparison("teacher.mp4", "monday.mp4")
    page.goto(f"{url}/styles")
    page.get_by_label("Or one sent before").select_option("teacher.mp4")
    page.get_by_role("button", name="Tell the style").click()
    expect(page.get_by_role("heading", name="Hip hop")).to_be_visible()
    assert fake.wanted[0]["video_id"] == "v1"


def test_one_of_several_people_is_pointed_at(page: Page, url: str, fake: FakeGateway, video: Path) -> None:
    page.goto(f"{url}/styles")
    page.set_input_files("#recording input", video)
    page.get_by_text("Several people in the picture?").click()
    expect(page.locator("#dancer video")).to_have_js_property("readyState", 4)
    page.get_by_label("At second").fill("0.5")
    box = page.locator(".point").bounding_box()
    assert box is not None
    page.locator(".point").click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    expect(page.locator(".point .mark")).to_be_visible()
    page.get_by_role("button", name="Tell the style").click()
    expect(page).to_have_url(re.compile(r"/classifications/k1$"))
    dancer = fake.wanted[0]["dancer"]
    assert (dancer["x"], dancer["y"]) == (pytest.approx(0.25, abs=0.01), pytest.approx(0.75, abs=0.01))
    assert dancer["at_seconds"] == 0.5


def test_another_recording_forgets_who_was_pointed_at(page: Page, url: str, fake: FakeGateway) -> None:
    page.goto(f"{url}/styles")
    expect(page.get_by_text("Several people in the picture?")).to_be_hidden()
    for name in ("a.mp4", "b.mp4"):
        page.set_input_files("#recording input", {"name": name, "mimeType": "video/mp4", "buffer": b"x" * 1000})
        if name == "a.mp4":
            page.get_by_text("Several people in the picture?").click()
            page.get_by_label("From the left, %").fill("20")
            page.get_by_label("From the top, %").fill("50")
            expect(page.get_by_text("This browser cannot show the recording")).to_be_visible()
    page.get_by_role("button", name="Tell the style").click()
    expect(page).to_have_url(re.compile(r"/classifications/k1$"))
    assert "dancer" not in fake.wanted[0]


def test_without_a_recording_one_is_asked_for(page: Page, url: str, fake: FakeGateway) -> None:
    page.goto(f"{url}/styles")
    page.get_by_role("button", name="Tell the style").click()
    expect(page.locator("#recording-error")).to_have_text("Choose a video first.")
    assert fake.wanted == []


def test_verdict_and_certainty_are_told_in_words(page: Page, url: str, fake: FakeGateway) -> None:
    _answer(page, url, fake)
    expect(page.locator("[data-part=certainty]")).to_have_text("60 % · fairly sure")
    expect(page.locator("[data-part=names]")).to_have_text("practice.mp4")
    expect(page.locator("[data-style=hip_hop]")).to_contain_text("60 %")
    assert page.locator(".lane-names li").first.text_content() == "Looks like"
    assert page.locator("[data-style]").last.get_attribute("data-style") == "not_a_dance"


@pytest.mark.parametrize(
    ("verdict", "heading"),
    [
        ("unknown", "A dance, but none this model knows"),
        ("not_a_dance", "Not a dance"),
        ("not_seen", "Too little was seen to tell"),
    ],
)
def test_what_is_no_style_has_words_of_its_own(
    page: Page, url: str, fake: FakeGateway, verdict: str, heading: str
) -> None:
    _answer(page, url, fake, verdict=verdict, style="")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()


def test_unknown_not_a_dance_and_not_seen_are_drawn_distinctly(page: Page, url: str, fake: FakeGateway) -> None:
    _answer(page, url, fake)
    expect(page.locator(".verdict.style").first).to_be_attached()
    fills = {
        kind: page.locator(f"rect.verdict.{kind}").first.evaluate("rect => getComputedStyle(rect).fill")
        for kind in ("unknown", "not-a-dance", "not-seen", "style")
    }
    assert len(set(fills.values())) == 4
    assert page.locator("rect.unseen").count() == 1
    assert page.locator("rect.verdict").count() == 6, "neighbours that look alike are one"


def test_a_click_seeks_and_tells_what_is_there(page: Page, url: str, fake: FakeGateway) -> None:
    _answer(page, url, fake)
    slider = page.get_by_role("slider")
    box = slider.bounding_box()
    assert box is not None
    slider.click(position={"x": box["width"] * 0.75, "y": 100})
    expect(page.locator(".readout")).to_contain_text("House")
    page.wait_for_function("Math.abs(document.querySelector('video').currentTime - 15) < 0.3")
    expect(slider).to_have_attribute("aria-valuenow", re.compile(r"^1[45]\.\d"))
    expect(slider).to_have_attribute("aria-valuetext", re.compile("House"))


def test_the_values_under_the_mouse_are_shown_until_it_leaves(page: Page, url: str, fake: FakeGateway) -> None:
    _answer(page, url, fake)
    readout = page.locator(".readout")
    expect(readout).to_contain_text("Hip hop")
    box = page.get_by_role("slider").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 50)
    expect(readout).to_contain_text(re.compile(r"House · house \d+ %"))
    page.mouse.move(box["x"], box["y"] - 100)
    expect(readout).to_contain_text("0:00.0 to 0:02.0 · Hip hop")


def test_arrows_move_from_stretch_to_stretch(page: Page, url: str, fake: FakeGateway) -> None:
    _answer(page, url, fake)
    expect(page.locator(".readout")).to_contain_text("0:00.0 to")
    page.wait_for_function("document.querySelector('video').readyState >= 1")
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".readout")).to_contain_text("0:01.0 to 0:03.0")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".readout")).to_contain_text("0:09.0 to 0:11.0")


def test_a_running_classification_shows_its_steps_and_can_be_cancelled(page: Page, url: str, fake: FakeGateway) -> None:
    fake.hold_at = "extract"
    _answer(page, url, fake)
    expect(page.locator("[data-step=extract]")).to_contain_text("Following the dancer")
    expect(page.locator("[data-step=extract]")).to_contain_text("30 of 60 frames")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="The work was cancelled")).to_be_visible()
    fake.hold_at = ""
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Hip hop")).to_be_visible()


def test_a_motion_without_a_picture_is_shown_along_its_time(page: Page, url: str, fake: FakeGateway) -> None:
    motion = fake.add_video("take.bvh")
    fake.videos[motion]["content_deleted"] = True
    job = fake.add_classification("")
    job["motion_id"] = motion
    page.goto(f"{url}/classifications/{job['id']}")
    expect(page.locator(".screen")).to_contain_text("Only the motion is kept")
    expect(page.locator("[data-part=names]")).to_have_text("take.bvh")
    expect(page.locator(".controls")).to_be_hidden()
    slider = page.get_by_role("slider")
    box = slider.bounding_box()
    assert box is not None
    slider.click(position={"x": box["width"] * 0.8, "y": 100})
    expect(page.locator(".readout")).to_contain_text("House")


def test_a_model_card_is_shown_as_text(page: Page, url: str) -> None:
    page.on("dialog", lambda dialog: pytest.fail("the card ran as script"))
    page.goto(f"{url}/styles")
    models = page.locator(".models > li")
    expect(models).to_have_count(2)
    expect(models.first).to_contain_text("87 % of recordings kept apart, see its card")
    expect(models.last).to_contain_text("accuracy not measured")
    models.first.get_by_text("Model card").click()
    expect(models.first.locator(".card")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("main img").count() == 0
    models.last.get_by_text("Model card").click()
    expect(models.last.locator(".card")).to_have_text("This model has no card.")


def test_recent_answers_lead_to_their_pages(page: Page, url: str, fake: FakeGateway) -> None:
    fake.add_classification(fake.add_video("<img src=x>.mp4"))
    page.goto(f"{url}/styles")
    expect(page.locator(".recent b")).to_have_text("<img src=x>.mp4")
    page.locator(".recent a").click()
    expect(page.get_by_role("heading", name="Hip hop")).to_be_visible()


def test_a_classification_that_is_not_there_is_said_to_be_so(page: Page, url: str, complaints: list[str]) -> None:
    page.goto(f"{url}/classifications/none")
    expect(page.get_by_role("heading", name="There is no such classification")).to_be_visible()
    complaints.clear()  # the browser itself reports the 404


@pytest.mark.parametrize("path", ["/styles", "/classifications/k1"])
def test_on_a_phone_nothing_is_wider_than_the_page(page: Page, url: str, fake: FakeGateway, path: str) -> None:
    fake.add_classification(fake.add_video("practice.mp4"))
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{url}{path}")
    expect(page.get_by_role("heading").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
