"""Choosing entries to compare in a real Chromium: the tray with a script, links without one."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


def test_chosen_entries_wait_in_the_tray_and_lead_to_an_address(page: Page) -> None:
    page.goto("/search?q=余热发电")
    buttons = page.locator("ol.hits [data-compare]")
    expect(buttons.first).to_have_attribute("aria-pressed", "false")
    chosen = [buttons.nth(i).get_attribute("data-compare") for i in (0, 2)]
    buttons.nth(0).click()
    buttons.nth(2).press(" ")
    expect(buttons.nth(2)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#announce")).to_contain_text("共 2 项")

    page.reload()
    page.get_by_role("link", name="对比这 2 项").click()
    expect(page).to_have_url(re.compile(f"/compare\\?id={chosen[0]}&id={chosen[1]}$"))
    expect(page.locator("table.compare th[data-id]")).to_have_count(2)

    page.get_by_role("link", name="移出").first.click()
    page.goto("/search?q=余热发电")
    expect(page.locator(".tray li")).to_have_count(1)
    page.get_by_role("button", name="清空").click()
    expect(page.locator(".tray")).to_have_count(0)
    expect(buttons.nth(2)).to_have_attribute("aria-pressed", "false")


def test_a_fifth_is_refused_in_words(page: Page) -> None:
    page.goto("/search?q=余热发电")
    buttons = page.locator("ol.hits [data-compare]")
    for i in range(5):
        buttons.nth(i).click()
    expect(page.locator(".tray")).to_contain_text("最多 4 项，请先移出一项")
    expect(page.locator(".tray li")).to_have_count(4)


def test_without_script_the_links_do_it(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/search?q=余热发电")
    page.locator("ol.hits [data-compare]").first.click()
    expect(page.locator("table.compare th[data-id]")).to_have_count(1)
    page.locator(".adding .add").first.click()
    expect(page.locator("table.compare th[data-id]")).to_have_count(2)
    page.get_by_role("link", name="只看不同").click()
    expect(page).to_have_url(re.compile("diff=1"))
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel 表格").click()
    assert download.value.suggested_filename == "条目对比.xlsx"
    context.close()
