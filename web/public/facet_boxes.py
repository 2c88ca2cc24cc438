"""Facets as the form shows them: chosen ones first, trees folded, long ones cut.

Regions begin at the province, industries at the 大类 (the 门类 above say little: nearly all are
manufacturing); what lies below folds into its top. Each value stands once.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from search.results import Facet, FacetValue
from web.public.search_address import FacetView

TOP_DEPTH: Mapping[str, int] = {"industry": 1}
SHOWN = 6
MANY = 60
"""Trees of more values show one level below the first tops; the rest once a top is chosen."""
MOST = 24
"""Values of a flat facet that are listed at all (organisations run to hundreds)."""
SEARCHABLE = 12
"""Facets of more values can be searched inside."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A value with what lies below it; depths of `below` count from 1."""

    value: FacetValue
    below: Sequence[tuple[int, FacetValue]]


@dataclass(frozen=True, slots=True)
class FacetBox:
    """One facet of the form; `unlisted` values are left out for length.

    `find` is what is searched for inside it: then `first` holds the chosen values and what was
    found, side by side. `searchable` says that it is long enough for that.
    """

    name: str
    label: str
    first: Sequence[Branch]
    rest: Sequence[Branch]
    unlisted: int
    shortened: bool = False
    """Whether deeper values are left out until one above them is chosen."""
    searchable: bool = False
    find: str = ""
    found: int = 0
    open: bool = False
    chosen: bool = False


def facet_box(facet: Facet, view: FacetView) -> FacetBox:
    """Return the box of a facet."""
    branches = _branches(facet)
    size = sum(1 + len(branch.below) for branch in branches)
    box = FacetBox(
        facet.name, facet.label, (), (), 0,
        searchable=size > SEARCHABLE,
        open=facet.name in view.more,
        chosen=any(value.chosen for value in facet.values),
    )  # fmt: skip
    find = view.find.get(facet.name, "")
    if find and box.searchable:
        return _found(box, facet, find)
    shortened = False
    if size > MANY:
        whole = branches
        branches = [b if b.value.chosen else _first_level(b) for b in whole]
        shortened = branches != whole
    chosen = [branch for branch in branches if branch.value.chosen]
    others = [branch for branch in branches if not branch.value.chosen]
    if TOP_DEPTH.get(facet.name):
        others.sort(key=lambda branch: (-branch.value.count, branch.value.value))
    shown = SHOWN if len(others) > SHOWN + 2 else len(others)
    rest = others[shown:MOST]
    return replace(
        box,
        first=[*chosen, *others[:shown]],
        rest=[Branch(branch.value, ()) for branch in rest] if shortened else rest,
        unlisted=max(0, len(others) - MOST),
        shortened=shortened,
    )


def _found(box: FacetBox, facet: Facet, find: str) -> FacetBox:
    """Return the box with the chosen values and those whose name has the words, depths aside."""
    wanted = folded(find)
    found = [
        Branch(value, ())
        for value in sorted(facet.values, key=lambda v: -v.count)
        if value.count and not value.chosen and wanted in folded(value.label)
    ]
    chosen = [Branch(value, ()) for value in facet.values if value.chosen]
    return replace(
        box,
        first=[*chosen, *found[:MOST]],
        unlisted=max(0, len(found) - MOST),
        find=find,
        found=len(found),
    )


def folded(text: str) -> str:
    """Return the text as it is compared: full-width and capital letters made plain."""
    return unicodedata.normalize("NFKC", text).casefold()


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
