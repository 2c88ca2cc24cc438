"""Telling what is wrong in a real Chromium, with and without a script; copying a citation."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, expect

from web.cli_feedback import remarks
from web.public import feedback_desk

if TYPE_CHECKING:
    from web.bootstrap import Platform

pytestmark = pytest.mark.browser


@pytest.fixture
def clean(platform: "Platform", monkeypatch: pytest.MonkeyPatch) -> Iterator["Platform"]:
    """The shared graph, which is afterwards as it was."""
    monkeypatch.setattr(feedback_desk, "QUICKEST", 0)
    before = {one.id for one in remarks(platform.store, limit=1000)}
    yield platform
    for one in remarks(platform.store, limit=1000):
        if one.id not in before:
            platform.store.remove(one.id)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_from_a_page_to_the_number_of_a_remark(
    browser: Browser, server: str, clean: "Platform", *, script: bool
) -> None:
    context = browser.new_context(base_url=server, locale="zh-CN", java_script_enabled=script)
    page = context.new_page()
    page.goto("/entries/entry-0010")
    page.get_by_role("link", name="有误？告诉我们").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("有误？告诉我们")
    page.get_by_label("哪一部分有误").select_option("指标数据")
    page.get_by_label("应该是什么").fill("2.8 万t/d")
    page.get_by_label("有什么错").fill(" ")  # the browser is content, the server is not
    page.get_by_role("button", name="提交意见").click()
    fault = page.get_by_role("alert").get_by_role("link", name=re.compile("请写明有什么错"))
    expect(fault).to_be_visible()
    fault.click()
    wrong = page.get_by_label("有什么错")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("应该是什么")).to_have_value("2.8 万t/d")
    expect(page.get_by_label("不要填写")).not_to_be_in_viewport(ratio=0.5)
    wrong.fill("节水量不是 2.6 万t/d")
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("意见已收到")
    (remark,) = remarks(clean.store, "entry-0010")
    expect(page.locator("main")).to_contain_text(remark.id.removeprefix("feedback-"))
    assert remark.wrong == "节水量不是 2.6 万t/d"
    page.get_by_role("link", name=re.compile("回到")).click()
    expect(page).to_have_url(re.compile("/entries/entry-0010$"))
    context.close()


def test_the_citation_is_copied_by_a_button(browser: Browser, server: str) -> None:
    context = browser.new_context(
        base_url=server, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.goto("/demands/demand-0001")
    page.get_by_text("引用本条").click()
    page.get_by_role("button", name="复制引用").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("[data-cite]").inner_text()
    assert "[DB/OL]" in copied
    context.close()


def test_documents_are_fetched_under_their_chinese_name(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/entries/entry-0001")
    for name, ending in (("Word", "docx"), ("PDF", "pdf")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name, exact=True).click()
        assert download.value.suggested_filename == (
            f"多晶硅四氯化硅冷氢化节能降耗技术（永祥法）-档案.{ending}"
        )
    context.close()
