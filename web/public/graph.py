"""The graph explorer: what stands around a chosen node, and how two nodes are connected.

Everything chosen stands in the address. The page is a list that works by itself; the script
draws the same list as a picture.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from kg.errors import NodeNotFound
from kg.model import Node
from kg.store import MAX_PATH, Path
from kg.vocabulary import PRIVATE_LABELS, Relation
from web.api.answers import tagged
from web.deps import Served
from web.public.browse import holdings_of
from web.public.graph_card import Card, card_of
from web.public.graph_layout import lay_out
from web.public.graph_names import LONGEST, Asked, Names, worded
from web.public.graph_paths import Clause, PathPicture, draw_paths, sentence, text_of
from web.public.graph_reading import GraphReader
from web.public.graph_starts import Starts, starts_of
from web.public.graph_state import GraphState
from web.public.graph_view import GraphView, Switch, ViewMaker
from web.public.graph_words import (
    PUBLIC_RELATIONS,
    READINGS,
    kind_of,
    name_of,
)
from web.public.links import Links
from web.public.render import Context, render
from web.public.site import facts_of

MOST_PATHS = 5
Many = Annotated[list[str] | None, Query()]

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Choice:
    """A node that a typed name may mean."""

    name: str
    kind: str
    href: str


@dataclass(frozen=True, slots=True)
class StartPage(Context):
    """Nothing is chosen yet: a box and some starting points, or what a typed name may mean."""

    template: ClassVar[str] = "graph_start.html"

    typed: str
    choices: Sequence[Choice]
    sorts: Sequence[Starts]


@dataclass(frozen=True, slots=True)
class Actions:
    """Where the buttons of a card lead; None where there is nothing to do."""

    toggle: str | None
    opened: bool
    more: int
    recentre: str | None
    start: str
    end: str | None
    to_centre: str | None


@dataclass(frozen=True, slots=True)
class CardPage(Context):
    """The card alone, for the script."""

    template: ClassVar[str] = "graph_card.html"

    card: Card
    actions: Actions


@dataclass(frozen=True, slots=True)
class GraphPage(Context):
    """The graph around a node."""

    template: ClassVar[str] = "graph.html"

    state: GraphState
    view: GraphView
    card: Card
    actions: Actions
    lead: str
    start: Choice | None
    without_start: str


@dataclass(frozen=True, slots=True)
class Told:
    """A path in words."""

    clauses: Sequence[Clause]
    text: str


@dataclass(frozen=True, slots=True)
class End:
    """One of the two fields: what is typed, what it was taken for, what it may mean."""

    name: str
    label: str
    asked: Asked
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class PathPage(Context):
    """How two nodes are connected. `paths` None: not asked yet, or not both are known."""

    template: ClassVar[str] = "graph_path.html"

    ends: Sequence[End]
    switches: Sequence[Switch]
    paths: Sequence[Told] | None
    steps: int
    picture: PathPicture | None
    same: bool
    whole: bool
    longest: int = MAX_PATH


@router.get("/graph", name="graph-start")
def start(request: Request, served: Served, q: str = "", centre: str = "") -> Response:
    """Show where to begin; go on at once when the typed name is plain."""
    links = Links.of(request)
    names = Names(served, facts_of(request).trees)
    asked = names.resolve(centre or q)
    if asked.node:
        return RedirectResponse(links.graph(asked.node.id), 303)
    page = StartPage(
        title="关系图谱",
        typed=asked.text,
        choices=[
            Choice(name_of(node), kind, links.graph(node.id))
            for node, kind in worded(asked.choices, names.trees)
        ],
        sorts=starts_of(holdings_of(request), served.store),
    )
    return render(request, page)


@router.get("/graph/suggest", name="graph-suggest")
def suggest(request: Request, served: Served, q: str = "") -> JSONResponse:
    """Return up to eight nodes so called: text, kind in words, address in the graph."""
    links, names = Links.of(request), Names(served, facts_of(request).trees)
    found = names.find(q) if 0 < len(q.strip()) <= LONGEST else []
    return JSONResponse(
        [{"text": name_of(n), "kind": kind_of(n), "href": links.graph(n.id)} for n in found]
    )


@router.get("/graph/path", name="graph-path")
def path(
    request: Request, served: Served, a: str = "", b: str = "", off: Many = None, on: Many = None
) -> Response:
    """Say in words how two nodes are connected."""
    links, names = Links.of(request), Names(served, facts_of(request).trees)
    hidden = _switched_off(off, on)
    ends = [names.resolve(text) for text in (a, b)]
    first, last = (end.node for end in ends)
    same = first is not None and last is not None and first.id == last.id
    found: Sequence[Path] | None = None
    if first and last and not same:
        relations = [r for r in PUBLIC_RELATIONS if r not in hidden]
        found = served.store.paths(
            first.id, last.id, max_length=MAX_PATH, relations=relations, limit=MOST_PATHS
        )
    context = PathPage(
        title=f"“{name_of(first)}”与“{name_of(last)}”怎么相连"
        if first and last
        else "两点之间怎么相连",
        ends=[
            End("a", "从", ends[0], _path_choices(links, names, ends, 0)),
            End("b", "到", ends[1], _path_choices(links, names, ends, 1)),
        ],
        switches=[Switch(r, READINGS[r].switch, 0, r not in hidden) for r in READINGS],
        paths=None if found is None else [_told(links, one) for one in found],
        steps=len(found[0].edges) if found else 0,
        picture=draw_paths(links, found or ()),
        same=same,
        whole=found is None or len(found) < MOST_PATHS,
    )
    return render(request, context)


def _told(links: Links, path: Path) -> Told:
    clauses = sentence(links, path)
    return Told(clauses, text_of(clauses))


def _path_choices(links: Links, names: Names, ends: Sequence[Asked], n: int) -> list[Choice]:
    other = ends[1 - n]
    kept = other.node.id if other.node else other.text
    out = []
    for node, kind in worded(ends[n].choices, names.trees):
        pair = [node.id, kept] if n == 0 else [kept, node.id]
        href = links.graph_path(list(zip("ab", pair, strict=True)))
        out.append(Choice(name_of(node), kind, href))
    return out


def _switched_off(off: Sequence[str] | None, on: Sequence[str] | None) -> set[Relation]:
    """Return the relations not to be walked: sources, unless something else is said."""
    if on is not None:
        return {r for r in PUBLIC_RELATIONS if r.value not in on}
    if off is None:
        return {Relation.CITES}
    return {r for r in PUBLIC_RELATIONS if r.value in off}


@router.get("/graph/{node_id}.json", name="graph-json")
def data(
    request: Request,
    served: Served,
    node_id: str,
    open: Many = None,  # noqa: A002 - the name in the address
    off: Many = None,
    sel: str = "",
) -> Response:
    """Return what the page draws, as data."""
    state = GraphState.read(node_id, open or (), off or (), sel)
    _node, view = _view(request, served, state)
    return tagged(request, asdict(view, dict_factory=_plain))


def _plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in pairs if name not in {"shape", "shapes"}}


@router.get("/graph/{node_id}/card", name="graph-card")
def card(
    request: Request,
    served: Served,
    node_id: str,
    open: Many = None,  # noqa: A002
    off: Many = None,
    sel: str = "",
    from_: Annotated[str, Query(alias="from")] = "",
) -> Response:
    """Show the card of the selected node."""
    state = GraphState.read(node_id, open or (), off or (), sel, from_)
    centre = _public(served, node_id)
    context = _card(request, served, state, centre, state.selected or node_id)
    return render(request, CardPage(context[0].name, *context))


@router.get("/graph/{node_id}", name="graph")
def show(
    request: Request,
    served: Served,
    node_id: str,
    open: Many = None,  # noqa: A002
    off: Many = None,
    on: Many = None,
    of: Many = None,
    sel: str = "",
    from_: Annotated[str, Query(alias="from")] = "",
) -> Response:
    """Show the graph around a node. `on` of `of` come from the form of switches."""
    links = Links.of(request)
    state = GraphState.read(node_id, open or (), off or (), sel, from_)
    if of is not None:
        among = [r for r in PUBLIC_RELATIONS if r.value in of]
        changed = state.showing(on or (), among, _public(served, node_id).label)
        return RedirectResponse(links.graph(node_id, changed.params()), 303)
    centre, view = _view(request, served, state)
    name = name_of(centre)
    begin = served.store.get_many([state.start]).get(state.start) if state.start else None
    if begin is not None and begin.label in PRIVATE_LABELS:
        begin = None
    shown, actions = _card(request, served, state, centre, view.selected)
    context = GraphPage(
        title=name,
        state=state,
        view=view,
        card=shown,
        actions=actions,
        lead=_lead(view),
        start=Choice(name_of(begin), kind_of(begin), links.graph(begin.id)) if begin else None,
        without_start=links.graph(node_id, state.starting(None).params()),
    )
    return render(request, context)


def _view(request: Request, served: Served, state: GraphState) -> tuple[Node, GraphView]:
    node = _public(served, state.centre)
    reader = GraphReader(served.store, state.hidden(node.label))
    drawing = reader.read(node.id, state.open, state.selected)
    return node, ViewMaker(Links.of(request), state, drawing, lay_out(drawing)).view()


def _public(served: Served, node_id: str) -> Node:
    """Return the node.

    Raises:
        NodeNotFound: there is none; a private one cannot be told from an absent one.
    """
    node = served.store.get(node_id)
    if node.label in PRIVATE_LABELS:
        raise NodeNotFound(node_id)
    return node


def _card(
    request: Request, served: Served, state: GraphState, centre: Node, node_id: str
) -> tuple[Card, Actions]:
    links, node = Links.of(request), _public(served, node_id)
    degrees = served.store.degrees(node.id)
    off = state.hidden(centre.label)
    is_centre, is_open = node.id == centre.id, node.id in state.open
    toggle = state.closed(node.id) if is_open else state.opened(node.id)
    anything = any(relation not in off for relation, _way in degrees)
    ends = [("a", state.start), ("b", node.id)] if state.start not in {None, node.id} else None
    actions = Actions(
        toggle=None if is_centre or not anything else links.graph(centre.id, toggle.params()),
        opened=is_open,
        more=sum(n for (relation, _way), n in degrees.items() if relation not in off),
        recentre=None if is_centre else links.graph(node.id, state.at(node.id).params()),
        start=links.graph(centre.id, state.select(node.id).starting(node.id).params()),
        end=links.graph_path([(k, v) for k, v in ends if v]) if ends else None,
        to_centre=None if is_centre else links.graph_path([("a", centre.id), ("b", node.id)]),
    )
    return card_of(links, facts_of(request).trees, node, degrees), actions


def _lead(view: GraphView) -> str:
    """Say how much is drawn and how much is not."""
    if not view.hidden:
        return f"画出 {view.nodes} 个节点，打开的关系都画出来了。"
    again = "" if view.once else "（同一个节点有几种关系时重复计）"
    return f"画出 {view.nodes} 个节点，还有 {view.hidden:,} 个没有画出{again}。"
