"""The lists of demands and organisations: each number is the list behind it."""

import re

import pytest
from fastapi.testclient import TestClient

from kg.vocabulary import Label
from tests.web.public.reading import Read, read
from web.bootstrap import Platform
from web.public.listing import all_nodes, sounds


def total(page: Read) -> int:
    found = re.search(r"共 ([\d,]+) 个(需求|单位)", page.text)
    assert found
    return int(found.group(1).replace(",", ""))


def choices(html: str) -> dict[str, list[tuple[str, int]]]:
    """The values of each list to unfold, with their numbers."""
    return {
        name: [
            (value, int(count.replace(",", "")))
            for value, count in re.findall(r'<option value="([^"]*)"[^>]*>[^<]*（([\d,]+)）', body)
        ]
        for name, body in re.findall(r'<select name="(\w+)">(.*?)</select>', html, re.DOTALL)
    }


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/demands", {"region", "industry", "area", "year"}),
        ("/demands?status=已实施&region=510000", {"region", "industry", "area", "year"}),
        ("/organizations", {"region"}),
        ("/organizations?type=供应商&q=环保", {"region"}),
    ],
)
def test_each_number_is_the_length_of_the_list_behind_it(
    client: TestClient, address: str, fields: set[str]
) -> None:
    answer = client.get(address)
    offered = choices(answer.text)
    assert set(offered) == fields
    for name, values in offered.items():
        for value, count in [*values[:4], *values[-3:]]:
            there = client.get(answer.url.copy_set_param(name, value))
            assert total(read(there.text)) == count, (name, value)
    rows = re.findall(
        r'<a href="([^"]+)"[^>]*>[^<]+ <span class="dim">([\d,]+)</span>', answer.text
    )
    assert len(rows) >= 6
    for href, count in rows:
        there = client.get(href.replace("&amp;", "&"))
        assert total(read(there.text)) == int(count.replace(",", ""))


def test_organisations_stand_in_the_order_of_their_pinyin(
    client: TestClient, platform: Platform
) -> None:
    names = [str(node.props["name"]) for node in all_nodes(platform.store, Label.ORGANIZATION)]
    page = 1
    shown: list[str] = []
    while len(shown) < len(names):
        html = client.get(f"/organizations?page={page}").text
        shown += re.findall(r'<th role="rowheader"[^>]*><a [^>]+>([^<]+)</a>', html)
        page += 1
    assert shown == sorted(names, key=lambda name: (sounds(name)[0], name))
    assert client.get(f"/organizations?page={page}").status_code == 422


def test_words_pinyin_and_initials_find_within_a_list(client: TestClient) -> None:
    for words in ("东方电气", "dongfangdianqi", "dfdq"):
        page = read(client.get("/organizations", params={"q": words}).text)
        assert "东方电气" in page.text
        assert 0 < total(page) < 40
    assert "没有这样的单位" in client.get("/organizations?q=没有的单位").text
    assert client.get("/organizations", params={"q": "长" * 101}).status_code == 422


def test_a_page_keeps_its_choice_and_the_form_what_was_typed(client: TestClient) -> None:
    page = read(client.get("/demands?status=已实施&page=2&utm=x").text)
    following = next(a["href"] for a in page.all("a") if a.get("rel") == "prev")
    assert "page=" not in following
    assert "%E5%B7%B2%E5%AE%9E%E6%96%BD" in following
    page = read(client.get("/demands?status=需求&q=锅炉").text)
    assert {"type": "hidden", "name": "status", "value": "需求"} in page.all("input")
    assert "锅炉" in [box.get("value") for box in page.all("input") if box.get("name") == "q"]
    assert "条件：待解决、含“锅炉”" in page.text


def test_the_file_of_a_list_has_what_the_list_has(client: TestClient) -> None:
    for address in ("/demands", "/organizations"):
        params = {"q": "水泥", "region": "510000"}
        page = read(client.get(address, params=params).text)
        rows = client.get(f"{address}.json", params=params).json()
        listed = next(value for value in rows.values() if isinstance(value, list))
        assert len(listed) == total(page) > 0
