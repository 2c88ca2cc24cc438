"""The page for anything that went wrong: what, how to go on, and what was typed kept."""

import re
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from web.public.render import Context, render

_WORD = re.compile(r"[一-鿿]+|[A-Za-z]{3,}|\d{2,}")
_ID = re.compile(r"\b[a-z]+-\d{2,}\b")
_OURS = frozenset(
    "entries demands organizations search html static browse compare graph path feedback received "
    "symbiosis suggest dossier pdf docx xlsx csv json atom region industry material process".split()
)
_KINDS = {"entries": "条目", "demands": "需求", "organizations": "单位"}
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Again:
    """A request that may succeed a little later: an address, or a form with its fields."""

    address: str
    posted: bool
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorPage(Context):
    """`typed` fills the search box; `reference` is the number to quote."""

    template: ClassVar[str] = "error.html"

    status: int
    message: str
    reference: str | None
    typed: str
    again: Again | None = None


def error_page(
    request: Request, status: int, title: str, message: str, reference: str | None = None
) -> Response:
    """Return the error page; of an unknown address its words are offered to search for."""
    typed = getattr(request.state, "typed", "") or request.query_params.get("q", "")
    if not typed and status == 404:
        typed = words_of(request.scope["path"].removeprefix(request.scope.get("root_path", "")))
    context = ErrorPage(
        title=title,
        status=status,
        message=message,
        reference=reference,
        typed=typed,
        again=_again(request) if status == 503 else None,
    )
    return render(request, context, status)


def _again(request: Request) -> Again | None:
    address = quote(request.scope["path"])
    if request.method in {"GET", "HEAD"}:
        query = request.url.query
        return Again(f"{address}?{query}" if query else address, posted=False)
    fields = getattr(request.state, "fields", None)
    if fields is None:
        return None
    shown = tuple((name, value) for name, value in fields if "password" not in name)
    return Again(address, posted=True, fields=shown)


def words_of(path: str) -> str:
    """Return the words in an address that one might search for; ids are none."""
    text = _ID.sub(" ", unquote(path))
    words = [word for word in _WORD.findall(text) if word.lower() not in _OURS]
    return " ".join(words)[:_LONGEST]


def no_such(path: str, node_id: str) -> str:
    """Return the sentence about an unknown id in the words of the page that was asked for."""
    kind = _KINDS.get(path.strip("/").partition("/")[0], "内容")
    return f"没有编号为“{node_id:.{_LONGEST}}”的{kind}，请核对网址。"
