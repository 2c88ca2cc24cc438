"""Up to four entries side by side: the page, and the same as a spreadsheet or a document.

The address is the whole state: `/compare?id=…&id=…&diff=1` can be mailed and kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, ClassVar
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response

from kg.errors import NodeNotFound
from kg.model import Node
from kg.vocabulary import ENTRY_LABELS, KIND_NAMES
from search.errors import InvalidRequest
from search.results import SearchRequest
from web.deps import Served
from web.public.around import Around
from web.public.compare_table import RULE, Comparison, compare
from web.public.links import Links
from web.public.related import related_entries
from web.public.render import Context, render
from web.public.site import facts_of, origin_of
from web.public.words import long_date

MOST = 4
FOUND_SHOWN = 8
LOOKED_AT = 20
"""Ids of an address that are looked at; the rest is noise."""
LONGEST_QUESTION = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

router = APIRouter()
Ids = Annotated[list[str], Query(default_factory=list, alias="id")]


@dataclass(frozen=True, slots=True)
class Addition:
    """An entry that could be added, with why it is offered, and the address with it."""

    id: str
    name: str
    kind: str
    reason: str
    href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The entries that an address names, and what of it could not be followed, in words."""

    nodes: Sequence[Node]
    problems: Sequence[str]

    @property
    def ids(self) -> list[str]:
        """The ids in their order."""
        return [node.id for node in self.nodes]


@dataclass(frozen=True, slots=True)
class ComparePage(Context):
    """`without[i]` is the address without entry i, `switch` the one with `only` turned."""

    template: ClassVar[str] = "compare.html"

    ids: Sequence[str]
    problems: Sequence[str]
    comparison: Comparison | None
    only: bool
    without: Sequence[str]
    switch: str
    xlsx: str
    docx: str
    address: str
    question: str
    found: Sequence[Addition]
    nothing: str
    rule: str = RULE
    most: int = MOST


@router.get("/compare", name="compare")
def show(request: Request, served: Served, ids: Ids, diff: str = "", q: str = "") -> Response:
    """Show the comparison; `q` looks for an entry to add, `diff=1` leaves equal rows out."""
    choice = _choice(served, ids)
    links, only = Links.of(request), diff == "1" and len(choice.nodes) > 1
    chosen, question = choice.ids, q.strip()[:LONGEST_QUESTION]
    state = [("diff", "1")] if only else []
    found, nothing = _additions(request, served, chosen, question, state)
    page = ComparePage(
        title="对比条目" if len(chosen) < 2 else f"对比 {len(chosen)} 个条目",
        ids=chosen,
        problems=choice.problems,
        comparison=_comparison(request, served, choice) if chosen else None,
        only=only,
        without=[links.compare([i for i in chosen if i != one], more=state) for one in chosen],
        switch=links.compare(chosen, more=[] if only else [("diff", "1")]),
        xlsx=links.compare(chosen, ".xlsx"),
        docx=links.compare(chosen, ".docx"),
        address=_whole(request, links.compare(chosen, more=state)),
        question=question,
        found=found,
        nothing=nothing,
    )
    return render(request, page, 404 if choice.problems and not chosen else 200)


@router.get("/compare.xlsx", name="compare_xlsx")
def as_spreadsheet(request: Request, served: Served, ids: Ids) -> Response:
    """Return all rows as a spreadsheet."""
    from web.public.compare_xlsx import spreadsheet

    comparison, address, day = _exported(request, served, ids)
    return _download(spreadsheet(comparison, address, day), XLSX, "xlsx")


@router.get("/compare.docx", name="compare_docx")
def as_document(request: Request, served: Served, ids: Ids) -> Response:
    """Return all rows as a document."""
    from web.public.compare_docx import document

    comparison, address, day = _exported(request, served, ids)
    return _download(document(comparison, address, day), DOCX, "docx")


def _choice(served: Served, asked: Sequence[str]) -> Choice:
    ids = list(dict.fromkeys(one.strip() for one in asked if one.strip()))[:LOOKED_AT]
    found = served.store.get_many(ids)
    known = [found[i] for i in ids if i in found and found[i].label in ENTRY_LABELS]
    problems = [
        f"没有编号为“{one:.40}”的条目，请核对地址，或在下面查找后加入。"
        for one in ids
        if one not in {node.id for node in known}
    ]
    if len(known) > MOST:
        problems.append(f"最多对比 {MOST} 个条目，只列出了前 {MOST} 个。")
    return Choice(known[:MOST], problems)


def _comparison(request: Request, served: Served, choice: Choice) -> Comparison:
    indicators, trees = served.engine.lexicon.indicators, facts_of(request).trees
    return compare(served.store, trees, Links.of(request), indicators, choice.nodes)


def _additions(
    request: Request,
    served: Served,
    chosen: Sequence[str],
    question: str,
    state: Sequence[tuple[str, str]],
) -> tuple[list[Addition], str]:
    """Return entries to add (found by the question, else akin to the first) or why none."""
    links = Links.of(request)
    if len(chosen) >= MOST or not (question or chosen):
        return [], ""
    offered: list[tuple[str, str, str, str]]
    if question:
        asked = SearchRequest(text=question, size=FOUND_SHOWN + MOST)
        try:
            hits = served.engine.search(asked).hits
        except InvalidRequest as error:
            return [], str(error)
        offered = [
            (hit.id, hit.title.text, hit.card.kind, "部分相关" if hit.partial else "")
            for hit in hits
        ]
    else:
        trees = facts_of(request).trees
        around = Around(served.store, trees, chosen[0])
        akin = related_entries(served.store, trees, around, chosen[0])
        offered = [(one.id, one.name, one.kind, one.reason) for one in akin]
    found = [
        Addition(i, name, kind, reason, links.compare([*chosen, i], more=state))
        for i, name, kind, reason in offered
        if i not in chosen and kind in KIND_NAMES.values()
    ][:FOUND_SHOWN]
    return found, "" if found or not question else "目录里没有找到，请换一种说法。"


def _exported(request: Request, served: Served, ids: Sequence[str]) -> tuple[Comparison, str, str]:
    """Return comparison, address of its page, and the day, for a file.

    Raises:
        NodeNotFound: an id is not an entry's: a file should not leave out silently what was
            asked for.
        HTTPException: no id is given.
    """
    choice = _choice(served, ids)
    missing = [one for one in ids[:LOOKED_AT] if one.strip() not in choice.ids]
    if not any(one.strip() for one in ids):
        raise HTTPException(404, "还没有选条目。请先在对比页加入要对比的条目，再导出。")
    if not choice.nodes or (missing and len(choice.nodes) < MOST):
        raise NodeNotFound(missing[0][:40] if missing else "")
    address = _whole(request, Links.of(request).compare(choice.ids))
    return _comparison(request, served, choice), address, long_date(datetime.now(UTC).date())


def _whole(request: Request, path: str) -> str:
    return f"{origin_of(request)}{path}"


def _download(content: bytes, media: str, ending: str) -> Response:
    name = quote(f"条目对比.{ending}")
    disposition = f"attachment; filename=\"compare.{ending}\"; filename*=UTF-8''{name}"
    return Response(content, media_type=media, headers={"Content-Disposition": disposition})
