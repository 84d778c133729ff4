"""The 3D stage on the page of a dance, in a real browser."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from eightcount_common.weights import fetch
from eightcount_gateway import fetch_three
from tests.data.media import BUILD
from tests.e2e.fake_dances import BEAT_SECONDS, FIRST_EIGHT, MUSIC_SECONDS, SECONDS
from tests.e2e.fake_gateway import FakeGateway

pytestmark = pytest.mark.browser

_CATCH_MUSIC = (
    "window.music = []; const A = Audio; window.Audio = function () { music.push(new A()); return music.at(-1) }"
)


@pytest.fixture(scope="session")
def three_folder() -> Path:
    """Folder with three.js, verified; filled once."""
    folder = Path(os.environ.get("EIGHTCOUNT_GATEWAY_THREE", BUILD / "three"))
    fetch(folder, fetch_three.FILES)
    return folder


@pytest.fixture
def fake(fake: FakeGateway, request: pytest.FixtureRequest) -> FakeGateway:
    if "no_three" not in request.fixturenames:
        fake.three = request.getfixturevalue("three_folder")
    return fake


@pytest.fixture
def no_three() -> None:
    """A gateway to which three.js was not fetched."""


@pytest.fixture
def opened(page: Page, url: str) -> Callable[[], Page]:
    """Opens the page of the dance and waits for the stage."""

    def open_page() -> Page:
        page.set_viewport_size({"width": 800, "height": 600})  # small pictures: there may be no graphics card
        page.add_init_script(_CATCH_MUSIC)
        page.goto(f"{url}/dances/d1")
        expect(page.locator(".stage canvas")).to_be_visible()
        return page

    return open_page


def _strip(page: Page) -> Locator:
    return page.get_by_role("slider", name="Place in the dance")


def _seconds(page: Page) -> float:
    return float(_strip(page).get_attribute("aria-valuenow") or "nan")


def _scrub(page: Page, seconds: float) -> None:
    box = _strip(page).bounding_box()
    assert box is not None
    _strip(page).click(position={"x": box["width"] * seconds / SECONDS, "y": box["height"] / 2})
    expect(_strip(page)).to_have_attribute("aria-valuenow", f"{seconds:.1f}")


def _picture(page: Page) -> bytes:
    """The stage as it looks once it is drawn."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.locator(".stage canvas").screenshot()


def _button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def _play(page: Page) -> None:
    _button(page, "Play").click()


def _passed(page: Page, seconds: float) -> None:
    page.wait_for_function(f"() => Number(document.querySelector('.scrub').getAttribute('aria-valuenow')) > {seconds}")


def test_the_figure_moves_with_the_time(opened: Callable[[], Page]) -> None:
    page = opened()
    start = _picture(page)
    _scrub(page, 2.5)
    later = _picture(page)
    _scrub(page, 0.0)
    assert later != start
    assert _picture(page) == start


def test_the_music_is_the_clock_also_in_slow_motion(opened: Callable[[], Page]) -> None:
    page = opened()
    page.get_by_role("button", name="0.25× speed").click()
    _play(page)
    _passed(page, 0.5)
    assert page.evaluate("music[0].playbackRate") == 0.25
    page.evaluate("music[0].pause()")  # as a key for media on the keyboard does
    expect(_button(page, "Play")).to_be_visible()
    assert _seconds(page) == pytest.approx(page.evaluate("music[0].currentTime"), abs=0.06)


def test_the_dance_goes_on_when_the_music_is_over_and_can_be_played_again(opened: Callable[[], Page]) -> None:
    page = opened()
    _scrub(page, MUSIC_SECONDS - 0.5)
    _play(page)
    expect(_strip(page)).to_have_attribute("aria-valuenow", f"{SECONDS:.1f}")
    expect(_button(page, "Play")).to_be_visible()
    assert page.evaluate("music[0].currentTime") == pytest.approx(MUSIC_SECONDS, abs=0.01)
    _play(page)
    page.wait_for_function("() => music[0].currentTime < 2 && !music[0].paused")


