"""Styles as tags that narrow the list of classifications on `/styles`."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from eightcount.classifier.v1 import classifier_pb2
from tests.e2e.jobs import make_classification, new_content
from tests.fakes.backends import FakeBackends
from tests.fakes.gateway_process import GatewayProcess

pytestmark = pytest.mark.browser


def _classify(gateway: GatewayProcess, backends: FakeBackends, style: str, name: str = "dance.mp4") -> str:
    """Id of a classification that names the style, or none."""
    verdict = classifier_pb2.VERDICT_STYLE if style else classifier_pb2.VERDICT_UNKNOWN
    backends.classifier.classification = classifier_pb2.Classification(
        styles=["cha_cha", "rumba"], style=style or None, verdict=verdict, probabilities=(0.5, 0.4, 0.1)
    )
    return make_classification(gateway, video_id=gateway.upload(new_content(), name))


@pytest.fixture
def tagged(page: Page, gateway: GatewayProcess, backends: FakeBackends) -> Page:
    """The page, with a dance of each of two styles and one of none on top."""
    for style in ("cha_cha", "rumba", ""):
        _classify(gateway, backends, style)
    page.goto(f"{gateway.url}/styles")
    expect(page.locator(".recent .answer").first).to_have_text("Unknown style")
    return page


def _tag(page: Page, style: str) -> Locator:
    return page.get_by_role("group", name="Show only dances of these styles").get_by_role("button", name=style)


def test_tags_narrow_the_list_and_several_widen_it(tagged: Page) -> None:
    page, styles = tagged, tagged.locator(".recent .answer-style")
    _tag(page, "Rumba").click()
    expect(page.locator("#recent [role=status]")).to_contain_text("of these styles")
    expect(styles.first).to_have_text("Rumba")
    assert set(styles.all_inner_texts()) == {"Rumba"}
    _tag(page, "Cha cha").click()
    expect(styles.nth(1)).to_have_text("Cha cha")
    _tag(page, "Cha cha").click()
    _tag(page, "Rumba").click()
    expect(styles.first).to_have_text("Unknown style")
    expect(page.locator("#recent [role=status]")).to_have_text("")


def test_what_is_chosen_is_in_the_address(tagged: Page) -> None:
    page, first = tagged, tagged.locator(".recent .answer-style").first
    _tag(page, "Rumba").click()
    expect(page).to_have_url(re.compile(r"/styles\?style=rumba$"))
    page.reload()
    expect(first).to_have_text("Rumba")
    expect(_tag(page, "Rumba")).to_have_attribute("aria-pressed", "true")
    _tag(page, "Cha cha").click()
    expect(page).to_have_url(re.compile(r"\?style=rumba&style=cha_cha$"))
    page.go_back()
    expect(_tag(page, "Cha cha")).to_have_attribute("aria-pressed", "false")
    page.go_back()
    expect(first).to_have_text("Unknown style")


def test_tags_are_chosen_by_the_keyboard(tagged: Page) -> None:
    page = tagged
    _tag(page, "Rumba").focus()
    page.keyboard.press("Space")
    expect(page.locator(".recent .answer-style").first).to_have_text("Rumba")
    expect(_tag(page, "Rumba")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".recent .answer-style").first).to_have_text("Unknown style")


def test_dances_of_a_style_are_found_beyond_the_first_page(
    page: Page, gateway: GatewayProcess, backends: FakeBackends
) -> None:
    for number in range(9):
        _classify(gateway, backends, "rumba", f"{number}.mp4")
    page.goto(f"{gateway.url}/styles?style=rumba")
    expect(page.locator(".recent li")).to_have_count(8)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".recent li").nth(8)).to_contain_text("0.mp4")


def test_a_style_that_nobody_dances_is_said_to_have_no_dances(page: Page, url: str) -> None:
    page.goto(f"{url}/styles?style=polka")
    expect(page.locator("#recent [role=status]")).to_have_text("No dance of these styles.")
    _tag(page, "Polka").click()
    expect(page).to_have_url(re.compile("/styles$"))


def test_a_result_leads_to_the_dances_of_its_style(page: Page, gateway: GatewayProcess, backends: FakeBackends) -> None:
    page.goto(f"{gateway.url}/classifications/{_classify(gateway, backends, 'cha_cha')}")
    page.get_by_role("link", name="All dances that look like Cha cha").click()
    expect(_tag(page, "Cha cha")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".recent .answer-style").first).to_have_text("Cha cha")
