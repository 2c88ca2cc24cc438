"""How answers leave: JSON bytes, entity tags, 304, links to the next page.

Bodies are made of plain dicts, not validated again on the way out; tests hold them to the
documented shapes.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

JSON = "application/json"
REVALIDATE = "no-cache"
"""May be kept, but has to be checked by its entity tag before it is used again."""


def json_bytes(body: Any) -> bytes:
    """Encode without spaces; text that is no valid Unicode becomes question marks."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace")


def answer(body: Any, links: Mapping[str, str] | None = None) -> Response:
    """Answer with a body and a Link header (relation -> address)."""
    headers = {}
    if links:
        headers["Link"] = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items())
    return Response(json_bytes(body), headers=headers, media_type=JSON)


def tagged(request: Request, body: Any) -> Response:
    """Answer with an entity tag of the content, or 304 when the asker has it already."""
    return tagged_bytes(request, json_bytes(body))


def tagged_bytes(request: Request, content: bytes) -> Response:
    """Do as `tagged` with a body that is encoded already."""
    # weak: compressed and plain bodies share the tag
    tag = f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": REVALIDATE}
    if _has(tag, request.headers.getlist("if-none-match")):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=JSON)


def _has(tag: str, lines: Iterable[str]) -> bool:
    """Compare weakly, as RFC 9110 section 13.1.2 asks for GET."""
    asked = {part.strip().removeprefix("W/") for line in lines for part in line.split(",")}
    return "*" in asked or tag.removeprefix("W/") in asked


def base(request: Request) -> str:
    """Return the path of the API, with the prefix that the site runs under."""
    return str(request.scope.get("root_path", "")).rstrip("/") + "/api/v1"


def again(request: Request, **changed: str | int) -> str:
    """Return the address of this request with some parameters exchanged."""
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in changed]
    query = urlencode([*kept, *changed.items()], errors="replace")
    path = request.url.path
    return f"{path}?{query}" if query else path
