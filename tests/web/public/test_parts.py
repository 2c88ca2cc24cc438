"""The pure parts of pages: addresses, words, facet boxes, the picture."""

import pytest

from kg.model import Figure
from search.errors import InvalidRequest
from search.results import Facet, FacetValue, SearchRequest
from web.public.facet_boxes import facet_box
from web.public.home import _shade
from web.public.neighbourhood import MOST, Tie, draw
from web.public.search_address import (
    FacetView,
    choosing,
    is_tidy,
    params_of,
    parse,
    view_of,
    without,
)
from web.public.words import against, amount, by_certainty, by_evidence, long_date, year

FOLDED = FacetView()


def test_a_request_survives_its_address() -> None:
    request = SearchRequest(
        "余热 & 余压", {"area": ("清洁生产+", "新能源+"), "region": ("500000",)},
        dropped=frozenset({"b", "a"}), literal=True, sort="newest", page=3,
    )  # fmt: skip
    assert parse(params_of(request)) == request
    assert params_of(SearchRequest()) == []
    assert ("q", request.text) not in params_of(request, text=False)


def test_parsing_is_kind_to_spaces_lines_and_repetition() -> None:
    request = parse(
        [("q", "  一\r\n二 "), ("area", ""), ("area", "x"), ("area", "x"), ("drop", "")]
    )
    assert request.text == "一\n二"
    assert request.filters == {"area": ("x",)}
    assert request.dropped == frozenset()


@pytest.mark.parametrize("page", ["0", "-1", "1.5", "²", "9999999", "一"])
def test_a_page_is_a_number_from_one(page: str) -> None:
    with pytest.raises(InvalidRequest, match="页码"):
        parse([("page", page)])


def test_choosing_and_taking_away_start_from_page_one() -> None:
    request = SearchRequest("x", {"area": ("a", "b")}, page=4)
    assert without(request, "area", "a").filters == {"area": ("b",)}
    assert without(without(request, "area", "a"), "area", "b").filters == {}
    assert choosing(request, "kind", "Product").page == 1
    assert choosing(request, "area").filters == {}


def test_words_of_figures() -> None:
    plain = Figure(name="节电量", value=1234.5, unit="万kWh", per_year=True, qualifier="约")
    assert amount(plain) == "约 1,234.5 万kWh/a"
    span = Figure(name="能耗", value=190, unit="kWh/kg", low=180, high=200)
    assert amount(span) == "180～200 kWh/kg"
    against_span = Figure(name="能耗", value=70, unit="kWh/kg", baseline_low=180, baseline_high=200)
    assert against(against_span) == "180～200 kWh/kg"
    assert (
        against(against_span.model_copy(update={"baseline": "改造前"})) == "改造前 180～200 kWh/kg"
    )
    assert against(against_span.model_copy(update={"baseline": "改造前180"})) == "改造前180"
    assert against(plain) == ""


def test_words_of_dates() -> None:
    assert long_date("2026-11-03") == "2026年11月3日"
    assert (long_date("bald"), long_date(None), year(None), year(2021)) == (
        "未知", "未知", "未知", "2021年",
    )  # fmt: skip


def test_a_tree_facet_folds_what_lies_below_and_lists_nothing_twice() -> None:
    values = (
        FacetValue("500000", "重庆", 9),
        FacetValue("500102", "涪陵", 4, depth=1),
        FacetValue("510000", "四川", 8),
        FacetValue("510100", "成都", 3, chosen=True, depth=1),
        FacetValue("510104", "锦江", 1, depth=2),
        FacetValue("110000", "北京", 0),
    )
    box = facet_box(Facet("region", "地区", values), FOLDED)
    assert [b.value.label for b in box.first] == ["成都", "重庆", "四川"]
    below = {b.value.label: [(d, v.label) for d, v in b.below] for b in box.first}
    assert below == {"成都": [], "重庆": [(1, "涪陵")], "四川": [(2, "锦江")]}
    assert not box.searchable


def test_industries_begin_at_the_division() -> None:
    values = (
        FacetValue("C", "制造业", 9),
        FacetValue("C26", "化学", 3, depth=1),
        FacetValue("C30", "建材", 6, depth=1),
        FacetValue("C301", "水泥", 5, depth=2),
    )
    box = facet_box(Facet("industry", "行业", values), FOLDED)
    assert [b.value.label for b in box.first] == ["建材", "化学"]


def test_what_lies_below_a_chosen_top_stays_with_it() -> None:
    values = (
        FacetValue("500000", "重庆", 9),
        FacetValue("500102", "涪陵", 4, depth=1),
        FacetValue("510000", "四川", 8, chosen=True),
        FacetValue("510100", "成都", 3, depth=1),
    )
    box = facet_box(Facet("region", "地区", values), FOLDED)
    below = {b.value.label: [v.label for _d, v in b.below] for b in box.first}
    assert below == {"四川": ["成都"], "重庆": ["涪陵"]}


