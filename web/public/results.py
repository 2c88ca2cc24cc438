"""The result list: by address for what fits into one, by a posted form for long texts."""

from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from search.errors import InvalidRequest
from search.results import MAX_TEXT, SearchRequest
from web.deps import Form, Pairs, Served
from web.public.links import Links
from web.public.render import render
from web.public.results_context import ResultsPage, results_page
from web.public.search_address import LONGEST_ADDRESS, is_tidy, params_of, parse, view_of

router = APIRouter()


@router.get("/search", name="search")
def by_address(request: Request, served: Served) -> Response:
    """Show what an address asks for; what a form without a script adds is tidied up first."""
    pairs = request.query_params.multi_items()
    if not is_tidy(pairs):
        try:
            tidy = [*params_of(parse(pairs)), *view_of(pairs).params]
        except InvalidRequest:
            return _answer(request, served, pairs, long=False)
        return RedirectResponse(Links.of(request).search(tidy), 303)
    return _answer(request, served, pairs, long=False)


@router.post("/search")
def by_form(request: Request, served: Served, fields: Form) -> Response:
    """Answer the search form: short texts get an address, long ones their list at once.

    `go` is the state that one of the buttons stands for which replace links under a long text.
    """
    typed = [(name, value) for name, value in fields if name == "q"]
    request.state.typed = typed[0][1] if typed else ""
    go = next((value for name, value in fields if name == "go"), None)
    if go is not None:
        fields = [*typed, *parse_qsl(go)]
    try:
        search = parse(fields)
    except InvalidRequest as error:
        return _refuse(request, request.state.typed, str(error), long=True)
    if len(search.text) <= LONGEST_ADDRESS:
        params = [*params_of(search), *view_of(fields).params]
        return RedirectResponse(Links.of(request).search(params), 303)
    return _answer(request, served, fields, long=True)


def _answer(request: Request, served: Served, pairs: Pairs, *, long: bool) -> Response:
    text = next((value for name, value in pairs if name == "q"), "")
    if len(text) > MAX_TEXT:
        problem = f"文字有 {len(text):,} 字，最多 {MAX_TEXT:,} 字，请删减后再查找。"
        return _refuse(request, text, problem, long=True)
    try:
        result = served.engine.search(parse(pairs))
    except InvalidRequest as error:
        return _refuse(request, text, str(error), long=long)
    long = long or len(text) > LONGEST_ADDRESS
    return render(request, results_page(result, view_of(pairs), long=long))


def _refuse(request: Request, text: str, problem: str, *, long: bool) -> Response:
    """Say what is wrong above the form, with everything typed still in it."""
    page = ResultsPage(title="查找技术", request=SearchRequest(text=text), long=long, error=problem)
    return render(request, page, 422)
