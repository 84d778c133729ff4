"""Chromium, one real gateway over fake services, and pages that fail a test when the browser complains."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, expect, sync_playwright

from eightcount_common.storage.folder import FolderStore
from eightcount_common.weights import fetch
from eightcount_gateway import fetch_three
from tests.data.media import BUILD
from tests.e2e.sample_report import VIDEO_DURATION_S
from tests.e2e.stick_figures import write_side_by_side
from tests.fakes.backends import FakeBackends, running_backends
from tests.fakes.gateway_process import GatewayProcess, gateway_environment, running_gateway

FLAGS = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run",
          "--disable-background-networking", "--disable-component-update", "--disable-sync",
          "--use-fake-device-for-media-stream"]  # fmt: skip
TIMEOUT_MS = 60_000
_LOUD = {"error", "warning"}
_SLOW_SCREENSHOT = "GL Driver Message (OpenGL, Performance"
"""Chromium about its own screenshots of a canvas where there is no graphics card."""


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium found: install the package chromium to test the pages")
    return found


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright. Per module, because its event loop must be gone before tests that bring their own run."""
    expect.set_options(timeout=TIMEOUT_MS)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "side_by_side.mp4"
    write_side_by_side(path, duration_seconds=VIDEO_DURATION_S)
    return path


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of everything that the gateway keeps."""
    return tmp_path_factory.mktemp("gateway")


@pytest.fixture(scope="session")
def shared_backends(folder: Path) -> Iterator[FakeBackends]:
    with running_backends(FolderStore(folder / "objects")) as backends:
        yield backends


@pytest.fixture(scope="session")
def three_link(folder: Path) -> Path:
    """The folder of three.js that the gateway reads: a link to a folder that is filled once."""
    fetched = Path(os.environ.get("EIGHTCOUNT_GATEWAY_THREE", BUILD / "three")).expanduser().resolve()
    fetch(fetched, fetch_three.FILES)
    link = folder / "three"
    link.symlink_to(fetched, target_is_directory=True)
    return link


@pytest.fixture(scope="session")
def shared_gateway(folder: Path, shared_backends: FakeBackends, three_link: Path) -> Iterator[GatewayProcess]:
    settings = {
        "three": str(three_link),
        "browser_pose": str(folder / "no browser pose"),
        "sample": str(folder / "no sample"),
        "max_running_jobs": "4",
    }
    with running_gateway(gateway_environment(folder, shared_backends.targets, **settings), folder) as gateway:
        yield gateway


@pytest.fixture
def backends(shared_backends: FakeBackends) -> Iterator[FakeBackends]:
    """The services behind the gateway, which a test may hold, break, or give other answers."""
    shared_backends.reset()
    yield shared_backends
    shared_backends.held.clear()


@pytest.fixture
def gateway(shared_gateway: GatewayProcess, backends: FakeBackends) -> GatewayProcess:
    """The real gateway. It has seen other tests: a test shows videos and jobs of its own."""
    return shared_gateway


@pytest.fixture
def url(gateway: GatewayProcess) -> str:
    return gateway.url


@pytest.fixture
def complaints() -> list[str]:
    """The messages on the browser's console; a test that expects an error empties it."""
    return []


@pytest.fixture
def page(browser: Browser, url: str, complaints: list[str]) -> Iterator[Page]:
    """A page whose console errors, exceptions and policy violations fail the test."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.add_init_script("onsecuritypolicyviolation = event => console.error('CSP', event.violatedDirective)")
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.on("console", lambda message: complaints.extend(_loud(message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
    assert complaints == []


@pytest.fixture
def posted(page: Page) -> Callable[[str], list[Request]]:
    """The requests that the page posted to a path, in order."""
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    return lambda path: [one for one in requests if one.method == "POST" and urlparse(one.url).path == path]


def _loud(message: ConsoleMessage) -> list[str]:
    if message.type not in _LOUD or _SLOW_SCREENSHOT in message.text:
        return []
    return [f"{message.text} ({message.location['url']})"]
