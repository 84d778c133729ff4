"""Styles of one's own on the page `/styles`: added from a few clips, used, and deleted."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.e2e.jobs import make_classification, new_content
from tests.e2e.sample_classification import sample_classification, sample_models
from tests.e2e.sample_report import VIDEO_DURATION_S
from tests.fakes.backends import NOT_A_VIDEO, FakeBackends
from tests.fakes.gateway_process import GatewayProcess

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _services(backends: FakeBackends) -> None:
    backends.classifier.models = sample_models()
    backends.classifier.classification = sample_classification(VIDEO_DURATION_S)


@pytest.fixture
def form(page: Page, url: str) -> Page:
    """The page with its form open."""
    page.goto(f"{url}/styles")
    page.get_by_text("Add a style", exact=True).click()
    return page


def _clip(name: str, content: bytes = b"") -> dict[str, Any]:
    return {"name": name, "mimeType": "video/mp4", "buffer": content or new_content()}


def _choose(page: Page, *clips: dict[str, Any]) -> None:
    page.set_input_files("#add-style input[type=file]", list(clips))


def _add(page: Page, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Add the style").click()


def test_a_style_is_added_chosen_as_the_model_and_deleted(
    form: Page, gateway: GatewayProcess, posted: Callable[[str], list[Request]]
) -> None:
    page = form
    _choose(page, _clip("one.mp4"), _clip("two.mp4"))
    _choose(page, _clip("three.mp4"))
    expect(page.locator(".clips li")).to_have_count(3)
    _add(page, "Our  Sóló")
    expect(page.locator("#add-style [data-part=status]")).to_contain_text("“Our Solo” was added")
    (body,) = [request.post_data_json for request in posted("/v1/style-additions")]
    assert (body["name"], len(body["video_ids"])) == ("Our_Solo", 3)
    expect(page.locator("#style-model")).to_have_value("few-shot")
    expect(page.locator("#style-model option:checked")).to_have_text("Your own styles")
    expect(page.locator(".models")).to_contain_text("each added from a few clips")
    expect(page.locator(".clips li")).to_have_count(0)
    page.get_by_role("button", name="Delete this style “Our Solo”").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This deletes 1 style, 1 style addition")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".own-styles")).not_to_contain_text("Our Solo")
    expect(page.locator("#style-model")).to_have_value("")
    assert gateway.client.get("/v1/styles").json()["items"] == []


def test_no_word_of_the_machinery_is_on_the_page(form: Page) -> None:
    page = form
    _choose(page, _clip("one.mp4"), _clip("two.mp4"))
    _add(page, "solo")
    expect(page.locator(".own-styles")).to_contain_text("Solo")
    words = page.locator("body").inner_text().lower()
    assert "few-shot" not in words
    assert "seed" not in words


def test_steps_are_shown_while_it_works_also_after_a_reload(form: Page, backends: FakeBackends) -> None:
    page = form
    backends.held.add("Extract")
    _choose(page, _clip("one.mp4"), _clip("two.mp4"))
    _add(page, "solo")
    expect(page.locator("#add-style [data-step=extract]")).to_contain_text("0 of 2")
    page.reload()
    expect(page.locator("#add-style [data-step=extract]")).to_contain_text("Follow the dancers")
    expect(page.get_by_role("button", name="Add the style")).to_be_disabled()
    backends.held.clear()
    expect(page.locator(".own-styles")).to_contain_text("Solo")
    expect(page.get_by_role("button", name="Add the style")).to_be_enabled()


def test_an_addition_can_be_cancelled_and_nothing_is_lost(form: Page, backends: FakeBackends) -> None:
    page = form
    backends.held.add("Extract")
    _choose(page, _clip("one.mp4"), _clip("two.mp4"))
    _add(page, "solo")
    expect(page.locator("#add-style [data-step=extract]")).to_contain_text("0 of 2")
    page.locator("#add-style").get_by_role("button", name="Cancel").click()
    expect(page.locator("#add-style [data-part=status]")).to_have_text("Cancelled; nothing was added.")
    expect(page.get_by_label("Name", exact=True)).to_have_value("solo")
    expect(page.locator(".clips li")).to_have_count(2)


def test_too_few_clips_and_no_name_are_said_at_their_fields(form: Page, posted: Callable[[str], list[Request]]) -> None:
    page = form
    _choose(page, _clip("one.mp4"))
    _add(page, "")
    expect(page.locator("#clips-error")).to_have_text("Choose at least 2 clips of the style; five are better.")
    expect(page.locator("#style-name-error")).to_contain_text("Give the style a name")
    _add(page, "not a dance")
    expect(page.locator("#style-name-error")).to_contain_text("Choose another one")
    assert posted("/v1/style-additions") == []


def test_the_same_clip_counts_once_and_can_be_taken_out(form: Page) -> None:
    page = form
    clips = [_clip("one.mp4"), _clip("two.mp4")]
    _choose(page, *clips)
    page.get_by_role("button", name="Take one.mp4 out").click()
    expect(page.locator(".clips li")).to_have_text(["two.mp42 kBTake out"])


def test_a_name_that_is_there_is_replaced_only_when_that_is_said(form: Page, gateway: GatewayProcess) -> None:
    page = form
    _choose(page, _clip("one.mp4"), _clip("two.mp4"))
    _add(page, "House")
    expect(page.locator(".own-styles")).to_contain_text("House")
    _choose(page, _clip("three.mp4"), _clip("four.mp4"))
    _add(page, "house")
    expect(page.locator("#style-name-error")).to_contain_text("There is a style “House” already")
    expect(page.locator(".clips li")).to_have_count(2)
    page.get_by_label("Replace the style that has this name").check()
    page.get_by_role("button", name="Add the style").click()
    expect(page.locator("#add-style [data-part=status]")).to_contain_text("“House” was added")
    assert [item["name"] for item in gateway.client.get("/v1/styles").json()["items"]] == ["House"]


def test_a_clip_without_a_dancer_is_named_and_the_rest_is_kept(form: Page, backends: FakeBackends) -> None:
    page = form
    empty = new_content()
    backends.empty.add(empty)
    _choose(page, _clip("one.mp4"), _clip("empty room.mp4", empty))
    _add(page, "solo")
    problem = page.locator("#add-style [data-part=problem]")
    expect(problem).to_contain_text("left out: empty room.mp4: no person")
    expect(problem).to_contain_text("what you chose is still there")
    expect(page.get_by_label("Name", exact=True)).to_have_value("solo")
    _choose(page, _clip("two.mp4"))
    page.get_by_role("button", name="Add the style").click()
    expect(page.locator("#add-style [data-part=steps]")).to_contain_text("empty room.mp4: no person")
    expect(page.locator(".own-styles")).to_contain_text("Solo")


def test_a_file_that_is_no_video_says_so_in_its_row_and_the_others_are_sent_once(
    form: Page, posted: Callable[[str], list[Request]], complaints: list[str]
) -> None:
    page = form
    _choose(page, _clip("notes.mp4", NOT_A_VIDEO + uuid.uuid4().bytes), _clip("one.mp4"), _clip("two.mp4"))
    _add(page, "solo")
    expect(page.locator(".clips .failed")).to_contain_text("The file is not a video that can be read")
    expect(page.locator("#clips-error")).to_contain_text("Some clips could not be sent")
    complaints.clear()  # the browser itself reports the refused upload
    page.get_by_role("button", name="Take notes.mp4 out").click()
    page.get_by_role("button", name="Add the style").click()
    expect(page.locator(".own-styles")).to_contain_text("Solo")
    assert len(posted("/v1/videos")) == 3


def test_recordings_uploaded_before_can_be_its_clips(page: Page, gateway: GatewayProcess) -> None:
    names = [f"{new_content(16).hex()}.mp4" for _ in range(2)]
    videos = [gateway.upload(new_content(), name) for name in names]
    for video in videos:
        make_classification(gateway, video_id=video)
    page.goto(f"{gateway.url}/styles")
    page.get_by_text("Add a style", exact=True).click()
    for name in names:
        page.locator(".known-clips select").select_option(name)
    _add(page, "solo")
    expect(page.locator(".own-styles")).to_contain_text("Solo")
    latest = gateway.client.get("/v1/style-additions?limit=1").json()["items"][0]
    assert latest["video_ids"] == videos
