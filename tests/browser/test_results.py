"""The result list in a real Chromium: refined in place, by mouse and by keyboard alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.pages import PHONE

pytestmark = pytest.mark.browser
QUESTION = "/search?q=余热发电"


@pytest.fixture
def plain(browser: Browser, server: str) -> Iterator[Page]:
    """A page without JavaScript."""
    context = browser.new_context(base_url=server, locale="zh-CN", java_script_enabled=False)
    yield context.new_page()
    context.close()


def total(page: Page) -> int:
    """All items that the list promises, the partly relevant ones too."""
    words = page.locator("p.total").inner_text().replace(",", "")
    return sum(map(int, re.findall(r"\d+", words)))


def number(page: Page, value: str) -> int:
    return int(page.locator(f"button[name=only][value='{value}']").inner_text().replace(",", ""))


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_boxes_tabs_and_sorts_refine_in_place_and_keep_the_focus(page: Page) -> None:
    page.goto(QUESTION)
    page.evaluate("window.same = true")
    promised = number(page, "area:清洁生产+")
    page.locator("#area-清洁生产\\+").focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("area="))
    assert total(page) == promised
    assert focused(page) == "area-清洁生产+"
    expect(page.locator("#announce")).to_contain_text("为您找到")
    for one, address in (("sort-最新", "sort=newest"), ("tab-技术", "kind=Technology")):
        page.locator(f"#{one}").focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(address))
        expect(page.locator(f"#{one}")).to_have_attribute("aria-current", "true")
        assert focused(page) == one
    page.locator(".chip").first.focus()
    page.keyboard.press("Delete")
    expect(page).not_to_have_url(re.compile("area="))
    page.wait_for_function("document.activeElement.id === 'list'")
    assert page.evaluate("window.same")

    page.go_back()
    expect(page.locator("#area-清洁生产\\+")).to_be_checked()
    page.reload()
    expect(page.locator("#area-清洁生产\\+")).to_be_checked()
    expect(page.locator("#tab-技术")).to_have_attribute("aria-current", "true")
    page.get_by_label("要解决的问题").fill("余热发电 水泥")
    page.get_by_role("button", name="查找技术").click()
    expect(page).to_have_url(re.compile("kind=Technology&sort=newest"))


def test_a_number_chooses_its_value_alone_with_and_without_script(page: Page, plain: Page) -> None:
    for one in (page, plain):
        one.goto(f"{QUESTION}&region=500000&region=510000&page=1")
        promised = number(one, "region:510000")
        assert promised < total(one)
        one.locator("button[name=only][value='region:510000']").click()
        expect(one).to_have_url(re.compile("region=510000$"))
        assert total(one) == promised
        assert "region=500000" not in one.url


def test_a_late_answer_never_overwrites_a_newer_one(page: Page) -> None:
    page.goto(QUESTION)
    held: list[Route] = []
    page.route(re.compile("area="), lambda route: held.append(route))  # noqa: PLW0108 - no builtin is taken
    page.locator("#area-清洁生产\\+").check()
    page.wait_for_function("document.getElementById('results').ariaBusy === 'true'")
    expect(page.locator(".busy")).to_be_visible()
    page.locator("#sort-最新").click()
    expect(page).to_have_url(re.compile("sort=newest"))
    newer = page.locator("ol.hits").first.inner_text()
    assert held
    for route in held:
        route.continue_()
    page.wait_for_timeout(500)
    assert page.locator("ol.hits").first.inner_text() == newer
    assert "area=" not in page.url
    expect(page.locator(".busy")).not_to_be_visible()


def test_when_the_server_is_away_the_list_stays_and_one_is_told(page: Page) -> None:
    page.goto(QUESTION)
    before = page.locator("ol.hits").first.inner_text()
    page.route(re.compile("sort="), lambda route: route.abort())
    page.locator("#sort-证据").click()
    expect(page.locator("#trouble")).to_contain_text("列表没有更新：连不上服务器")
    assert page.locator("ol.hits").first.inner_text() == before
    assert "sort=" not in page.url
    page.unroute_all()
    page.get_by_role("button", name="再试一次").click()
    expect(page).to_have_url(re.compile("sort=evidence"))

    page.route(re.compile("kind="), lambda route: route.fulfill(status=503, body="busy"))
    page.locator("#tab-技术").click()
    expect(page.locator("#trouble")).to_contain_text("503")


def test_a_long_facet_searches_inside_itself_while_typing(page: Page) -> None:
    page.goto("/search")
    values = page.locator("#values-organization")
    expect(values).to_contain_text("没有列出")
    unlisted = values.get_by_text("攀钢集团", exact=False)
    assert unlisted.count() == 0
    page.get_by_label("在单位中查找").press_sequentially("攀钢")
    expect(unlisted.first).to_be_visible()
    expect(page.locator("#announce")).to_contain_text(re.compile(r"单位：找到 \d+ 项"))
    shown = values.locator("label").all_inner_texts()
    assert shown
    assert all("攀钢" in name for name in shown)
    expect(page).to_have_url(re.compile("find-organization="))

    page.get_by_label("在单位中查找").press("Tab")
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("&organization=|\\?organization="))
    expect(page.get_by_label("在单位中查找")).to_have_value("攀钢")
    page.locator("#sort-最新").click()
    expect(page).to_have_url(re.compile("sort=newest"))
    page.reload()
    expect(page.get_by_label("在单位中查找")).to_have_value("攀钢")
    page.get_by_label("在单位中查找").fill("没有这个单位")
    expect(values).to_contain_text("没有含“没有这个单位”的单位")
    assert values.locator("input:checked").count() == 1


def test_a_long_facet_searches_inside_itself_without_script(plain: Page) -> None:
    plain.goto("/search?sort=newest")
    plain.get_by_label("在单位中查找").fill("攀钢")
    plain.get_by_label("在单位中查找").press("Enter")
    expect(plain).to_have_url(re.compile("sort=newest&find-organization=%E6%94%80%E9%92%A2$"))
    names = plain.locator("#values-organization label").all_inner_texts()
    assert names
    assert all("攀钢" in name for name in names)


def test_what_is_unfolded_stays_so(page: Page) -> None:
    page.goto("/search")
    fold = page.locator("[data-more=industry]")
    fold.locator("> summary").click()
    expect(page).to_have_url(re.compile("more=industry"))
    page.locator("#area-清洁生产\\+").check()
    expect(page).to_have_url(re.compile("area="))
    expect(fold).to_have_attribute("open", "")
    page.locator("#sort-最新").click()
    expect(page).to_have_url(re.compile("sort=newest"))
    expect(fold).to_have_attribute("open", "")
    page.reload()
    expect(fold).to_have_attribute("open", "")
    fold.locator("> summary").click()
    expect(page).not_to_have_url(re.compile("more="))


def test_the_next_page_begins_at_its_top(page: Page) -> None:
    page.goto(QUESTION)
    page.locator(".pager a").last.click()
    expect(page).to_have_url(re.compile("page=2"))
    page.wait_for_function("document.activeElement.id === 'list'")
    assert page.locator("#list").bounding_box()["y"] >= -1  # type: ignore[index]
    page.go_back()
    expect(page.locator(".pager [aria-current]").first).to_contain_text("1")


def test_on_a_phone_filters_open_apply_and_close(browser: Browser, server: str) -> None:
    context = browser.new_context(
        base_url=server, locale="zh-CN", viewport=PHONE, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(QUESTION)
    page.locator(".to-filters a").tap()
    page.locator("label", has_text="清洁生产+").first.tap()
    page.wait_for_timeout(300)
    assert "area=" not in page.url
    page.get_by_role("button", name="应用筛选").tap()
    expect(page).to_have_url(re.compile("area="))
    expect(page.locator("#filters")).not_to_be_visible()
    expect(page.locator("p.total")).to_be_in_viewport()
    expect(page.locator(".to-filters a")).to_contain_text("已选 1")
    context.close()
