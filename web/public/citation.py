"""引用本条: how a page is cited, after GB/T 7714-2015 for a database on the net."""

from datetime import datetime, timedelta, timezone
from typing import cast

from starlette.requests import Request

from web.bootstrap import Platform
from web.public.site import NAME, facts_of, origin_of

CHINA = timezone(timedelta(hours=8), "北京时间")


def citation(request: Request, title: str, path: str) -> str:
    """Return the citation of a page: 责任者. 题名[DB/OL]. (更新日期)[引用日期]. 网址.

    `title` names the page, `path` is its address below the host. Without an owner in the
    settings the catalogue itself stands in the owner's place, as the standard has it for works
    whose makers are not named.
    """
    updated = facts_of(request).updated
    owner = cast("Platform", request.app.state.platform).settings.site_owner
    made = f"{owner}. {NAME}：{title}" if owner else f"{NAME}. {title}"
    day = f"({updated[:10]})" if updated else ""
    cited = datetime.now(CHINA).date().isoformat()
    return f"{made}[DB/OL]. {day}[{cited}]. {origin_of(request)}{path}."
