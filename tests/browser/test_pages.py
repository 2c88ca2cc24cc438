"""Every page type in a real Chromium at desk and phone width: what must hold for each."""

import re

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser

from tests.browser.pages import PAGE_TYPES, WIDTHS, PageType
from tests.browser.watching import grave_faults, too_wide, visit

pytestmark = pytest.mark.browser
each_page = pytest.mark.parametrize("one", PAGE_TYPES, ids=lambda one: one.name)
each_width = pytest.mark.parametrize("size", WIDTHS.values(), ids=WIDTHS)


@each_width
@each_page
def test_it_fits_its_window_is_accessible_and_keeps_to_itself(
    browser: Browser, server: str, one: PageType, size: dict[str, int]
) -> None:
    with visit(browser, server, one, size) as (page, watch):
        assert too_wide(page) == []
        assert grave_faults(page) == []
        assert page.locator("h1").count() == 1
        assert page.locator("html").get_attribute("lang") == "zh-CN"
        page.wait_for_load_state("networkidle")
        assert watch.beside(one.status) == []


def test_titles_are_unique(client: TestClient) -> None:
    titles = [re.findall("<title>(.+)</title>", client.get(one.path).text) for one in PAGE_TYPES]
    assert all(len(found) == 1 for found in titles)
    assert len({found[0] for found in titles}) == len(PAGE_TYPES)
