"""The page about the catalogue: its numbers are the graph's, its links lead on."""

from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from kg.model import Document, Entry
from kg.stores.sqlite import SqliteGraphStore
from kg.vocabulary import AREAS, ENTRY_LABELS, Evidence, Label
from search.criteria import NAMES
from search.engine import SearchEngine
from search.lexicon import Lexicon
from search.trees import all_nodes
from tests.web.public.reading import Read, read
from web.app import create_app
from web.bootstrap import Platform
from web.embedding import EncoderState
from web.public import about_counts
from web.public.about import MEANINGS, year_rows
from web.settings import Settings


@pytest.fixture(scope="module")
def page(client: TestClient) -> Read:
    return read(client.get("/about").text)


@pytest.fixture(scope="module")
def entries(platform: Platform) -> list[Entry]:
    return [Entry.from_node(node) for node in all_nodes(platform.store, ENTRY_LABELS)]


@pytest.fixture(scope="module")
def documents(platform: Platform) -> list[Document]:
    return [Document.from_node(n) for n in all_nodes(platform.store, [Label.DOCUMENT])]


def test_the_numbers_are_those_of_the_graph(
    page: Read, platform: Platform, entries: list[Entry], documents: list[Document]
) -> None:
    counts = platform.store.counts().nodes
    for label in (Label.TECHNOLOGY, Label.EQUIPMENT, Label.PRODUCT, Label.CASE, Label.DOCUMENT):
        assert f" {counts[label]:,} " in page.text
    figures = [figure for entry in entries for figure in entry.figures]
    assert f"{len(figures):,} 个数据" in page.text
    by_evidence = Counter(figure.evidence for figure in figures)
    for evidence in Evidence:
        assert f"{evidence.value} {MEANINGS[evidence]} {by_evidence[evidence]:,}" in page.text
    by_area = Counter(entry.area for entry in entries)
    for area in AREAS:
        assert f"{area} {by_area[area]:,}" in page.text
    assert f"{sum(d.url is not None for d in documents):,} 个给出原文地址" in page.text
    assert f"{sum(d.publisher is None for d in documents):,} 个来源的发布者未知" in page.text


def test_every_publisher_stands_with_its_number(page: Read, documents: list[Document]) -> None:
    for name, count in Counter(d.publisher for d in documents if d.publisher).items():
        assert f"{name} {count:,}" in page.text


def test_years_add_up_to_everything(entries: list[Entry], documents: list[Document]) -> None:
    rows = year_rows(Counter(e.year for e in entries), Counter(d.year for d in documents))
    assert sum(row.entries for row in rows) == len(entries)
    assert sum(row.sources for row in rows) == len(documents)
    assert max(max(row.entry_share, row.source_share) for row in rows) == 100
    assert [row.name for row in rows][-2:] == [rows[-2].name, "年份未知"]
    assert rows[-2].name.endswith("年及以前")
    assert year_rows({}, {}) == []


def test_places_without_entries_have_none(page: Read, client: TestClient) -> None:
    links = [a["href"] for a in page.all("a") if a["href"].startswith("/browse/region/")]
    assert links
    for href in (links[0], links[-1]):
        assert 'id="entries"' not in client.get(href).text
        found = client.get("/search.json", params={"region": href.rsplit("/", 1)[1]}).json()
        assert found["about"]["total"] == 0
    assert "重庆的区、县：38 个中有" in page.text
    assert "四川的市、州：21 个中有" in page.text
    assert "制造业的大类：31 个中有" in page.text


def test_it_says_how_search_works_and_what_is_matched(page: Read) -> None:
    assert "、".join(NAMES) in page.text
    assert "目前语义模型没有载入" in page.text  # these tests run without one


def test_it_names_the_policy_and_says_that_nothing_is_listed(page: Read) -> None:
    assert "渝经信发〔2024〕3号" in page.text
    assert "没有任何条目经两地主管部门确认" in page.text


def test_every_internal_link_works_and_the_page_is_reached_from_everywhere(
    page: Read, client: TestClient
) -> None:
    assert page.wrong == []
    hrefs = {a["href"].split("#")[0] for a in page.all("a") if a["href"].startswith("/")}
    browsed = sorted(h for h in hrefs if h.startswith("/browse/"))
    for address in (hrefs - set(browsed)) | set(browsed[::12]):
        assert client.get(address).status_code == 200, address
    assert "/about" in {a["href"] for a in read(client.get("/").text).all("a")}


def test_the_contact_of_the_settings_is_where_errors_go(platform: Platform) -> None:
    settings = Settings(_env_file=None, data=platform.settings.data, site_contact="023-0000")
    text = TestClient(create_app(replace(platform, settings=settings))).get("/about").text
    assert "联系方式：023-0000。" in text


def test_it_is_counted_once_for_each_state_of_the_graph(
    small: Platform, small_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []

    def counting(store: Any) -> about_counts.Survey:
        counted.append(store.position())
        return original(store)

    original = about_counts.survey
    monkeypatch.setattr(about_counts, "survey", counting)
    keeper = about_counts.SurveyKeeper(small)
    first = keeper.read()
    assert keeper.read() is first
    node = small.store.get("entry-1")
    small.store.put(replace(node, id="entry-2"))
    assert keeper.read().entries == first.entries + 1
    assert len(counted) == 2


def test_an_empty_graph_has_a_page(tmp_path: Path) -> None:
    with closing(SqliteGraphStore(tmp_path / "graph.sqlite")) as store:
        engine = SearchEngine(store, Lexicon(), None)
        settings = Settings(_env_file=None, data=tmp_path)
        client = TestClient(create_app(Platform(settings, store, engine, EncoderState(None))))
        answer = client.get("/about")
        assert answer.status_code == 200
        assert "temporalCoverage" not in answer.text
        for address in ("/sitemap.xml", "/sitemaps/pages-1.xml", "/feed.xml", "/search.csv"):
            assert client.get(address).status_code == 200, address
