"""两点之间怎么相连: every relation reads right both ways, sentences follow the path."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kg.model import Case, Demand, Document, Edge, Entry, Industry, Node, Organization, Region
from kg.store import Path as GraphPath
from kg.stores.sqlite import SqliteGraphStore
from kg.vocabulary import Label, Relation
from tests.web.public.reading import read
from web.app import create_app
from web.bootstrap import Platform
from web.public.graph_paths import draw_paths, sentence, text_of
from web.public.graph_words import PUBLIC_RELATIONS
from web.public.links import Links

LINKS = Links("", {})
SAID = {
    Relation.SUPPLIES: ("“甲”供应“乙”。", "“乙”由“甲”供应。"),
    Relation.HOLDS: ("“甲”持有“乙”。", "“乙”由“甲”持有。"),
    Relation.SOLVED_BY: ("“甲”由“乙”解决。", "“乙”解决了“甲”。"),
    Relation.POSTED: ("“甲”提出“乙”。", "“乙”由“甲”提出。"),
    Relation.CASE_OF: ("“甲”应用了“乙”。", "“乙”应用于“甲”。"),
    Relation.CASE_AT: ("“甲”的用户是“乙”。", "“乙”是“甲”的用户。"),
    Relation.USES: ("“甲”用到“乙”。", "“乙”被“甲”用到。"),
    Relation.REPLACES: ("“甲”可以替代“乙”。", "“乙”可以由“甲”替代。"),
    Relation.CONSUMES: ("“甲”消纳“乙”。", "“乙”由“甲”消纳。"),
    Relation.PRODUCES: ("“甲”产出“乙”。", "“乙”由“甲”产出。"),
    Relation.IN_CONCEPT: ("“甲”属于“乙”。", "“乙”包括“甲”。"),
    Relation.APPLIES_TO: ("“甲”适用于“乙”。", "“乙”用得上“甲”。"),
    Relation.CONCERNS: ("“甲”涉及“乙”。", "涉及“乙”的有“甲”。"),
    Relation.LOCATED_IN: ("“甲”在“乙”。", "在“乙”的有“甲”。"),
    Relation.PART_OF: ("“甲”的上级是“乙”。", "“乙”的下级有“甲”。"),
    Relation.LISTED_IN: ("“甲”列入“乙”。", "“乙”收录了“甲”。"),
    Relation.CITES: ("“甲”的来源是《乙》。", "《乙》是“甲”的来源。"),
}


@pytest.mark.parametrize("relation", PUBLIC_RELATIONS)
def test_each_relation_reads_right_both_ways(relation: Relation) -> None:
    a = Node("a-1", Label.TECHNOLOGY, {"name": "甲"})
    b = Node("b-1", Label.DOCUMENT if relation is Relation.CITES else Label.PRODUCT, {"name": "乙"})
    edge = Edge(relation, a.id, b.id)
    forwards, backwards = SAID[relation]
    assert text_of(sentence(LINKS, GraphPath((a, b), (edge,)))) == forwards
    assert text_of(sentence(LINKS, GraphPath((b, a), (edge,)))) == backwards


@pytest.fixture
def chain(tmp_path: Path, small: Platform) -> TestClient:
    """entry <-SUPPLIES- org -LOCATED_IN-> region; a demand of the org; one that stands alone."""
    store = small.store
    assert isinstance(store, SqliteGraphStore)
    records = (
        Entry(id="entry-a", kind=Label.EQUIPMENT, name="锅炉", summary="锅炉", area="清洁生产+",
              direction="节能"),
        Organization(id="org-a", name="某厂"),
        Organization(id="org-b", name="另一厂"),
        Region(id="region-a", code="500109", name="北碚区", short="北碚", level="county"),
        Demand(id="demand-a", title="缺蒸汽", situation="缺", status="需求"),
        Case(id="case-a", title="一例"),
        Document(id="doc-a", title="一份报道"),
        Industry(id="industry-a", code="A1", name="独一行业", level="class"),
    )  # fmt: skip
    store.put_many(record.to_node() for record in records)
    store.relate_many(
        [
            Edge(Relation.SUPPLIES, "org-a", "entry-a"),
            Edge(Relation.LOCATED_IN, "org-a", "region-a"),
            Edge(Relation.POSTED, "org-b", "demand-a"),
            Edge(Relation.CASE_OF, "case-a", "entry-a"),
            Edge(Relation.CITES, "case-a", "doc-a"),
            Edge(Relation.CITES, "demand-a", "doc-a"),
        ]
    )
    return TestClient(create_app(small))


def _said(html: str) -> list[str]:
    lists = re.findall(r'<ol class="told">(.*?)</ol>', html, re.DOTALL)
    return ["".join(read(li).words).strip() for li in re.findall(r"<li>(.*?)</li>", "".join(lists))]


def test_a_path_is_a_sentence_that_respects_directions(chain: TestClient) -> None:
    html = chain.get("/graph/path?a=entry-a&b=region-a").text
    assert _said(html) == ["“锅炉”由“某厂”供应；“某厂”在“北碚区”。"]
    assert "最近的连接有 2 步" in html
    back = chain.get("/graph/path?a=北碚区&b=entry-a").text
    assert _said(back) == ["在“北碚区”的有“某厂”；“某厂”供应“锅炉”。"]
    page = read(html)
    assert page.wrong == []
    hrefs = [a["href"] for a in page.all("a")]
    assert "/organizations/org-a" in hrefs


def test_sources_are_walked_only_when_asked_for(chain: TestClient) -> None:
    html = chain.get("/graph/path?a=entry-a&b=demand-a").text
    assert "在 6 步之内没有连接" in html
    html = chain.get("/graph/path?a=entry-a&b=demand-a&on=CITES&on=CASE_OF").text
    assert _said(html) == [
        "“锅炉”应用于“一例”；“一例”的来源是《一份报道》；《一份报道》是“缺蒸汽”的来源。"
    ]


def test_unknown_same_and_empty_ends_are_said(chain: TestClient, client: TestClient) -> None:
    unknown = client.get("/graph/path?a=天外来客&b=重庆市").text
    assert "图谱里没有叫“天外来客”的" in unknown
    assert 'value="天外来客"' in unknown
    assert 'value="重庆市"' in unknown
    assert "两头是同一个节点" in chain.get("/graph/path?a=region-a&b=北碚区").text
    assert "写出两个名称" in chain.get("/graph/path").text
    assert "没有连接" in chain.get("/graph/path?a=industry-a&b=region-a").text


def test_names_of_several_nodes_are_told_apart(client: TestClient) -> None:
    html = client.get("/graph/path", params={"a": "磷石", "b": "重庆市"}).text
    assert "从：“磷石”可能是" in html
    choices = [h for h in re.findall(r'href="([^"]+)"', html) if "b=region-500000" in h]
    assert len(choices) > 2
    assert client.get(choices[0].replace("&amp;", "&")).status_code == 200


def test_the_picture_has_each_node_and_edge_once(client: TestClient, platform: Platform) -> None:
    found = platform.store.paths("org-0004", "region-500000", max_length=6)
    picture = draw_paths(LINKS, found)
    assert picture
    assert len(picture.boxes) == len({n.id for path in found for n in path.nodes})
    assert len(picture.lines) == len(
        {(e.relation, e.source, e.target) for path in found for e in path.edges}
    )
    assert all(0 <= box.x <= picture.width - picture.box for box in picture.boxes)
    assert draw_paths(LINKS, []) is None


def test_short_names_are_answered_with_the_whole_names(client: TestClient) -> None:
    page = client.get("/graph/path?a=攀钢&b=重庆市").text
    assert "<h1>“攀枝花钢铁（集团）公司”与“重庆市”怎么相连</h1>" in page
    assert 'value="攀钢"' in page
