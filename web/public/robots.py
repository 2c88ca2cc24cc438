"""robots.txt (RFC 9309): all pages may be read; endless lists and programs' addresses may not.

A crawler looks for it at the root of the host only. Under a path prefix the proxy in front has to
hand out this file there, or name the sitemap in its own.
"""

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse

from web.public.links import Links
from web.public.site import origin_of

CLOSED = (
    "/search?", "/search.", "/demands.", "/organizations.", "/compare", "/suggest", "/api/",
    "/feedback",
)  # fmt: skip
"""Begin of addresses that are endless in number, or the same content for programs."""

router = APIRouter()


@router.get("/robots.txt", name="robots")
def robots(request: Request) -> PlainTextResponse:
    """Say what crawlers may read, and where the sitemap is."""
    links = Links.of(request)
    lines = [
        "User-agent: *",
        f"Allow: {links.home()}",
        *(f"Disallow: {links.prefix}{path}" for path in CLOSED),
        "",
        f"Sitemap: {origin_of(request)}{links.file('sitemap.xml')}",
    ]
    return PlainTextResponse("\n".join(lines) + "\n")
