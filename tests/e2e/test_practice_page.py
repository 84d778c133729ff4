"""One dance is practised without a take: the player of the report, alone with a recording."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from eightcount_common.errors import UnusableMediaError
from tests.e2e.jobs import new_content
from tests.e2e.test_practice_player import expect_frame
from tests.e2e.time_code import FRAMES_PER_SECOND, write_time_code
from tests.fakes.backends import FakeBackends
from tests.fakes.gateway_process import GatewayProcess

pytestmark = pytest.mark.browser
_SECONDS = 12.0


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("preview") / "code.mp4"
    write_time_code(path, seconds=_SECONDS)
    return path.read_bytes()


@pytest.fixture
def dance(gateway: GatewayProcess, backends: FakeBackends, preview: bytes) -> str:
    """Id of a dance whose preview a browser plays."""
    backends.preview, backends.frames = preview, round(_SECONDS * FRAMES_PER_SECOND)
    return gateway.upload(new_content(), "dance.mov")


@pytest.fixture
def room(page: Page, url: str, dance: str) -> Page:
    page.goto(f"{url}/practice?video={dance}")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    return page


def test_a_dance_from_the_first_page_to_a_loop_in_slow_motion(page: Page, url: str, dance: str, backends: FakeBackends):
    page.goto(f"{url}/")
    page.get_by_role("link", name="Practise a dance").click()
    page.locator("#dance input[type=file]").set_input_files(
        {"name": "mine.mp4", "mimeType": "video/mp4", "buffer": new_content()}
    )
    page.get_by_role("button", name="Practise", exact=True).click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert "video=" in page.url
    page.get_by_role("button", name="0.5× speed").click()
    page.get_by_role("button", name="Loop this eight-count").click()
    expect(page.locator("video")).to_have_js_property("paused", value=False)
    expect(page.locator("video")).to_have_js_property("playbackRate", value=0.5)
    expect(page.locator(".stage-pair .count")).to_have_text("1")
    expect(page).to_have_url(re.compile("speed=0.5.*loop="))


def test_what_is_practised_survives_a_reload(room: Page):
    room.get_by_role("button", name="Mirror").click()
    room.get_by_role("button", name="0.25× speed").click()
    expect(room).to_have_url(re.compile("mirror=1.*speed=0.25"))
    room.reload()
    expect(room.locator(".stage-pair")).to_have_class("stage-pair mirrored")
    expect(room.locator("video")).to_have_js_property("playbackRate", value=0.25)


def test_there_is_nothing_to_compare_with(room: Page):
    for name in ("Ghost", "Overlay", "Sound of the take"):
        expect(room.get_by_role("button", name=name)).to_have_count(0)
    room.keyboard.press("v")
    expect(room.locator(".stage-pair")).to_have_attribute("data-view", "side")
    for name in ("Skeletons", "Forward one frame", "Full screen", "Save image"):
        expect(room.get_by_role("button", name=name)).to_be_visible()


def test_frames_are_stepped_through(room: Page):
    video = room.locator("video")
    expect_frame(room, video, 0)
    for number in (1, 2, 3):
        room.keyboard.press(".")
        expect_frame(room, video, number)
    room.keyboard.press(",")
    expect_frame(room, video, 2)


def test_the_dance_is_danced_or_compared_next(room: Page, dance: str):
    room.get_by_role("link", name="Compare a take with it").click()
    room.wait_for_url(f"**/?reference={dance}")
    expect(room.get_by_text("dance.mov")).to_be_visible()
    room.go_back()
    room.get_by_role("link", name="Dance it in front of the camera").click()
    room.wait_for_url(f"**/live?reference={dance}")
    expect(room.get_by_text("dance.mov")).to_be_visible()


def test_music_without_a_beat_has_no_counts_and_says_so(page: Page, url: str, dance: str, backends: FakeBackends):
    backends.errors["AnalyseMusic"] = UnusableMediaError("no audio", reason="NO_AUDIO")
    page.goto(f"{url}/practice?video={dance}")
    expect(page.get_by_text("No steady beat was found")).to_be_visible()
    expect(page.get_by_role("button", name="Click")).to_have_count(0)


def test_a_dance_that_cannot_be_extracted_says_why(page: Page, url: str, dance: str, backends: FakeBackends):
    backends.errors["Extract"] = UnusableMediaError("nobody was found in the video", reason="NO_PERSON")
    page.goto(f"{url}/practice?video={dance}")
    expect(page.get_by_role("alert").filter(has_text="Nobody was found")).to_be_visible()
    expect(page.get_by_role("button", name="Practise", exact=True)).to_be_enabled()


def test_the_report_leads_to_its_reference(page: Page, gateway: GatewayProcess, dance: str):
    comparison = gateway.compare(dance, gateway.upload(new_content(), "take.mp4"))
    gateway.finished(comparison)
    page.goto(f"{gateway.url}/comparisons/{comparison}")
    page.get_by_role("link", name="Practise the reference alone").click()
    page.wait_for_url(f"**/practice?video={dance}")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
