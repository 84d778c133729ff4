"""The colours of styles: steady, different, and visible in both themes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from eightcount.classifier.v1 import classifier_pb2
from tests.e2e.jobs import make_classification, new_content
from tests.e2e.sample_classification import STYLES
from tests.fakes.backends import FakeBackends
from tests.fakes.gateway_process import GatewayProcess

pytestmark = pytest.mark.browser

_CLASSES = "import('/static/js/style_colour.js').then(({ colourOf }) => styles.map(colourOf))"
_CONTRASTS = """
() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const luminance = (colour) => {
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const parts = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map((byte) => byte / 255);
    const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const coloured = document.body.appendChild(document.createElement("span"));
  const seen = (classes, property) => {
    coloured.className = classes;
    coloured.style.backgroundColor = `var(${property})`;
    return luminance(getComputedStyle(coloured).backgroundColor);
  };
  const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const hues = [...Array(12).keys()].flatMap((hue) => [`hue-${hue}`, `hue-${hue} deep`]);
  return [...hues, "hue-none"].flatMap((classes) =>
    ["--ground", "--surface"].map((ground) => [classes, contrast(seen(classes, "--style"), seen("", ground))]));
}
"""


def _colours(page: Page, *styles: str) -> list[str]:
    """Classes that colour the styles."""
    colours: list[str] = page.evaluate(f"styles => {_CLASSES}", list(styles))
    return colours


def _found(styles: tuple[str, ...], style: str) -> classifier_pb2.Classification:
    """An answer of a model with these styles."""
    shares = [0.7 if one == style else 0.2 / (len(styles) - 1) for one in styles]
    return classifier_pb2.Classification(
        styles=styles, style=style, probabilities=(*shares, 0.1), verdict=classifier_pb2.VERDICT_STYLE, track_id=1,
        windows=[
            classifier_pb2.Window(
                start_seconds=0, end_seconds=4, probabilities=(*shares, 0.1), style=style,
                verdict=classifier_pb2.VERDICT_STYLE,
            )
        ],
    )  # fmt: skip


@pytest.mark.parametrize("styles", [("house", "salsa"), ("salsa", "bachata", "krump", "house")])
def test_a_style_has_one_colour_wherever_it_is_shown(
    page: Page, gateway: GatewayProcess, backends: FakeBackends, styles: tuple[str, ...]
) -> None:
    backends.classifier.classification = _found(styles, "house")
    classification = make_classification(gateway, video_id=gateway.upload(new_content()))
    page.goto(f"{gateway.url}/classifications/{classification}")
    (colour,) = _colours(page, "house")
    expect(page.locator("[data-style=house]")).to_have_class(colour)
    expect(page.locator("rect.verdict").first).to_have_class(f"verdict style {colour}")
    expect(page.locator("rect.share").first).to_have_class(f"share {colour}")
    page.goto(f"{gateway.url}/styles")
    expect(page.locator(".recent .swatch").first).to_have_class(f"swatch {colour}")


def test_styles_that_are_shown_together_differ(page: Page, url: str) -> None:
    page.goto(f"{url}/styles")
    assert len(set(_colours(page, *STYLES))) == len(STYLES)
    assert len(set(_colours(page, "indian", "modern", "salsa"))) == 3


def test_the_way_in_which_a_name_is_written_does_not_matter(page: Page, url: str) -> None:
    page.goto(f"{url}/styles")
    assert len(set(_colours(page, "hip_hop", "Hip Hop", "HIP-HOP"))) == 1
    assert _colours(page, "not_a_dance") == ["hue-none"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_is_visible_on_the_page(page: Page, url: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{url}/styles")
    faint = [one for one in page.evaluate(_CONTRASTS) if one[1] < 3]
    assert faint == []
