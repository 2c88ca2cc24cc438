"""A search request as the parameters of an address, and back.

Parameters that a page does not know are left alone (mail programs add their own); a known one
with a bad value is an error that is said to the person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from search.errors import InvalidRequest
from search.results import FACETS, SORTS, SearchRequest, Sort

PAGE_SIZE = 20
LONGEST_ADDRESS = 500
"""Characters of text that still go into an address; longer ones are posted."""

LONGEST_FIND = 40
"""Characters of what is searched for inside a facet."""
FIND, MORE, ONLY = "find-", "more", "only"

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class FacetView:
    """How the facets are shown: which are unfolded, and what is searched for inside them."""

    more: frozenset[str] = frozenset()
    find: Mapping[str, str] = field(default_factory=dict)

    @property
    def params(self) -> list[tuple[str, str]]:
        """The parameters of the address that restore it."""
        found = [(FIND + name, self.find[name]) for name in FACETS if name in self.find]
        return [*found, *((MORE, name) for name in FACETS if name in self.more)]


def view_of(pairs: Pairs) -> FacetView:
    """Return how the parameters want the facets shown; what makes no sense is left out."""
    more, find = set(), {}
    for name, value in pairs:
        facet = name.removeprefix(FIND)
        if name == MORE and value in FACETS:
            more.add(value)
        elif facet != name and facet in FACETS and value.strip():
            find[facet] = value.strip()[:LONGEST_FIND]
    return FacetView(frozenset(more), find)


def is_tidy(pairs: Sequence[tuple[str, str]]) -> bool:
    """Say whether no parameter is one that only a form without a script leaves behind.

    That is `only` (a count was pressed: this value in place of the facet's choice), and empty
    boxes for searching inside facets.
    """
    return not any(
        name == ONLY or (name.startswith(FIND) and not value.strip()) for name, value in pairs
    )


def parse(pairs: Pairs) -> SearchRequest:
    """Return the request that the parameters describe.

    Raises:
        InvalidRequest: unknown order or facet, or a page that is no number.
    """
    filters: dict[str, tuple[str, ...]] = {}
    dropped: set[str] = set()
    single: dict[str, str] = {}
    only: list[str] = []
    for name, value in pairs:
        if name in FACETS:
            if value and value not in filters.get(name, ()):
                filters[name] = (*filters.get(name, ()), value)
        elif name == "drop":
            dropped |= {value} - {""}
        elif name == ONLY:
            only.append(value)
        else:
            single[name] = value
    for one in only:
        facet, _, value = one.partition(":")
        if facet not in FACETS or not value:
            raise InvalidRequest(f"没有“{one:.20}”这个筛选项，请从列表中选择。")
        filters[facet] = (value,)
    return SearchRequest(
        text=_text(single.get("q", "")),
        filters={name: filters[name] for name in FACETS if name in filters},
        dropped=frozenset(dropped),
        literal=single.get("literal", "") == "1",
        sort=_sort(single.get("sort", "")),
        page=_page(single.get("page", "")),
        size=PAGE_SIZE,
    )


def _text(value: str) -> str:
    """Return what was typed without what nobody can type: control characters become spaces."""
    lines = value.replace("\r\n", "\n")
    return "".join(" " if ord(c) < 32 and c not in "\n\t" else c for c in lines).strip()


def _sort(value: str) -> Sort:
    for known in SORTS:
        if value in {known, ""}:
            return known
    raise InvalidRequest(f"没有“{value:.20}”这种排序，请从“相关、证据、最新”中选择。")


def _page(value: str) -> int:
    if not value:
        return 1
    if value.isascii() and value.isdecimal() and 0 < len(value) < 7 and int(value) > 0:
        return int(value)
    raise InvalidRequest(f"页码“{value:.20}”不对，页码要是从 1 开始的整数。")


def params_of(request: SearchRequest, *, text: bool = True) -> list[tuple[str, str]]:
    """Return the parameters, those with their usual value left out; without `q` on demand."""
    out = [("q", request.text)] if text and request.text else []
    out += [(name, value) for name in FACETS for value in request.filters.get(name, ())]
    out += [("drop", one) for one in sorted(request.dropped)]
    if request.literal:
        out.append(("literal", "1"))
    if request.sort != SORTS[0]:
        out.append(("sort", request.sort))
    if request.page > 1:
        out.append(("page", str(request.page)))
    return out


def without(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    """Return the request without one chosen value, from its first page."""
    filters = dict(request.filters)
    left = tuple(one for one in filters.pop(facet, ()) if one != value)
    if left:
        filters[facet] = left
    return replace(request, filters=filters, page=1)


def choosing(request: SearchRequest, facet: str, *values: str) -> SearchRequest:
    """Return the request with these values in place of the facet's choice, from page one."""
    filters = {name: chosen for name, chosen in request.filters.items() if name != facet}
    if values:
        filters[facet] = values
    return replace(request, filters=filters, page=1)
