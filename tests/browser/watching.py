"""Opening a page as a test does: with everything noted that a page must not do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.pages import DESK, PageType

GRAVE = {"serious", "critical"}


class Watch:
    """Notes what a page must not do: complain in the console, fail, ask another host."""

    def __init__(self, page: Page, server: str) -> None:
        self.faults: list[str] = []
        host = urlsplit(server).netloc
        page.on("console", lambda m: self._add(m.text, m.type in {"error", "warning"}))
        page.on("pageerror", lambda error: self._add(str(error), True))
        page.on("request", lambda r: self._add(r.url, urlsplit(r.url).netloc not in {host, ""}))

    def _add(self, what: str, bad: bool) -> None:
        if bad:
            self.faults.append(what)

    def beside(self, status: int) -> list[str]:
        """Return the faults, the console's own line about an expected status left out."""
        return [f for f in self.faults if status == 200 or f"status of {status}" not in f]


@contextmanager
def visit(
    browser: Browser,
    server: str,
    one: PageType,
    size: dict[str, int] = DESK,
    **options: Any,
) -> Iterator[tuple[Page, Watch]]:
    """Open a page type in a context of its own and wait until it is ready."""
    context = browser.new_context(base_url=server, locale="zh-CN", viewport=size, **options)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        watch = Watch(page, server)
        answer = page.goto(one.path)
        assert answer is not None
        assert answer.status == one.status
        page.locator(one.ready).first.wait_for()
        yield page, watch
    finally:
        context.close()


def too_wide(page: Page) -> list[str]:
    """Return what reaches beyond the window to the right; nothing when the page fits."""
    if page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
        return []
    found: list[str] = page.evaluate(
        """[...document.querySelectorAll('body *')]
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => e.outerHTML.slice(0, 120))"""
    )
    return found or ["the page scrolls sideways"]


def grave_faults(page: Page) -> list[str]:
    """Return what axe calls serious or critical, by all of its rules."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {node['html'][:200]}"
        for v in violations
        if v["impact"] in GRAVE
        for node in v["nodes"]
    ]
