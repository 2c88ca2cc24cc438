"""Completions while somebody types, as JSON for the script of the search boxes."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from search.results import Suggestion
from web.deps import Served
from web.public.links import Links

LONGEST = 40
KINDS = {
    "entry": "条目", "concept": "主题", "organization": "单位", "industry": "行业",
    "region": "地区", "demand": "需求",
}  # fmt: skip

router = APIRouter()


@router.get("/suggest", name="suggest")
def suggest(request: Request, served: Served, q: str = "") -> JSONResponse:
    """Return up to eight completions: text, kind in words, address."""
    text = q.strip()
    found = served.engine.suggest(text) if 0 < len(text) <= LONGEST else []
    links = Links.of(request)
    return JSONResponse(
        [{"text": one.text, "kind": KINDS[one.kind], "href": address(links, one)} for one in found]
    )


def address(links: Links, one: Suggestion) -> str:
    """Return the page of what is suggested, or the search for its text."""
    match one.kind, one.id:
        case "entry", str(node_id):
            return links.entry(node_id)
        case "organization", str(node_id):
            return links.organization(node_id)
        case "demand", str(node_id):
            return links.demand(node_id)
        case _:
            return links.searching(q=one.text)
