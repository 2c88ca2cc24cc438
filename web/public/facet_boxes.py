"""Facets as the form shows them: chosen ones first, trees folded, long ones cut.

Regions begin at the province, industries at the 大类 (the 门类 above say little: nearly all are
manufacturing); what lies below folds into its top. Each value stands once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.results import Facet, FacetValue

TOP_DEPTH: Mapping[str, int] = {"industry": 1}
SHOWN = 6
MANY = 60
"""Trees of more values show one level below their tops; the rest once a top is chosen."""
MOST = 24
"""Values of a flat facet that are listed at all (organisations run to hundreds)."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A value with what lies below it; depths of `below` count from 1."""

    value: FacetValue
    below: Sequence[tuple[int, FacetValue]]


@dataclass(frozen=True, slots=True)
class FacetBox:
    """One facet of the form; `unlisted` values are left out for length."""

    name: str
    label: str
    first: Sequence[Branch]
    rest: Sequence[Branch]
    unlisted: int
    shortened: bool = False
    """Whether deeper values are left out until one above them is chosen."""

    @property
    def size(self) -> int:
        """How many values are listed."""
        return sum(1 + len(branch.below) for branch in (*self.first, *self.rest))


def facet_box(facet: Facet) -> FacetBox:
    """Return the box of a facet."""
    branches = _branches(facet)
    shortened = False
    if sum(1 + len(branch.below) for branch in branches) > MANY:
        whole = branches
        branches = [b if b.value.chosen else _first_level(b) for b in whole]
        shortened = branches != whole
    chosen = [branch for branch in branches if branch.value.chosen]
    others = [branch for branch in branches if not branch.value.chosen]
    if TOP_DEPTH.get(facet.name):
        others.sort(key=lambda branch: (-branch.value.count, branch.value.value))
    shown = SHOWN if len(others) > SHOWN + 2 else len(others)
    return FacetBox(
        facet.name,
        facet.label,
        [*chosen, *others[:shown]],
        others[shown:MOST],
        max(0, len(others) - MOST),
        shortened,
    )


def _first_level(branch: Branch) -> Branch:
    return Branch(branch.value, [(depth, value) for depth, value in branch.below if depth == 1])


def _branches(facet: Facet) -> list[Branch]:
    top = TOP_DEPTH.get(facet.name, 0)
    out: list[Branch] = []
    below: list[tuple[int, FacetValue]] = []
    for value in facet.values:
        if not value.count and not value.chosen:
            continue
        if value.depth == top or (value.chosen and value.depth < top):
            below = []
            out.append(Branch(value, below))
        elif value.chosen:
            out.append(Branch(value, []))
        elif value.depth > top and out:
            below.append((min(value.depth - top, 3), value))
    return out
