"""What is understood in a question: places, what is not wanted, names inside longer ones."""

from dataclasses import replace

import pytest

from search.engine import SearchEngine
from search.results import SearchRequest
from web.bootstrap import Platform


@pytest.fixture(scope="module")
def engine(platform: Platform) -> SearchEngine:
    return platform.engine


def _places(engine: SearchEngine, text: str) -> list[str]:
    understood = engine.view.understanding.understand(text).understood
    return [u.condition.label for u in understood if u.facet == "region" and u.condition.strict]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("重庆长寿的钢铁企业", ["地区：长寿区"]),
        ("长寿命电池", []),
        ("重庆长寿命电池", ["地区：重庆市"]),
        ("自贡大安", ["地区：大安区"]),
        ("自贡大安全阀", ["地区：自贡市"]),
        ("大安区的盐化工", ["地区：大安区"]),
        ("四川南部地区的企业", ["地区：四川省"]),
        ("南充南部的企业", ["地区：南部县"]),
        ("德阳市绵竹市磷石膏", ["地区：绵竹市"]),
        ("四川和重庆的水泥", []),
        ("川渝地区余热利用", []),
        ("成渝双城经济圈的节能技术", []),
        ("除了重庆还有哪里有氢能", ["地区：不含重庆市"]),
        ("成都以外的氢能", ["地区：不含成都市"]),
        ("不在成都的", ["地区：不含成都市"]),
        ("成都理工大学二氧化碳", []),
        ("成都的大学", ["地区：成都市"]),
    ],
)
def test_places_are_understood(engine: SearchEngine, text: str, places: list[str]) -> None:
    assert _places(engine, text) == places


def test_what_filters_nothing_is_not_searched_for_either(engine: SearchEngine) -> None:
    assert engine.view.understanding.understand("川渝地区余热利用").rest == "余热利用"


def test_what_is_not_wanted_is_not_listed(engine: SearchEngine) -> None:
    facets = {d.id: d.facets["region"] for d in engine.view.entries.walk()}
    with_it = engine.search(SearchRequest("氢能", size=100))
    without = engine.search(SearchRequest("除了重庆还有哪里有氢能", size=100))
    assert any("500000" in facets[h.id] for h in with_it.hits)
    assert without.hits
    assert all("500000" not in facets[h.id] for h in without.hits)
    (condition,) = [c for c in without.conditions if c.kind == "region"]
    again = engine.search(replace(without.request, dropped=frozenset({condition.id})))
    assert any("500000" in facets[h.id] for h in again.hits)


def test_two_places_are_alternatives(engine: SearchEngine) -> None:
    facets = {d.id: d.facets["region"] for d in engine.view.entries.walk()}
    result = engine.search(SearchRequest("成都或绵阳", size=100))
    found = {code for h in result.hits for code in facets[h.id]}
    assert {"510100", "510700"} <= found
    assert all({"510100", "510700"} & set(facets[h.id]) for h in result.hits)
    assert not any(h.misses for h in result.hits)


def test_a_condition_is_shown_once(engine: SearchEngine) -> None:
    conditions = engine.search(SearchRequest("成都的余热,在成都")).conditions
    assert [c.id for c in conditions] == ["region:510100"]
