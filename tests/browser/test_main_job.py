"""The main job in a real Chromium: describe, narrow, open an entry, open a demand.

Once with JavaScript and once without, at desk and at phone width; nothing may be asked from
another host, and nothing may complain in the console.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.pages import DESK, PHONE
from tests.browser.watching import Watch

pytestmark = pytest.mark.browser
NEED = "我们水泥厂的回转窑尾气三百多度直接放空，想把热量变成电自己用"


@pytest.fixture(params=[(True, "desk"), (True, "phone"), (False, "desk"), (False, "phone")])
def context(
    request: pytest.FixtureRequest, browser: Browser, server: str
) -> Iterator[BrowserContext]:
    script, width = request.param
    opened = browser.new_context(
        base_url=server,
        locale="zh-CN",
        java_script_enabled=script,
        viewport=DESK if width == "desk" else PHONE,  # type: ignore[arg-type]
    )
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


def test_from_a_problem_to_what_solves_it(
    context: BrowserContext, server: str, request: pytest.FixtureRequest
) -> None:
    script, width = request.node.callspec.params["context"]
    page = context.new_page()
    watch = Watch(page, server)

    page.goto("/")
    box = page.get_by_label("用自己的话说说要解决的问题")
    expect(box).to_be_visible()
    box.fill(NEED)
    page.get_by_role("button", name="查找技术").first.click()

    expect(page).to_have_url(re.compile(r"/search\?q="))
    expect(page.get_by_label("要解决的问题")).to_have_value(NEED)
    before = page.locator("ol.hits > li").count()
    assert before > 3
    first = page.locator("ol.hits > li").first
    assert "余热" in first.inner_text()
    assert "为何列出" in first.inner_text()

    if width == "phone":
        page.locator("a[href='#filters']").click()
    row = page.locator("#filters li", has_text="清洁生产+").first
    promised = int(row.get_by_role("button").first.inner_text())
    row.locator("label").click()
    if not script or width == "phone":  # where the list lies below, nothing moves by itself
        page.get_by_role("button", name="应用筛选").click()
    expect(page).to_have_url(re.compile("area="))
    expect(page.locator("p.total")).to_contain_text("为您找到")
    shown = page.locator("p.total").inner_text()
    numbers = [int(n) for n in "".join(c if c.isdigit() else " " for c in shown).split()]
    assert sum(numbers) == promised

    page.reload()
    expect(page.locator("#filters input[value='清洁生产+']")).to_be_checked()
    page.go_back()
    expect(page).not_to_have_url(re.compile("area="))
    expect(page.locator("#filters input[value='清洁生产+']")).not_to_be_checked()
    page.wait_for_load_state("networkidle")
    page.go_forward()
    expect(page).to_have_url(re.compile("area="))

    title = page.locator("ol.hits > li a[href*='/entries/']").first
    name = title.inner_text()
    title.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    for heading in ("指标", "供应方", "来源"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()

    page.locator("a[href*='/demands/']").first.click()
    expect(page).to_have_url(re.compile("/demands/"))
    matches = page.locator("#matches")
    expect(matches).to_be_visible()
    text = matches.inner_text()
    assert "符合" in text
    assert "匹配" in text
    if script:
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert watch.faults == []
