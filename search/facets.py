"""Facets of a candidate set: honest counts, trees in order, labels for people."""

from collections.abc import Callable, Mapping, Sequence

from kg.vocabulary import AREAS, DIRECTIONS, KIND_NAMES, Evidence
from search.index import Mask
from search.results import FACET_NAMES, Facet, FacetValue
from search.table import Table
from search.trees import Trees

_FIXED: dict[str, Sequence[str]] = {
    "kind": [label.value for label in KIND_NAMES],
    "area": AREAS,
    "direction": DIRECTIONS,
    "has_cases": ("yes", "no"),
    "evidence": [e.value for e in reversed(Evidence)],
    "status": ("需求", "在建", "已实施"),
}
_LABELS = {
    **{label.value: name for label, name in KIND_NAMES.items()},
    "yes": "有案例",
    "no": "暂无案例",
}
_TREES = {"industry": "industry", "region": "region"}


class Faceting:
    """Turns counts into facets. `name_of` names organisations by id."""

    def __init__(self, trees: Trees, name_of: Callable[[str], str]) -> None:
        self._trees = trees
        self._name_of = name_of

    def facet(self, name: str, table: Table, mask: Mask, chosen: Sequence[str]) -> Facet:
        """Count the facet over the rows of the mask; chosen values are listed even at 0."""
        counts = table.count(name, mask)
        for value in chosen:
            counts.setdefault(value, 0)
        return Facet(name, FACET_NAMES[name], tuple(self._values(name, counts, set(chosen))))

    def label(self, name: str, value: str) -> str:
        """Return the value's name for people."""
        if name in _TREES:
            return self._trees.name(f"{_TREES[name]}-{value}")
        if name == "organization":
            return self._name_of(value)
        return _LABELS.get(value, value)

    def known(self, name: str, value: str) -> bool:
        """Say whether the value can exist at all (misspelt codes are an error, not empty)."""
        if name in _TREES:
            return f"{_TREES[name]}-{value}" in self._trees.nodes
        if name in _FIXED:
            return value in _FIXED[name]
        if name == "year":
            return value.isdigit() and len(value) == 4
        return self._name_of(value) != value

    def _values(self, name: str, counts: Mapping[str, int], chosen: set[str]) -> list[FacetValue]:
        if name in _TREES:
            return self._tree(name, counts, chosen)
        if name == "year":
            order = sorted(counts, reverse=True)
        elif name in _FIXED:
            order = [value for value in _FIXED[name] if value in counts]
        else:
            order = sorted(counts, key=lambda v: (-counts[v], self.label(name, v), v))
        return [FacetValue(v, self.label(name, v), counts[v], v in chosen) for v in order]

    def _tree(self, name: str, counts: Mapping[str, int], chosen: set[str]) -> list[FacetValue]:
        prefix = f"{_TREES[name]}-"
        children: dict[str | None, list[str]] = {}
        for value in counts:
            parent = self._trees.parents.get(prefix + value)
            above = parent.removeprefix(prefix) if parent else None
            children.setdefault(above if above in counts else None, []).append(value)
        out: list[FacetValue] = []

        def walk(above: str | None, depth: int) -> None:
            for value in sorted(children.get(above, ()), key=lambda v: (-counts[v], v)):
                label = self.label(name, value)
                out.append(FacetValue(value, label, counts[value], value in chosen, depth))
                walk(value, depth + 1)

        walk(None, 0)
        return out
