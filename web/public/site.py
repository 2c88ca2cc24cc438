"""What every page shows around its content, and what is known of the whole graph.

`Facts` are counted once for each state of the graph (the change feed's position), not for each
request.
"""

from dataclasses import dataclass
from threading import Lock
from typing import cast

from starlette.requests import Request

from kg.errors import GraphError, StoreUnavailable
from kg.query import Query
from kg.store import Counts
from kg.vocabulary import ENTRY_LABELS
from search.trees import Trees
from web.bootstrap import Platform
from web.public.links import Links
from web.public.words import long_date

NAME = "川渝绿色低碳技术产品装备供需图谱"


@dataclass(frozen=True, slots=True)
class Facts:
    """The graph as a whole: its numbers, its vocabularies, the day of its newest entry."""

    position: int
    counts: Counts
    trees: Trees
    updated: str | None

    def province(self, code: str) -> tuple[str, ...]:
        """Return the ids of all regions within a province, itself among them."""
        return tuple(
            region
            for region in self.trees.nodes
            if any(
                self.trees.nodes[i].props.get("code") == code
                for i in self.trees.line(region)
                if i in self.trees.nodes
            )
        )


class FactsKeeper:
    """Keeps the facts and counts them anew when the graph has changed."""

    def __init__(self, platform: Platform) -> None:
        self._store = platform.store
        self._lock = Lock()
        self._facts: Facts | None = None

    def read(self) -> Facts:
        """Return the facts of the graph as it stands now, or stood when the store was in reach.

        Raises:
            StoreUnavailable: the store was out of reach from the beginning.
        """
        try:
            position = self._store.position()
        except StoreUnavailable:
            if self._facts is None:
                raise
            return self._facts
        with self._lock:
            if self._facts is None or self._facts.position != position:
                self._facts = self._count(position)
            return self._facts

    def _count(self, position: int) -> Facts:
        newest = self._store.find(
            Query(ENTRY_LABELS, order_by="added", descending=True, limit=1)
        ).nodes
        updated = newest[0].props.get("added") if newest else None
        return Facts(position, self._store.counts(), Trees.read(self._store), updated)


@dataclass(frozen=True, slots=True)
class Site:
    """Header and footer of a page. `origin` is the site's protocol and host."""

    links: Links
    path: str
    origin: str
    updated: str | None
    owner: str
    contact: str
    icp: str
    police_code: str
    site_code: str
    name: str = NAME


def facts_of(request: Request) -> Facts:
    """Return the facts of the graph that the application serves."""
    return cast("FactsKeeper", request.app.state.facts).read()


def origin_of(request: Request) -> str:
    """Return protocol and host of the site: those of the settings, else of this request."""
    settings = cast("Platform", request.app.state.platform).settings
    return settings.site_url or f"{request.url.scheme}://{request.url.netloc}"


def site_of(request: Request) -> Site:
    """Return header and footer; they are shown even when the store is out of reach."""
    settings = cast("Platform", request.app.state.platform).settings
    try:
        updated = facts_of(request).updated
    except GraphError:
        updated = None
    links = Links.of(request)
    return Site(
        links=links,
        path=request.scope["path"].removeprefix(links.prefix) or "/",
        origin=origin_of(request),
        updated=long_date(updated) if updated else None,
        owner=settings.site_owner,
        contact=settings.site_contact,
        icp=settings.icp,
        police_code=settings.police_code,
        site_code=settings.site_code,
    )
