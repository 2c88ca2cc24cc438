"""Addresses of pages and static files, each with the path prefix that the site runs under."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.requests import Request

from web.assets import Asset

Params = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Links:
    """Builds addresses. `prefix` has no slash at its end."""

    prefix: str
    assets: Mapping[str, Asset]

    @classmethod
    def of(cls, request: Request) -> "Links":
        """Return the builder for the request's prefix."""
        return cls(request.scope.get("root_path", ""), request.app.state.assets)

    def home(self, anchor: str = "") -> str:
        """Return the first page, or a place in it."""
        return f"{self.prefix}/" + (f"#{anchor}" if anchor else "")

    def search(self, params: Params = (), form: str = "") -> str:
        """Return the result list; `params` as `search_address.params_of` gives them.

        `form` is "" for the page, else .csv, .xlsx, .json or .atom.
        """
        return self._with(f"{self.prefix}/search{form}", params)

    def searching(self, **one: str) -> str:
        """Return the result list for single parameters: `searching(kind="Product")`."""
        return self.search(one.items())

    def suggest(self) -> str:
        """Return where completions are asked for."""
        return f"{self.prefix}/suggest"

    def entry(self, entry_id: str) -> str:
        """Return an entry's page."""
        return f"{self.prefix}/entries/{quote(entry_id)}"

    def demand(self, demand_id: str) -> str:
        """Return a demand's page."""
        return f"{self.prefix}/demands/{quote(demand_id)}"

    def demands(self, params: Params = (), form: str = "") -> str:
        """Return the list of demands; `form` is "" for the page, else .csv, .xlsx or .json."""
        return self._with(f"{self.prefix}/demands{form}", params)

    def organization(self, organization_id: str) -> str:
        """Return an organisation's page."""
        return f"{self.prefix}/organizations/{quote(organization_id)}"

    def organizations(self, params: Params = (), form: str = "") -> str:
        """Return the list of organisations; `form` is "" for the page, else .csv, .xlsx, .json."""
        return self._with(f"{self.prefix}/organizations{form}", params)

    def browse(self, *parts: str, params: Params = ()) -> str:
        """Return a page of browsing: `browse("region", "510100", "demands")`."""
        path = "/".join(("browse", *(quote(part, safe="") for part in parts)))
        return self._with(f"{self.prefix}/{path}", params)

    def symbiosis(self, params: Params = ()) -> str:
        """Return who could use whose by-products: `symbiosis([("node", "org-0001")])`."""
        return self._with(f"{self.prefix}/symbiosis", params)

    def about(self) -> str:
        """Return the page about the catalogue itself."""
        return f"{self.prefix}/about"

    def accessibility(self) -> str:
        """Return the accessibility statement."""
        return f"{self.prefix}/accessibility"

    def file(self, name: str) -> str:
        """Return a file of the site's own: `feed.xml`, `sitemaps/entries-1.xml`."""
        return f"{self.prefix}/{name}"

    def compare(self, ids: Iterable[str] = (), form: str = "", more: Params = ()) -> str:
        """Return the comparison of entries; `form` is "" for the page, .xlsx or .docx."""
        return self._with(f"{self.prefix}/compare{form}", [*(("id", i) for i in ids), *more])

    def dossier(self, page: str, form: str) -> str:
        """Return a page's document: `page` as `entry` or `demand` gives it, form docx or pdf."""
        return f"{page}/dossier.{form}"

    def feedback(self, node_id: str = "") -> str:
        """Return the form on what is wrong with a node's page; without an id where it is sent."""
        return self._with(f"{self.prefix}/feedback", [("about", node_id)] if node_id else [])

    def feedback_received(self, receipt: str) -> str:
        """Return the page that confirms a remark."""
        return self._with(f"{self.prefix}/feedback/received", [("receipt", receipt)])

    def graph(self, node_id: str = "", params: Params = ()) -> str:
        """Return the graph around a node; without one, where to begin in it."""
        return self._with(
            f"{self.prefix}/graph" + (f"/{quote(node_id)}" if node_id else ""), params
        )

    def graph_path(self, params: Params = ()) -> str:
        """Return how two nodes are connected: `graph_path([("a", one), ("b", other)])`."""
        return self._with(f"{self.prefix}/graph/path", params)

    def graph_suggest(self) -> str:
        """Return where names of nodes are completed."""
        return f"{self.prefix}/graph/suggest"

    def asset(self, path: str) -> str | None:
        """Return the address of a static file with its content's hash, None when it is absent."""
        asset = self.assets.get(path)
        return f"{self.prefix}/static/{quote(path)}?v={asset.version}" if asset else None

    @staticmethod
    def _with(path: str, params: Params) -> str:
        query = urlencode(list(params))
        return f"{path}?{query}" if query else path
