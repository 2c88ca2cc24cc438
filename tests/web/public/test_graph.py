"""The graph explorer: nothing floods, everything is counted, the address is the state."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from kg.model import (
    Concept,
    Edge,
    Entry,
    Industry,
    Node,
    Organization,
    Region,
)
from kg.store import GraphStore
from kg.stores.sqlite import SqliteGraphStore
from kg.vocabulary import ENTRY_LABELS, PUBLIC_LABELS, Label, Relation
from search.trees import all_nodes
from tests.web.public.conftest import HOSTILE
from tests.web.public.reading import read
from web.app import create_app
from web.bootstrap import Platform
from web.public.graph_layout import lay_out
from web.public.graph_reading import FIRST, MOST, WHOLE, Drawing, GraphReader
from web.public.graph_state import MAX_OPEN, GraphState, usually_off
from web.public.graph_words import PUBLIC_RELATIONS, READINGS
from web.settings import Settings

ALL = frozenset[Relation]()
HUB = "region-500000"


def _entry(n: int) -> Entry:
    return Entry(
        id=f"entry-{n:04d}", kind=Label.TECHNOLOGY, name=f"技术{n}", summary="概要",
        area="清洁生产+", direction="节能",
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteGraphStore]:
    """A region with 400 entries and 20 organisations in it, three of which supply entries."""
    opened = SqliteGraphStore(tmp_path / "graph.sqlite")
    records = (
        Region(id="region-1", code="1", name="某市", short="某", level="prefecture"),
        Region(id="region-2", code="2", name="某区", short="区", level="county"),
        Industry(id="industry-1", code="C1", name="某业", level="class"),
        Concept(id="concept-1", scheme="process", name="某工艺"),
        *(_entry(n) for n in range(400)),
        *(Organization(id=f"org-{n:02d}", name=f"单位{n}") for n in range(20)),
    )
    opened.put_many(record.to_node() for record in records)
    opened.put(Node("event-1", Label.EVENT, {"name": "内部"}))
    edges = [Edge(Relation.LOCATED_IN, f"entry-{n:04d}", "region-1") for n in range(400)]
    edges += [Edge(Relation.LOCATED_IN, f"org-{n:02d}", "region-1") for n in range(20)]
    edges += [Edge(Relation.SUPPLIES, f"org-{n:02d}", "entry-0000") for n in range(3)]
    edges += [
        Edge(Relation.PART_OF, "region-2", "region-1"),
        Edge(Relation.HOLDS, "org-00", "entry-0000"),
        Edge(Relation.APPLIES_TO, "entry-0000", "industry-1"),
        Edge(Relation.IN_CONCEPT, "entry-0000", "concept-1"),
        Edge(Relation.ABOUT, "event-1", "entry-0000"),
    ]
    opened.relate_many(edges)
    yield opened
    opened.close()


def _read(store: GraphStore, centre: str, *opened: str, selected: str | None = None) -> Drawing:
    return GraphReader(store, ALL).read(centre, opened, selected)


def test_a_hub_shows_some_of_each_relation_and_counts_the_rest(store: SqliteGraphStore) -> None:
    drawing = _read(store, "region-1")
    shown = {(s.relation, min(s.family)): len(s.items) for s in drawing.of("region-1")}
    assert shown[Relation.LOCATED_IN, Label.EQUIPMENT] >= 10
    assert shown[Relation.LOCATED_IN, Label.ORGANIZATION] >= 10
    assert shown[Relation.PART_OF, Label.REGION] == 1
    assert len(drawing.nodes) == FIRST <= MOST
    assert drawing.relations == {Relation.LOCATED_IN: 420, Relation.PART_OF: 1}
    assert drawing.hidden == 421 - (FIRST - 1)
    assert drawing.once


def test_a_hub_is_not_read_whole(store: SqliteGraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    read_rows = []
    for name in ("neighbours", "find"):
        real = getattr(SqliteGraphStore, name)

        def counted(self: SqliteGraphStore, *args: object, real=real, **options: object) -> object:  # type: ignore[no-untyped-def]
            found = real(self, *args, **options)
            read_rows.append(len(getattr(found, "nodes", found)))
            return found

        monkeypatch.setattr(SqliteGraphStore, name, counted)
    _read(store, "region-1")
    assert max(read_rows) <= MOST
    assert sum(read_rows) <= WHOLE


def test_opening_draws_more_and_never_more_than_sixty(store: SqliteGraphStore) -> None:
    first = _read(store, "region-1")
    opened = _read(store, "region-1", "entry-0000")
    assert set(first.nodes) - {"entry-0000"} <= set(opened.nodes)
    assert {"industry-1", "concept-1", "org-00", "org-01", "org-02"} <= set(opened.nodes)
    many = _read(store, "region-1", "entry-0000", "org-00", "org-01", "entry-0001", "entry-0002")
    assert len(many.nodes) <= MOST
    assert list(many.opened) == ["region-1", "entry-0000", "org-00", "org-01", "entry-0001",
                                 "entry-0002"]  # fmt: skip


def test_what_does_not_hang_together_with_the_centre_is_not_opened(store: SqliteGraphStore) -> None:
    drawing = _read(store, "industry-1", "org-19", "region-1", "entry-0000")
    assert list(drawing.opened) == ["industry-1", "entry-0000", "region-1", "org-19"]
    drawing = _read(store, "industry-1", "org-19")
    assert list(drawing.opened) == ["industry-1"]
    assert "org-19" not in drawing.nodes


def test_the_chosen_node_is_always_drawn(store: SqliteGraphStore) -> None:
    first = _read(store, "region-1")
    other = next(f"org-{n:02d}" for n in range(20) if f"org-{n:02d}" not in first.nodes)
    assert other in _read(store, "region-1", selected=other).nodes


def test_private_nodes_are_nowhere(store: SqliteGraphStore) -> None:
    drawing = _read(store, "entry-0000", "event-1", selected="event-1")
    assert "event-1" not in drawing.nodes
    assert Relation.ABOUT not in drawing.relations


def test_two_relations_between_two_nodes_are_a_branch_and_a_tie(store: SqliteGraphStore) -> None:
    drawing = _read(store, "entry-0000")
    assert [s.items for s in drawing.strands if "org-00" in s.items] == [
        ["org-00", "org-01", "org-02"]
    ]
    (holds,) = [s for s in drawing.strands if s.relation is Relation.HOLDS]
    assert (holds.total, holds.drawn, holds.items) == (1, 1, [])
    between = [
        e.relation for e in drawing.edges if {e.source, e.target} == {"org-00", "entry-0000"}
    ]
    assert between == [Relation.HOLDS, Relation.SUPPLIES]


def test_every_drawing_of_the_seeds_is_bounded_and_its_numbers_add_up(platform: Platform) -> None:
    store = platform.store
    for node in list(all_nodes(store, PUBLIC_LABELS))[::23]:
        off = usually_off(node.label)
        drawing = GraphReader(store, off).read(node.id, (), None)
        degrees = {k: n for k, n in store.degrees(node.id).items() if k[0] not in off}
        around = {n.node.id for n in store.neighbours(node.id) if n.edge.relation not in off}
        assert len(drawing.nodes) <= FIRST
        assert drawing.hidden == len(around - set(drawing.nodes))
        assert sum(s.total for s in drawing.strands) == sum(degrees.values())
        assert sum(len(s.items) for s in drawing.strands) == len(drawing.nodes) - 1


def test_places_never_overlap_and_sides_stay(store: SqliteGraphStore) -> None:
    before, after = (_read(store, "region-1", *opened) for opened in ((), ("entry-0000",)))
    first, second = lay_out(before), lay_out(after)
    for layout in (first, second):
        spots = [(s.column * s.side, s.y) for s in layout.nodes.values()]
        assert len(set(spots)) == len(spots)
        for column in {x for x, _y in spots}:
            ys = sorted(y for x, y in spots if x == column)
            assert all(b - a >= 20 for a, b in pairwise(ys))
        assert layout.height % 40 == 0
    both = set(first.nodes) & set(second.nodes)
    assert {i: first.nodes[i].side for i in both} == {i: second.nodes[i].side for i in both}
    styles = Path("web/static/css/graph.css").read_text("utf-8")
    assert f".tall-{second.height} " in styles


def test_the_state_survives_the_address() -> None:
    state = GraphState.read("a-1", ["b-1", "b-1", "a-1", ""], ["CITES", "NOPE"], "c-1", "d-1")
    assert state == GraphState("a-1", ("b-1",), frozenset({Relation.CITES}), "c-1", "d-1")
    assert GraphState.read("a-1", [f"n-{n}" for n in range(50)]).open[MAX_OPEN - 1 :] == (
        f"n-{MAX_OPEN - 1}",
    )
    nothing_off = GraphState.read("a-1", (), ["none"])
    assert nothing_off.params() == [("off", "none")]
    assert nothing_off.hidden(Label.REGION) == frozenset()
    usual = GraphState("a-1").showing(["LOCATED_IN"], [Relation.LOCATED_IN], Label.REGION)
    assert usual.off is None
    off = usual.showing([], [Relation.LOCATED_IN], Label.REGION)
    assert off.off == {Relation.LOCATED_IN, Relation.CITES}


# pages over the real seeds


def _nodes(html: str) -> list[str]:
    return re.findall(r'data-node="([^"]+)"', html)


def test_the_largest_hub_tells_how_much_is_not_drawn(client: TestClient) -> None:
    html = client.get(f"/graph/{HUB}").text
    number, hidden = (
        int(n) for n in re.findall(r"画出 (\d+) 个节点，还有 (\d+) 个没有画出", html)[0]
    )
    assert number == len(_nodes(html)) <= MOST
    data = client.get(f"/graph/{HUB}.json").json()
    assert (data["nodes"], data["hidden"]) == (number, hidden)
    assert hidden > 100


def test_each_kind_of_node_has_a_page_with_card_and_list(
    client: TestClient, platform: Platform
) -> None:
    for label in sorted(PUBLIC_LABELS):
        for node in list(all_nodes(platform.store, [label]))[:2]:
            answer = client.get(f"/graph/{node.id}")
            assert answer.status_code == 200
            assert len(answer.content) < 80_000
            page = read(answer.text)
            assert page.wrong == []
            ids = [a["id"] for _tag, a in page.tags if "id" in a]
            assert len(ids) == len(set(ids))
            name = str(node.props.get("name") or node.props["title"])
            assert " ".join(name.split()) in page.text
            card = client.get(f"/graph/{node.id}/card")
            assert read(card.text).wrong == []
            assert "<html" not in card.text


def test_every_way_on_works(client: TestClient) -> None:
    page = read(client.get("/graph/material-mat-phosphogypsum?open=entry-0173").text)
    by_sort: dict[tuple[str, ...], str] = {}  # one of each sort of address
    for a in page.all("a"):
        parts = urlsplit(a["href"])
        if a["href"].startswith("/"):
            sort = (*parts.path.split("/")[:3:2], *sorted(parse_qs(parts.query)))
            by_sort.setdefault(sort, a["href"])
    assert len(by_sort) > 10
    for address in by_sort.values():
        assert client.get(address).status_code == 200, address


def test_expanding_and_closing_are_links(client: TestClient) -> None:
    html = client.get("/graph/entry-0226").text
    href = re.search(r'href="([^"]+open=region-500000[^"]*)"', html)
    assert href
    address = href[1].replace("&amp;", "&")
    opened = client.get(address).text
    assert set(_nodes(html)) - set(_nodes(opened)) == set()
    assert len(_nodes(html)) < len(_nodes(opened)) <= MOST
    assert re.search(r'data-node="region-500000"[^>]*data-open', opened)
    assert ">收起<" in opened


def test_switches_work_as_a_form_and_keep_the_rest(client: TestClient) -> None:
    html = client.get(f"/graph/{HUB}?sel=region-500115").text
    form = re.search(r'<form class="switches".*?</form>', html, re.DOTALL)
    assert form
    page = read(form[0])
    assert {(i["value"], "checked" in i) for i in page.all("input") if i["name"] == "on"} == {
        ("LOCATED_IN", True),
        ("PART_OF", True),
    }
    fields = [(i["name"], i["value"]) for i in page.all("input") if i.get("type") == "hidden"]
    answer = client.get(
        f"/graph/{HUB}", params=[*fields, ("on", "PART_OF")], follow_redirects=False
    )
    assert answer.status_code == 303
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query == {"off": ["CITES", "LOCATED_IN"], "sel": ["region-500115"]}
    after = client.get(answer.headers["location"]).text
    assert "本地区有" not in re.findall(r'data-group="([^"]+)"', after)
    assert all(node.startswith("region-") for node in _nodes(after))


def test_a_list_of_all_is_where_it_says(client: TestClient, platform: Platform) -> None:
    html = client.get(f"/graph/{HUB}").text
    groups = re.findall(r'data-group="([^"]+)".*?<p class="of">.*?</p>', html, re.DOTALL)
    assert groups[0] == "本地区有 · 条目"
    hrefs = re.findall(r'<a class="act" href="([^"]+)">看全部', html)
    assert hrefs[0] == "/search?region=500000"
    assert "/browse/region/500000/organizations" in hrefs


def test_unknown_and_private_nodes_are_absent(client: TestClient, small: Platform) -> None:
    small.store.put(Node("event-1", Label.EVENT, {"name": "内部"}))
    small.store.relate(Edge(Relation.ABOUT, "event-1", "entry-1"))
    inner = TestClient(create_app(small))
    for address in ("/graph/event-1", "/graph/event-1/card", "/graph/entry-1/card?sel=event-1"):
        assert inner.get(address).status_code == 404
    assert "内部" not in inner.get("/graph/entry-1?from=event-1&open=event-1").text
    problem = inner.get("/graph/event-1.json")
    assert problem.status_code == 404
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["code"] == "node-not-found"
    assert client.get("/graph/region-nowhere").status_code == 404


def test_data_are_tagged(client: TestClient) -> None:
    first = client.get(f"/graph/{HUB}.json")
    again = client.get(f"/graph/{HUB}.json", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    item = first.json()["root"]["groups"][0]["items"][0]
    assert {"id", "name", "kind", "page", "spot", "more"} <= set(item)


def test_hostile_words_stay_words(small: Platform) -> None:
    client = TestClient(create_app(small))
    for address in ("/graph/entry-1", "/graph/org-1?off=none", "/graph/path?a=entry-1&b=doc-1",
                    "/graph/entry-1/card", f"/graph/path?a={HOSTILE}"):  # fmt: skip
        html = client.get(address).text
        assert "<script>alert" not in html
        assert "49" not in html.replace("&#39;", "").replace("&#34;", "") or "{{" in html


def test_starting_points_lead_somewhere(client: TestClient) -> None:
    page = read(client.get("/graph").text)
    starts = [a["href"] for a in page.all("a") if re.match(r"/graph/\w+-", a.get("href", ""))]
    assert len(starts) >= 20
    for address in starts:
        html = client.get(address).text
        assert 3 < len(_nodes(html)) <= MOST, address


def test_a_name_leads_to_its_node_or_to_what_it_may_mean(client: TestClient) -> None:
    plain = client.get("/graph", params={"q": "重庆市"}, follow_redirects=False)
    assert plain.headers["location"] == f"/graph/{HUB}"
    by_id = client.get("/graph", params={"centre": "entry-0001"}, follow_redirects=False)
    assert by_id.headers["location"] == "/graph/entry-0001"
    several = client.get("/graph", params={"q": "磷石膏"}, follow_redirects=False)
    assert several.status_code in {200, 303}
    part = client.get("/graph", params={"q": "重庆"}).text
    assert "“重庆”可能是" in part
    assert f'href="/graph/{HUB}"' in part
    none = client.get("/graph", params={"q": "没有这种东西"}).text
    assert "图谱里没有叫“没有这种东西”的" in none
    assert 'value="没有这种东西"' in none


def test_completions_name_all_kinds(client: TestClient) -> None:
    found = client.get("/graph/suggest", params={"q": "磷石膏"}).json()
    assert {"text": "磷石膏", "kind": "物料", "href": "/graph/material-mat-phosphogypsum"} in found
    assert client.get("/graph/suggest", params={"q": " "}).json() == []
    kinds = {one["kind"] for q in ("长寿", "水泥", "余热") for one in
             client.get("/graph/suggest", params={"q": q}).json()}  # fmt: skip
    assert len(kinds) >= 3


def test_a_starting_point_for_a_connection_is_carried_along(client: TestClient) -> None:
    html = client.get("/graph/org-0004?from=org-0004&sel=org-0004").text
    assert "起点是“" in html
    card = client.get(f"/graph/org-0004/card?from=org-0004&sel={HUB}").text
    assert f'href="/graph/path?a=org-0004&amp;b={HUB}"' in card
    assert "设为终点" in card


def test_it_runs_under_a_prefix(platform: Platform) -> None:
    settings = Settings(_env_file=None, root_path="/kg", data=platform.settings.data)
    client = TestClient(create_app(replace(platform, settings=settings)))
    for address in ("/kg/graph", f"/kg/graph/{HUB}", f"/kg/graph/path?a={HUB}&b=entry-0001"):
        found = read(client.get(address).text)
        inner = [a for a in found.addresses if not urlsplit(a).netloc and not a.startswith("#")]
        assert [a for a in inner if not a.startswith("/kg/")] == []


def test_words_exist_for_every_public_relation() -> None:
    assert set(READINGS) == set(PUBLIC_RELATIONS)
    assert len(ENTRY_LABELS) == 3
