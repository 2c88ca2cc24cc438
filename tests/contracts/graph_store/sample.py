"""Small graphs for the kit, in few words."""

from collections.abc import Iterable
from typing import Any

from kg.model import Edge, Node
from kg.query import Filter, Op, Query
from kg.store import GraphStore
from kg.vocabulary import Label, Relation

EVERY = frozenset(Label)
TECH = frozenset({Label.TECHNOLOGY})

LABELS = {
    "tech": Label.TECHNOLOGY,
    "equip": Label.EQUIPMENT,
    "prod": Label.PRODUCT,
    "org": Label.ORGANIZATION,
    "demand": Label.DEMAND,
    "case": Label.CASE,
    "region": Label.REGION,
    "industry": Label.INDUSTRY,
    "concept": Label.CONCEPT,
    "material": Label.MATERIAL,
    "document": Label.DOCUMENT,
    "user": Label.USER,
    "draft": Label.DRAFT,
    "event": Label.EVENT,
}


def node(node_id: str, **props: Any) -> Node:
    """A node whose label follows from its id."""
    return Node(node_id, LABELS[node_id.split("-", maxsplit=1)[0]], props)


def fill(store: GraphStore, *ids: str) -> None:
    store.put_many([node(node_id) for node_id in ids])


def link(store: GraphStore, *edges: tuple[str, Relation, str]) -> None:
    store.relate_many([Edge(relation, source, target) for source, relation, target in edges])


def where(field: str, op: Op, value: Any, **more: Any) -> Query:
    return Query(TECH, (Filter(field, op, value),), **more)


def ids(nodes: Iterable[Node]) -> list[str]:
    return [node.id for node in nodes]


def found(store: GraphStore, query: Query) -> list[str]:
    return ids(store.find(query).nodes)
