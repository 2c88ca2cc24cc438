"""Opening a page as a test does: with everything noted that a page must not do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.pages import DESK, PageType

GRAVE = {"serious", "critical"}


class Watch:
    """Notes what a page must not do: complain in the console, fail, ask another host.

    `sizes`: bytes as they were sent, by address.
    """

    sizes: Mapping[str, float]

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
        with recording(page) as watch.sizes:
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


def small_targets(page: Page, least: int) -> list[str]:
    """Return controls under `least` px with another one too near their middle (WCAG 2.5.8).

    Links within a line of text are exempt.
    """
    found: list[str] = page.evaluate(
        """least => {
          const whole = e => e.type === 'checkbox' && e.closest('label') || e;
          const all = [...document.querySelectorAll('a[href],button,input,select,textarea,summary')]
            .filter(e => e.checkVisibility({ visibilityProperty: true }))
            .map(e => [e, whole(e).getBoundingClientRect()])
            .filter(([e, r]) => r.width > 1 && r.height > 1);
          const inText = e => getComputedStyle(e).display === 'inline'
            && e.parentElement.textContent.trim() !== e.textContent.trim();
          const near = (r, s) => {
            const x = r.left + r.width / 2, y = r.top + r.height / 2;
            const dx = Math.max(s.left - x, x - s.right, 0);
            return Math.hypot(dx, Math.max(s.top - y, y - s.bottom, 0)) < least / 2;
          };
          return all
            .filter(([e, r]) => (r.width < least || r.height < least) && !inText(e))
            .filter(([e, r]) => all.some(([f, s]) =>
              f !== e && !e.contains(f) && !f.contains(e) && near(r, s)))
            .map(([e, r]) => `${r.width}x${r.height} ${e.outerHTML.slice(0, 120)}`);
        }""",
        least,
    )
    return found


@contextmanager
def recording(page: Page) -> Iterator[dict[str, float]]:
    """Note what a page loads and how it paints: bytes as sent by address, see `paints`."""
    wire = page.context.new_cdp_session(page)
    names: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def begin(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["request"]["url"]

    def end(event: dict[str, Any]) -> None:
        name = names.get(event["requestId"], "")
        sizes[name] = sizes.get(name, 0) + event["encodedDataLength"]

    wire.on("Network.requestWillBeSent", begin)
    wire.on("Network.loadingFinished", end)
    wire.send("Network.enable")
    page.add_init_script(
        """window.seen = { shift: 0, paint: 0 };
        new PerformanceObserver(list => list.getEntries().forEach(e => {
          if (!e.hadRecentInput) seen.shift += e.value;
        })).observe({ type: "layout-shift", buffered: true });
        new PerformanceObserver(list => list.getEntries().forEach(e => {
          seen.paint = e.startTime;
        })).observe({ type: "largest-contentful-paint", buffered: true });"""
    )
    yield sizes
    wire.detach()


def paints(page: Page) -> dict[str, float]:
    """Return how much a page has shifted so far, and the milliseconds to its largest paint."""
    seen: dict[str, float] = page.evaluate("window.seen")
    return seen
