"""Entries worth a look beside an entry, each with the reason in words.

Order of weight: replaces, uses, in use at the same plant, takes what it produces, produces what
it takes, same technology or process.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from kg.model import Node
from kg.store import GraphStore
from kg.vocabulary import ENTRY_LABELS, KIND_NAMES, Label, Relation
from search.trees import Trees
from web.public.around import Around, Side

MOST = 8
MOST_TOGETHER = 3
"""Of them in use at the same plant: a large works has much that has nothing to do with it."""
LEAST = 0.35
"""Below this score two entries share only what many share (steam, industrial symbiosis)."""
NEAR = 60
"""Neighbours of a shared node that are looked at; a node with more of them says little."""


@dataclass(frozen=True, slots=True)
class RelatedEntry:
    """A related entry and why; `word` is the reason in one word for the picture."""

    id: str
    name: str
    kind: str
    word: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Way:
    """From the entry to a shared node by `out`, from there to other entries by `back`."""

    out: Relation
    back: Relation
    word: str
    reason: str
    weight: float


_DIRECT: tuple[tuple[Relation, Side, str, str], ...] = (
    (Relation.REPLACES, "out", "被替代", "本条目可以替代它"),
    (Relation.REPLACES, "in", "替代", "它可以替代本条目"),
    (Relation.USES, "out", "配套", "本条目要用到它"),
    (Relation.USES, "in", "配套", "它要用到本条目"),
)
_SHARED = (
    _Way(Relation.PRODUCES, Relation.CONSUMES, "下游", "可以用本条目产出的“{}”", 3),
    _Way(Relation.CONSUMES, Relation.PRODUCES, "上游", "产出本条目要用的“{}”", 2),
    _Way(Relation.IN_CONCEPT, Relation.IN_CONCEPT, "同类", "同属“{}”", 2),
    _Way(Relation.CONSUMES, Relation.CONSUMES, "同料", "也处理“{}”", 2),
)


def related_entries(
    store: GraphStore, trees: Trees, around: Around, entry_id: str
) -> list[RelatedEntry]:
    """Return up to `MOST` related entries, best first; ties by id."""
    out = {
        node.id: _view(node, word, reason)
        for relation, side, word, reason in _DIRECT
        for node in around.nodes(relation, side)
        if node.label in ENTRY_LABELS
    }
    for view in _together(store, entry_id):
        out.setdefault(view.id, view)
    scores: dict[str, float] = defaultdict(float)
    found: dict[str, Node] = {}
    shared: dict[str, dict[_Way, list[str]]] = defaultdict(lambda: defaultdict(list))
    for way in _SHARED:
        for between in telling(trees, around.nodes(way.out, "out")):
            others = _entries(store, between.id, way.back, entry_id)
            for other in others:
                scores[other.id] += way.weight * rarity(between, len(others))
                found[other.id] = other
                shared[other.id][way].append(between.props["name"])
    enough = [i for i in scores if scores[i] >= LEAST]
    for other_id in sorted(enough, key=lambda i: (-scores[i], i)):
        ways = shared[other_id]
        word = next(iter(ways)).word
        reason = "；".join(way.reason.format("、".join(names)) for way, names in ways.items())
        out.setdefault(other_id, _view(found[other_id], word, reason))
    return list(out.values())[:MOST]


def _together(store: GraphStore, entry_id: str) -> list[RelatedEntry]:
    """Return entries that are in use at the same plant, or in the same case, as this one."""
    out = []
    for found in store.co_applied(entry_id, MOST_TOGETHER):
        if found.cases:
            title = found.cases[0].props["title"]
            out.append(_view(found.node, "同用", f"与本条目用在同一个案例：{title}"))
        elif found.users:
            users = "、".join(str(user.props["name"]) for user in found.users[:2])
            out.append(_view(found.node, "同用", f"与本条目都用在{users}"))
    return out


def rarity(between: Node, others: int) -> float:
    """Return 0..1: what few share says more; steam and power, which all plants use, less."""
    plain = 0.4 if between.props.get("kind") in {"energy", "water"} else 1.0
    return (plain * log(NEAR / min(others, NEAR) + 1) / log(NEAR + 1)) ** 2


def telling(trees: Trees, nodes: Iterable[Node]) -> list[Node]:
    """Leave out areas, directions, and the heads of trees (工业固体废物), which say little."""
    heads = set(trees.parents.values()) - trees.parents.keys()
    return [
        node
        for node in nodes
        if node.id not in heads
        and (node.label is not Label.CONCEPT or node.props["scheme"] in {"process", "technology"})
    ]


def _entries(store: GraphStore, shared: str, relation: Relation, but: str) -> list[Node]:
    beside = store.neighbours(shared, [relation], "in", limit=NEAR)
    return [n.node for n in beside if n.node.label in ENTRY_LABELS and n.node.id != but]


def _view(node: Node, word: str, reason: str) -> RelatedEntry:
    return RelatedEntry(node.id, node.props["name"], KIND_NAMES[node.label], word, reason)
