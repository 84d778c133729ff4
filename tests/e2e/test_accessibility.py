"""Every page under axe-core, light and dark, on a phone and on a desktop: no violations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import TIMEOUT_MS
from tests.e2e.jobs import make_classification, make_comparison, make_dance, new_content
from tests.e2e.sample_report import sample_alignment, sample_report
from tests.e2e.time_code import FRAMES_PER_SECOND, write_time_code
from tests.fakes.backends import FakeBackends
from tests.fakes.gateway_process import GatewayProcess
from tests.fakes.network_gateway import NetworkGateway, running_network_gateway
from tests.node_tools import install

pytestmark = pytest.mark.browser

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
_RUN = (
    "rules => axe.run(document, { runOnly: rules }).then(({ violations }) => violations.map(({ id, nodes }) => "
    "`${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`))"
)
_SECONDS = 26.0


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core."""
    return (install() / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def preview(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("preview") / "code.mp4"
    write_time_code(path, seconds=_SECONDS)
    return path.read_bytes()


@pytest.fixture(params=[("light", 1280), ("dark", 390)], ids=["light desktop", "dark phone"])
def page(request: pytest.FixtureRequest, browser: Browser, gateway: GatewayProcess):
    scheme, width = request.param
    with browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        yield page


def assert_clean(page: Page, axe: str) -> None:
    page.evaluate(axe)
    assert page.evaluate(_RUN, _RULES) == []


def test_the_first_page(page: Page, gateway: GatewayProcess, axe: str):
    make_comparison(gateway)
    page.goto(gateway.url)
    expect(page.locator("#recent")).to_be_visible()
    page.get_by_text("How to film, and how long it takes").click()
    page.get_by_text("The beats are wrong?").click()
    assert_clean(page, axe)


@pytest.mark.parametrize("plays", [True, False], ids=["practice player", "rendered video"])
def test_a_report(
    page: Page, gateway: GatewayProcess, backends: FakeBackends, video: Path, preview: bytes, axe: str, plays: bool
):
    backends.report, backends.alignment, backends.side_by_side = sample_report(), sample_alignment(), video.read_bytes()
    backends.frames = round(_SECONDS * FRAMES_PER_SECOND)
    if plays:
        backends.preview = preview
    page.goto(f"{gateway.url}/comparisons/{make_comparison(gateway)}")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.get_by_role("button", name="Left elbow", exact=True).click()
    page.locator(".moment-list button").first.click()
    assert_clean(page, axe)


def test_the_practice_room(page: Page, gateway: GatewayProcess, video: Path, axe: str):
    page.context.grant_permissions(["camera", "microphone"])
    page.goto(f"{gateway.url}/live?reference={gateway.upload(video.read_bytes(), 'dance.mp4')}")
    page.get_by_role("button", name="Prepare").click()
    page.get_by_label("Name the style, too").check()
    page.get_by_role("button", name="Turn the camera on").click()
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#board .now")).to_have_text("70")
    expect(page.locator("#style")).to_contain_text("This looks like")
    assert_clean(page, axe)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", name="How it went")).to_be_focused()
    assert_clean(page, axe)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory, shared_backends: FakeBackends) -> Iterator[NetworkGateway]:
    with running_network_gateway(tmp_path_factory.mktemp("network"), shared_backends.targets) as network:
        yield network


def test_the_invitation_for_a_phone_and_the_way_there(page: Page, network: NetworkGateway, axe: str):
    with network.joined("a phone"):
        page.goto(f"{network.owner.url}/devices")
        expect(page.locator("#devices li").first).to_be_visible()
        assert_clean(page, axe)
    page.goto(page.locator("#address").inner_text())
    expect(page.locator("#steps")).to_be_visible()
    assert_clean(page, axe)
    page.goto(f"{network.owner.url}/join")
    expect(page.locator("#help")).to_be_visible()
    assert_clean(page, axe)


def test_styles_and_their_answers(page: Page, gateway: GatewayProcess, video: Path, axe: str):
    classification = make_classification(gateway, video_id=gateway.upload(video.read_bytes(), "dance.mp4"))
    page.goto(f"{gateway.url}/styles")
    page.locator(".tag").first.click()
    page.get_by_text("Add a style", exact=True).click()
    page.get_by_label("Name", exact=True).fill("our solo")
    page.set_input_files("#add-style input[type=file]", video)
    page.get_by_role("button", name="Add the style").click()
    expect(page.locator("#clips-error")).to_be_visible()
    expect(page.locator(".answer").first).to_be_visible()
    assert_clean(page, axe)
    page.goto(f"{gateway.url}/classifications/{classification}")
    expect(page.locator("article")).to_be_visible()
    assert_clean(page, axe)


def test_dances(page: Page, gateway: GatewayProcess, axe: str):
    dance = make_dance(gateway, gateway.upload(new_content(), "song.mp3"))
    page.goto(f"{gateway.url}/choreography")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_clean(page, axe)
    page.goto(f"{gateway.url}/dances/{dance}")
    expect(page.locator("article")).to_be_visible()
    assert_clean(page, axe)


def test_a_violation_is_found(page: Page, gateway: GatewayProcess, axe: str):
    page.goto(f"{gateway.url}/nowhere")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    with pytest.raises(AssertionError, match="image-alt"):
        assert_clean(page, axe)


def test_a_page_that_is_not_there(page: Page, gateway: GatewayProcess, axe: str):
    page.goto(f"{gateway.url}/nowhere")
    assert_clean(page, axe)
