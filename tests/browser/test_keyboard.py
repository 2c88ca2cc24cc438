"""The whole way by keyboard alone: search, suggestion, filter, an entry, the comparison."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def tab_to(page: Page, selector: str, most: int = 120) -> None:
    """Press Tab until what the selector names has the focus, and see that the focus is seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none"
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_from_a_question_to_a_comparison_without_a_mouse(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "#q")
    page.keyboard.type("yrfd", delay=20)
    expect(page.get_by_role("option").first).to_be_visible(timeout=20_000)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search\\?q="))

    tab_to(page, "#filters input[type=checkbox]")
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("(area|direction)="))
    assert page.evaluate("document.activeElement.type") == "checkbox"
    tab_to(page, "ol.hits [data-compare]")
    page.keyboard.press("Enter")
    expect(page.locator(".tray li")).to_have_count(1)

    tab_to(page, "ol.hits > li:nth-child(2) h3 a")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/entries/"))
    tab_to(page, ".side [data-compare]")
    page.keyboard.press("Enter")
    expect(page.locator(".tray li")).to_have_count(2)
    tab_to(page, ".tray a[href*='/compare']")
    page.keyboard.press("Enter")
    expect(page.locator("table.compare th[data-id]")).to_have_count(2)
