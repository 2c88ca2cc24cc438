"""The engine on the real catalogue: totals, facets, pages, conditions, empty answers."""

import random

import pytest

from search.engine import SearchEngine
from search.errors import InvalidRequest
from search.results import FACETS, SearchRequest, SearchResult
from web.bootstrap import Platform


@pytest.fixture(scope="module")
def engine(platform: Platform) -> SearchEngine:
    return platform.engine


def _ask(engine: SearchEngine, text: str, **more: object) -> SearchResult:
    return engine.search(SearchRequest(text, **more))  # type: ignore[arg-type]


def _all_ids(engine: SearchEngine, request: SearchRequest) -> list[str]:
    """Page to the end, as a person would."""
    ids: list[str] = []
    page = 1
    while True:
        result = engine.search(_paged(request, page))
        ids += [hit.id for hit in result.hits]
        if page >= result.pages:
            return ids
        page += 1


def _paged(request: SearchRequest, page: int) -> SearchRequest:
    return SearchRequest(
        request.text, request.filters, request.dropped, request.literal, request.mode,
        request.sort, page, request.size,
    )  # fmt: skip


def _random_request(engine: SearchEngine, rng: random.Random) -> SearchRequest:
    documents = list(engine.view.entries.walk())
    document = rng.choice(documents)
    kinds = [
        "", document.title, document.title[: rng.randint(1, 8)], document.summary[:40],
        rng.choice(document.passages).text, "成都的" + document.title[:4], "节能率超过20%",
        "完全无关的天文望远镜", "余热", "重庆有哪些技术",
    ]  # fmt: skip
    filters: dict[str, tuple[str, ...]] = {}
    for facet in rng.sample(FACETS, rng.randint(0, 3)):
        values = rng.choice(documents).facets.get(facet, ())
        if values:
            filters[facet] = tuple(rng.sample(values, min(len(values), rng.randint(1, 2))))
    return SearchRequest(
        rng.choice(kinds), filters, sort=rng.choice(("relevance", "evidence", "newest")),
        size=rng.choice((3, 10, 20, 100)),
    )  # fmt: skip


def test_a_thousand_random_searches_are_honest(engine: SearchEngine) -> None:
    """Pages neither overlap nor lose an item; the total is what one can page to; every facet
    count equals the items that one gets by choosing the value."""
    rng = random.Random(20240104)
    by_id = {d.id: d for d in engine.view.entries.walk()}
    for _ in range(1000):
        request = _random_request(engine, rng)
        result = engine.search(request)
        ids = _all_ids(engine, request)
        assert len(ids) == len(set(ids)) == result.total, request
        assert result.good <= result.total
        for facet in result.facets:
            if request.filters.get(facet.name):
                continue
            counted = {v.value: v.count for v in facet.values}
            listed: dict[str, int] = {}
            for i in ids:
                for value in by_id[i].facets.get(facet.name, ()):
                    listed[value] = listed.get(value, 0) + 1
            assert counted == listed, (request, facet.name)


def test_a_facet_value_gives_what_its_count_promises(engine: SearchEngine) -> None:
    """Also for facets with a choice already made: the count is that of choosing instead."""
    rng = random.Random(7)
    for _ in range(60):
        request = _random_request(engine, rng)
        result = engine.search(request)
        facet = rng.choice(result.facets)
        if not facet.values:
            continue
        value = rng.choice(facet.values)
        chosen = {**request.filters, facet.name: (value.value,)}
        again = engine.search(SearchRequest(request.text, chosen, sort=request.sort))
        assert again.total == value.count, (request, facet.name, value)


def test_partly_relevant_items_come_last(engine: SearchEngine) -> None:
    for sort in ("relevance", "evidence", "newest"):
        flags = [h.partial for h in _ask(engine, "水泥厂余热发电", sort=sort, size=100).hits]
        assert flags == sorted(flags)
        assert False in flags


def test_a_place_filters_and_can_be_taken_away(engine: SearchEngine) -> None:
    result = _ask(engine, "成都的氢能企业", size=100)
    (condition,) = [c for c in result.conditions if c.kind == "region"]
    assert condition.strict
    assert condition.label == "地区：成都市"
    documents = {d.id: d for d in engine.view.entries.walk()}
    assert result.hits
    assert all("510100" in documents[h.id].facets["region"] for h in result.hits)
    wider = _ask(engine, "成都的氢能企业", dropped=frozenset({condition.id}), size=100)
    assert wider.total > result.total
    assert condition.id not in {c.id for c in wider.conditions}


