"""Neighbours, degrees and subgraphs: one query each."""

from collections.abc import Collection, Iterable
from typing import Any, Literal

from kg.errors import NodeNotFound
from kg.store import Degrees, Neighbour, Subgraph
from kg.stores.checks import checked_id
from kg.stores.neo4j import queries
from kg.stores.neo4j.connection import Work
from kg.stores.neo4j.reading import get, in_order, possible
from kg.stores.neo4j.records import edge_of, node_of_list
from kg.vocabulary import Relation

Way = Literal["out", "in"]


def neighbours(
    work: Work,
    node_id: str,
    relations: Collection[Relation] | None,
    direction: Literal["out", "in", "both"],
    *,
    limit: int,
    private: bool,
) -> list[Neighbour]:
    """Return the neighbours by relation, direction and id."""
    chosen = tuple(sorted(set(Relation) if relations is None else set(relations)))
    if not chosen:
        get(work, node_id)
        return []
    text = queries.neighbours(chosen, direction, private=private)
    found = _only(work.rows(text, id=checked_id(node_id), limit=limit), node_id)["found"]
    return [Neighbour(edge_of(one["edge"]), node_of_list(one["node"])) for one in found]


def degrees(work: Work, ids: Iterable[str]) -> dict[str, Degrees]:
    """Count public neighbours of the nodes that exist, in the order of `ids`."""
    wanted = possible(ids)
    found = {row["id"]: row["degrees"] for row in work.rows(queries.DEGREES, ids=wanted)}
    return {
        node_id: {(Relation(one), way): n for one, way, n in found[node_id] if n}
        for node_id in wanted
        if node_id in found
    }


def _only(rows: list[dict[str, Any]], node_id: str) -> dict[str, Any]:
    """Return the only row.

    Raises:
        NodeNotFound: there is none.
    """
    if not rows:
        raise NodeNotFound(node_id)
    return rows[0]


def subgraph(
    work: Work,
    ids: Collection[str],
    depth: int,
    *,
    relations: Collection[Relation] | None,
    limit: int,
    private: bool,
) -> Subgraph:
    """Return the nodes near `ids`."""
    wanted = [checked_id(node_id) for node_id in ids]
    followed = queries.passable(relations, private=private)
    text = queries.subgraph(followed, depth, private=private)
    row = work.rows(text, ids=wanted, limit=limit)[0]
    for node_id in row["missing"]:
        raise NodeNotFound(node_id)
    nodes = tuple(node_of_list(cells) for cells in row["nodes"])
    edges = in_order([edge_of(cells) for cells in row["edges"]])
    return Subgraph(nodes, tuple(edges), row["size"] - len(nodes))
