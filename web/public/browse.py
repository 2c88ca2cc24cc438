"""Browsing: the whole by area, industry, region, material, process and technology."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.model import Node
from kg.vocabulary import AREAS, Label
from web.public.browse_gaps import GAP_TITLES, Flows, Gaps, flows_of, gaps_of
from web.public.browse_holdings import Holdings
from web.public.browse_keeper import HoldingsKeeper
from web.public.browse_kinds import KINDS, Kind, definition, other_names
from web.public.browse_places import Number, PlaceRow, Places, Tile
from web.public.browse_rows import Row, Rows
from web.public.browse_tree import Branches, Children
from web.public.errors import error_page
from web.public.links import Links
from web.public.render import Context, render
from web.public.words import PROVINCES

SHOWN_ENTRIES, SHOWN_OTHERS = 8, 6


router = APIRouter()


@dataclass(frozen=True, slots=True)
class Door:
    """A way to browse with how many of its nodes hold entries."""

    name: str
    href: str
    lead: str
    filled: int


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area with its entries in 重庆, 四川 and altogether."""

    name: str
    href: str
    cells: Sequence[Number]


@dataclass(frozen=True, slots=True)
class BrowsePage(Context):
    """The ways to browse, coverage by place and area, and the gaps in numbers."""

    template: ClassVar[str] = "browse.html"

    doors: Sequence[Door]
    tiles: Sequence[Tile]
    areas: Sequence[AreaRow]
    gaps: Gaps
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way down to a node."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node in a table with its three numbers."""

    name: str
    href: str
    entries: Number
    demands: Number
    organizations: Number


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a list and where the rest is."""

    number: Number
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class NodePage(Context):
    """A way to browse (`node` absent) or one of its nodes."""

    template: ClassVar[str] = "browse_node.html"

    kind: Kind
    here: str
    crumbs: Sequence[Crumb]
    lead: str
    names: Sequence[str]
    tree: Branches
    below: Sequence[NodeRow]
    entries: Preview | None
    demands: Preview | None
    organizations: Preview | None
    gaps: Gaps
    titles: Mapping[str, str]
    flows: Flows | None
    graph: str | None
    tiles: Sequence[Tile]
    places: Sequence[PlaceRow]
    area_names: Sequence[str] = AREAS


def holdings_of(request: Request) -> Holdings:
    """Return the holdings that the application keeps."""
    return cast("HoldingsKeeper", request.app.state.holdings).read()


@router.get("/browse", name="browse")
def overview(request: Request) -> Response:
    """Show the ways to browse."""
    holdings, links = holdings_of(request), Links.of(request)
    doors = [
        Door(
            kind.name, links.browse(key), kind.lead,
            sum(bool(holdings.of(n.id).entries) for n in kind.nodes(holdings.trees)),
        )
        for key, kind in KINDS.items()
    ]  # fmt: skip
    page = BrowsePage(
        title="浏览目录",
        doors=doors,
        tiles=Places(links, holdings).tiles(),
        areas=_areas(links, holdings),
        gaps=gaps_of(links, holdings),
        titles=GAP_TITLES,
    )
    return render(request, page)


@router.get("/browse/{key}", name="browse-kind")
def kind_page(request: Request, key: str) -> Response:
    """Show one way to browse: its tree, and what its first nodes hold."""
    kind = KINDS.get(key)
    if kind is None:
        return no_such_kind(request, key)
    holdings, links = holdings_of(request), Links.of(request)
    children, places = Children(kind, holdings), Places(links, holdings)
    regions = kind.label is Label.REGION
    page = NodePage(
        title=f"按{kind.name}浏览",
        kind=kind,
        here=f"全部{kind.name}",
        crumbs=[Crumb("浏览", links.browse())],
        lead=kind.lead,
        names=(),
        tree=children.branches(links, None),
        below=[_node_row(links, holdings, kind, node) for node in children.filled(None)],
        entries=None,
        demands=None,
        organizations=None,
        gaps=gaps_of(links, holdings, kind),
        titles=GAP_TITLES,
        flows=None,
        graph=None,
        tiles=places.tiles() if regions else (),
        places=places.rows() if regions else (),
    )
    return render(request, page)


@router.get("/browse/{key}/{slug}", name="browse-node")
def node_page(request: Request, key: str, slug: str) -> Response:
    """Show a node: definition, what it holds, what is missing."""
    kind = KINDS.get(key)
    if kind is None:
        return no_such_kind(request, key)
    holdings, links = holdings_of(request), Links.of(request)
    node = kind.node(holdings.trees, slug)
    held, rows, children = holdings.of(node.id), Rows(links, holdings), Children(kind, holdings)
    own = _node_row(links, holdings, kind, node)
    page = NodePage(
        title=node.props["name"],
        kind=kind,
        here=node.props["name"],
        crumbs=crumbs_of(links, holdings, kind, node),
        lead=definition(node, holdings.trees),
        names=other_names(node),
        tree=children.branches(links, node.id),
        below=[_node_row(links, holdings, kind, n) for n in children.filled(node.id)],
        entries=Preview(own.entries, rows.entries(held.entries[:SHOWN_ENTRIES], node.id)),
        demands=Preview(own.demands, rows.demands(held.demands[:SHOWN_OTHERS])),
        organizations=Preview(
            own.organizations, rows.organizations(held.organizations[:SHOWN_OTHERS])
        ),
        gaps=gaps_of(links, holdings, kind, node),
        titles=GAP_TITLES,
        flows=flows_of(links, holdings, node),
        graph=links.graph(node.id),
        tiles=(),
        places=(),
    )
    return render(request, page)


def no_such_kind(request: Request, key: str) -> Response:
    """Return the page for an address that names no way to browse."""
    names = "、".join(kind.name for kind in KINDS.values())
    return error_page(
        request, 404, "没有这种浏览方式", f"没有“{key:.20}”这种浏览方式，可以按{names}浏览。"
    )


def _areas(links: Links, holdings: Holdings) -> list[AreaRow]:
    trees, rows = holdings.trees, []
    for node in sorted(KINDS["area"].nodes(trees), key=lambda n: -len(holdings.of(n.id).entries)):
        area, within = node.props["name"], set(holdings.of(node.id).entries)
        cells = [
            Number(
                len(within & set(holdings.of(f"region-{code}").entries)),
                links.search([("area", area), ("region", code)]),
            )
            for code in PROVINCES
        ]
        cells.append(Number(len(within), links.searching(area=area)))
        rows.append(AreaRow(area, KINDS["area"].href(links, node), cells))
    return rows


def _node_row(links: Links, holdings: Holdings, kind: Kind, node: Node) -> NodeRow:
    held, slug = holdings.of(node.id), kind.slug(node)
    return NodeRow(
        node.props["name"],
        kind.href(links, node),
        Number(len(held.entries), kind.entries_href(links, node)),
        Number(len(held.demands), links.browse(kind.key, slug, "demands")),
        Number(len(held.organizations), links.browse(kind.key, slug, "organizations")),
    )


def crumbs_of(links: Links, holdings: Holdings, kind: Kind, node: Node) -> list[Crumb]:
    """Return the way down to a node, the node itself left out."""
    trees = holdings.trees
    known = {n.id for n in kind.nodes(trees)}
    above = [trees.nodes[i] for i in reversed(trees.line(node.id)[1:]) if i in known]
    return [
        Crumb("浏览", links.browse()),
        Crumb(kind.name, links.browse(kind.key)),
        *(Crumb(n.props["name"], kind.href(links, n)) for n in above),
    ]
