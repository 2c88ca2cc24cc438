"""The page about the catalogue: its numbers are the graph's, its links lead on."""

from dataclasses import replace

from fastapi.testclient import TestClient

from kg.model import Document, Entry
from kg.vocabulary import ENTRY_LABELS, Evidence, Label
from search.trees import all_nodes
from tests.web.public.reading import read
from web.app import create_app
from web.bootstrap import Platform
from web.public.about import MEANINGS
from web.settings import Settings


def test_the_numbers_are_those_of_the_graph(client: TestClient, platform: Platform) -> None:
    text = read(client.get("/about").text).text
    counts = platform.store.counts().nodes
    for label in (Label.TECHNOLOGY, Label.EQUIPMENT, Label.PRODUCT, Label.CASE, Label.DOCUMENT):
        assert f" {counts[label]:,} " in text
    entries = [Entry.from_node(node) for node in all_nodes(platform.store, ENTRY_LABELS)]
    figures = [figure for entry in entries for figure in entry.figures]
    assert f"{len(figures):,} 个数据" in text
    for evidence in Evidence:
        assert evidence.value in text
        assert MEANINGS[evidence] in text
    documents = [Document.from_node(n) for n in all_nodes(platform.store, [Label.DOCUMENT])]
    assert f"{sum(d.url is not None for d in documents):,} 个给出原文地址" in text
    assert f"{sum(d.publisher is None for d in documents):,} 个来源的发布者未知" in text


def test_years_and_publishers_add_up(client: TestClient, platform: Platform) -> None:
    text = client.get("/about").text
    table = text.split("来源的年份")[1].split("</table>")[0]
    numbers = [int(n.split("<")[0].replace(",", "")) for n in table.split('plain-number">')[1:]]
    assert sum(numbers) == platform.store.counts().nodes[Label.DOCUMENT]


def test_it_names_the_policy_and_says_that_nothing_is_listed(client: TestClient) -> None:
    text = read(client.get("/about").text).text
    assert "渝经信发〔2024〕3号" in text
    assert "没有任何条目经两地主管部门确认" in text
    assert "无障碍" in text


def test_every_internal_link_works_and_the_page_is_reached_from_everywhere(
    client: TestClient,
) -> None:
    page = read(client.get("/about").text)
    assert page.wrong == []
    for address in {a["href"].split("#")[0] for a in page.all("a") if a["href"].startswith("/")}:
        assert client.get(address).status_code == 200, address
    assert "/about" in {a["href"] for a in read(client.get("/").text).all("a")}
    assert "/browse" in {a["href"] for a in read(client.get("/").text).all("a")}


def test_the_contact_of_the_settings_is_where_errors_go(platform: Platform) -> None:
    settings = Settings(_env_file=None, data=platform.settings.data, site_contact="023-0000")
    text = TestClient(create_app(replace(platform, settings=settings))).get("/about").text
    assert "联系方式：023-0000。" in text


def test_an_empty_graph_has_a_page(small_client: TestClient) -> None:
    assert small_client.get("/about").status_code == 200
