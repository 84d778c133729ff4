"""The JavaScript of the pages against types that are generated from the OpenAPI document."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.node_tools import page_types


@pytest.fixture(scope="module", autouse=True)
def _types() -> None:
    page_types.generate()


def test_the_pages_use_the_api_as_it_is() -> None:
    assert page_types.check() == ""


def test_a_field_that_the_api_does_not_have_is_an_error(tmp_path: Path) -> None:
    script = tmp_path / "invented.js"
    types = page_types.TYPES.with_suffix("").with_suffix("").as_posix()
    parameter = f'/** @param {{import("{types}.js").VideoBody}} video */'
    script.write_text(f"{parameter}\nexport const invented = (video) => video.no_such_field;\n", encoding="utf-8")
    assert re.search(r"invented\.js.*Property 'no_such_field' does not exist", page_types.check(script))


def test_no_page_has_types_of_its_own_for_what_the_api_answers() -> None:
    scripts = [path.read_text(encoding="utf-8") for path in page_types.PAGES.rglob("*.js")]
    assert not (page_types.PAGES / "types.js").exists()
    assert any("./api_types.js" in text for text in scripts)
