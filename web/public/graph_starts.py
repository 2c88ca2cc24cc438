"""Where to begin in the graph: a few nodes from which there is something to see."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.model import Node
from kg.store import Degrees, GraphStore
from kg.vocabulary import Label, Relation
from web.public.browse_holdings import Holdings
from web.public.graph_words import name_of

EACH, ASKED = 6, 60


@dataclass(frozen=True, slots=True)
class Start:
    """A node to begin with and why."""

    id: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Starts:
    """Some starting points of one sort."""

    title: str
    lead: str
    starts: Sequence[Start]


def starts_of(holdings: Holdings, store: GraphStore) -> list[Starts]:
    """Return starting points, counted from the catalogue as it is now; empty sorts left out."""
    sorts = [
        Starts("物料：谁产出，谁消纳", "两头都有的物料，可以直接对接。", _materials(holdings)),
        Starts("行业", "相连最多的行业。", _industries(holdings, store)),
        Starts("单位", "提供条目、提出需求最多的单位。", _organizations(holdings)),
        Starts("条目", "应用案例最多的条目。", _entries(holdings)),
        Starts("地区", "相连最多的区、县和市、州。", _regions(holdings, store)),
        Starts("领域", "目录的五个领域。", _areas(holdings, store)),
    ]
    return [sort for sort in sorts if sort.starts]


def _materials(holdings: Holdings) -> list[Start]:
    found = []
    for node in holdings.trees.of(Label.MATERIAL):
        made, taken = (len(holdings.flow(r, node.id).own) for r in ("produces", "consumes"))
        if made and taken:
            found.append((min(made, taken), made + taken, node, made, taken))
    found.sort(key=lambda f: (-f[0], -f[1], f[2].id))
    return [
        Start(n.id, name_of(n), f"{made} 个产出，{taken} 个消纳")
        for _least, _sum, n, made, taken in found[:EACH]
    ]


def _industries(holdings: Holdings, store: GraphStore) -> list[Start]:
    levels = {"division", "group", "class"}
    nodes = [n for n in holdings.trees.of(Label.INDUSTRY) if n.props["level"] in levels]
    return _most(holdings, store, (n for n in nodes if holdings.of(n.id).demands))


def _regions(holdings: Holdings, store: GraphStore) -> list[Start]:
    levels = {"prefecture", "county"}
    return _most(
        holdings,
        store,
        (n for n in holdings.trees.of(Label.REGION) if n.props["level"] in levels),
    )


def _areas(holdings: Holdings, store: GraphStore) -> list[Start]:
    return _most(
        holdings,
        store,
        (n for n in holdings.trees.of(Label.CONCEPT) if n.props["scheme"] == "area"),
    )


def _most(holdings: Holdings, store: GraphStore, nodes: Iterable[Node]) -> list[Start]:
    """Return the nodes that have most relations of their own, besides those of their tree.

    Only the fullest are asked: what lies below a node counts there, but is not drawn around it.
    """
    full = sorted(nodes, key=lambda n: (-len(holdings.of(n.id).entries), n.id))[:ASKED]
    degrees = store.degrees_many(node.id for node in full)
    counted = ((_own(degrees.get(node.id, {})), node) for node in full)
    ranked = sorted(counted, key=lambda r: (-r[0], r[1].id))
    return [Start(n.id, name_of(n), f"{number} 条关系") for number, n in ranked[:EACH] if number]


def _own(degrees: Degrees) -> int:
    return sum(n for (relation, _way), n in degrees.items() if relation is not Relation.PART_OF)


def _organizations(holdings: Holdings) -> list[Start]:
    offers: Counter[str] = Counter()
    needs: Counter[str] = Counter()
    for documents, counter in ((holdings.entries, offers), (holdings.demands, needs)):
        for document in documents.values():
            counter.update({party.id for party in document.card.parties})
    ranked = sorted(offers | needs, key=lambda i: (-(offers[i] + needs[i]), i))
    return [
        Start(i, holdings.organizations[i].name, _offered(offers[i], needs[i]))
        for i in ranked
        if i in holdings.organizations
    ][:EACH]


def _offered(offers: int, needs: int) -> str:
    words = [f"{offers} 项条目"] if offers else []
    return "，".join([*words, f"{needs} 个需求"] if needs else words)


def _entries(holdings: Holdings) -> list[Start]:
    ranked = sorted(holdings.entries.values(), key=lambda d: (-d.card.cases, d.id))
    return [
        Start(d.id, d.title, f"{d.card.kind}，{d.card.cases} 个案例")
        for d in ranked[:EACH]
        if d.card.cases
    ]
