"""Templates and the one way to make a page of them: a typed context in, HTML out."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from web.public import words
from web.public.head import At, head_of
from web.public.site import site_of

FOLDER = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class Context:
    """What a page shows; each page has a subclass that names its template.

    `title` is the page's h1 and, with the site's name, its window title.
    """

    template: ClassVar[str]
    title: str


def environment() -> Environment:
    """Return the template environment: always escaped, unknown names are errors."""
    templates = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "number": words.number,
        "long_date": words.long_date,
        "year": words.year,
        "by_certainty": words.by_certainty,
        "by_evidence": words.by_evidence,
        "or_unknown": lambda value: value or words.UNKNOWN,
    }
    templates.globals["UNKNOWN"] = words.UNKNOWN
    return templates


_TEMPLATES = environment()


def render(request: Request, context: Context, status: int = 200) -> HTMLResponse:
    """Return the page."""
    template = _TEMPLATES.get_template(context.template)
    site = site_of(request)
    html = template.render(page=context, site=site, meta=head_of(context, At(site)))
    return HTMLResponse(html, status)
