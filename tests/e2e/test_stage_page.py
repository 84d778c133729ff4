"""The 3D stage on the page of a dance, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from eightcount.generator.v1 import generator_pb2
from eightcount_gateway import fetch_three
from tests.e2e.jobs import make_dance, new_content
from tests.e2e.sample_dance import (
    BEAT_SECONDS,
    FIRST_EIGHT,
    FRAMES,
    MUSIC_SECONDS,
    SECONDS,
    sample_figure,
    sample_music,
    sample_song,
)
from tests.fakes.backends import FakeBackends
from tests.fakes.gateway_process import GatewayProcess
from tests.fakes.generator import dance_model

pytestmark = pytest.mark.browser

_MP4, _GLB = generator_pb2.EXPORT_FORMAT_MP4, generator_pb2.EXPORT_FORMAT_GLB

_MOST_IMAGES = 40
_CATCH_MUSIC = (
    "window.music = []; const A = Audio; window.Audio = function () { music.push(new A()); return music.at(-1) }"
)


@pytest.fixture(scope="session")
def figure() -> bytes:
    return sample_figure()


@pytest.fixture(autouse=True)
def _services(backends: FakeBackends, video: Path, figure: bytes) -> None:
    """Services that hear the sample music and make the sample dance."""
    backends.music = sample_music()
    backends.generator.models = [dance_model(), dance_model("poses", family="diffusion", supports_constraints=True)]
    backends.generator.frames = FRAMES
    backends.generator.files = {_MP4: video.read_bytes(), _GLB: figure}


@pytest.fixture
def no_three(three_link: Path) -> Iterator[None]:
    """A gateway to which three.js was not fetched."""
    fetched = three_link.readlink()
    three_link.unlink()
    yield
    three_link.symlink_to(fetched, target_is_directory=True)


@pytest.fixture
def dance(gateway: GatewayProcess) -> Callable[..., str]:
    """Makes a dance and gives the address of its page."""

    def make(*, song: bytes = b"", formats: Sequence[str] = ("mp4", "glb"), keeps_song: bool = True) -> str:
        music = gateway.upload(song or sample_song(), "song.wav")
        made = make_dance(gateway, music, formats=formats)
        if not keeps_song:
            assert gateway.client.delete(f"/v1/videos/{music}/content").is_success
        return f"{gateway.url}/dances/{made}"

    return make


@pytest.fixture
def opened(page: Page, dance: Callable[..., str]) -> Callable[..., Page]:
    """Opens the page of a new dance and waits until the stage is drawn as large as its place."""

    def open_page(**changes: object) -> Page:
        page.set_viewport_size({"width": 800, "height": 600})  # small images: there may be no graphics card
        page.add_init_script(_CATCH_MUSIC)
        page.goto(dance(**changes))
        expect(page.locator(".stage canvas")).to_be_visible()
        _expect_canvas_fills_its_place(page)
        return page

    return open_page


def _expect_canvas_fills_its_place(page: Page) -> None:
    page.wait_for_function(
        """() => {
          const canvas = document.querySelector(".stage canvas");
          return canvas.width === Math.floor(canvas.parentElement.clientWidth * devicePixelRatio);
        }"""
    )


def _strip(page: Page) -> Locator:
    return page.get_by_role("slider", name="Position in the dance")


def _seconds(page: Page) -> float:
    return float(_strip(page).get_attribute("aria-valuenow") or "nan")


def _scrub(page: Page, seconds: float) -> None:
    box = _strip(page).bounding_box()
    assert box is not None
    _strip(page).click(position={"x": box["width"] * seconds / SECONDS, "y": box["height"] / 2})
    expect(_strip(page)).to_have_attribute("aria-valuenow", f"{seconds:.1f}")


def _image(page: Page) -> bytes:
    """The stage as it looks once it is drawn."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.locator(".stage canvas").screenshot()


def _image_once(page: Page, holds: Callable[[bytes], bool]) -> bytes:
    """The stage once it looks as it should."""
    for _ in range(_MOST_IMAGES):
        if holds(image := _image(page)):
            return image
    raise AssertionError("the stage never looked like that")


def _button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def _play(page: Page) -> None:
    _button(page, "Play").click()


def _passed(page: Page, seconds: float) -> None:
    page.wait_for_function(f"() => Number(document.querySelector('.scrub').getAttribute('aria-valuenow')) > {seconds}")


