"""A result list from its first to its last item, as exports and feeds want it.

Read page by page from the engine, so that nothing but what a page shows is ever computed; an item
that moves while it is read (the graph has changed) is taken once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from search.results import MAX_SIZE, Hit, SearchRequest, SearchResult

if TYPE_CHECKING:
    from search.engine import SearchEngine

MOST = 5_000
"""Items of a list that are read at most; larger harvests have the interface for programs."""


@dataclass(frozen=True, slots=True)
class WholeList:
    """Up to `MOST` items of a list; `first` is its first page with totals and conditions."""

    first: SearchResult
    hits: Sequence[Hit]

    @property
    def cut(self) -> bool:
        """Whether the list goes on."""
        return self.first.total > len(self.hits)


def whole_list(engine: "SearchEngine", request: SearchRequest, most: int = MOST) -> WholeList:
    """Return the list that the request's page is part of.

    Raises:
        InvalidRequest: as a search.
    """
    start = replace(request, page=1, size=MAX_SIZE)
    first = engine.search(start)
    hits: dict[str, Hit] = {}
    for result in _pages(engine, start, first):
        hits |= {hit.id: hit for hit in result.hits if hit.id not in hits}
        if len(hits) >= most:
            break
    return WholeList(first, list(hits.values())[:most])


def _pages(
    engine: "SearchEngine", start: SearchRequest, first: SearchResult
) -> Iterator[SearchResult]:
    yield first
    for page in range(2, first.pages + 1):
        yield engine.search(replace(start, page=page))
