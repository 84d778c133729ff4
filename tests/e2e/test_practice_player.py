"""The practice player in a real browser: two videos in step, and what a dancer does with them."""

from __future__ import annotations

import re
from pathlib import Path

import av
import pytest
from playwright.sync_api import Locator, Page, expect

from eightcount.scoring.v1 import scoring_pb2
from tests.e2e.jobs import make_comparison, start_comparison
from tests.e2e.sample_report import VIDEO_START_S, sample_alignment, sample_report
from tests.e2e.time_code import FRAMES_PER_SECOND, READ_FRAME, write_time_code
from tests.fakes.backends import FakeBackends
from tests.fakes.gateway_process import GatewayProcess

pytestmark = pytest.mark.browser

_SECONDS = 26.0
_OFFSET_S = 3.037
"""The take starts that much after the reference, and has lost a tenth of a second from its 9.4th on."""
_IN_STEP = f"""() => {{
  const [reference, take] = document.querySelectorAll(".pane video");
  const lost = take.currentTime > 9.4 ? 0.1 : 0;
  const late = reference.currentTime - {_OFFSET_S} - lost - take.currentTime;
  return !reference.paused && !take.paused && Math.abs(late) < 0.03;
}}"""
_IS_DRAWN = """(canvas) => {
  const probe = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
  const context = probe.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0, 64, 64);
  return context.getImageData(0, 0, 64, 64).data.some(value => value);
}"""
_SHOWN_AND_DRAWN = """async ([src, frames, startS, rate, loops]) => {
  const { Pane } = await import("/static/js/practice/pane.js");
  const { SkeletonTrack } = await import("/static/js/practice/skeleton_track.js");
  const read = READ_FRAME;
  const video = Object.assign(document.createElement("video"), { src, muted: true });
  await new Promise(resolve => video.addEventListener("loadeddata", resolve, { once: true }));
  const seconds = Array.from({ length: frames }, (_, i) => i / 30);
  const points = seconds.map((_, i) => [i, 0]);
  const body = { keypoints: ["nose"], bones: [], width: 640, height: 640, has_preview: true, seconds, points };
  const pane = new Pane(video, new SkeletonTrack(body), "Take");
  document.body.append(pane.element);
  const pairs = [];
  pane.ondraw = (_, at) => {
    if (!video.seeking && video.currentTime >= startS) pairs.push([pane.track.pointsAt(at)[0], read(video)]);
  };
  for (let loop = 0; loop < loops; loop++) {
    pane.seek(startS);
    await new Promise(resolve => video.addEventListener("seeked", resolve, { once: true }));
    video.playbackRate = rate;
    const seen = pairs.length;
    await video.play();
    while (pairs.length < seen + 30) await new Promise(requestAnimationFrame);
    video.pause();
  }
  return pairs;
}""".replace("READ_FRAME", READ_FRAME)
"""For every frame of a video that plays: the frame whose skeleton is drawn, and the one that is shown."""
_LONG_SECONDS = 615.0


@pytest.fixture(scope="session")
def time_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("time code") / "code.mp4"
    write_time_code(path, seconds=_SECONDS)
    return path


@pytest.fixture(autouse=True)
def _services(backends: FakeBackends, time_code: Path, video: Path) -> None:
    """Services whose previews play."""
    backends.report, backends.alignment, backends.side_by_side = sample_report(), sample_alignment(), video.read_bytes()
    backends.preview, backends.frames = time_code.read_bytes(), round(_SECONDS * FRAMES_PER_SECOND)


@pytest.fixture
def report(page: Page, gateway: GatewayProcess) -> Page:
    """The page of a finished comparison, both videos ready to play."""
    open_report(page, f"{gateway.url}/comparisons/{make_comparison(gateway)}")
    return page


def open_report(page: Page, address: str) -> None:
    page.goto(address)
    for video in videos(page):
        expect(video).to_have_js_property("readyState", 4)


def videos(page: Page) -> tuple[Locator, Locator]:
    """Reference and take."""
    return page.locator(".pane video").nth(0), page.locator(".pane video").nth(1)


def frame_of(video: Locator) -> int:
    """The number of the frame that is shown."""
    return int(video.evaluate(READ_FRAME))


