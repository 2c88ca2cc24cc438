"""Verdicts of a match: what is called 符合 really fits, and silence is 未知."""

import pytest

from kg.model import Node
from kg.vocabulary import Label
from search.criteria import Need, judge
from search.documents import Measure, SearchDocument
from search.trees import Trees


def _industry(code: str, name: str, level: str) -> Node:
    props = {"code": code, "name": name, "level": level}
    return Node(f"industry-{code}", Label.INDUSTRY, props)


def _region(code: str, name: str, level: str) -> Node:
    return Node(f"region-{code}", Label.REGION, {"code": code, "name": name, "level": level})


TREES = Trees(
    {
        node.id: node
        for node in (
            _industry("C", "制造业", "section"),
            _industry("C30", "非金属矿物制品业", "division"),
            _industry("C301", "水泥、石灰和石膏制造", "group"),
            _industry("C3011", "水泥制造", "class"),
            _industry("C3012", "石灰和石膏制造", "class"),
            _region("510000", "四川省", "province"),
            _region("510100", "成都市", "prefecture"),
            _region("510600", "德阳市", "prefecture"),
        )
    },
    {
        "industry-C30": "industry-C",
        "industry-C301": "industry-C30",
        "industry-C3011": "industry-C301",
        "industry-C3012": "industry-C301",
        "region-510100": "region-510000",
        "region-510600": "region-510000",
    },
)


def _measure(indicator: str, value: float, unit: str = "%") -> Measure:
    return Measure(indicator, value, value, unit, f"{indicator} {value:g}")


def _entry(*measures: Measure, **links: str) -> SearchDocument:
    lines = {k: tuple(TREES.line(v)) for k, v in links.items()}
    return SearchDocument("entry-1", "", {}, (), measures=measures, links=lines)


def _verdict(need: Need, entry: SearchDocument, name: str) -> tuple[str, str]:
    (found,) = [c for c in judge(need, entry, TREES) if c.name == name]
    return found.verdict, found.fact


@pytest.mark.parametrize(
    ("wanted", "stated", "verdict"),
    [
        ("C3011", "C3011", "符合"),
        ("C3011", "C301", "符合"),  # the entry is for the whole 中类
        ("C30", "C3011", "符合"),
        ("C3011", "C3012", "部分符合"),  # lime is not cement
        ("C3011", "C", "符合"),
    ],
)
def test_an_industry_fits_when_one_lies_in_the_other(
    wanted: str, stated: str, verdict: str
) -> None:
    need = Need(industries=[f"industry-{wanted}"])
    assert _verdict(need, _entry(industry=f"industry-{stated}"), "行业")[0] == verdict


def test_one_reached_target_of_two_is_not_enough() -> None:
    need = Need(targets=[_measure("energy_saving_rate", 30), _measure("water_saving_rate", 50)])
    both = _entry(_measure("energy_saving_rate", 35), _measure("water_saving_rate", 60))
    one = _entry(_measure("energy_saving_rate", 35), _measure("water_saving_rate", 10))
    assert _verdict(need, both, "目标")[0] == "符合"
    verdict, fact = _verdict(need, one, "目标")
    assert verdict == "部分符合"
    assert "water_saving_rate 10" in fact
    assert "energy_saving_rate 35" in fact


@pytest.mark.parametrize(
    ("indicator", "wanted", "stated", "verdict"),
    [
        ("payback", 1095, 730, "符合"),
        ("payback", 1095, 3650, "不符合"),  # ten years are no fit for three
        ("energy_saving_rate", 30, 10, "不符合"),
        ("energy_saving_rate", 30, 20, "部分符合"),
        ("power_saving", 1000, 600, "部分符合"),
        ("power_saving", 1000, 1, "未知"),  # a larger plant may save more
        ("temperature", 150, 300, "未知"),  # describes the plant, nothing to be reached
    ],
)
def test_a_target_is_judged_in_the_direction_that_is_better(
    indicator: str, wanted: float, stated: float, verdict: str
) -> None:
    need = Need(targets=[_measure(indicator, wanted)])
    assert _verdict(need, _entry(_measure(indicator, stated)), "目标")[0] == verdict


def test_the_best_of_several_regions_decides() -> None:
    need = Need(regions=["region-510600", "region-510100"])
    entry = _entry(region="region-510100")
    assert _verdict(need, entry, "地区") == ("符合", "在成都市有供应方或案例")
    near = Need(regions=["region-510600"])
    assert _verdict(near, entry, "地区")[0] == "部分符合"


def test_a_budget_is_compared_with_costs_of_its_unit_only() -> None:
    need = Need(budget=_measure("investment", 1e6, "元"))
    assert _verdict(need, _entry(_measure("investment", 5e5, "元")), "投资")[0] == "符合"
    assert _verdict(need, _entry(_measure("investment", 4000, "元/kW")), "投资")[0] == "未知"


def test_silence_is_unknown() -> None:
    assert {c.verdict for c in judge(Need(), _entry(), TREES)} == {"未知"}
