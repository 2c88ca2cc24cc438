"""The criteria of a match: 符合 / 部分符合 / 不符合 / 未知, each with the fact behind it.

Every criterion compares what the demand says with what the entry states; where either is silent
the verdict is 未知, never a guess.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.documents import Measure, SearchDocument
from search.results import Criterion, Verdict
from search.trees import Trees

NAMES = ("行业", "工艺", "物料", "目标", "规模", "地区", "投资")
_SCALE = frozenset({"capacity", "waste_use", "installed_capacity", "output", "storage_capacity"})
_NEUTRAL = frozenset("temperature pressure area unit_capacity count other".split())
"""Figures that describe a plant; more of them is neither better nor worse."""
_LOWER = frozenset(
    {"pue", "emission_concentration", "unit_energy", "unit_water", "unit_cost", "payback"}
)
_RATES = frozenset(
    "energy_saving_rate power_saving_rate co2_reduction_rate water_saving_rate water_reuse_rate "
    "utilization_rate recovery_rate removal_efficiency efficiency cost_reduction_rate pue "
    "emission_concentration unit_energy unit_water unit_cost unit_energy_reduction "
    "self_generation_rate weight_reduction".split()
)
_MONEY = frozenset({"investment"})


@dataclass(frozen=True, slots=True)
class Need:
    """A demand as the criteria see it: node ids of the vocabularies, wanted figures, budget."""

    industries: Sequence[str] = ()
    concepts: Sequence[str] = ()
    materials: Sequence[str] = ()
    regions: Sequence[str] = ()
    targets: Sequence[Measure] = ()
    budget: Measure | None = None


def judge(need: Need, entry: SearchDocument, trees: Trees) -> tuple[Criterion, ...]:
    """Judge an entry against a need; always all of `NAMES`, in that order."""
    goals = [t for t in need.targets if t.indicator not in _SCALE | _MONEY | _NEUTRAL]
    sizes = [t for t in need.targets if t.indicator in _SCALE]
    budget = need.budget or next((t for t in need.targets if t.indicator in _MONEY), None)
    return (
        _industry(need, entry, trees),
        _related("工艺", need.concepts, entry.links.get("concept", ()), trees),
        _related("物料", need.materials, entry.links.get("material", ()), trees),
        _figures("目标", goals, entry.measures),
        _figures("规模", sizes, entry.measures),
        _region(need, entry, trees),
        _budget(budget, entry.measures),
    )


def industry_share(wanted: Iterable[str], stated: Sequence[str], trees: Trees) -> float:
    """Return 1 for the same industry (or one inside the other), 0.5 for the same 大类, else 0.

    `stated` are the entry's industries with all their ancestors.
    """
    best = 0.0
    for industry in wanted:
        line = [i for i in trees.line(industry) if _level(i, trees) != "section"]
        for position, node_id in enumerate(line):
            if node_id in stated:
                exact = position == 0 or _level(node_id, trees) in {"group", "class"}
                best = max(best, 1.0 if exact else 0.5)
                break
    return best


def theme_share(wanted: Iterable[str], stated: Iterable[str], trees: Trees) -> float:
    """Return how much of what is wanted is stated: the same 1, above or below it 0.7, a sibling
    0.3; the mean over the best two of the wanted (0 when nothing is wanted)."""
    stated = list(stated)
    shares = sorted((_nearness(w, stated, trees) for w in wanted), reverse=True)[:2]
    return sum(shares) / len(shares) if shares else 0.0


def _nearness(wanted: str, stated: Sequence[str], trees: Trees) -> float:
    if wanted in stated:
        return 1.0
    line = trees.line(wanted)
    best = 0.0
    for other in stated:
        other_line = trees.line(other)
        if other in line or wanted in other_line:
            best = max(best, 0.7)
        elif len(line) > 1 and len(other_line) > 1 and line[1] == other_line[1]:
            best = max(best, 0.3)
    return best


def _level(node_id: str, trees: Trees) -> str:
    node = trees.nodes.get(node_id)
    return str(node.props.get("level", "")) if node else ""


def _industry(need: Need, entry: SearchDocument, trees: Trees) -> Criterion:
    stated = entry.links.get("industry", ())
    named = "、".join(entry.card.industries)
    if not need.industries or not stated:
        return Criterion("行业", "未知", "需求没有写明行业" if stated else "条目没有写明适用行业")
    own = _leaves(stated, trees)
    for industry in need.industries:
        if industry in stated or own & set(trees.line(industry)):
            return Criterion("行业", "符合", f"适用于{_nearest(industry, own, trees)}")
    if industry_share(need.industries, stated, trees) > 0:
        wanted = "、".join(trees.name(i) for i in need.industries[:2])
        return Criterion("行业", "部分符合", f"与{wanted}行业相近，适用行业：{named}")
    return Criterion("行业", "不符合", f"适用行业：{named}")


def _leaves(stated: Sequence[str], trees: Trees) -> set[str]:
    """Return the industries without those that only stand above another one."""
    return set(stated) - {above for i in stated for above in trees.line(i)[1:]}


def _nearest(industry: str, own: set[str], trees: Trees) -> str:
    """Name the wanted industry, or the stated one that it lies in or that lies in it."""
    if industry in own:
        return trees.name(industry)
    line = trees.line(industry)
    stated = next((i for i in line if i in own), None)
    stated = stated or min(i for i in own if industry in trees.line(i))
    return f"{trees.name(stated)}（需求：{trees.name(industry)}）"


def _related(name: str, wanted: Sequence[str], stated: Sequence[str], trees: Trees) -> Criterion:
    if not wanted or not stated:
        return Criterion(name, "未知", f"{'条目' if wanted else '需求'}没有写明{name}")
    same = [i for i in wanted if i in stated]
    if same:
        return Criterion(name, "符合", "、".join(trees.name(i) for i in same[:3]))
    near = [(w, s) for w in wanted for s in stated if _nearness(w, [s], trees) > 0]
    if near:
        w, s = max(near, key=lambda pair: _nearness(pair[0], [pair[1]], trees))
        return Criterion(name, "部分符合", f"{trees.name(s)}（需求：{trees.name(w)}）")
    return Criterion(name, "不符合", "、".join(trees.name(i) for i in stated[:3]))


def _figures(name: str, wanted: Sequence[Measure], stated: Sequence[Measure]) -> Criterion:
    """Compare like with like: same indicator, same base unit; of several stated figures of one
    the best. 符合 means that every wanted figure that can be compared is reached."""
    if not wanted:
        return Criterion(name, "未知", f"需求没有写明{name}")
    pairs = [
        (w, s) for w in wanted for s in stated if (w.indicator, w.unit) == (s.indicator, s.unit)
    ]
    if not pairs:
        return Criterion(name, "未知", "条目没有同类指标")
    rank: dict[Verdict, int] = {"符合": 0, "部分符合": 1, "未知": 2, "不符合": 3}
    best: dict[str, tuple[Verdict, Measure, Measure]] = {}
    for w, s in pairs:
        verdict = _reaches(w, s)
        if w.wording not in best or rank[verdict] < rank[best[w.wording][0]]:
            best[w.wording] = verdict, w, s
    found = {verdict for verdict, _w, _s in best.values()}
    mixed = len(found) > 1 and found & {"符合", "部分符合"}
    fact = "；".join(f"{s.wording}（需求：{w.wording}）" for _v, w, s in best.values())
    return Criterion(name, "部分符合" if mixed else max(found, key=rank.__getitem__), fact)


def _reaches(wanted: Measure, stated: Measure) -> Verdict:
    """符合 from the wanted figure on; within a factor of two 部分符合. A figure that depends on
    the size of the plant (t, kWh) never refutes: whether a larger plant reaches it is 未知."""
    if wanted.indicator in _LOWER:
        if stated.low <= wanted.high:
            return "符合"
        return "部分符合" if stated.low <= 2 * wanted.high else "不符合"
    if stated.high >= wanted.low:
        return "符合"
    if stated.high * 2 >= wanted.low:
        return "部分符合"
    return "不符合" if wanted.indicator in _RATES else "未知"


def _region(need: Need, entry: SearchDocument, trees: Trees) -> Criterion:
    stated = entry.links.get("region", ())
    if not need.regions or not stated:
        return Criterion("地区", "未知", f"{'条目' if need.regions else '需求'}没有写明地区")
    places = "、".join(entry.card.places) or "未知"
    same = next((region for region in need.regions if region in stated), None)
    if same:
        return Criterion("地区", "符合", f"在{trees.name(same)}有供应方或案例")
    above = (i for r in need.regions for i in trees.line(r)[1:] if _level(i, trees) != "country")
    common = next((i for i in above if i in stated), None)
    if common:
        return Criterion("地区", "部分符合", f"同在{trees.name(common)}（{places}）")
    return Criterion("地区", "不符合", f"在{places}")


def _budget(budget: Measure | None, stated: Sequence[Measure]) -> Criterion:
    costs = [s for s in stated if s.indicator in _MONEY and budget and s.unit == budget.unit]
    if budget is None or not costs:
        return Criterion("投资", "未知", f"{'条目' if budget else '需求'}没有写明投资")
    cost = min(costs, key=lambda c: c.low)
    wording = f"{cost.wording}（需求：{budget.wording}）"
    if cost.low <= budget.high:
        return Criterion("投资", "符合", wording)
    return Criterion("投资", "部分符合" if cost.low <= 2 * budget.high else "不符合", wording)