def expect_frame(page: Page, video: Locator, number: int) -> None:
    while frame_of(video) != number:
        page.wait_for_timeout(50)


def test_both_videos_are_shown_at_the_same_moment_of_the_dance(report: Page):
    reference, take = videos(report)
    expect_frame(report, reference, round(VIDEO_START_S * FRAMES_PER_SECOND))
    report.locator(".bars .bar").nth(20).click(force=True)
    report.wait_for_function("() => !document.querySelector('.pane video').seeking")
    seconds = reference.evaluate("video => video.currentTime")
    expect_frame(report, take, int((seconds - _OFFSET_S - 0.1) * FRAMES_PER_SECOND))
    expect(take).to_have_js_property("muted", value=True)
    expect(reference).to_have_js_property("muted", value=False)


def test_the_take_is_kept_in_step_while_both_play(report: Page):
    report.get_by_role("button", name="Play", exact=True).click()
    report.wait_for_function(_IN_STEP)
    report.get_by_role("button", name="0.5× speed").click()
    report.wait_for_function(_IN_STEP)
    videos(report)[1].evaluate("video => { video.currentTime += 0.3; }")
    report.wait_for_function(_IN_STEP)
    report.get_by_role("button", name="Pause").click()
    expect(videos(report)[1]).to_have_js_property("paused", value=True)


@pytest.fixture(scope="module")
def long_time_code(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("long") / "code.mp4"
    write_time_code(path, seconds=_LONG_SECONDS, side=64)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("start", "rate", "loops"), [(0.0, 1.0, 1), (600.0, 1.0, 1), (600.0, 0.5, 1), (600.0, 0.25, 4)]
)
def test_a_skeleton_is_drawn_on_the_frame_that_is_shown(
    page: Page, gateway: GatewayProcess, long_time_code: bytes, start: float, rate: float, loops: int
):
    page.goto(gateway.url)
    source = f"/v1/videos/{gateway.upload(long_time_code, 'long.mp4')}/content"
    frames = round(_LONG_SECONDS * FRAMES_PER_SECOND)
    pairs = page.evaluate(_SHOWN_AND_DRAWN, [source, frames, start, rate, loops])
    assert len(pairs) >= 30 * loops
    assert max(abs(drawn - shown) for drawn, shown in pairs) <= 1
    assert min(shown for _, shown in pairs) >= start * FRAMES_PER_SECOND


def test_frames_are_stepped_through_one_by_one(report: Page):
    reference, _ = videos(report)
    first = round(VIDEO_START_S * FRAMES_PER_SECOND)
    expect_frame(report, reference, first)
    for step in (1, 2, 3):
        report.get_by_role("button", name="Forward one frame").click()
        expect_frame(report, reference, first + step)
    report.keyboard.press(",")
    expect_frame(report, reference, first + 2)


