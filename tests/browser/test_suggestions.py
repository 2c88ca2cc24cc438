"""Suggestions while typing, in a real Chromium and by keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser
BOX = "用自己的话说说要解决的问题"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("yrfd", "余热发电"),
        ("yurefadian", "余热发电"),
        ("余热发", "余热发电"),
        ("dfdq", "东方电气"),
    ],
)
def test_names_concepts_sounds_and_initials_are_completed(
    page: Page, typed: str, offered: str
) -> None:
    page.goto("/")
    page.get_by_label(BOX).press_sequentially(typed)
    expect(page.get_by_role("option").filter(has_text=offered).first).to_be_visible()
    expect(page.locator("#announce")).to_contain_text("条建议，按上下键选择")


def test_the_keys_of_a_combobox(page: Page) -> None:
    page.goto("/about")
    box = page.get_by_role("combobox", name="查找技术、装备、产品")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("余热")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    last = options.count() - 1
    for key, at in (("ArrowDown", 0), ("End", last), ("Home", 0), ("ArrowDown", 1)):
        box.press(key)
        expect(options.nth(at)).to_have_attribute("aria-selected", "true")
        name = options.nth(at).get_attribute("id") or ""
        expect(box).to_have_attribute("aria-activedescendant", name)
    box.press("Escape")
    expect(options.first).not_to_be_visible()
    expect(box).to_have_value("余热")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press("Alt+ArrowDown")
    expect(options.first).to_be_visible()
    box.press("ArrowUp")
    expect(options.nth(last)).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    page.wait_for_url(re.compile("/(search|entries|organizations|demands)"))


def test_enter_without_a_choice_asks_what_was_typed(page: Page) -> None:
    page.goto("/")
    page.get_by_label(BOX).press_sequentially("余热")
    expect(page.get_by_role("option").first).to_be_visible()
    page.get_by_label(BOX).press("Enter")
    expect(page).to_have_url(re.compile("q=%E4%BD%99%E7%83%AD$"))


def test_late_suggestions_are_dropped(page: Page) -> None:
    page.goto("/")
    held: list[Route] = []
    page.route(re.compile(r"/suggest\?q=y$"), lambda route: held.append(route))  # noqa: PLW0108 - no builtin is taken
    box = page.get_by_label(BOX)
    box.press_sequentially("y")
    page.wait_for_timeout(400)
    assert held
    box.press_sequentially("rfd")
    options = page.get_by_role("option")
    expect(options.filter(has_text="余热发电").first).to_be_visible()
    newer = options.all_inner_texts()
    for route in held:
        route.continue_()
    page.wait_for_timeout(400)
    assert options.all_inner_texts() == newer
