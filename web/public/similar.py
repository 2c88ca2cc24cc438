"""Demands of other plants with the same problem: what they share, and how rare that is."""

from collections import defaultdict
from dataclasses import dataclass

from kg.model import Node
from kg.store import GraphStore
from kg.vocabulary import Label, Relation
from search.trees import Trees
from web.public.around import Around
from web.public.related import LEAST, NEAR, rarity, telling
from web.public.words import STATUS_NAMES

MOST = 5


@dataclass(frozen=True, slots=True)
class SimilarDemand:
    """Another demand and what it shares with this one."""

    id: str
    title: str
    status: str
    year: int | None
    reason: str


def similar_demands(
    store: GraphStore, trees: Trees, around: Around, demand_id: str
) -> list[SimilarDemand]:
    """Return up to `MOST` demands about the same processes, technologies or materials, best
    first; ties by id. What many demands share, and industries alone, make none similar."""
    scores: dict[str, float] = defaultdict(float)
    found: dict[str, Node] = {}
    shared: dict[str, list[str]] = defaultdict(list)
    about = [n for n in around.nodes(Relation.CONCERNS, "out") if n.label is not Label.INDUSTRY]
    for between in telling(trees, about):
        beside = store.neighbours(between.id, [Relation.CONCERNS], "in", limit=NEAR)
        others = [n.node for n in beside if n.node.id != demand_id]
        for other in others:
            scores[other.id] += rarity(between, len(others))
            found[other.id] = other
            shared[other.id].append(between.props["name"])
    enough = sorted((i for i in scores if scores[i] >= LEAST), key=lambda i: (-scores[i], i))
    return [_view(found[i], shared[i]) for i in enough[:MOST]]


def _view(node: Node, shared: list[str]) -> SimilarDemand:
    props = node.props
    reason = f"同样涉及“{'、'.join(shared)}”"
    status = STATUS_NAMES[props["status"]]
    return SimilarDemand(node.id, props["title"], status, props.get("year"), reason)
