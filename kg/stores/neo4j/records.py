"""Rows of the database as nodes, edges and changes."""

import json
from collections.abc import Iterable
from typing import Any

from kg.model import Edge, Node
from kg.store import Change
from kg.stores.neo4j.connection import Row
from kg.vocabulary import Label, Relation

_OURS = {"Node", "Private"}


def label_of(labels: Iterable[str]) -> Label:
    """Return the label of the vocabulary among a database node's labels."""
    (label,) = set(labels) - _OURS
    return Label(label)


def node_of(row: Row) -> Node:
    """Return the node of a row with the columns `NODE`."""
    return Node(row["id"], label_of(row["labels"]), json.loads(row["props"]), row["revision"])


def node_of_list(cells: list[Any]) -> Node:
    """Return the node of a `NODE_LIST`."""
    node_id, labels, props, revision = cells
    return Node(node_id, label_of(labels), json.loads(props), revision)


def edge_of(cells: list[Any]) -> Edge:
    """Return the edge of an `EDGE_LIST`."""
    source, relation, target, props = cells
    return Edge(Relation(relation), source, target, json.loads(props))


def change_of(row: Row) -> Change:
    """Return the change of a row."""
    label, relation = row["label"], row["relation"]
    return Change(
        row["seq"],
        row["action"],
        row["id"],
        Label(label) if label else None,
        Relation(relation) if relation else None,
        row["target"],
    )
