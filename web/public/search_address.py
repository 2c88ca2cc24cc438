"""A search request as the parameters of an address, and back.

Parameters that a page does not know are left alone (mail programs add their own); a known one
with a bad value is an error that is said to the person.
"""

from collections.abc import Iterable
from dataclasses import replace

from search.errors import InvalidRequest
from search.results import FACETS, SORTS, SearchRequest, Sort

PAGE_SIZE = 20
LONGEST_ADDRESS = 500
"""Characters of text that still go into an address; longer ones are posted."""

Pairs = Iterable[tuple[str, str]]


def parse(pairs: Pairs) -> SearchRequest:
    """Return the request that the parameters describe.

    Raises:
        InvalidRequest: unknown order, or a page that is no number.
    """
    filters: dict[str, tuple[str, ...]] = {}
    dropped: set[str] = set()
    single: dict[str, str] = {}
    for name, value in pairs:
        if name in FACETS:
            if value and value not in filters.get(name, ()):
                filters[name] = (*filters.get(name, ()), value)
        elif name == "drop":
            dropped |= {value} - {""}
        else:
            single[name] = value
    return SearchRequest(
        text=single.get("q", "").replace("\r\n", "\n").strip(),
        filters={name: filters[name] for name in FACETS if name in filters},
        dropped=frozenset(dropped),
        literal=single.get("literal", "") == "1",
        sort=_sort(single.get("sort", "")),
        page=_page(single.get("page", "")),
        size=PAGE_SIZE,
    )


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
