"""Plain reads: nodes, edges, the change feed, numbers."""

from collections.abc import Collection, Iterable

from kg.errors import NodeNotFound, StoreUnavailable
from kg.model import Edge, Node
from kg.store import Change, Counts
from kg.stores.checks import checked_id, is_id
from kg.stores.neo4j import queries
from kg.stores.neo4j.connection import Work
from kg.stores.neo4j.failures import EMPTIED
from kg.stores.neo4j.records import change_of, edge_of, node_of
from kg.vocabulary import Label, Relation


def get(work: Work, node_id: str) -> Node:
    """Return a node."""
    for row in work.rows(queries.GET, ids=[checked_id(node_id)]):
        return node_of(row)
    raise NodeNotFound(node_id)


def get_many(work: Work, ids: Iterable[str]) -> dict[str, Node]:
    """Return the nodes that exist, in the order of `ids`."""
    wanted = possible(ids)
    found = {row["id"]: node_of(row) for row in work.rows(queries.GET, ids=wanted)}
    return {node_id: found[node_id] for node_id in wanted if node_id in found}


def possible(ids: Iterable[str]) -> list[str]:
    """Return the ids that a node can have, each once."""
    return list(dict.fromkeys(node_id for node_id in ids if is_id(node_id)))


def edges(work: Work, sources: Iterable[str], relations: Collection[Relation]) -> list[Edge]:
    """Return all edges of these types from these nodes."""
    if not relations:
        work.rows(queries.POSITION)
        return []
    text = queries.edges(tuple(sorted(set(relations))))
    found = [edge_of(row["edge"]) for row in work.rows(text, ids=possible(sources))]
    return in_order(found)


def in_order(found: list[Edge]) -> list[Edge]:
    """Return edges by (source, relation, target)."""
    return sorted(found, key=lambda edge: (edge.source, edge.relation, edge.target))


def changes(work: Work, since: int, limit: int) -> list[Change] | None:
    """Return the changes after `since`, up to the first that cannot be seen yet.

    A commit becomes visible piece by piece. Numbers have no gaps, so one that is missing is on
    its way. Whoever reads next waits for the rest of the commit (see `connection`). None says
    that there are changes and already the first of them is missing.
    """
    told: list[Change] = []
    for row in work.rows(queries.CHANGES, since=since, limit=limit):
        if row["seq"] != since + len(told) + 1:
            break
        told.append(change_of(row))
    if told or all(row["seq"] <= since for row in work.rows(queries.POSITION)):
        return told
    return None


def position(work: Work) -> int:
    """Return the number of the newest change."""
    for row in work.rows(queries.POSITION):
        work.check_finished(row["mark"])
        return int(row["seq"])
    raise StoreUnavailable(EMPTIED)


def counts(work: Work) -> Counts:
    """Return nodes by label and edges by type."""
    rows = [row for row in work.rows(queries.COUNTS) if row["size"]]
    return Counts(
        {Label(row["name"]): row["size"] for row in rows if row["sort"] == "node"},
        {Relation(row["name"]): row["size"] for row in rows if row["sort"] == "edge"},
    )