def test_views_mirror_and_speed_are_kept_in_the_address(report: Page):
    stage = report.locator(".stage-pair")
    report.get_by_role("button", name="Ghost").click()
    expect(stage).to_have_attribute("data-view", "ghost")
    report.keyboard.press("m")
    expect(stage).to_have_class(re.compile("mirrored"))
    report.get_by_role("button", name="0.25× speed").click()
    assert report.url.endswith("#view=ghost&mirror=1&speed=0.25")
    report.reload()
    expect(stage).to_have_attribute("data-view", "ghost")
    expect(report.get_by_role("button", name="Mirror")).to_have_attribute("aria-pressed", "true")
    expect(report.get_by_role("button", name="0.25× speed")).to_have_attribute("aria-pressed", "true")
    report.keyboard.press("v")
    expect(report.get_by_role("button", name="Side by side")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(
    "words", ["speed=99", "speed=x&view=none", "loop=900-950", "loop=9-1", "loop=a-b&name=%3Cb%3E"]
)
def test_an_address_that_says_nothing_useful_changes_nothing(report: Page, words: str):
    report.goto(f"{report.url.partition('#')[0]}#{words}")
    report.reload()
    expect(report.locator(".stage-pair")).to_have_attribute("data-view", "side")
    expect(report.get_by_role("button", name="1× speed", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(report.locator(".controls .loop")).to_be_hidden()


@pytest.mark.parametrize("kept", ["no JSON", "{}", '[null, {"label": 3}, {"startS": 5, "endS": 4, "label": "x"}]'])
def test_loops_that_cannot_be_read_are_left_out(report: Page, kept: str):
    comparison = report.url.rpartition("/")[2].partition("#")[0]
    report.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [f"eightcount.loops.{comparison}", kept])
    report.reload()
    expect(report.get_by_role("button", name="Play", exact=True)).to_be_visible()
    expect(report.locator(".saved-loops li")).to_have_count(0)


def test_skeletons_are_drawn_and_can_be_switched_off(report: Page):
    canvas = report.locator(".pane canvas").nth(1)
    while not canvas.evaluate(_IS_DRAWN):
        report.wait_for_timeout(50)
    report.get_by_role("button", name="Skeletons").click()
    while canvas.evaluate(_IS_DRAWN):
        report.wait_for_timeout(50)


def test_a_moment_loops_at_half_speed_and_its_end_gives_the_speed_back(report: Page):
    report.locator(".moment-list button").first.click()
    reference, _ = videos(report)
    expect(reference).to_have_js_property("playbackRate", 0.5)
    report.wait_for_function(
        "() => { const video = document.querySelector('.pane video');"
        " return !video.paused && video.currentTime > 13 && video.currentTime < 16; }"
    )
    reference.evaluate("video => { video.currentTime = 15.95; }")
    report.wait_for_function("() => document.querySelector('.pane video').currentTime < 14")
    report.get_by_role("button", name="Stop loop of moment 1").click()
    expect(reference).to_have_js_property("playbackRate", 1)
    assert "loop=" not in report.url


def test_a_joint_is_looked_at_closely(report: Page):
    curves = report.locator(".angle-curves")
    expect(curves).to_be_hidden()
    report.get_by_role("button", name="Left elbow", exact=True).click()
    expect(curves).to_contain_text("Left elbow in degrees; 180° is straight")
    expect(curves.locator("path.of-take")).to_have_attribute("d", re.compile(r"^M\d.*L"))
    report.locator('.heat-map rect[data-row="1"][data-column="6"]').click(force=True)
    expect(report.get_by_role("button", name="Stop loop of right elbow, eight-count 1, count 4")).to_be_visible()
    expect(curves).to_contain_text("Right elbow in degrees")
    expect(videos(report)[0]).to_have_js_property("playbackRate", 0.5)
    report.keyboard.press("Escape")
    expect(videos(report)[0]).to_have_js_property("playbackRate", 1)


def test_corrections_come_first_and_the_rest_is_folded(page: Page, gateway: GatewayProcess, backends: FakeBackends):
    assert backends.report
    backends.report.feedback.insert(0, scoring_pb2.Feedback(text="Very close to the reference."))
    open_report(page, f"{gateway.url}/comparisons/{make_comparison(gateway)}")
    expect(page.locator(".feedback-list").first.locator("li")).to_have_count(3)
    expect(page.get_by_text("Very close to the reference.")).to_be_hidden()
    page.get_by_text("1 more").click()
    expect(page.get_by_text("Very close to the reference.")).to_be_visible()


def test_an_eight_count_is_looped_and_a_loop_of_ones_own_is_kept_by_name(report: Page):
    report.locator(".bars .bar").nth(20).click(force=True)
    report.get_by_role("button", name="Loop this eight-count").click()
    expect(report.get_by_role("button", name="Stop loop of eight-count 3")).to_be_visible()
    assert "#loop=12.50-16.50" in report.url
    report.get_by_label("Name of the loop").fill("The turn")
    report.get_by_role("button", name="Save", exact=True).click()
    report.get_by_role("button", name="Stop loop of eight-count 3").click()
    report.reload()
    report.get_by_role("button", name="The turn", exact=True).click()
    expect(report.get_by_role("button", name="Stop loop of The turn")).to_be_visible()
    report.get_by_role("button", name="Forget the loop The turn").click()
    expect(report.locator(".saved-loops li")).to_have_count(0)


def test_what_is_shown_can_be_kept_as_an_image(report: Page, tmp_path: Path):
    report.get_by_role("button", name="Overlay").click()
    with report.expect_download() as download:
        report.get_by_role("button", name="Save image").click()
    path = tmp_path / "image.png"
    download.value.save_as(path)
    assert download.value.suggested_filename == "dance at 0.03.0.png"
    with av.open(str(path)) as image:
        frame = next(image.decode(video=0)).to_ndarray(format="rgb24")
    assert frame.shape == (720, 720, 3)
    assert frame.std() > 20, "bars and a skeleton"


def test_a_loop_from_here_to_there(report: Page):
    report.locator(".bars .bar").nth(4).click(force=True)
    report.get_by_role("button", name="Loop from here").click()
    report.locator(".bars .bar").nth(8).click(force=True)
    report.get_by_role("button", name=re.compile("Loop 0:05.* to here")).click()
    expect(report.get_by_role("button", name=re.compile("^Stop loop of 0:05"))).to_be_visible()


def test_a_count_in_comes_before_the_dance_and_can_be_called_off(report: Page):
    report.get_by_label("Count-in").select_option("beeps")
    report.get_by_role("button", name="Play", exact=True).click()
    reference, _ = videos(report)
    expect(report.locator(".stage-pair .count")).to_have_text("5")
    expect(reference).to_have_js_property("paused", value=True)
    report.get_by_role("button", name="Pause").click()
    expect(report.get_by_role("button", name="Play", exact=True)).to_be_visible()
    report.get_by_role("button", name="Play", exact=True).click()
    expect(reference).to_have_js_property("paused", value=False)


def test_a_video_that_shows_no_person_shows_none_here_either(page: Page, gateway: GatewayProcess):
    comparison = start_comparison(gateway, "teacher.mp4", "monday.mp4", skeletons_only=True)
    assert gateway.finished(comparison)["status"] == "succeeded"
    open_report(page, f"{gateway.url}/comparisons/{comparison}")
    for video in videos(page):
        expect(video).to_have_css("opacity", "0")


def test_somebody_else_is_followed_by_tapping(page: Page, gateway: GatewayProcess, backends: FakeBackends):
    words = "Several people are in the video; the main dancer was followed. Another can be chosen by a position"
    backends.warnings = (("SEVERAL_PEOPLE", f"{words}: 0.72,0.51@12.3 is somebody else."),)
    first = make_comparison(gateway)
    open_report(page, f"{gateway.url}/comparisons/{first}")
    notes = page.get_by_role("region", name="About the recordings")
    while not notes.locator(".thumbnail").nth(1).evaluate(_IS_DRAWN):
        page.wait_for_timeout(50)
    notes.get_by_role("button", name="Tap on somebody in the video").nth(1).click()
    pane = page.locator(".pane").nth(1)
    expect(pane).to_have_class(re.compile("pointing"))
    box = pane.bounding_box()
    assert box is not None
    pane.click(position={"x": 0.25 * box["width"], "y": 0.5 * box["height"]})
    page.wait_for_url(lambda url: "/comparisons/" in url and first not in url)
    dancer = gateway.job(page.url.rpartition("/")[2].partition("#")[0])["take_dancer"]
    assert (dancer["x"], dancer["y"]) == pytest.approx((0.25, 0.5), abs=0.02)
    page.goto(f"{gateway.url}/comparisons/{first}")
    notes.get_by_role("button", name="Follow this person").nth(0).click()
    page.wait_for_url(lambda url: "/comparisons/" in url and first not in url)
    job = gateway.job(page.url.rpartition("/")[2].partition("#")[0])
    assert job["reference_dancer"] == {"x": 0.72, "y": 0.51, "at_seconds": 12.3}
    assert job["take_dancer"] is None


@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 844), (844, 390), (1280, 900)])
def test_the_player_fits_the_screen(report: Page, width: int, height: int):
    report.set_viewport_size({"width": width, "height": height})
    for view in ("Side by side", "Overlay", "Ghost"):
        report.get_by_role("button", name=view).click()
        report.wait_for_function(f"() => document.documentElement.scrollWidth <= {width}")
        box = report.locator(".stage-pair").bounding_box()
        assert box is not None
        assert box["height"] <= height
