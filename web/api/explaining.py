"""The API explains itself: the OpenAPI document, and the same for readers.

Interactive documentation would load scripts from elsewhere, so there is none.
"""

from fastapi import APIRouter
from fastapi.requests import Request
from fastapi.responses import HTMLResponse, Response

from web.api.answers import tagged
from web.api.blocks import html
from web.api.description import TITLE, document
from web.api.reference import reference

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
def openapi(request: Request) -> Response:
    """Return the OpenAPI 3.1 document."""
    return tagged(request, document(str(request.scope.get("root_path", "")).rstrip("/")))


@router.get("/docs")
def docs() -> HTMLResponse:
    """Return the description for readers."""
    head = f'<meta charset="utf-8"><title>{TITLE}</title>'
    view = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    body = f"<main>{html(reference(document()))}</main>"
    page = f'<!doctype html><html lang="zh-CN"><head>{head}{view}</head><body>{body}</body></html>'
    return HTMLResponse(page)