def test_the_figure_moves_with_the_time(opened: Callable[..., Page]) -> None:
    page = opened()
    start = _image(page)
    _scrub(page, 2.5)
    _image_once(page, lambda image: image != start)
    _scrub(page, 0.0)
    _image_once(page, lambda image: image == start)


def test_the_music_is_the_clock_also_in_slow_motion(opened: Callable[..., Page]) -> None:
    page = opened()
    page.get_by_role("button", name="0.25× speed").click()
    _play(page)
    _passed(page, 0.5)
    assert page.evaluate("music[0].playbackRate") == 0.25
    page.evaluate("music[0].pause()")  # as a key for media on the keyboard does
    expect(_button(page, "Play")).to_be_visible()
    assert _seconds(page) == pytest.approx(page.evaluate("music[0].currentTime"), abs=0.06)


def test_the_dance_goes_on_when_the_music_is_over_and_can_be_played_again(opened: Callable[..., Page]) -> None:
    page = opened()
    _scrub(page, MUSIC_SECONDS - 0.5)
    _play(page)
    expect(_strip(page)).to_have_attribute("aria-valuenow", f"{SECONDS:.1f}")
    expect(_button(page, "Play")).to_be_visible()
    assert page.evaluate("music[0].currentTime") == pytest.approx(MUSIC_SECONDS, abs=0.01)
    _play(page)
    page.wait_for_function("() => music[0].currentTime < 2 && !music[0].paused")


def test_without_the_song_the_video_s_sound_is_tried_and_then_the_clock_is_its_own(
    opened: Callable[..., Page],
) -> None:
    page = opened(formats=["glb"], keeps_song=False)
    assert page.evaluate("music.length") == 0
    expect(_button(page, "Sound")).to_have_count(0)
    page.get_by_role("button", name="0.25× speed").click()
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("Space")
    _passed(page, 0.3)
    page.keyboard.press("Space")
    expect(_button(page, "Play")).to_be_visible()


def test_a_song_that_the_browser_cannot_play_is_said_to_be_so(opened: Callable[..., Page]) -> None:
    page = opened(song=b"no music" + new_content(), formats=["glb"])
    expect(page.locator(".silent-note")).to_contain_text("cannot be played here")
    _play(page)
    _passed(page, 0.5)


def test_the_sound_can_be_switched_off(opened: Callable[..., Page]) -> None:
    page = opened()
    _button(page, "Sound").click()
    assert page.evaluate("music[0].muted") is True


def test_arrows_step_by_counts_which_are_shown_and_announced(opened: Callable[..., Page]) -> None:
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


def test_an_eight_count_is_looped(opened: Callable[..., Page]) -> None:
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


def test_a_stretch_is_looped_from_count_to_count(opened: Callable[..., Page]) -> None:
    page = opened()
    _scrub(page, 1.6)
    _button(page, "Loop from here").click()
    _scrub(page, 3.1)
    _button(page, "Loop 0:01.5 to here").click()
    expect(page.get_by_role("button", name="Stop loop of 0:01.5 to 0:03.0")).to_be_visible()
    expect(_strip(page)).to_have_attribute("aria-valuenow", "1.5")


def test_a_stretch_is_marked_with_shift_held(opened: Callable[..., Page]) -> None:
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


def test_the_view_is_turned_by_mouse_and_keys_and_put_back(opened: Callable[..., Page]) -> None:
    page = opened()
    front = _image(page)
    page.locator(".stage canvas").drag_to(page.locator(".stage .count"), force=True)
    _image_once(page, lambda image: image != front)
    _button(page, "View from the front").click()
    _image_once(page, lambda image: image == front)
    page.locator(".stage canvas").focus()
    page.keyboard.press("ArrowLeft")
    turned = _image_once(page, lambda image: image != front)
    assert _seconds(page) == 0
    page.keyboard.press("+")
    _image_once(page, lambda image: image not in {turned, front})


def test_the_wheel_scrolls_the_page_until_the_stage_was_chosen(opened: Callable[..., Page]) -> None:
    page = opened()
    front = _image(page)
    page.locator(".stage canvas").hover()
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 60)
    page.wait_for_function(f"() => scrollY > {before}")
    assert _image(page) == front
    page.locator(".stage canvas").click()
    page.mouse.wheel(0, -60)
    _image_once(page, lambda image: image != front)


