"""Browsing: each number is the length of its list, the tree is honest, gaps are real."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

import seeds
from kg.model import Concept, Edge, Industry, Material, Region
from kg.vocabulary import AREAS, Label, Relation
from search.engine import SearchEngine
from tests.web.public.conftest import HOSTILE
from tests.web.public.reading import read
from web.app import create_app
from web.bootstrap import Platform
from web.public.browse_gaps import GAP_TITLES
from web.public.browse_keeper import HoldingsKeeper
from web.public.browse_kinds import KINDS
from web.public.browse_places import GROUPS, codes_of
from web.settings import Settings

NODES = [
    "/browse/area/area-clean-production", "/browse/industry/C30", "/browse/region/500000",
    "/browse/region/510100", "/browse/material/mat-phosphogypsum",
    "/browse/material/mat-waste-industrial-solid", "/browse/technology/waste-heat-recovery",
    "/browse/process/proc-baijiu",
]  # fmt: skip
PAGES = ["/browse", *(f"/browse/{key}" for key in KINDS), *NODES, "/browse/gaps"]
LISTS = ["/browse/region/500000/demands", "/browse/region/500000/organizations?page=2"]
_NUMBER = re.compile(r'<a href="([^"#]+)">(?:<span>[^<]*</span> <b>)?([\d,]+)(?:</b>)?</a>')
_TOTAL = re.compile(r"(?:共|为您找到)\s*(?:<b>)?([\d,]+)(?:</b>)?\s*(?:项|个)")
_MORE = re.compile(r"另有\s*([\d,]+)\s*项部分相关")


def _length(client: TestClient, href: str, known: dict[str, int]) -> int:
    """Return how many things the list behind an address holds."""
    if href not in known:
        text = client.get(href).text
        found, more = _TOTAL.search(text), _MORE.search(text)
        if found is None:
            assert "没有符合的条目" in text or "没有内容" in text, href
        known[href] = sum(int(m[1].replace(",", "")) for m in (found, more) if m)
    return known[href]


@pytest.fixture(scope="module")
def lengths() -> dict[str, int]:
    return {}


@pytest.mark.parametrize("address", PAGES)
def test_every_number_is_the_length_of_the_list_it_leads_to(
    client: TestClient, address: str, lengths: dict[str, int]
) -> None:
    cells = _NUMBER.findall(client.get(address).text)
    assert cells or address == "/browse/process/proc-baijiu"
    for href, number in cells:
        at = unescape(href)
        assert _length(client, at, lengths) == int(number.replace(",", "")), at


def test_the_gaps_are_as_many_as_the_numbers_say(client: TestClient) -> None:
    overview, page = client.get("/browse").text, client.get("/browse/gaps").text
    for name in GAP_TITLES:
        section = page.split(f'<section id="{name}"')[1].split("</section>")[0]
        rows = section.count("<tr><th scope=") if name != "demands" else section.count("<li>")
        rows -= section.count("<thead><tr><th scope=")
        promised = re.search(rf'#{name}">([\d,]+)</a>', overview)
        assert rows == (int(promised[1]) if promised else 0), name


def test_a_list_goes_on_page_by_page_and_holds_all(client: TestClient, platform: Platform) -> None:
    address, seen = "/browse/region/500000/organizations", set()
    total = _length(client, address, {})
    assert total > 50
    while address:
        page = read(client.get(address).text)
        seen |= {a["href"] for a in page.all("a") if a["href"].startswith("/organizations/")}
        address = next((a["href"] for a in page.all("a") if a.get("rel") == "next"), "")
    assert len(seen) == total


def test_the_tree_opens_along_the_way_and_sets_empty_branches_apart(client: TestClient) -> None:
    text = client.get("/browse/industry/C301").text
    tree = text.split('<nav id="filters"')[1].split("</nav>")[0]
    assert tree.count('aria-current="page"') == 1
    for above in ("/browse/industry/C", "/browse/industry/C30", "/browse/industry/C301"):
        assert f'href="{above}"' in tree
    assert '"/browse/industry/B' not in tree.replace('"/browse/industry/B"', "")
    assert re.search(r"<summary>另有 \d+ 类没有内容</summary>", tree)


def test_a_node_says_what_it_is(client: TestClient) -> None:
    page = read(client.get("/browse/material/mat-phosphogypsum").text)
    assert "副产物，属于“工业固体废物”" in page.text
    assert "谁产出，谁消纳" in page.text
    text = read(client.get("/browse/industry/C301").text).text
    assert "GB/T 4754-2017" in text
    assert "C301" in text


def test_districts_of_chongqing_are_each_in_one_group(platform: Platform) -> None:
    holdings = HoldingsKeeper(platform).read()
    grouped = [code for key in GROUPS for code in codes_of(holdings, key)]
    assert len(grouped) == len(set(grouped))
    below = {
        str(node.props["code"])
        for node in holdings.trees.of(Label.REGION)
        if holdings.trees.parents.get(node.id) == "region-500000"
    }
    assert {code for code in below if code.isdigit()} == {c for c in grouped if c.isdigit()}
    assert len([code for code in grouped if code.isdigit()]) == 38


def test_each_prefecture_and_group_has_one_tile(client: TestClient) -> None:
    text = client.get("/browse/region").text
    places = re.findall(r'<li class="r(\d) c(\d) shade-\d[^"]*">', text)
    assert len(places) == len(set(places)) == 21 + len(GROUPS)
    assert all(area in text for area in AREAS)


def test_holdings_are_counted_once_for_each_state_of_the_graph(platform: Platform) -> None:
    keeper = HoldingsKeeper(platform)
    assert keeper.read() is keeper.read()


def test_gaps_are_open_demands_without_a_good_match(platform: Platform) -> None:
    unmet = HoldingsKeeper(platform).read().unmet
    assert unmet
    for demand, gap in unmet.items():
        assert platform.store.get(demand).props["status"] == "需求"
        assert gap.nearest is None or gap.nearest.fit != "高度匹配"


def test_one_ended_materials_have_nobody_at_the_other_end(platform: Platform) -> None:
    holdings = HoldingsKeeper(platform).read()
    for node in holdings.without_other_end("produces"):
        assert platform.store.neighbours(node.id, [Relation.PRODUCES], "in")
        assert not platform.store.neighbours(node.id, [Relation.CONSUMES], "in")


@pytest.mark.parametrize("address", [*PAGES, *LISTS])
def test_pages_are_whole_and_stay_under_the_prefix(platform: Platform, address: str) -> None:
    settings = Settings(_env_file=None, root_path="/kg", data=platform.settings.data)
    answer = TestClient(create_app(replace(platform, settings=settings))).get("/kg" + address)
    assert answer.status_code == 200
    assert len(answer.content) < 80_000
    page = read(answer.text)
    assert page.wrong == []
    assert page.open_tags == []
    assert len(page.all("h1")) == 1
    ids = [attrs["id"] for _tag, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    inner = [a for a in page.addresses if not urlsplit(a).netloc and not a.startswith("#")]
    assert [a for a in inner if not a.startswith("/kg/")] == []
    assert not [a for _tag, a in page.tags if "style" in a]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/browse/nothing", 404), ("/browse/nothing/x", 404), ("/browse/region/999999", 404),
        ("/browse/region/100000", 404), ("/browse/process/waste-heat-recovery", 404),
        ("/browse/region/500000/nothing", 404), ("/browse/region/500000/produces", 404),
        ("/browse/region/500000/demands?part=x", 404), ("/browse/industry/C/demands?part=new", 404),
        ("/browse/region/500000/demands?page=0", 422),
        ("/browse/region/500000/demands?page=x", 422),
        ("/browse/region/500000/demands?page=999", 422), ("/browse/nothing/x/demands", 404),
    ],
)  # fmt: skip
def test_wrong_addresses_are_said_to_be_wrong(
    client: TestClient, address: str, status: int
) -> None:
    assert client.get(address).status_code == status


@pytest.fixture
def awkward(small: Platform) -> Iterator[TestClient]:
    """The small graph with a real engine and a node of each vocabulary, all badly named."""
    records = (
        Concept(id="concept-a", scheme="technology", name=HOSTILE, definition=HOSTILE),
        Concept(id="concept-b", scheme="process", name=HOSTILE, synonyms=[HOSTILE]),
        Material(id="material-m", name=HOSTILE, kind="waste"),
        Industry(id="industry-X1", code="X1", name=HOSTILE, level="division"),
        Region(id="region-500000", code="500000", name=HOSTILE, short=HOSTILE, level="province"),
    )
    small.store.put_many(record.to_node() for record in records)
    small.store.relate_many(
        [
            Edge(Relation.PRODUCES, "entry-1", "material-m"),
            Edge(Relation.CONCERNS, "demand-1", "concept-a"),
            Edge(Relation.LOCATED_IN, "org-1", "region-500000"),
        ]
    )
    engine = SearchEngine(small.store, seeds.lexicon(), None)
    with TestClient(create_app(replace(small, engine=engine))) as opened:
        yield opened


def test_hostile_names_stay_words_and_gaps_are_found(awkward: TestClient) -> None:
    for address in (
        "/browse", "/browse/gaps", "/browse/technology/a", "/browse/process/b",
        "/browse/material/m", "/browse/industry/X1", "/browse/region/500000", "/browse/region",
        "/browse/region/500000/organizations", "/browse/material/m/produces", "/about",
    ):  # fmt: skip
        answer = awkward.get(address)
        assert answer.status_code == 200, address
        assert "<script>alert" not in answer.text
        assert read(answer.text).wrong == []
    gaps = read(awkward.get("/browse/gaps").text)
    assert {"/browse/technology/a", "/browse/material/m"} <= {a["href"] for a in gaps.all("a")}
    assert "没有写明谁产出、谁消纳" not in read(awkward.get("/browse/material/m").text).text
