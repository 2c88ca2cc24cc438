"""Each number beside a facet's value, a kind or a dropped condition is what one gets behind it.

All facets of 200 made-up questions are counted through the engine; of some of them the pages are
read and their ways followed as a person would.
"""

import random
import re
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from search.engine import SearchEngine
from search.results import FACETS, SORTS, SearchRequest, SearchResult
from search.trees import Trees
from tests.web.public.reading import Read, read
from web.bootstrap import Platform
from web.public.links import Links
from web.public.search_address import choosing, params_of, without

PAGES, READ_PAGES, PRESSED = 200, 10, 12
PARTS = (
    "",
    "",
    "成都的",
    "重庆",
    "不要产品",
    "投资低于1000万元",
    "节能率超过20%",
    "装备",
    "有案例的",
)


@pytest.fixture(scope="module")
def engine(platform: Platform) -> Iterator[SearchEngine]:
    """The engine, scoring each text once: scores do not depend on the filters."""
    engine = platform.engine
    known: dict[object, object] = {}
    rank: Callable[..., object] = engine.rank

    def once(request: SearchRequest, view: object = None) -> object:
        key = (request.text, request.dropped, request.literal, request.mode)
        if key not in known:
            known[key] = rank(request, view)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "rank", once)
        yield engine


def questions(engine: SearchEngine) -> Iterator[SearchRequest]:
    """Made of words of the vocabularies, with values that the page itself offers."""
    chance = random.Random(20261123)
    trees: Trees = engine.view.trees
    words = sorted({str(node.props["name"]) for node in trees.nodes.values()})
    for n in range(PAGES):
        text = "" if n % 20 == 0 else chance.choice(PARTS) + "，".join(chance.sample(words, 2))
        request = SearchRequest(text, sort=chance.choice(SORTS))
        for facet in chance.sample(FACETS, chance.choice((1, 1, 2, 3))):
            offered = [v for f in engine.search(request).facets if f.name == facet
                       for v in f.values if v.count]  # fmt: skip
            some = chance.sample(offered, min(len(offered), chance.choice((1, 1, 2))))
            if some:
                request = choosing(request, facet, *(value.value for value in some))
        yield request


def test_every_count_of_200_random_pages_is_the_list_behind_it(engine: SearchEngine) -> None:
    checked, filtered = 0, 0
    for request in questions(engine):
        result = engine.search(request)
        filtered += bool(request.filters)
        for facet in result.facets:
            for value in facet.values:
                behind = engine.count(choosing(request, facet.name, value.value))[0]
                assert behind == value.count, (request, facet.name, value)
                checked += 1
        for relaxed in result.relaxations:
            assert engine.count(relaxed.request) == (relaxed.total, relaxed.good), relaxed
            checked += 1
    assert filtered > PAGES / 3
    assert checked > 5_000


def test_the_ways_of_a_page_lead_to_what_they_promise(
    engine: SearchEngine, client: TestClient
) -> None:
    chance = random.Random(7)
    links, pressed = Links("", {}), 0
    for request in chance.sample(list(questions(engine)), READ_PAGES):
        result = engine.search(request)
        page = read(client.get(links.search(params_of(request))).text)
        assert promised(page) == result.total
        buttons = [b["value"] for b in page.all("button") if b.get("name") == "only"]
        for one in chance.sample(buttons, min(len(buttons), PRESSED)):
            there = client.get(links.search([*params_of(request), ("only", one)]))
            facet, _, value = one.partition(":")
            assert promised(read(there.text)) == count_of(result, facet, value), (request, one)
            pressed += 1
        for kind in kinds(result):
            there = client.get(links.search(params_of(choosing(request, "kind", kind))))
            assert promised(read(there.text)) == count_of(result, "kind", kind)
        for facet, values in request.filters.items():
            for value in values:
                less = without(request, facet, value)
                there = client.get(links.search(params_of(less)))
                assert promised(read(there.text)) == engine.count(less)[0]
    assert pressed > READ_PAGES


def promised(page: Read) -> int:
    """All items that a page's list says it has, the partly relevant ones too."""
    text = page.text.replace(" ", "")
    words = re.search(r"(为您找到|符合|共)[\d,]+项(，另有[\d,]+项)?", text)
    assert words, text[:300]
    return sum(int(n) for n in re.findall(r"\d+", words.group().replace(",", "")))


def kinds(result: SearchResult) -> list[str]:
    return [v.value for f in result.facets if f.name == "kind" for v in f.values]


def count_of(result: SearchResult, facet: str, value: str) -> int:
    return next(v.count for f in result.facets if f.name == facet
                for v in f.values if v.value == value)  # fmt: skip
