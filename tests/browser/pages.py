"""The page types: one list for all browser tests and for the screenshots of the documentation.

A new page is one line here. `name` names its screenshots, `ready` is a selector of what must be
visible before anything is judged, and `status` is what the server answers.
"""

from dataclasses import dataclass

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
WIDTHS = {"1280": DESK, "360": PHONE}


@dataclass(frozen=True, slots=True)
class PageType:
    """A page that stands for all of its kind."""

    name: str
    path: str
    ready: str = "h1"
    status: int = 200


PAGE_TYPES = (
    PageType("home", "/"),
    PageType("results", "/search?q=焦炉烟气的热量白白排掉，想回收产蒸汽或发电", "ol.hits"),
    PageType("results-conditions", "/search?q=成都的氢能企业", ".chips"),
    PageType("results-empty", "/search?q=潮汐能发电设备", ".nothing"),
    PageType("entry", "/entries/entry-0001", "#figures"),
    PageType("demands", "/demands", "table.lines"),
    PageType("demand", "/demands/demand-0001", ".need"),
    PageType("organizations", "/organizations", "table.lines"),
    PageType("organization", "/organizations/org-0001"),
    PageType(
        "compare", "/compare?id=entry-0074&id=entry-0203&id=entry-0221&id=entry-0083", "table"
    ),
    PageType("compare-adding", "/compare?id=entry-0001&q=多晶硅"),
    PageType("browse", "/browse", ".tiles"),
    PageType("browse-kind", "/browse/region", "main table"),
    PageType("browse-node", "/browse/industry/C30", "main table"),
    PageType("browse-material", "/browse/material/mat-phosphogypsum", "#flow-h"),
    PageType("browse-gaps", "/browse/gaps"),
    PageType("symbiosis", "/symbiosis", "main table"),
    PageType("feedback", "/feedback?about=entry-0001", "form textarea"),
    PageType("graph-start", "/graph", ".starts"),
    PageType("graph", "/graph/region-500000?open=region-500115&sel=region-500115", "#tree"),
    PageType("graph-path", "/graph/path?a=org-0004&b=region-500000", ".told"),
    PageType("about", "/about"),
    PageType("accessibility", "/accessibility", "main table"),
    PageType("not-found", "/nowhere", status=404),
)
BY_NAME = {page.name: page for page in PAGE_TYPES}
