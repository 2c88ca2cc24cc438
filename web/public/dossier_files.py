"""Where dossiers are fetched: an entry or a demand as .docx or .pdf."""

from datetime import datetime
from typing import Literal, cast
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from web.bootstrap import Platform
from web.deps import Served
from web.public.citation import CHINA
from web.public.demand import demand_page
from web.public.dossier import Dossier
from web.public.dossier_demand import demand_dossier
from web.public.dossier_entry import entry_dossier
from web.public.entry import entry_page
from web.public.words import long_date

Form = Literal["docx", "pdf"]
NAME_LENGTH = 80

router = APIRouter()


@router.get("/entries/{entry_id}/dossier.{form}", name="entry dossier")
def of_entry(request: Request, served: Served, entry_id: str, form: Form) -> Response:
    """Return an entry's dossier."""
    page = entry_page(request, served, entry_id)
    return _file(request, entry_dossier(page, _owner(request), _today()), form)


@router.get("/demands/{demand_id}/dossier.{form}", name="demand dossier")
def of_demand(request: Request, served: Served, demand_id: str, form: Form) -> Response:
    """Return a demand's dossier."""
    page = demand_page(request, served, demand_id)
    return _file(request, demand_dossier(page, _owner(request), _today()), form)


def _owner(request: Request) -> str:
    return cast("Platform", request.app.state.platform).settings.site_owner


def _today() -> str:
    return long_date(datetime.now(CHINA).date())


def _file(request: Request, dossier: Dossier, form: Form) -> Response:
    """Return the file, or 304 when the reader has this very content already."""
    mark = f'"{dossier.mark}-{form}"'
    headers = {"ETag": mark, "Cache-Control": "no-cache"}
    known = request.headers.get("if-none-match", "")
    if mark in [one.strip().removeprefix("W/") for one in known.split(",")]:
        return Response(status_code=304, headers=headers)
    content, media = _written(dossier, form)
    name = "".join(c for c in dossier.name if c.isprintable() and c not in '/\\:*?"<>|')
    whole = quote(f"{name[:NAME_LENGTH]}.{form}")
    headers["Content-Disposition"] = (
        f"attachment; filename=\"{dossier.id}.{form}\"; filename*=UTF-8''{whole}"
    )
    return Response(content, media_type=media, headers=headers)


def _written(dossier: Dossier, form: Form) -> tuple[bytes, str]:
    if form == "docx":
        from web.public import dossier_docx

        return dossier_docx.document(dossier), dossier_docx.MEDIA
    from web.public import dossier_pdf

    try:
        return dossier_pdf.document(dossier), dossier_pdf.MEDIA
    except dossier_pdf.FontMissing as error:
        raise HTTPException(503, str(error)) from error
