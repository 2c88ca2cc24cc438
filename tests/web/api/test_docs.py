"""docs/api.md is what the program says of itself, and needs nothing from elsewhere."""

import re
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from web.api.blocks import Code, Heading, Paragraph, Table, html, markdown
from web.api.description import document
from web.api.reference import reference
from web.errors import all_meanings

DOCS = Path(__file__).parents[3] / "docs" / "api.md"


def test_the_page_is_current() -> None:
    assert DOCS.read_text("utf-8") == markdown(reference(document())), (
        "run: python -m web.api > docs/api.md"
    )


def test_the_page_names_every_operation_and_error(described: dict[str, Any]) -> None:
    text = DOCS.read_text("utf-8")
    for path, methods in described["paths"].items():
        for method in methods:
            assert f"`{method.upper()} {path}`" in text
    for meaning in all_meanings():
        assert f"| `{meaning.code}` | {meaning.status} |" in text


def test_the_page_in_the_browser_loads_nothing(client: TestClient) -> None:
    page = client.get("docs")
    assert page.headers["content-type"].startswith("text/html")
    assert not re.search(r"<(script|link|img|iframe)|src=|https?://(?!127\.0\.0\.1)", page.text)
    assert 'id="node-not-found"' in page.text


def test_there_is_no_interactive_page(client: TestClient) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert client.get(f"http://testserver{path}").status_code == 404


def test_blocks_are_escaped() -> None:
    blocks = [Heading(2, "<b>"), Paragraph("a `<x>` & b"), Code("<y>"), Table(("|",), (("<z>",),))]
    written = html(blocks)
    assert "<b>" not in written
    assert "<code>&lt;x&gt;</code> &amp; b" in written
    assert "<z>" not in written
    assert "| \\| |" in markdown(blocks)
