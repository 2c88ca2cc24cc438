"""The head of an entry's page: what it brings, what it costs, where it fits, who has it."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.model import Entry, Figure
from web.public.around import CaseView, Party
from web.public.topics import Topic
from web.public.words import UNKNOWN, amount, year

EFFECTS = ("效果", "排放", "经济", "质量", "规模")
INDUSTRIES = 2


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One answer in a few words; `note` says on what it rests, `anchor` where there is more."""

    name: str
    value: str
    note: str = ""
    anchor: str = ""


def glance(
    entry: Entry, industries: Sequence[Topic], cases: Sequence[CaseView], suppliers: Sequence[Party]
) -> list[Glimpse]:
    """Return the answers to the questions that everybody comes with, in this order."""
    return [_effect(entry), _cost(entry), _fits(industries), _cases(cases), _call(suppliers)]


def _effect(entry: Entry) -> Glimpse:
    for group in EFFECTS:
        if figure := _weightiest(entry, group):
            return _figure(figure)
    return Glimpse("效果", UNKNOWN, anchor="figures")


def _cost(entry: Entry) -> Glimpse:
    cost = _weightiest(entry, "投资")
    back = next((f for f in entry.figures if f.indicator == "payback"), None)
    if cost and back:
        found = _figure(cost)
        return Glimpse(found.name, found.value, f"{found.note}；回收期 {amount(back)}", "figures")
    return _figure(cost or back) if cost or back else Glimpse("投资", UNKNOWN, anchor="figures")


def _weightiest(entry: Entry, group: str) -> Figure | None:
    figures = [figure for figure in entry.figures if figure.group == group]
    return max(figures, key=lambda figure: figure.evidence.weight, default=None)


def _figure(figure: Figure | None) -> Glimpse:
    if figure is None:
        return Glimpse("", UNKNOWN)
    known = year(figure.year) if figure.year else "年份未知"
    return Glimpse(figure.name, amount(figure), f"{figure.evidence.value}，{known}", "figures")


def _fits(industries: Sequence[Topic]) -> Glimpse:
    names = [topic.name for topic in industries]
    more = f"共 {len(names)} 个行业" if len(names) > INDUSTRIES else ""
    return Glimpse("适用行业", "、".join(names[:INDUSTRIES]) or UNKNOWN, more, "where")


def _cases(cases: Sequence[CaseView]) -> Glimpse:
    if not cases:
        return Glimpse("用过的案例", UNKNOWN, anchor="cases")
    newest = cases[0]
    user = newest.users[0].name if newest.users else newest.case.user or "用户未知"
    known = year(newest.case.year) if newest.case.year else "年份未知"
    return Glimpse("用过的案例", f"{len(cases)} 个", f"{user}，{known}", "cases")


def _call(suppliers: Sequence[Party]) -> Glimpse:
    if not suppliers:
        return Glimpse("供应方", UNKNOWN, anchor="suppliers")
    first = suppliers[0]
    more = f" 等 {len(suppliers)} 家" if len(suppliers) > 1 else ""
    places = "、".join(first.places) or "地区未知"
    return Glimpse("供应方", f"{first.name}{more}", places, "suppliers")