def test_what_lies_elsewhere_is_shown_apart_with_what_it_misses(engine: SearchEngine) -> None:
    result = _ask(engine, "成都的氢能企业", size=100)
    shown = {h.id for h in result.hits}
    assert result.elsewhere
    assert all(h.id not in shown and h.misses for h in result.elsewhere)


def test_a_figure_filters_by_converted_units(engine: SearchEngine) -> None:
    result = _ask(engine, "年节电超过1000万度", size=100)
    (condition,) = [c for c in result.conditions if c.kind == "number"]
    assert condition.strict
    assert result.hits
    documents = {d.id: d for d in engine.view.entries.walk()}
    for hit in result.hits:
        saved = [
            m for m in documents[hit.id].measures
            if m.indicator == "power_saving" and m.unit == "kWh/a" and m.high >= 1e7
        ]  # fmt: skip
        assert saved, hit.id


def test_typos_traditional_letters_and_full_width_are_understood(engine: SearchEngine) -> None:
    right = [h.id for h in _ask(engine, "屋顶光伏").hits[:5]]
    assert _ask(engine, "屋頂光伏").hits[0].id == right[0]
    typo = _ask(engine, "屋顶光扶")
    assert typo.corrected == "屋顶光伏"
    assert [h.id for h in typo.hits[:5]] == right
    assert _ask(engine, "屋顶光扶", literal=True).corrected is None


@pytest.mark.parametrize(
    "text",
    [
        "天文望远镜镜片抛光",
        "婴儿奶粉配方",
        "如何学习弹钢琴",
        "手机游戏充值优惠",
        "asdfghjkl qwerty",
    ],
)
def test_a_question_that_nothing_answers_says_so(engine: SearchEngine, text: str) -> None:
    assert _ask(engine, text).nothing_fits


def test_every_entry_is_found_by_its_own_name(engine: SearchEngine) -> None:
    documents = engine.view.entries.walk()
    for document in documents:
        result = _ask(engine, document.title, literal=True, size=5)
        shown = [h.id for h in (*result.hits, *result.elsewhere)]
        assert document.id in shown, document.title


def test_every_hit_says_why(engine: SearchEngine) -> None:
    for text in ("余热发电", "酒厂一天用掉好多水", "磷石膏怎么处理"):
        assert all(hit.reasons for hit in _ask(engine, text).hits)


def test_marks_show_the_words_that_were_asked(engine: SearchEngine) -> None:
    hit = _ask(engine, "余热发电").hits[0]
    marked = [part for part, found in (*hit.title.parts, *hit.snippet.parts) if found]
    assert any("余热" in part for part in marked)


def test_long_pasted_text_works(engine: SearchEngine) -> None:
    text = ("我们是一家水泥厂，回转窑尾气温度三百多度直接放空，想回收热量发电。" * 400)[:10_000]
    result = _ask(engine, text)
    assert result.hits
    assert any("余热" in h.title.text for h in result.hits[:5])
    with pytest.raises(InvalidRequest, match="太长"):
        _ask(engine, text + "多一个字")


def test_without_text_everything_is_listed(engine: SearchEngine) -> None:
    result = _ask(engine, "")
    assert result.total == result.good == engine.view.entries.table.size


def test_an_empty_answer_offers_what_each_condition_costs(engine: SearchEngine) -> None:
    result = _ask(engine, "甘孜州 水泥窑协同处置", filters={"area": ("绿色设计+",)})
    assert result.nothing_fits
    assert result.relaxations
    for relaxation in result.relaxations:
        assert engine.search(relaxation.request).total == relaxation.total > 0


@pytest.mark.parametrize(
    "bad",
    [
        {"filters": {"colour": ("red",)}},
        {"filters": {"region": ("999999",)}},
        {"filters": {"kind": ("Robot",)}},
        {"mode": "magic"},
        {"sort": "price"},
        {"page": 0},
        {"size": 0},
        {"size": 101},
    ],
)
def test_bad_requests_are_refused_in_words(engine: SearchEngine, bad: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest, match=r"[\u4e00-\u9fff]"):
        _ask(engine, "余热", **bad)


def test_a_page_behind_the_last_is_empty(engine: SearchEngine) -> None:
    result = _ask(engine, "余热", page=999)
    assert result.hits == ()
    assert result.total > 0


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE node;--", '"+label:\\"x\\"^2', "<script>alert(1)</script>", "\x00\x01"]
)
def test_hostile_text_is_only_text(engine: SearchEngine, text: str) -> None:
    assert isinstance(_ask(engine, text), SearchResult)


def test_suggestions_come_for_chinese_pinyin_and_initials(engine: SearchEngine) -> None:
    for typed in ("余热发", "yurefadian", "yrfd"):
        assert "余热发电" in {s.text for s in engine.suggest(typed)}, typed