def test_without_the_song_the_film_s_sound_is_tried_and_then_the_clock_is_its_own(
    opened: Callable[[], Page], fake: FakeGateway
) -> None:
    fake.dance.content_deleted = True
    fake.dance.formats = ("glb",)
    page = opened()
    assert page.evaluate("music.length") == 0
    expect(_button(page, "Sound")).to_have_count(0)
    page.get_by_role("button", name="0.25× speed").click()
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("Space")
    _passed(page, 0.3)
    page.keyboard.press("Space")
    expect(_button(page, "Play")).to_be_visible()


def test_a_song_that_the_browser_cannot_play_is_said_to_be_so(opened: Callable[[], Page], fake: FakeGateway) -> None:
    fake.dance.song = b"no music" * 100
    fake.dance.formats = ("glb",)
    page = opened()
    expect(page.locator(".silent-note")).to_contain_text("cannot be played here")
    _play(page)
    _passed(page, 0.5)


def test_the_sound_can_be_switched_off(opened: Callable[[], Page]) -> None:
    page = opened()
    _button(page, "Sound").click()
    assert page.evaluate("music[0].muted") is True


def test_arrows_step_by_counts_which_are_shown_and_told(opened: Callable[[], Page]) -> None:
    page = opened()
    _scrub(page, FIRST_EIGHT * BEAT_SECONDS + 0.1)
    expect(page.locator(".stage .count")).to_have_text("1")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".stage .count")).to_have_text("2")
    expect(_strip(page)).to_have_attribute("aria-valuetext", "0:01.5 · eight-count 1, count 2")
    page.keyboard.press("End")
    expect(_strip(page)).to_have_attribute("aria-valuenow", f"{SECONDS - 0.05:.1f}")
    page.keyboard.press("Home")
    expect(_strip(page)).to_have_attribute("aria-valuenow", "0.0")
    expect(page.get_by_text("the counts may be shifted")).to_be_visible()


def test_an_eight_count_is_looped(opened: Callable[[], Page]) -> None:
    page = opened()
    first = page.get_by_role("button", name="Loop eight-count 1")
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(_strip(page)).to_have_attribute("aria-valuenow", "1.0")
    _scrub(page, 4.5)
    _play(page)
    page.wait_for_function("() => Number(document.querySelector('.scrub').getAttribute('aria-valuenow')) < 2")
    page.keyboard.press("Escape")
    expect(first).to_have_attribute("aria-pressed", "false")


def test_a_stretch_is_looped_from_count_to_count(opened: Callable[[], Page]) -> None:
    page = opened()
    _scrub(page, 1.6)
    _button(page, "Loop from here").click()
    _scrub(page, 3.1)
    _button(page, "Loop 0:01.5 to here").click()
    expect(page.get_by_role("button", name="Stop loop of 0:01.5 to 0:03.0")).to_be_visible()
    expect(_strip(page)).to_have_attribute("aria-valuenow", "1.5")


def test_a_stretch_is_marked_with_shift_held(opened: Callable[[], Page]) -> None:
    page = opened()
    _strip(page).scroll_into_view_if_needed()
    box = _strip(page).bounding_box()
    assert box is not None
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + box["width"] * 2.0 / SECONDS, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 4.1 / SECONDS, box["y"] + 20)
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(page.get_by_role("button", name="Stop loop of 0:02.0 to 0:04.0")).to_be_visible()


def test_the_view_is_turned_by_mouse_and_keys_and_put_back(opened: Callable[[], Page]) -> None:
    page = opened()
    front = _picture(page)
    page.locator(".stage canvas").drag_to(page.locator(".stage .count"), force=True)
    assert _picture(page) != front
    _button(page, "View from the front").click()
    assert _picture(page) == front
    page.locator(".stage canvas").focus()
    page.keyboard.press("ArrowLeft")
    assert _seconds(page) == 0
    turned = _picture(page)
    assert turned != front
    page.keyboard.press("+")
    assert _picture(page) not in {turned, front}


def test_the_wheel_scrolls_the_page_until_the_stage_was_chosen(opened: Callable[[], Page]) -> None:
    page = opened()
    front = _picture(page)
    page.locator(".stage canvas").hover()
    page.mouse.wheel(0, -60)
    assert _picture(page) == front
    page.locator(".stage canvas").click()
    page.mouse.wheel(0, -60)
    assert _picture(page) != front


