"""The accessibility statement claims no test that there is not."""

import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.browser.pages import WIDTHS as BROWSER_WIDTHS
from tests.web.public.reading import read
from web.app import create_app
from web.bootstrap import Platform
from web.public.accessibility import AXE, LIMITS, TESTED, WIDTHS
from web.settings import Settings

TESTS = Path(__file__).parents[2]


@pytest.mark.parametrize("one", TESTED, ids=lambda one: one.what)
def test_each_claim_has_its_test(one: object) -> None:
    file, name = one.test.split("::")  # type: ignore[attr-defined]
    assert re.search(rf"^def {name}\(", (TESTS / file).read_text("utf-8"), re.MULTILINE)


def test_the_tools_are_those_that_are_used() -> None:
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    assert f"axe v{AXE}." in axe[:200]
    assert {size["width"] for size in BROWSER_WIDTHS.values()} >= set(WIDTHS)


def test_the_page_tells_what_is_aimed_at_tested_and_lacking(client: TestClient) -> None:
    page = read(client.get("/accessibility").text)
    assert page.wrong == []
    for words in ("WCAG", "GB/T 37668-2019", "部分符合", *LIMITS, *(one.how for one in TESTED)):
        assert words in page.text
    assert "/accessibility" in {a["href"] for a in read(client.get("/").text).all("a")}


def test_the_contact_is_that_of_the_settings(platform: Platform) -> None:
    settings = Settings(_env_file=None, data=platform.settings.data, site_contact="023-0000")
    client = TestClient(create_app(replace(platform, settings=settings)))
    assert "联系方式：023-0000。" in client.get("/accessibility").text
