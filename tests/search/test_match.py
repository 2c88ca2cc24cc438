"""Matching of demands and entries on the real catalogue."""

import pytest

from kg.errors import NodeNotFound
from search.criteria import NAMES
from search.engine import SearchEngine
from search.errors import InvalidRequest
from search.results import DemandQuery
from web.bootstrap import Platform


@pytest.fixture(scope="module")
def engine(platform: Platform) -> SearchEngine:
    return platform.engine


def test_every_stored_demand_gets_matches_with_all_criteria(engine: SearchEngine) -> None:
    verdicts = set()
    for demand in list(engine.view.demands.walk())[::6]:
        result = engine.match_demand(demand.id)
        assert len(result.matches) <= 20
        for match in result.matches:
            assert tuple(c.name for c in match.criteria) == NAMES
            assert all(c.fact for c in match.criteria)
            assert match.reason
            verdicts |= {c.verdict for c in match.criteria}
    assert verdicts == {"符合", "部分符合", "不符合", "未知"}


def test_what_solved_a_demand_comes_first_and_is_named(engine: SearchEngine) -> None:
    solved = [d for d in engine.view.demands.walk() if d.links["solved_by"]]
    assert solved
    for demand in solved[::8]:
        matches = engine.match_demand(demand.id, limit=100).matches
        flags = [m.solved for m in matches]
        assert flags == sorted(flags, reverse=True)
        assert {m.id for m in matches if m.solved} == set(demand.links["solved_by"])


def test_the_score_does_not_know_what_solved_it(engine: SearchEngine) -> None:
    matcher = engine.matcher()
    demand = next(d for d in engine.view.demands.walk() if d.links["solved_by"])
    by_score = {m.id: m.score for m in matcher.of_demand(demand.id, 100).matches}
    ranked = [i for i in matcher.rank(demand.id) if i in by_score]
    assert [by_score[i] for i in ranked] == sorted(by_score.values(), reverse=True)


def test_a_described_need_is_matched_by_text_and_fields(engine: SearchEngine) -> None:
    need = DemandQuery(
        "水泥窑尾废气三百多度，想发电自用", industries=("C3011",), regions=("510000",),
        targets=(("power_saving", 100, "万kWh/a"),), budget=1e8,
    )  # fmt: skip
    result = engine.match_demand(need)
    best = result.matches[0]
    assert "余热" in best.title
    assert {c.name: c.verdict for c in best.criteria}["行业"] == "符合"


def test_an_entry_finds_demands_and_its_solved_ones(engine: SearchEngine) -> None:
    demand = next(d for d in engine.view.demands.walk() if d.links["solved_by"])
    entry = demand.links["solved_by"][0]
    found = engine.match_entry(entry, limit=100).matches
    assert demand.id in {m.id for m in found if m.solved}


def test_unknown_things_and_bad_fields_are_refused_in_words(engine: SearchEngine) -> None:
    with pytest.raises(NodeNotFound):
        engine.match_demand("demand-none")
    with pytest.raises(NodeNotFound):
        engine.match_entry("entry-none")
    for bad in (
        DemandQuery("  "),
        DemandQuery("字" * 10_001),
        DemandQuery("余热", industries=("X99",)),
        DemandQuery("余热", targets=(("power_saving", 1, "不是单位"),)),
    ):
        with pytest.raises(InvalidRequest, match=r"[\u4e00-\u9fff]"):
            engine.match_demand(bad)
