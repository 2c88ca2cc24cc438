"""The site as a search engine of the browser: OpenSearch 1.1 description, and completions for it.

https://github.com/dewitt/opensearch: a short name has at most 16 characters, a long one 48.
"""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from web.deps import Served
from web.public import xml_writing as xml
from web.public.links import Links
from web.public.site import NAME, origin_of
from web.public.suggest import KINDS, LONGEST, address

NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
DESCRIPTION = "application/opensearchdescription+xml"
SUGGESTIONS = "application/x-suggestions+json"
SHORT = "川渝绿色低碳图谱"

router = APIRouter()


@router.get("/opensearch.xml", name="opensearch")
def description(request: Request) -> Response:
    """Return the description that browsers and search programs read."""
    links, origin = Links.of(request), origin_of(request)
    words = "q={searchTerms}"
    urls = {
        "text/html": (f"{links.search()}?{words}&page={{startPage?}}", "results"),
        "application/atom+xml": (f"{links.search((), '.atom')}?{words}", "results"),
        SUGGESTIONS: (f"{links.file('suggest.json')}?{words}", "suggestions"),
        DESCRIPTION: (links.file("opensearch.xml"), "self"),
    }
    root = xml.root("OpenSearchDescription", NAMESPACE)
    xml.add(root, "ShortName", SHORT)
    xml.add(root, "LongName", NAME)
    xml.add(root, "Description", "用自己的话查找重庆、四川两地的绿色低碳技术、装备和产品。")
    mark = links.asset("img/mark.svg")
    if mark:
        xml.add(root, "Image", origin + mark, width="16", height="16", type="image/svg+xml")
    for media, (path, rel) in urls.items():
        xml.add(root, "Url", type=media, rel=rel, template=origin + path, pageOffset="1")
    xml.add(root, "Query", role="example", searchTerms="余热发电")
    for name, value in (
        ("Language", "zh-CN"), ("InputEncoding", "UTF-8"), ("OutputEncoding", "UTF-8"),
    ):  # fmt: skip
        xml.add(root, name, value)
    return Response(xml.document(root), media_type=DESCRIPTION)


@router.get("/suggest.json", name="opensearch-suggest")
def suggestions(request: Request, served: Served, q: str = "") -> JSONResponse:
    """Return what was typed, completions, their kinds in words and their addresses."""
    text = q.strip()
    found = served.engine.suggest(text) if 0 < len(text) <= LONGEST else []
    links, origin = Links.of(request), origin_of(request)
    body = [
        q,
        [one.text for one in found],
        [KINDS[one.kind] for one in found],
        [origin + address(links, one) for one in found],
    ]
    return JSONResponse(body, media_type=SUGGESTIONS)
