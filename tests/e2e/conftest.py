"""Chromium, a fake gateway, and pages that fail a test when the browser complains."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.e2e.fake_gateway import FakeGateway, serve
from tests.e2e.sample_report import VIDEO_DURATION_S, sample_report
from tests.e2e.stick_figures import write_side_by_side

_FLAGS = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run",
          "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
_TIMEOUT_MS = 20_000
_LOUD = {"error", "warning"}
_SLOW_SCREENSHOT = "GL Driver Message (OpenGL, Performance"
"""Chromium about its own pictures of a canvas where there is no graphics card."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Per module, because playwright's event loop must be gone before tests that bring their own run."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium found: install the package chromium to test the pages")
    expect.set_options(timeout=_TIMEOUT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "side_by_side.mp4"
    write_side_by_side(path, duration_seconds=VIDEO_DURATION_S)
    return path


@pytest.fixture
def fake(video: Path) -> FakeGateway:
    return FakeGateway(video, sample_report())


@pytest.fixture
def url(fake: FakeGateway) -> Iterator[str]:
    with serve(fake) as address:
        yield address


@pytest.fixture
def complaints() -> list[str]:
    """What the browser wrote to its console; a test that expects an error empties it."""
    return []


@pytest.fixture
def page(browser: Browser, url: str, complaints: list[str]) -> Iterator[Page]:
    """A page whose console errors, exceptions and policy violations fail the test. Closed before the server."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.add_init_script("onsecuritypolicyviolation = event => console.error('CSP', event.violatedDirective)")
        page = context.new_page()
        page.set_default_timeout(_TIMEOUT_MS)
        page.on("console", lambda message: complaints.extend(_loud(message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
    assert complaints == []


def _loud(message: ConsoleMessage) -> list[str]:
    return [message.text] if message.type in _LOUD and _SLOW_SCREENSHOT not in message.text else []
