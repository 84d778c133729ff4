"""Poses that the page finds itself, in a real browser with a camera that shows a real dancer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from eightcount_common.rpc.wire import decode_tensor
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_common.storage.folder import FolderStore
from eightcount_common.weights import WeightsError
from eightcount_gateway.browser_pose import files
from tests.data.media import BUILD, dancer_pictures
from tests.e2e.conftest import FLAGS, TIMEOUT_MS
from tests.e2e.test_live_page import enter
from tests.fakes.backends import FakeBackends, running_backends
from tests.fakes.gateway_process import GatewayProcess, gateway_environment, running_gateway

pytestmark = pytest.mark.browser

_FRAMES_PER_SECOND = 30


@pytest.fixture(scope="module")
def pose_folder() -> Path:
    """The folder of what a browser needs to find poses."""
    folder = Path(os.environ.get("EIGHTCOUNT_GATEWAY_BROWSER_POSE", BUILD / "browser_pose")).expanduser().resolve()
    try:
        files.prepare(folder)
    except WeightsError as error:
        pytest.skip(f"the runtime cannot be fetched: {error}")
    return folder


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the camera shows, again and again."""
    path = tmp_path_factory.mktemp("camera") / "camera.mjpeg"
    _, pictures = dancer_pictures(seconds=3.0)
    with av.open(str(path), "w", format="mjpeg") as container:
        stream = None
        for picture in pictures:
            if stream is None:
                stream = container.add_stream("mjpeg", rate=_FRAMES_PER_SECOND, options={"qscale": "3"})
                stream.height, stream.width = (side // 2 * 2 for side in picture.shape[:2])
                stream.pix_fmt = "yuvj420p"
            frame = np.ascontiguousarray(picture[: stream.height, : stream.width])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        assert stream is not None
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def browser(camera: Path) -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium found: install the package chromium to test the pages")
    expect.set_options(timeout=TIMEOUT_MS)
    with sync_playwright() as playwright:
        flags = [*FLAGS, f"--use-file-for-fake-video-capture={camera}"]
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gateway")


@pytest.fixture(scope="module")
def shared_backends(own_folder: Path) -> Iterator[FakeBackends]:
    with running_backends(FolderStore(own_folder / "objects")) as backends:
        yield backends


@pytest.fixture(scope="module")
def shared_gateway(own_folder: Path, shared_backends: FakeBackends, pose_folder: Path) -> Iterator[GatewayProcess]:
    environment = gateway_environment(own_folder, shared_backends.targets, browser_pose=str(pose_folder))
    with running_gateway(environment, own_folder) as gateway:
        yield gateway


@pytest.fixture
def room(page: Page, gateway: GatewayProcess, video: Path, complaints: list[str]) -> Iterator[Page]:
    """The practice room; what the runtime says about itself on the console is no complaint."""
    page.context.grant_permissions(["camera", "microphone"])
    page.goto(f"{gateway.url}/live?reference={gateway.upload(video.read_bytes(), 'dance.mp4')}")
    page.get_by_role("button", name="Prepare").click()
    expect(page.get_by_role("button", name="Turn the camera on")).to_be_focused()
    yield page
    complaints[:] = [words for words in complaints if "/static/vendor/pose/" not in words]


def test_images_stay_on_the_device_and_keypoints_are_sent(room: Page, backends: FakeBackends, gateway: GatewayProcess):
    foreign: list[str] = []
    room.on("request", lambda request: foreign.append(request.url) if not request.url.startswith(gateway.url) else None)
    room.get_by_label("Poses").select_option("device")
    enter(room)
    expect(room.locator("#privacy")).to_contain_text("stay on this device")
    room.get_by_role("button", name="Start").click()
    expect(room.locator("#board .now")).to_have_text("70")
    room.get_by_role("button", name="Stop").click()
    expect(room.get_by_role("heading", name="How it went")).to_be_focused()
    assert backends.frames_seen == []
    assert foreign == []
    chunks = [one.pose.chunk for one in backends.live if one.HasField("pose")]
    seconds = [chunk.timestamps[0] for chunk in chunks]
    assert seconds == sorted(set(seconds))
    body = BLAZEPOSE_33.indices(("left_shoulder", "right_shoulder", "left_hip", "right_hip"))
    found = [chunk for chunk in chunks if np.isfinite(decode_tensor(chunk.image)).all()]
    assert len(found) > len(chunks) / 2
    for chunk in found:
        assert (decode_tensor(chunk.visibility)[0, body] > 0.5).all()
        hips = decode_tensor(chunk.world)[0, BLAZEPOSE_33.indices(("left_hip", "right_hip"))]
        np.testing.assert_allclose(hips.mean(axis=0), 0, atol=0.05)


def test_a_runtime_that_fails_leaves_it_to_the_server(room: Page, backends: FakeBackends, complaints: list[str]):
    room.route("**/vendor/pose/*.task", lambda route: route.fulfill(status=500))
    enter(room)
    expect(room.locator("#privacy")).to_contain_text("go to this server")
    while not backends.frames_seen:
        room.wait_for_timeout(50)
    complaints.clear()  # the browser itself reports the failed request


def test_images_do_not_leave_a_device_that_was_chosen_and_fails(
    room: Page, backends: FakeBackends, complaints: list[str]
):
    room.route("**/vendor/pose/*.task", lambda route: route.fulfill(status=500))
    room.get_by_label("Poses").select_option("device")
    room.get_by_role("button", name="Turn the camera on").click()
    expect(room.get_by_role("alert").filter(has_text="Poses cannot be found on this device.")).to_be_visible()
    expect(room.get_by_role("button", name="Turn the camera on")).to_be_enabled()
    assert room.evaluate("document.querySelector('#camera').srcObject") is None
    assert backends.frames_seen == []
    room.get_by_label("Poses").select_option("server")
    enter(room)
    while not backends.frames_seen:
        room.wait_for_timeout(50)
    complaints.clear()  # the browser itself reports the failed request


def test_the_server_can_be_chosen(room: Page, backends: FakeBackends):
    room.get_by_label("Poses").select_option("server")
    enter(room)
    expect(room.locator("#privacy")).to_contain_text("go to this server")
    while not backends.frames_seen:
        room.wait_for_timeout(50)
    room.get_by_label("Poses").select_option("device")
    expect(room.locator("#privacy")).to_contain_text("stay on this device")
