"""The graph explorer in a real Chromium: picture, card, switches, keys, and the bare list."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.pages import DESK, PHONE
from tests.browser.watching import Watch, grave_faults, too_wide

pytestmark = pytest.mark.browser
HUB = "/graph/region-500000"
MOST = 60
COLOURS = """() => {
  const canvas = document.querySelector('.canvas canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] > 200) seen.add(data.slice(i, i + 3).join());
  }
  return [...seen];
}"""
PLACE = """(id) => {
  const chart = echarts.getInstanceByDom(document.querySelector('.canvas'));
  const data = chart.getModel().getSeriesByIndex(0).getData();
  return data.getItemLayout(data.indexOfName(id));
}"""
ACCENT = "20,96,60"


@pytest.fixture
def context(browser: Browser, server: str) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        base_url=server,
        locale="zh-CN",
        viewport=DESK,
        reduced_motion="reduce",  # type: ignore[arg-type]
    )
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


def _drawn(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#explorer")).to_have_attribute("data-drawn", re.compile(r"\d"))


def _said(page: Page) -> tuple[int, int]:
    numbers = re.findall(r"\d+", page.locator("[data-announce]").inner_text().replace(",", ""))
    return int(numbers[0]), int(numbers[1])


def test_from_a_hub_by_mouse_and_back(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    watch = Watch(page, server)
    _drawn(page, HUB)
    assert ACCENT in page.evaluate(COLOURS)
    shown, hidden = _said(page)
    assert shown == page.locator("[data-node]").count() <= MOST
    assert hidden > 100

    # a click on the picture opens the card of what is there
    box, (x, y) = page.locator(".plot").bounding_box(), page.evaluate(PLACE, "region-500115")
    assert box
    page.mouse.click(box["x"] + x, box["y"] + y)
    expect(page.locator("#card h2")).to_have_text("长寿区")
    expect(page).to_have_url(re.compile("sel=region-500115"))
    expect(page.locator("#tree .here .name").first).to_have_text("长寿区")
    page.mouse.dblclick(box["x"] + x, box["y"] + y)
    expect(page).to_have_url(re.compile("open=region-500115"))
    page.go_back()
    expect(page).not_to_have_url(re.compile("open="))

    # a switch takes a relation out, without loading the page anew
    page.evaluate("window.same = true")
    page.get_by_label(re.compile("^上下级")).uncheck()
    expect(page.locator("[data-group='下级']")).to_have_count(0)
    expect(page).to_have_url(re.compile("off=PART_OF"))
    assert page.evaluate("window.same")
    page.go_back()
    expect(page.locator("[data-group='下级']")).to_have_count(1)
    page.reload()
    expect(page.get_by_label(re.compile("^上下级"))).to_be_checked()
    assert watch.faults == []


def test_all_by_keyboard(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    watch = Watch(page, server)
    _drawn(page, HUB)
    before, _hidden = _said(page)
    page.locator(".plot").focus()
    page.keyboard.press("ArrowRight")
    first = page.locator("#tree .here .name").first.inner_text()
    expect(page.locator("#announce")).to_contain_text(first)
    page.keyboard.press("ArrowDown")
    name = page.locator("#tree .here .name").first.inner_text()
    assert name != first
    page.keyboard.press("Enter")
    expect(page.locator("#card h2")).to_have_text(name)
    expect(page.locator("#card h2")).to_be_focused()
    page.locator(".plot").focus()
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile("open="))
    expect(page.locator("#announce")).to_contain_text("画出")
    after, _hidden = _said(page)
    assert before < after == page.locator("[data-node]").count() <= MOST
    expect(page.locator(".plot")).to_be_focused()
    page.keyboard.press("-")
    expect(page).not_to_have_url(re.compile("open="))
    page.keyboard.press("Home")
    expect(page.locator("#announce")).to_contain_text("重庆市")
    # the list alone: its link opens the same
    link = page.locator("#tree").get_by_role("link", name=re.compile("展开 37.*长寿区"))
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("open=region-500115"))
    expect(page.locator("[data-node='region-500115'] > p .act").first).to_be_focused()
    assert watch.faults == []


def test_two_points_in_a_sentence(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    watch = Watch(page, server)
    page.goto("/graph/path")
    page.get_by_label("从").fill("攀枝花钢铁")
    option = page.locator("#names-a option[value='攀枝花钢铁（集团）公司']")
    expect(option).to_have_count(1)
    page.get_by_label("从").fill("攀枝花钢铁（集团）公司")
    page.get_by_label("到", exact=True).fill("重庆市")
    page.get_by_role("button", name="看怎么相连").click()
    sentence = page.locator(".told li").first
    expect(sentence).to_contain_text("“攀枝花钢铁（集团）公司”")
    expect(sentence).to_contain_text("在“重庆市”。")
    assert page.locator(".paths rect.box").count() >= 3
    assert watch.faults == []


def test_without_a_script_the_list_does_it(browser: Browser, server: str) -> None:
    context = browser.new_context(
        base_url=server,
        locale="zh-CN",
        viewport=PHONE,
        java_script_enabled=False,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(HUB)
    expect(page.locator(".picture")).not_to_be_visible()
    page.locator("#tree").get_by_role("link", name=re.compile("展开 37.*长寿区")).click()
    expect(page).to_have_url(re.compile("open=region-500115"))
    expect(page.locator("[data-node='region-500115'] [data-node]").first).to_be_visible()
    page.get_by_label(re.compile("^所在地区")).uncheck()
    page.get_by_role("button", name="重画").click()
    expect(page).to_have_url(re.compile("off=LOCATED_IN"))
    expect(page.locator("[data-group^='本地区有']")).to_have_count(0)
    context.close()


def test_on_a_phone_the_picture_comes_when_asked_for(browser: Browser, server: str) -> None:
    context = browser.new_context(
        base_url=server,
        locale="zh-CN",
        viewport=PHONE,
        has_touch=True,  # type: ignore[arg-type]
    )
    page = context.new_page()
    watch = Watch(page, server)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/graph/entry-0226")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if "echarts" in url] == []
    page.get_by_role("button", name=re.compile("看图（")).tap()
    expect(page.locator("#explorer")).to_have_attribute("data-drawn", re.compile(r"\d"))
    assert ACCENT in page.evaluate(COLOURS)
    assert too_wide(page) == []
    assert grave_faults(page) == []
    assert watch.faults == []
    context.close()


def test_forced_colours_reach_the_picture_and_print_has_the_list(
    browser: Browser, server: str
) -> None:
    context = browser.new_context(
        base_url=server,
        viewport=DESK,
        forced_colors="active",
        color_scheme="dark",  # type: ignore[arg-type]
    )
    page = context.new_page()
    _drawn(page, "/graph/entry-0226")
    seen = page.evaluate(COLOURS)
    assert ACCENT not in seen
    assert "255,255,255" in seen
    page.emulate_media(media="print", forced_colors="none")
    expect(page.locator(".picture")).not_to_be_visible()
    expect(page.locator("#tree")).to_be_visible()
    context.close()
