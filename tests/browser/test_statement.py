"""What the accessibility statement claims beyond the common tests, in a real Chromium."""

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import BY_NAME
from tests.browser.watching import too_wide, visit

pytestmark = pytest.mark.browser
PAGES = ("home", "results", "entry", "accessibility")


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_the_statement_reflow_and_keep_their_borders(
    browser: Browser, server: str, name: str
) -> None:
    one = BY_NAME[name]
    with visit(browser, server, one, {"width": 320, "height": 500}) as (page, _watch):
        assert too_wide(page) == []
    with visit(browser, server, one, {"width": 1280, "height": 900}) as (page, _watch):
        page.emulate_media(forced_colors="active")
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        bare = page.evaluate(
            """[...document.querySelectorAll('input, textarea, select')]
            .filter(e => e.checkVisibility() && !['checkbox', 'radio'].includes(e.type))
            .filter(e => getComputedStyle(e).borderTopStyle === 'none')
            .map(e => e.outerHTML.slice(0, 120))"""
        )
        assert bare == []
        ink, ground = page.evaluate(
            "(s => [s.color, s.backgroundColor])(getComputedStyle(document.body))"
        )
        assert ink != ground
