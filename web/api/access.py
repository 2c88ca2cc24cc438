"""What endpoints read from: the store, the engine, and the rule that private things are absent."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from fastapi.requests import Request

from kg.errors import NodeNotFound
from kg.model import Node
from kg.store import GraphStore
from kg.vocabulary import PUBLIC_LABELS, Label
from web.deps import platform

if TYPE_CHECKING:
    from search.engine import SearchEngine


def store_of(request: Request) -> GraphStore:
    """Return the graph store."""
    return platform(request).store


def engine_of(request: Request) -> "SearchEngine":
    """Return the search engine."""
    return platform(request).engine


def public_node(store: GraphStore, node_id: str, labels: Collection[Label] = PUBLIC_LABELS) -> Node:
    """Return a public node of these labels.

    Raises:
        NodeNotFound: there is none; a private node cannot be told from an absent one.
    """
    node = store.get(node_id)
    if node.label not in labels or node.label not in PUBLIC_LABELS:
        raise NodeNotFound(node_id)
    return node
