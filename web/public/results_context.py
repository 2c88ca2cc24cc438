"""What the result page shows, made from a search result. No reading of the store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from search.results import (
    FACET_NAMES,
    FACETS,
    Facet,
    Hit,
    Relaxation,
    SearchRequest,
    SearchResult,
    Sort,
)
from web.public.facet_boxes import FacetBox, facet_box
from web.public.links import Links
from web.public.render import Context
from web.public.search_address import FacetView, choosing, params_of, without

SORT_NAMES: dict[Sort, str] = {"relevance": "相关", "evidence": "证据", "newest": "最新"}
PAGES_AROUND = 2
ALL_FOLDED = FacetView()


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that leads to another state of the list; `params` do not hold the text."""

    label: str
    params: Sequence[tuple[str, str]]
    count: int | None = None
    current: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class ResultsPage(Context):
    """`long`: the text is too long for an address, so that links become buttons of a form."""

    template: ClassVar[str] = "results.html"

    request: SearchRequest
    long: bool
    view: FacetView = ALL_FOLDED
    error: str | None = None
    corrected: str | None = None
    literal: Choice | None = None
    understood: Sequence[Choice] = ()
    chosen: Sequence[Choice] = ()
    restore: Choice | None = None
    total: int = 0
    at_least: bool = False
    counts_at_least: bool = False
    good: int = 0
    nothing_fits: bool = False
    tabs: Sequence[Choice] = ()
    sorts: Sequence[Choice] = ()
    facets: Sequence[FacetBox] = ()
    hidden: Sequence[tuple[str, str]] = ()
    fitting: Sequence[Hit] = ()
    partial: Sequence[Hit] = ()
    elsewhere: Sequence[Hit] = ()
    relaxations: Sequence[Choice] = ()
    pages: Sequence[Choice] = ()
    beyond: Choice | None = None
    lexical_only: bool = False

    @property
    def elsewhere_first(self) -> bool:
        """What fits but for a condition helps more than what is only partly to the point."""
        return self.nothing_fits or self.request.page == 1

    def address(self, links: Links, choice: Choice) -> str:
        """Return the address of another state of this list (for texts that fit into one)."""
        text = [("q", self.request.text)] if self.request.text else []
        return links.search([*text, *self.state(choice)])

    def state(self, choice: Choice) -> list[tuple[str, str]]:
        """Return another state of this list, the text left out, with the facets as they stand."""
        return [*choice.params, *self.view.params]


def results_page(result: SearchResult, view: FacetView, *, long: bool) -> ResultsPage:
    """Return the page of a result."""
    request = result.request
    hits = result.hits
    return ResultsPage(
        title="查找结果" if request.text else "全部条目",
        request=request,
        long=long,
        view=view,
        corrected=result.corrected,
        literal=_choice("literal", replace(request, literal=True, page=1)),
        understood=[
            _choice(
                condition.label,
                replace(request, dropped=request.dropped | {condition.id}, page=1),
                note="" if condition.strict else "优先",
            )
            for condition in result.conditions
        ],
        chosen=_chosen(request, result.facets),
        restore=_choice("", replace(request, dropped=frozenset(), page=1))
        if request.dropped
        else None,
        total=result.total,
        at_least=result.total_is_lower_bound,
        counts_at_least=result.counts_are_lower_bounds,
        good=result.good,
        nothing_fits=result.nothing_fits,
        tabs=_tabs(request, result.facets),
        sorts=[
            _choice(label, replace(request, sort=sort, page=1), current=request.sort == sort)
            for sort, label in SORT_NAMES.items()
        ],
        facets=[
            facet_box(facet, view)
            for facet in result.facets
            if facet.name != "kind" and facet.values
        ],
        hidden=_hidden(request),
        fitting=[hit for hit in hits if not hit.partial],
        partial=[hit for hit in hits if hit.partial],
        elsewhere=result.elsewhere,
        relaxations=[
            _choice(one.label, one.request, note=_relaxed(one)) for one in result.relaxations
        ],
        pages=_pages(request, result.pages),
        beyond=_beyond(request, result),
        lexical_only=result.lexical_only,
    )


def _choice(
    label: str,
    request: SearchRequest,
    *,
    count: int | None = None,
    current: bool = False,
    note: str = "",
) -> Choice:
    return Choice(label, params_of(request, text=False), count, current, note)


def _relaxed(one: Relaxation) -> str:
    least = "至少 " if one.at_least else ""
    return f"{least}{one.good:,} 项符合" if one.good else f"{least}{one.total:,} 项部分相关"


def _tabs(request: SearchRequest, facets: Sequence[Facet]) -> list[Choice]:
    kinds = next((facet.values for facet in facets if facet.name == "kind"), ())
    chosen = request.filters.get("kind", ())
    everything = _choice(
        "全部", choosing(request, "kind"), count=sum(k.count for k in kinds), current=not chosen
    )
    return [
        everything,
        *(
            _choice(
                kind.label,
                choosing(request, "kind", kind.value),
                count=kind.count,
                current=kind.value in chosen,
            )
            for kind in kinds
        ),
    ]


def _chosen(request: SearchRequest, facets: Sequence[Facet]) -> list[Choice]:
    """Return chips of the filters that were chosen by hand (not the kind, which has tabs)."""
    labels = {(f.name, v.value): v.label for f in facets for v in f.values}
    return [
        _choice(
            f"{FACET_NAMES[name]}：{labels.get((name, value), value)}",
            without(request, name, value),
        )
        for name in FACETS
        if name != "kind"
        for value in request.filters.get(name, ())
    ]


def _hidden(request: SearchRequest) -> list[tuple[str, str]]:
    """Return what the facet form carries along: all but the text, the facets and the page."""
    kept = [("kind", value) for value in request.filters.get("kind", ())]
    state = params_of(replace(request, filters={}, page=1), text=False)
    return [*kept, *state]


def _pages(request: SearchRequest, pages: int) -> list[Choice]:
    """Return the pager: previous, first, around the present one, last, next; none for one page."""
    if pages < 2 or request.page > pages:
        return []
    at: Callable[[int], SearchRequest] = lambda page: replace(request, page=page)  # noqa: E731
    near = range(request.page - PAGES_AROUND, request.page + PAGES_AROUND + 1)
    shown = [n for n in range(1, pages + 1) if n in {1, pages} or n in near]
    out = [_choice("上一页", at(request.page - 1))] if request.page > 1 else []
    for before, n in zip([0, *shown], shown, strict=False):
        if n - before > 1:
            out.append(Choice("…", (), current=True, note="gap"))
        out.append(_choice(str(n), at(n), current=n == request.page))
    if request.page < pages:
        out.append(_choice("下一页", at(request.page + 1)))
    return out


def _beyond(request: SearchRequest, result: SearchResult) -> Choice | None:
    """Return the way to the last page when the one asked for does not exist."""
    if request.page <= max(result.pages, 1):
        return None
    return _choice(f"第 {max(result.pages, 1)} 页", replace(request, page=max(result.pages, 1)))
