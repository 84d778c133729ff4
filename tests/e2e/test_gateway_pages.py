"""Journeys over several pages, from a file that is sent to what comes of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from eightcount.generator.v1 import generator_pb2
from eightcount.sync.v1 import sync_pb2
from tests.e2e.jobs import new_content
from tests.fakes.backends import NOT_A_VIDEO, FakeBackends
from tests.fakes.generator import dance_model

pytestmark = pytest.mark.browser


def _compare(page: Page, url: str, take: bytes) -> None:
    page.goto(url)
    for field, content in (("reference", new_content()), ("take", take)):
        file = FilePayload(name=f"{field}.mp4", mimeType="video/mp4", buffer=content)
        page.set_input_files(f"#{field} input", file)
    page.get_by_role("button", name="Compare").click()


def test_an_upload_becomes_a_report(page: Page, url: str) -> None:
    _compare(page, url, new_content())
    expect(page.locator(".score-number")).to_have_text("75")
    expect(page.locator(".moment-list")).to_contain_text("Left elbow bent too much")
    expect(page.locator(".alignment")).to_contain_text("The take starts 1.50 s after the reference.")
    page.goto(url)
    expect(page.locator(".recent li").first).to_contain_text("take.mp4 against reference.mp4")
    expect(page.locator(".recent .pill").first).to_contain_text("75")


def test_a_long_extraction_shows_its_frames_and_can_be_cancelled(page: Page, url: str, backends: FakeBackends) -> None:
    backends.frames, backends.seconds_per_chunk = 30_000, 0.2
    _compare(page, url, new_content())
    expect(page.locator("[data-step=extract_take]")).to_contain_text(re.compile(r"[1-9]\d* of 30000 frames"))
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="The comparison was cancelled")).to_be_visible()


def test_a_file_that_is_no_video_is_explained(page: Page, url: str, complaints: list[str]) -> None:
    _compare(page, url, NOT_A_VIDEO)
    expect(page.get_by_text("Choose a video file such as MP4")).to_be_visible()
    expect(page.get_by_text("NOT_A_VIDEO")).to_be_visible()
    complaints.clear()  # the browser itself reports a refused upload


def test_a_video_that_cannot_be_played_is_said_to_be_so(page: Page, url: str) -> None:
    _compare(page, url, new_content())  # the fake backends render no real video
    expect(page.locator(".screen")).to_contain_text("cannot be played here")


def test_a_recording_becomes_a_style(page: Page, url: str) -> None:
    page.goto(f"{url}/styles")
    file = FilePayload(name="dance.mp4", mimeType="video/mp4", buffer=new_content())
    page.set_input_files("#recording input", file)
    page.get_by_role("button", name="Classify").click()
    expect(page.get_by_role("heading", name="Hip hop")).to_be_visible()
    expect(page.locator("[data-part=certainty]")).to_have_text("85 % · sure")
    expect(page.locator(".screen")).to_contain_text("cannot be played here")
    page.get_by_role("link", name="About the models").click()
    expect(page.locator(".models")).to_contain_text("starter")
    expect(page.locator(".recent li").first).to_contain_text("dance.mp4")


def _dance(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("link", name="Make a dance").click()
    page.set_input_files("#music input", FilePayload(name="song.mp3", mimeType="audio/mpeg", buffer=new_content()))


def test_a_song_becomes_a_dance_with_files_to_take_away(page: Page, url: str, backends: FakeBackends) -> None:
    _dance(page, url)
    page.get_by_label("Style").select_option("Salsa")
    page.get_by_label("Energy").select_option("Wilder")
    page.get_by_label("Seed").fill("7")
    page.get_by_label("Swap left and right").check()
    page.get_by_role("button", name="Make a dance").click()
    expect(page.get_by_role("heading", name="A dance of 4.0 s")).to_be_visible()
    expect(page.locator("[data-part=message]")).to_have_text("Model mine/0a1b · seed 7 · salsa")
    expect(page.locator(".screen")).to_contain_text("cannot be played here")  # the fake writes no real video
    expect(page.locator("[data-part=sources]")).to_contain_text("salsa/a.mp4")
    expect(page.locator("[data-part=files] a")).to_have_count(5)
    names = [link.get_attribute("download") for link in page.locator("[data-part=files] a").all()]
    assert names == ["song.mp4", "song.bvh", "song.glb", "song.npz", "song.dance.json"]
    (request,) = backends.generator.asked(generator_pb2.GenerateRequest)
    assert (request.style, request.seed, request.energy, request.mirrored) == ("salsa", 7, 0.5, True)
    page.goto(f"{url}/choreography")
    expect(page.locator(".recent li").first).to_contain_text("song.mp3")


def test_music_without_a_beat_is_explained(page: Page, url: str, backends: FakeBackends) -> None:
    backends.music = sync_pb2.Music(has_beat=False, reason="NO_STEADY_BEAT")
    _dance(page, url)
    page.get_by_role("button", name="Make a dance").click()
    expect(page.get_by_role("heading", name="The dance could not be generated")).to_be_visible()
    expect(page.get_by_text("Choose music with a steady beat")).to_be_visible()


def test_a_dance_can_be_cancelled_while_it_is_made(page: Page, url: str, backends: FakeBackends) -> None:
    backends.generator.seconds_per_step = 0.5
    backends.generator.frames = 30_000
    _dance(page, url)
    page.get_by_role("button", name="Make a dance").click()
    expect(page.locator("[data-step=generate]")).to_contain_text(re.compile(r"[1-9]\d* of 30000 frames"))
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="The dance was cancelled")).to_be_visible()


def test_without_a_model_the_page_says_how_to_make_one(page: Page, url: str, backends: FakeBackends) -> None:
    backends.generator.models = []
    page.goto(f"{url}/choreography")
    expect(page.get_by_role("alert").filter(has_text="eightcount train dance")).to_be_visible()


def _made_dance(page: Page, url: str) -> str:
    """Path of the page of a dance that is done and shown."""
    _dance(page, url)
    page.get_by_role("button", name="Make a dance").click()
    expect(page.get_by_role("heading", name="Change this dance")).to_be_visible()
    return page.url.removeprefix(url)


def test_a_dance_is_changed_and_leads_back_to_where_it_came_from(page: Page, url: str, backends: FakeBackends) -> None:
    backends.generator.models = [dance_model(), dance_model("poses", family="diffusion", supports_constraints=True)]
    path = _made_dance(page, url)
    change = page.locator("[data-part=change]")
    expect(change.get_by_label("Seed")).to_have_value("1")
    change.get_by_label("Energy").select_option("Wilder")
    change.get_by_label("Keep throughout").select_option("The legs and the path across the floor")
    change.get_by_label("Remake from").fill("1")
    change.get_by_label("to (s)").fill("3")
    change.get_by_role("button", name="Pass through the pose shown now").click()
    change.get_by_label("Seconds in the new dance").fill("2.5")
    change.get_by_role("button", name="Make the changed dance").click()
    link = page.get_by_role("link", name="changed from another dance")
    expect(link).to_have_attribute("href", path)
    request = backends.generator.asked(generator_pb2.GenerateRequest)[-1]
    assert (request.model.name, request.seed, request.energy, request.duration_seconds) == ("poses", 1, 0.5, 4.0)
    assert (request.edit.keep, request.edit.range.start_seconds, request.edit.range.end_seconds) == (
        [generator_pb2.BODY_PART_LEGS], 1.0, 3.0
    )  # fmt: skip
    assert request.edit.dance_uri.endswith(f"{path}/dance.bin")
    assert [(key.seconds, key.dance_frame.uri) for key in request.key_poses] == [(2.5, request.edit.dance_uri)]


def test_what_a_model_cannot_do_is_disabled_with_the_reason(page: Page, url: str, backends: FakeBackends) -> None:
    backends.generator.models = [dance_model("joins"), dance_model("poses", supports_constraints=True)]
    _made_dance(page, url)
    change = page.locator("[data-part=change]")
    expect(change.get_by_label("Keep throughout")).to_be_enabled()
    change.locator("[data-change=model]").select_option("joins (graph)")
    expect(change.get_by_label("Keep throughout")).to_be_disabled()
    expect(change.get_by_role("note")).to_have_text(
        "The model joins can neither keep parts of a dance nor pass through poses. Choose poses for that."
    )
    change.get_by_role("button", name="Make the changed dance").click()
    expect(page.get_by_text("Model joins/0a1b · seed 1")).to_be_visible()
    assert not backends.generator.asked(generator_pb2.GenerateRequest)[-1].HasField("edit")