def test_a_large_tree_opens_level_by_level() -> None:
    def tree(*, chosen: bool) -> Facet:
        values = [FacetValue("C", "制造业", 90)]
        for n in range(20):
            values += [
                FacetValue(f"C{n}", f"大类{n}", 9, chosen=chosen and n == 3, depth=1),
                FacetValue(f"C{n}1", f"中类{n}", 5, depth=2),
                FacetValue(f"C{n}11", f"小类{n}", 5, depth=3),
                FacetValue(f"C{n}12", f"另一小类{n}", 4, depth=3),
            ]
        return Facet("industry", "行业", tuple(values))

    box = facet_box(tree(chosen=False), FOLDED)
    assert box.shortened
    assert {len(b.below) for b in box.first} == {1}
    assert {len(b.below) for b in box.rest} == {0}
    box = facet_box(tree(chosen=True), FOLDED)
    assert box.first[0].value.label == "大类3"
    assert [v.label for _d, v in box.first[0].below] == ["中类3", "小类3", "另一小类3"]


def test_what_is_not_known_does_not_differ() -> None:
    misses = ["“投资 ≤ 5 万元”：没有写明，无法判断", "地区：成都市：不符，在渝"]
    assert by_certainty(misses) == (["地区：成都市：不符，在渝"], ["“投资 ≤ 5 万元”"])


def test_evidence_stands_once_behind_figures_that_share_it() -> None:
    figures = [
        "能耗（改造后） 3 kWh（公开报道，2025）",
        "降幅 53%（公开报道，2025）",
        "投资 2 万元（自报）",
    ]
    assert by_evidence(figures) == [
        "能耗（改造后） 3 kWh",
        "降幅 53%（均为公开报道，2025）",
        "投资 2 万元（自报）",
    ]
    assert by_evidence(["没有证据的 1 t"]) == ["没有证据的 1 t"]
    assert by_evidence([]) == []


def test_a_long_facet_is_cut_and_says_by_how_much() -> None:
    values = tuple(FacetValue(str(n), f"单位{n}", 100 - n) for n in range(80))
    box = facet_box(Facet("organization", "单位", values), FOLDED)
    assert (len(box.first), len(box.rest), box.unlisted) == (6, 18, 56)
    assert not box.open
    assert facet_box(
        Facet("organization", "单位", values), FacetView(frozenset({"organization"}))
    ).open


def test_searching_inside_a_facet_finds_what_is_not_listed_and_keeps_the_chosen() -> None:
    values = (
        *(FacetValue(str(n), f"单位{n}", 100 - n, chosen=n == 3) for n in range(80)),
        FacetValue("x", "单位７７甲", 0),
    )
    box = facet_box(Facet("organization", "单位", values), FacetView(find={"organization": "７"}))
    names = [branch.value.label for branch in box.first]
    assert names[:3] == ["单位3", "单位7", "单位17"]
    assert all("7" in name for name in names[1:])
    assert (box.found, box.unlisted, len(box.rest)) == (17, 0, 0)
    nothing = facet_box(
        Facet("organization", "单位", values), FacetView(find={"organization": "没有"})
    )
    assert (nothing.found, [b.value.label for b in nothing.first]) == (0, ["单位3"])


def test_how_facets_are_shown_survives_its_address() -> None:
    view = FacetView(frozenset({"region"}), {"organization": "攀 钢"})
    assert view_of([("q", "x"), *view.params]) == view
    assert view_of([("more", "nothing"), ("find-nothing", "x"), ("find-region", " ")]) == FOLDED
    assert is_tidy([("find-region", "x"), ("q", "")])
    assert not is_tidy([("find-region", "")])


def test_a_number_chooses_its_value_in_place_of_the_others() -> None:
    pairs = [("region", "500000"), ("area", "x"), ("only", "region:510000")]
    assert parse(pairs).filters == {"area": ("x",), "region": ("510000",)}
    assert not is_tidy(pairs)
    for bad in ("region", "region:", "nothing:1", ""):
        with pytest.raises(InvalidRequest):
            parse([("only", bad)])


def test_the_picture_takes_from_all_groups_in_turn() -> None:
    groups = [
        [Tie("用户", f"用户{n}", "organization") for n in range(30)],
        [Tie("行业", "水泥", "topic")],
    ]
    picture = draw("中心", groups)
    assert picture is not None
    assert len(picture.boxes) == MOST
    assert picture.hidden == 31 - MOST
    assert any(tie.name == "水泥" for tie in picture.ties)
    assert all(0 <= box.y < picture.height for box in picture.boxes)
    assert len({(box.x, box.y) for box in picture.boxes}) == MOST
    assert draw("中心", [[], []]) is None


def test_names_too_long_for_a_box_are_cut() -> None:
    picture = draw("很" * 80, [[Tie("用户", "长" * 40, "organization")]])
    assert picture is not None
    assert picture.boxes[0].label == "长" * 15 + "…"
    assert len(picture.lines) == 3
    assert picture.lines[-1].endswith("…")


def test_shades_grow_with_the_number() -> None:
    assert [_shade(n, 40) for n in (0, 1, 11, 21, 40)] == [0, 1, 2, 3, 4]