def test_left_and_right_are_swapped(opened: Callable[[], Page]) -> None:
    page = opened()
    _scrub(page, 1.0)
    before = _picture(page)
    _button(page, "Mirror").click()
    expect(_button(page, "Mirror")).to_have_attribute("aria-pressed", "true")
    assert _picture(page) != before
    _button(page, "Mirror").click()
    assert _picture(page) == before


def test_who_wants_little_motion_gets_a_camera_that_stands_still(opened: Callable[[], Page], page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    opened()
    expect(_button(page, "Follow")).to_have_attribute("aria-pressed", "false")
    _button(page, "Follow").click()
    expect(_button(page, "Follow")).to_have_attribute("aria-pressed", "true")


def test_the_film_is_a_choice_that_ends_the_music_of_the_stage(opened: Callable[[], Page]) -> None:
    page = opened()
    expect(page.locator(".film")).to_be_hidden()
    _play(page)
    page.get_by_role("group", name="Watch").get_by_role("button", name="Film").click()
    expect(page.locator(".film video")).to_be_visible()
    expect(page.locator(".stage")).to_be_hidden()
    assert page.evaluate("music[0].paused") is True
    page.keyboard.press("Space")  # not for a stage that is not shown
    assert page.evaluate("music[0].paused") is True


def test_without_counts_the_strip_tells_seconds(opened: Callable[[], Page], fake: FakeGateway) -> None:
    fake.dance.counts = None
    page = opened()
    expect(page.locator(".scrub")).to_contain_text("0:02")
    page.get_by_role("button", name="One second on").click()
    expect(_strip(page)).to_have_attribute("aria-valuenow", "1.0")


def test_leaving_gives_the_graphics_card_back(opened: Callable[[], Page]) -> None:
    page = opened()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: false }))")
    assert page.evaluate("document.querySelector('.stage canvas').getContext('webgl2').isContextLost()") is True
    assert page.evaluate("music[0].getAttribute('src')") is None


def test_the_stage_fits_a_phone(opened: Callable[[], Page]) -> None:
    page = opened()
    page.set_viewport_size({"width": 375, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    expect(page.get_by_role("button", name="Loop eight-count 1")).to_be_visible()


def test_without_three_js_the_page_says_what_helps_and_shows_the_film(page: Page, url: str, no_three: None) -> None:
    page.goto(f"{url}/dances/d1")
    expect(page.locator(".no-stage")).to_have_text(f"For the 3D stage, run {fetch_three.COMMAND} on the server.")
    expect(page.locator(".film video")).to_be_visible()
    expect(page.get_by_role("group", name="Watch")).to_be_hidden()


def test_without_webgl_the_page_says_so_and_shows_the_film(page: Page, url: str) -> None:
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(f"{url}/dances/d1")
    expect(page.locator(".no-stage")).to_contain_text("draws no 3D pictures")
    expect(page.locator(".film video")).to_be_visible()


def test_a_figure_that_cannot_be_read_leaves_the_film(page: Page, url: str, fake: FakeGateway) -> None:
    fake.dance.figure = b"not a figure" * 10
    page.goto(f"{url}/dances/d1")
    expect(page.locator(".no-stage")).to_have_text(re.compile("The 3D stage cannot be shown"))
    expect(page.locator(".film video")).to_be_visible()


def test_the_pose_on_the_stage_and_an_eight_count_go_into_the_form_that_changes_the_dance(
    opened: Callable[[], Page],
) -> None:
    page = opened()
    _scrub(page, 3.0)
    change = page.locator("[data-part=change]")
    change.get_by_label("Make an eight-count anew").select_option(index=1)
    start = FIRST_EIGHT * BEAT_SECONDS
    expect(change.get_by_label("Make anew from")).to_have_value(f"{start:g}")
    expect(change.get_by_label("to (s)")).to_have_value(f"{start + 8 * BEAT_SECONDS:g}")
    change.get_by_role("button", name="Pass through the pose shown now").click()
    expect(change.locator("li")).to_contain_text("Pose of 0:03.0 at")
    assert float(change.get_by_label("Seconds in the new dance").input_value()) == pytest.approx(3.0, abs=0.05)
