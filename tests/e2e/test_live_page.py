"""The practice room in a real browser, with a camera that Chromium makes up."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from eightcount.scoring.v1 import scoring_pb2
from eightcount_common.errors import UnusableMediaError
from tests.e2e.jobs import new_content
from tests.fakes.backends import FakeBackends
from tests.fakes.gateway_process import GatewayProcess

pytestmark = pytest.mark.browser
_IS_DRAWN = """() => {
  const probe = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const context = probe.getContext("2d", { willReadFrequently: true });
  context.drawImage(document.querySelector("#overlay"), 0, 0, 64, 48);
  return context.getImageData(0, 0, 64, 48).data.some(value => value);
}"""
"""Whether anything is drawn on the overlay; Chromium complains when the overlay itself is read again and again."""


@pytest.fixture
def reference(gateway: GatewayProcess, video: Path) -> str:
    """Id of a dance that a browser plays."""
    return gateway.upload(video.read_bytes(), "dance.mp4")


@pytest.fixture
def allowed(page: Page) -> BrowserContext:
    """A browser in which the dancer has allowed the camera."""
    page.context.grant_permissions(["camera", "microphone"])
    return page.context


@pytest.fixture
def room(page: Page, url: str, reference: str) -> Page:
    """The practice room of a dance that is prepared."""
    page.goto(f"{url}/live?reference={reference}")
    expect(page.get_by_text("dance.mp4")).to_be_visible()
    page.get_by_role("button", name="Prepare").click()
    expect(page.get_by_role("button", name="Turn the camera on")).to_be_focused()
    return page


def enter(room: Page) -> None:
    """Turn the camera on."""
    room.get_by_role("button", name="Turn the camera on").click()
    expect(room.get_by_role("button", name="Start")).to_be_focused()


def test_a_dance_from_the_choice_to_the_result(allowed, page: Page, url: str, video: Path, backends: FakeBackends):
    page.goto(f"{url}/")
    page.get_by_role("link", name="Dance live").click()
    page.locator("#reference input[type=file]").set_input_files({
        "name": "mine.mp4", "mimeType": "video/mp4", "buffer": video.read_bytes(),
    })  # fmt: skip
    page.get_by_role("button", name="Prepare").click()
    expect(page.get_by_role("button", name="Turn the camera on")).to_be_visible()
    assert "reference=" in page.url
    enter(page)
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#count")).to_have_text("5")
    expect(page.locator("#board .now")).to_have_text("70")
    expect(page.get_by_text("points for count")).to_be_visible()
    expect(page.get_by_text("Eight-count 1").first).to_be_visible()
    expect(page.get_by_text("120 ms late").first).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", name="How it went")).to_be_focused()
    expect(page.locator("#result")).to_contain_text("Straighten the left elbow.")
    expect(page.get_by_role("heading", name="The moments furthest off")).to_be_visible()
    expect(page.get_by_role("button", name="Dance again")).to_be_visible()
    assert all(image.startswith(b"\xff\xd8\xff") for image in backends.frames_seen)
    played = [one.pose.reference_seconds for one in backends.live if one.pose.HasField("reference_seconds")]
    assert played == sorted(played)
    assert backends.live[0].settings.mirrored


def test_a_recorded_take_is_compared_in_full(allowed, room: Page, gateway: GatewayProcess, reference: str):
    room.get_by_label("Record my take").check()
    enter(room)
    room.get_by_role("button", name="Start").click()
    expect(room.locator("#dance")).to_have_js_property("paused", value=False)
    expect(room.locator("#board .now")).to_have_text("70")
    room.get_by_role("button", name="Stop").click()
    room.get_by_role("button", name="Send the recording").click()
    room.wait_for_url("**/comparisons/*")
    comparison = gateway.job(room.url.rpartition("/")[2])
    assert comparison["reference_video_id"] == reference
    take = gateway.client.get(f"/v1/videos/{comparison['take_video_id']}/content").content
    assert take.startswith(b"\x1aE\xdf\xa3") or take[4:8] == b"ftyp", "WebM or MP4"


def test_a_take_is_only_recorded_where_no_points_are_wanted(
    allowed, room: Page, gateway: GatewayProcess, reference: str, backends: FakeBackends
):
    sockets: list[str] = []
    room.on("websocket", lambda socket: sockets.append(socket.url))
    room.get_by_label("Points while I dance").uncheck()
    expect(room.get_by_label("Record my take")).to_be_checked()
    enter(room)
    expect(room.locator("#privacy")).to_contain_text("stay on this device")
    room.get_by_role("button", name="Start").click()
    expect(room.locator("#dance")).to_have_js_property("paused", value=False)
    room.wait_for_timeout(1500)
    room.get_by_role("button", name="Stop").click()
    expect(room.get_by_role("heading", name="Your take is recorded")).to_be_focused()
    assert (sockets, backends.frames_seen) == ([], [])
    with room.expect_download() as download:
        room.get_by_role("link", name="Save it").click()
    saved = Path(download.value.path()).read_bytes()
    room.get_by_role("button", name="Compare it with the dance").click()
    room.wait_for_url("**/comparisons/*")
    comparison = gateway.job(room.url.rpartition("/")[2])
    assert comparison["reference_video_id"] == reference
    assert gateway.client.get(f"/v1/videos/{comparison['take_video_id']}/content").content == saved


def test_a_take_that_is_only_recorded_can_be_danced_again(allowed, room: Page):
    room.get_by_label("Points while I dance").uncheck()
    enter(room)
    for _ in range(2):
        room.get_by_role("button", name="Start").or_(room.get_by_role("button", name="Dance again")).first.click()
        expect(room.locator("#dance")).to_have_js_property("paused", value=False)
        room.wait_for_timeout(1200)
        room.get_by_role("button", name="Stop").click()
        expect(room.get_by_role("heading", name="Your take is recorded")).to_be_focused()


def test_a_phone_without_a_secure_page_films_the_take_instead(
    page: Page, url: str, gateway: GatewayProcess, reference: str
):
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'mediaDevices', { get: () => undefined })")
    page.goto(f"{url}/live?reference={reference}")
    page.get_by_role("button", name="Prepare").click()
    film = page.get_by_label("Film or choose a take")
    expect(film).to_be_visible()
    expect(page.get_by_role("button", name="Turn the camera on")).to_be_hidden()
    assert (film.get_attribute("capture"), film.get_attribute("accept")) == ("user", "video/*")
    film.set_input_files({"name": "take.mov", "mimeType": "video/quicktime", "buffer": new_content()})
    page.wait_for_url("**/comparisons/*")
    assert gateway.job(page.url.rpartition("/")[2])["reference_video_id"] == reference


def test_a_device_that_is_late_can_be_taken_off(allowed, room: Page, backends: FakeBackends):
    backends.report = scoring_pb2.Report(score=75.0, timing_ms=120.0, version="1")
    enter(room)
    room.get_by_role("button", name="Start").click()
    expect(room.locator("#dance")).to_have_js_property("paused", value=False)
    room.get_by_role("button", name="Stop").click()
    room.get_by_role("button", name="take 120 ms off").click()
    expect(room.get_by_text("It is taken off from the next dance on.")).to_be_visible()
    assert room.evaluate("localStorage.getItem('eightcount.delay-ms')") == "120"
    room.get_by_role("button", name="Dance again").click()
    expect(room.locator("#dance")).to_have_js_property("paused", value=False)
    room.get_by_role("button", name="Stop").click()
    expect(room.get_by_text("120 ms are taken off for this device.")).to_be_visible()
    room.get_by_role("button", name="Take nothing off").click()
    assert room.evaluate("localStorage.getItem('eightcount.delay-ms')") == "0"


def test_of_several_people_one_is_chosen_by_tapping(
    allowed, page: Page, gateway: GatewayProcess, video: Path, backends: FakeBackends
):
    reference = gateway.upload(video.read_bytes() + new_content(), "two.mp4")
    backends.warnings = (("SEVERAL_PEOPLE", "Several people are in the video: 0.72,0.51@1.5 is somebody else."),)
    page.goto(f"{gateway.url}/live?reference={reference}")
    page.get_by_role("button", name="Prepare").click()
    expect(page.get_by_role("heading", name="Who is the dancer to copy?")).to_be_focused()
    page.get_by_role("button", name="This one").click()
    expect(page.get_by_role("button", name="Turn the camera on")).to_be_focused()
    enter(page)
    assert [place for place in backends.dancers if place] == ["0.72-0.51-1.5"]


def test_the_style_is_named_without_a_dance_to_copy(allowed, page: Page, url: str, backends: FakeBackends):
    page.goto(f"{url}/live")
    page.get_by_role("button", name="Only name the style I dance").click()
    expect(page.locator("#dance")).to_be_hidden()
    enter(page)
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#style")).to_contain_text("This looks like: Hip hop")
    expect(page.locator("#style li").first).to_contain_text("90 %")
    colour = page.evaluate("import('/static/js/style_colour.js').then(({ colourOf }) => colourOf('hip_hop'))")
    expect(page.locator("#style li").first).to_have_class(colour)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", name="What it looked like")).to_be_focused()
    expect(page.locator("#result")).to_contain_text("Hip hop")
    assert "ScoreLive" not in backends.calls
    page.get_by_role("button", name="Dance again").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()


def test_the_style_is_named_beside_the_points(allowed, room: Page):
    room.get_by_label("Name the style, too").check()
    enter(room)
    room.get_by_role("button", name="Start").click()
    expect(room.locator("#style")).to_contain_text("This looks like: Hip hop")
    expect(room.locator("#board .now")).to_have_text("70")


def test_the_skeleton_is_drawn_over_the_camera(allowed, room: Page):
    enter(room)
    while not room.evaluate(_IS_DRAWN):
        room.wait_for_timeout(50)


def test_a_camera_that_is_not_allowed_is_explained(room: Page):
    room.context.clear_permissions()
    room.get_by_role("button", name="Turn the camera on").click()
    expect(room.get_by_role("alert").filter(has_text="The camera was not allowed")).to_be_visible()
    expect(room.get_by_role("button", name="Turn the camera on")).to_be_visible()


def test_a_connection_that_breaks_comes_back(allowed, room: Page, backends: FakeBackends, complaints: list[str]):
    routes: list[WebSocketRoute] = []

    def pass_on(route: WebSocketRoute) -> None:
        routes.append(route)
        route.connect_to_server()

    room.route_web_socket("**/v1/live", pass_on)
    enter(room)
    room.get_by_role("button", name="Start").click()
    expect(room.locator("#dance")).to_have_js_property("paused", value=False)
    routes[0].close(code=3001)
    while len(routes) < 2:
        room.wait_for_timeout(50)
    seen = len(backends.frames_seen)
    room.get_by_role("button", name="Stop").click()
    expect(room.get_by_role("heading", name="How it went")).to_be_focused()
    assert len(backends.frames_seen) >= seen
    assert backends.calls.count("ScoreLive") == 1, "the same session"
    # Playwright's stand-in for the socket still takes frames while the real one behind it is being closed.
    complaints[:] = [one for one in complaints if "CLOSING or CLOSED" not in one]


def test_a_dance_that_is_stopped_while_the_connection_is_lost_has_a_result(allowed, room: Page, complaints: list[str]):
    held: list[WebSocketRoute] = []
    routes: list[WebSocketRoute] = []

    def pass_on(route: WebSocketRoute) -> None:
        if routes and not held:
            held.append(route)
            route.close(code=3001)
            return
        routes.append(route)
        route.connect_to_server()

    room.route_web_socket("**/v1/live", pass_on)
    enter(room)
    room.get_by_role("button", name="Start").click()
    expect(room.locator("#board .now")).to_have_text("70")
    routes[0].close(code=3001)
    expect(room.locator("#hint")).to_contain_text("The connection was lost")
    room.get_by_role("button", name="Stop").click()
    expect(room.get_by_role("heading", name="How it went")).to_be_focused()
    complaints[:] = [one for one in complaints if "CLOSING or CLOSED" not in one]


def test_a_hidden_page_pauses_the_dance(allowed, room: Page):
    enter(room)
    room.get_by_role("button", name="Start").click()
    expect(room.locator("#dance")).to_have_js_property("paused", value=False)
    room.evaluate(
        "Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    expect(room.get_by_role("button", name="Start")).to_be_visible()
    assert room.evaluate("document.querySelector('#dance').paused")


def test_a_camera_that_is_taken_away_is_told_and_comes_back(allowed, room: Page):
    enter(room)
    room.get_by_role("button", name="Start").click()
    expect(room.locator("#dance")).to_have_js_property("paused", value=False)
    end = "track => track.dispatchEvent(new Event('ended'))"
    room.evaluate(f"document.querySelector('#camera').srcObject.getTracks().forEach({end})")
    expect(room.get_by_role("alert").filter(has_text="The camera was taken away")).to_be_visible()
    expect(room.locator("#dance")).to_have_js_property("paused", value=True)
    enter(room)
    room.get_by_role("button", name="Start").click()
    expect(room.locator("#board .now")).to_have_text("70")


def test_nobody_in_front_of_the_camera_is_told_and_the_session_goes_on(allowed, room: Page, backends: FakeBackends):
    backends.nobody = True
    enter(room)
    expect(room.locator("#hint")).to_have_text("Nobody can be seen. Step in front of the camera.")
    room.get_by_role("button", name="Start").click()
    expect(room.locator("#dance")).to_have_js_property("paused", value=False)
    seen = len(backends.frames_seen)
    while len(backends.frames_seen) < seen + 30:
        room.wait_for_timeout(50)
    assert not room.evaluate(_IS_DRAWN)
    backends.nobody = False
    expect(room.locator("#hint")).not_to_have_text("Nobody can be seen. Step in front of the camera.")
    while not room.evaluate(_IS_DRAWN):
        room.wait_for_timeout(50)
    expect(room.locator("#board .now")).to_have_text("70")
    assert backends.calls.count("ScoreLive") == 1, "the same session"


def test_two_people_are_told_and_the_session_goes_on(allowed, room: Page, backends: FakeBackends):
    backends.several_people = True
    enter(room)
    expect(room.locator("#hint")).to_have_text("Several people can be seen; one of them is judged.")
    room.get_by_role("button", name="Start").click()
    expect(room.locator("#board .now")).to_have_text("70")


def test_a_session_that_fails_says_why(allowed, room: Page, backends: FakeBackends):
    backends.errors["ScoreLive"] = UnusableMediaError("the reference is too short", reason="REFERENCE_TOO_SHORT")
    room.get_by_role("button", name="Turn the camera on").click()
    expect(room.get_by_role("alert").filter(has_text="REFERENCE_TOO_SHORT")).to_be_visible()


def test_a_dance_that_cannot_be_extracted_says_why(page: Page, gateway: GatewayProcess, backends: FakeBackends):
    backends.errors["Extract"] = UnusableMediaError("no person was found", reason="NO_PERSON")
    page.goto(f"{gateway.url}/live?reference={gateway.upload(new_content())}")
    page.get_by_role("button", name="Prepare").click()
    expect(page.get_by_role("alert").filter(has_text="NO_PERSON")).to_be_visible()
    expect(page.get_by_role("button", name="Prepare")).to_be_enabled()
