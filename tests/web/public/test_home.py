"""The first page: numbers that lead to lists of just that length, examples that find something."""

import re

from fastapi.testclient import TestClient

from kg.vocabulary import Label
from tests.web.public.reading import read
from web.bootstrap import Platform
from web.public.home import EXAMPLES

_ROW = re.compile(r'<td class="num shade-\d"><a href="([^"]+)">([\d,]+)</a></td>')
_TOTAL = re.compile(r"(?:共|为您找到)\s*(?:<b>)?([\d,]+)(?:</b>)?\s*(?:项|个)")
_MORE = re.compile(r"另有\s*([\d,]+)\s*项部分相关")


def test_every_number_is_the_length_of_the_list_it_leads_to(client: TestClient) -> None:
    cells = _ROW.findall(client.get("/").text)
    assert len(cells) == 3 * (6 + 5)
    for href, number in cells:
        text = client.get(href.replace("&amp;", "&")).text
        found = _TOTAL.search(text)
        assert found, href
        more = _MORE.search(text)
        total = int(found[1].replace(",", "")) + (int(more[1].replace(",", "")) if more else 0)
        assert total == int(number.replace(",", "")), href


def test_the_numbers_are_those_of_the_graph(client: TestClient, platform: Platform) -> None:
    counts = platform.store.counts().nodes
    text = client.get("/").text
    for label in (Label.TECHNOLOGY, Label.ORGANIZATION, Label.DEMAND):
        assert f">{counts[label]:,}</a>" in text
    assert f"{counts[Label.DOCUMENT]:,} 篇" in text


def test_each_example_finds_something(client: TestClient) -> None:
    page = read(client.get("/").text)
    for example in EXAMPLES:
        assert example in page.text
        assert "为您找到" in client.get("/search", params={"q": example}).text


def test_the_box_is_labelled_and_posts(client: TestClient) -> None:
    page = read(client.get("/").text)
    assert {"name": "q", "id": "q"}.items() <= page.all("textarea")[0].items()
    assert "用自己的话说说要解决的问题" in page.text
    assert {"method": "post", "action": "/search"}.items() <= page.all("form")[0].items()


def test_an_empty_graph_has_a_first_page(small_client: TestClient) -> None:
    assert small_client.get("/").status_code == 200