def test_left_and_right_are_swapped(opened: Callable[..., Page]) -> None:
    page = opened()
    _scrub(page, 1.0)
    before = _image(page)
    _button(page, "Mirror").click()
    expect(_button(page, "Mirror")).to_have_attribute("aria-pressed", "true")
    _image_once(page, lambda image: image != before)
    _button(page, "Mirror").click()
    _image_once(page, lambda image: image == before)


def test_who_wants_little_motion_gets_a_camera_that_stands_still(opened: Callable[..., Page], page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    opened()
    expect(_button(page, "Follow")).to_have_attribute("aria-pressed", "false")
    _button(page, "Follow").click()
    expect(_button(page, "Follow")).to_have_attribute("aria-pressed", "true")


def test_the_video_is_a_choice_that_ends_the_music_of_the_stage(opened: Callable[..., Page]) -> None:
    page = opened()
    expect(page.locator(".whole-video")).to_be_hidden()
    _play(page)
    page.get_by_role("group", name="Watch").get_by_role("button", name="Video").click()
    expect(page.locator(".whole-video video")).to_be_visible()
    expect(page.locator(".stage")).to_be_hidden()
    page.wait_for_function("() => music[0].paused")
    page.keyboard.press("Space")  # not for a stage that is not shown
    assert page.evaluate("music[0].paused") is True


def test_without_counts_the_strip_tells_seconds(opened: Callable[..., Page], page: Page, complaints: list[str]) -> None:
    page.route("**/counts.json", lambda route: route.abort())
    opened()
    complaints.clear()  # the browser itself reports the failed request
    expect(page.locator(".scrub")).to_contain_text("0:02")
    page.get_by_role("button", name="Forward one second").click()
    expect(_strip(page)).to_have_attribute("aria-valuenow", "1.0")


def test_leaving_gives_the_graphics_card_back(opened: Callable[..., Page]) -> None:
    page = opened()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: false }))")
    page.wait_for_function("() => document.querySelector('.stage canvas').getContext('webgl2').isContextLost()")
    assert page.evaluate("music[0].getAttribute('src')") is None


def test_the_stage_fits_a_phone(opened: Callable[..., Page]) -> None:
    page = opened()
    page.set_viewport_size({"width": 375, "height": 740})
    _expect_canvas_fills_its_place(page)
    page.wait_for_function("() => document.documentElement.scrollWidth <= 375")
    expect(page.get_by_role("button", name="Loop eight-count 1")).to_be_visible()


def test_without_three_js_the_page_says_what_helps_and_shows_the_video(
    page: Page, dance: Callable[..., str], no_three: None
) -> None:
    page.goto(dance())
    expect(page.locator(".no-stage")).to_have_text(f"For the 3D stage, run {fetch_three.COMMAND} on the server.")
    expect(page.locator(".whole-video video")).to_be_visible()
    expect(page.get_by_role("group", name="Watch")).to_be_hidden()


def test_without_webgl_the_page_says_so_and_shows_the_video(page: Page, dance: Callable[..., str]) -> None:
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(dance())
    expect(page.locator(".no-stage")).to_contain_text("cannot draw in 3D")
    expect(page.locator(".whole-video video")).to_be_visible()


def test_a_figure_that_cannot_be_read_leaves_the_video(
    page: Page, dance: Callable[..., str], backends: FakeBackends
) -> None:
    backends.generator.files[_GLB] = b"not a figure" * 10
    page.goto(dance())
    expect(page.locator(".no-stage")).to_have_text(re.compile("The 3D stage cannot be shown"))
    expect(page.locator(".whole-video video")).to_be_visible()


def test_the_pose_on_the_stage_and_an_eight_count_go_into_the_form_that_changes_the_dance(
    opened: Callable[..., Page],
) -> None:
    page = opened()
    _scrub(page, 3.0)
    change = page.locator("[data-part=change]")
    change.get_by_label("Remake an eight-count").select_option(index=1)
    start = FIRST_EIGHT * BEAT_SECONDS
    expect(change.get_by_label("Remake from")).to_have_value(f"{start:g}")
    expect(change.get_by_label("to (s)")).to_have_value(f"{start + 8 * BEAT_SECONDS:g}")
    change.get_by_role("button", name="Pass through the pose shown now").click()
    expect(change.locator("li")).to_contain_text("Pose of 0:03.0 at")
    assert float(change.get_by_label("Seconds in the new dance").input_value()) == pytest.approx(3.0, abs=0.05)
