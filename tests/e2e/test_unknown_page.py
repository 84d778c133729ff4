"""An address that leads nowhere, in a real browser and for a program."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.fakes.gateway_process import GatewayProcess

pytestmark = pytest.mark.browser


def test_an_unknown_page_leads_back(page: Page, url: str, complaints: list[str]) -> None:
    answer = page.goto(f"{url}/no/such/page")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    complaints.clear()  # the browser itself reports the 404
    page.get_by_role("main").get_by_role("link", name="Compare two dances").click()
    expect(page.get_by_role("heading", name="Compare two dances")).to_be_visible()


def test_a_program_gets_a_problem_there(gateway: GatewayProcess) -> None:
    answer = gateway.client.get("/no/such/page", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
