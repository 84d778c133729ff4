"""Pages that fill in what an address names: nothing is sent before it is filled in."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.jobs import make_comparison, make_dance, new_content
from tests.fakes.gateway_process import GatewayProcess

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("place", "button", "name"),
    [("live", "Prepare", "dance.mp4"), ("compare", "Compare", "teacher.mp4"), ("dance", "Make a dance", "song.mp3")],
)
def test_the_button_waits_until_the_form_is_filled(
    page: Page, gateway: GatewayProcess, video: Path, place: str, button: str, name: str
):
    addresses = {
        "live": lambda: f"/live?reference={gateway.upload(video.read_bytes(), name)}",
        "compare": lambda: f"/?again={make_comparison(gateway, reference=name)}",
        "dance": lambda: f"/choreography?again={make_dance(gateway, gateway.upload(new_content(), name))}",
    }
    address = gateway.url + addresses[place]()
    held: list[Route] = []
    is_open = False
    page.route("**/v1/videos/*", lambda route: route.continue_() if is_open else held.append(route))
    page.goto(address)
    send = page.get_by_role("button", name=button, exact=True)
    expect(send).to_be_disabled()
    while not held:
        page.wait_for_timeout(50)
    is_open = True
    for route in held:
        route.continue_()
    expect(send).to_be_enabled()
    expect(page.locator("form").get_by_text(name).first).to_be_visible()
