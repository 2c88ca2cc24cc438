"""Graph facts as words and values of a search document: terms, places, figures, measures."""

from collections.abc import Iterable, Sequence

from kg.errors import UnitError
from kg.model import Concept, Figure, Industry, Material, Region
from kg.units import to_base
from kg.vocabulary import Label
from search.documents import Measure, Passage, PassageKind
from search.trees import Trees

_WATER = frozenset({"water_saving", "wastewater_reduction"})
_FIGURE_ORDER = {g: n for n, g in enumerate("效果 经济 投资 规模 排放 质量 其他".split())}


def sentence(*parts: str | None) -> str:
    """Join the parts that are known into one text."""
    return "。".join(part.rstrip("。；") for part in parts if part)


def passages(*pairs: tuple[PassageKind, str]) -> tuple[Passage, ...]:
    """Return the passages that have text."""
    return tuple(Passage(kind, text) for kind, text in pairs if text)


def terms(trees: Trees, ids: Iterable[str]) -> list[str]:
    """Return the names of vocabulary nodes with their synonyms."""
    out: list[str] = []
    for i in ids:
        node = trees.nodes[i]
        if node.label is Label.CONCEPT:
            concept = Concept.from_node(node)
            out += [concept.name, *concept.synonyms]
        elif node.label is Label.MATERIAL:
            material = Material.from_node(node)
            out += [material.name, *material.synonyms]
        elif node.label is Label.INDUSTRY:
            industry = Industry.from_node(node)
            out += [industry.name, *industry.aliases]
    return out


def lay_terms(trees: Trees, ids: Iterable[str]) -> list[str]:
    """Return how laymen name these concepts and materials."""
    return [str(word) for i in ids for word in trees.nodes[i].props.get("lay", ())]


def place_terms(trees: Trees, regions: Iterable[str]) -> list[str]:
    """Return the names of regions and of all they lie in."""
    found = [Region.from_node(trees.nodes[i]) for i in trees.lines(regions)]
    return [n for r in found if r.level != "country" for n in (r.name, r.short)]


def codes(trees: Trees, ids: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of regions or industries and of all above them."""
    nodes = (trees.nodes[i] for i in trees.lines(ids))
    return tuple(str(n.props["code"]) for n in nodes if n.props["level"] != "country")


def topics(trees: Trees, *groups: Iterable[str]) -> str:
    """Return the names of vocabulary nodes as one line."""
    return "，".join(dict.fromkeys(trees.name(i) for group in groups for i in group))


def figure_words(figure: Figure) -> str:
    """Return a figure as words: 年节电量 80 万kWh/a."""
    return f"{figure.name} {figure.amount}"


def best_figures(figures: Sequence[Figure], most: int = 3) -> tuple[str, ...]:
    """Choose the figures a reader asks for first: effects, then money, then size."""
    ranked = sorted(
        figures,
        key=lambda f: (f.indicator == "other", _FIGURE_ORDER[f.group], -f.evidence.weight),
    )
    return tuple(
        f"{figure_words(f)}（{f.evidence}{f'，{f.year}' if f.year else ''}）" for f in ranked[:most]
    )


def measures(figures: Iterable[Figure]) -> tuple[Measure, ...]:
    """Return the figures in base units; those of unknown units say nothing to compare."""
    out = []
    for figure in figures:
        low = figure.value if figure.low is None else figure.low
        high = figure.value if figure.high is None else figure.high
        try:
            low, unit = to_base(low, figure.unit, per_year=figure.per_year)
            high, _unit = to_base(high, figure.unit, per_year=figure.per_year)
        except UnitError:
            continue
        unit = comparable(figure.indicator, unit)
        out.append(Measure(figure.indicator, low, high, unit, figure_words(figure)))
    return tuple(out)


def comparable(indicator: str, unit: str) -> str:
    """Return the base unit in which figures of an indicator are compared.

    Water in m³, since a tonne of water is a cubic metre (GB/T 12723 counts water in m³); tonnes
    of carbon that is saved are tonnes of CO2.
    """
    top, slash, bottom = unit.partition("/")
    if top == "t" and indicator in _WATER:
        return f"m³{slash}{bottom}"
    return f"tCO2e{slash}{bottom}" if top == "t" and indicator == "co2_reduction" else unit
