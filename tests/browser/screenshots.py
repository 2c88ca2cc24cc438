"""Pictures of every page type at both widths, for the documentation: `make screenshots`.

Serves the real seeds from a folder of its own and writes docs/screenshots/NAME-WIDTH.png, cut at
a height that still tells what the page is, in few colours so that the files stay small.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.pages import PAGE_TYPES, WIDTHS, PageType
from tests.parts import chromium

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
HEIGHTS: "Mapping[str, int]" = {"1280": 1200, "360": 1600}
LARGEST = 150_000
"""Bytes of one file."""
COLOURS = (64, 32, 16)


@contextmanager
def serving() -> Iterator[str]:
    """Serve the seeds; yields the address."""
    import uvicorn

    from web.app import create_app
    from web.bootstrap import open_platform
    from web.preflight import bind
    from web.settings import Settings

    with (
        tempfile.TemporaryDirectory() as folder,
        open_platform(Settings(_env_file=None, data=Path(folder))) as platform,
    ):
        bound = bind("127.0.0.1", 0)
        running = uvicorn.Server(uvicorn.Config(create_app(platform), log_level="warning"))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        while not running.started and thread.is_alive():
            time.sleep(0.02)
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        running.should_exit = True
        thread.join()
        bound.close()


def shoot(browser: Browser, server: str, one: PageType, width: str) -> bytes:
    """Return the picture of a page as PNG."""
    size = WIDTHS[width]
    context = browser.new_context(base_url=server, locale="zh-CN", viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(one.path)
    page.locator(one.ready).first.wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)  # charts have drawn themselves
    tall = min(HEIGHTS[width], page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": size["width"], "height": tall}
    picture = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
    context.close()
    return picture


def small(picture: bytes) -> bytes:
    """Return the picture in as many colours as let it stay within `LARGEST`.

    Raises:
        ValueError: it does not, even in the fewest.
    """
    image = Image.open(BytesIO(picture)).convert("RGB")
    for colours in COLOURS:
        out = BytesIO()
        few = image.quantize(colours, dither=Image.Dither.NONE)
        few.save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            return out.getvalue()
    raise ValueError(f"{out.tell():,} bytes")


def main() -> int:
    """Make all pictures, or those named; return the exit code."""
    path = chromium()
    if path is None:
        sys.stderr.write("没有 Chromium，截不了图。\n")
        return 1
    wanted = set(sys.argv[1:]) or {one.name for one in PAGE_TYPES}
    if unknown := wanted - {one.name for one in PAGE_TYPES}:
        sys.stderr.write(f"没有这类页面：{'、'.join(sorted(unknown))}。\n")
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for one in PAGE_TYPES:
            for width in WIDTHS if one.name in wanted else ():
                file = FOLDER / f"{one.name}-{width}.png"
                file.write_bytes(small(shoot(browser, server, one, width)))
                sys.stdout.write(f"{file.name}  {file.stat().st_size:,}\n")
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
