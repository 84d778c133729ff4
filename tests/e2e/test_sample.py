"""The first page offers two videos to try, where this server has them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from eightcount_gateway.demo import sample
from tests.e2e.sample_report import sample_alignment, sample_report
from tests.fakes.backends import FakeBackends
from tests.fakes.gateway_process import GatewayProcess, gateway_environment, running_gateway

pytestmark = pytest.mark.browser


@pytest.fixture
def offering(
    tmp_path: Path, folder: Path, shared_backends: FakeBackends, video: Path
) -> Iterator[tuple[GatewayProcess, Path]]:
    """A gateway with a sample, and the folder of that."""
    videos = tmp_path / "sample"
    videos.mkdir()
    for name in ("reference", "take"):
        shutil.copy(video, videos / f"{name}.mp4")
    environment = gateway_environment(tmp_path, shared_backends.targets, sample=str(videos))
    with running_gateway(environment | {"EIGHTCOUNT_STORE_FOLDER": str(folder / "objects")}, tmp_path) as gateway:
        yield gateway, videos


def test_the_sample_is_compared_with_one_tap(page: Page, offering: tuple[GatewayProcess, Path], backends: FakeBackends):
    gateway, videos = offering
    backends.report, backends.alignment = sample_report(), sample_alignment()
    assert sample.is_there(videos)
    page.goto(gateway.url)
    page.get_by_role("button", name="Compare a sample").click()
    page.wait_for_url("**/comparisons/*")
    comparison = gateway.finished(page.url.rpartition("/")[2])
    names = [
        gateway.client.get(f"/v1/videos/{comparison[f'{role}_video_id']}").json()["file_name"]
        for role in ("reference", "take")
    ]
    assert names == ["sample reference.mp4", "sample take.mp4"]
    expect(page.locator("article")).to_be_visible()
    page.goto("about:blank")  # the gateway stops before the page would


def test_a_sample_that_has_gone_says_so(page: Page, offering: tuple[GatewayProcess, Path], complaints: list[str]):
    gateway, videos = offering
    page.goto(gateway.url)
    button = page.get_by_role("button", name="Compare a sample")
    expect(button).to_be_visible()
    (videos / "take.mp4").unlink()
    button.click()
    expect(page.get_by_text("The sample is not there any more.")).to_be_visible()
    complaints.clear()


def test_no_sample_is_offered_where_there_is_none(page: Page, url: str, tmp_path: Path):
    assert not sample.is_there(tmp_path)
    page.goto(url)
    expect(page.get_by_role("button", name="Compare", exact=True)).to_be_enabled()
    expect(page.locator("#sample")).to_be_hidden()
