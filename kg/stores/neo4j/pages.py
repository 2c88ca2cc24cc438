"""Pages, counts and facets of a `Query`."""

from collections import Counter
from collections.abc import Sequence

from kg.model import Node, Scalar
from kg.query import ORDER_WIDTH, Query
from kg.store import Page
from kg.stores.cursors import Position, decode, encode
from kg.stores.neo4j import queries
from kg.stores.neo4j.columns import ABSENT, TEXT, TRUTH, key_of, kind_of, plain
from kg.stores.neo4j.conditions import Given, impossible, match
from kg.stores.neo4j.connection import Work
from kg.stores.neo4j.reading import counts
from kg.stores.neo4j.records import node_of

_RETURN = f"LIMIT $count RETURN {queries.NODE.format(v='n')}"


def find(work: Work, query: Query) -> Page:
    """Return one page."""
    after = decode(query)
    if impossible(query):
        work.rows(queries.POSITION)
        return Page((), None)
    given = Given()
    text = _by_id(query, after, given) if query.order_by is None else _by(query, after, given)
    rows = work.rows(f"{text} {_RETURN}", **given.values, count=query.limit + 1)
    nodes = tuple(node_of(row) for row in rows[: query.limit])
    more = len(rows) > query.limit
    return Page(nodes, encode(query, _position(query, nodes[-1])) if more else None)


def _position(query: Query, node: Node) -> Position:
    value = node.props.get(query.order_by) if query.order_by else None
    if isinstance(value, str):
        return Position(node.id, value[:ORDER_WIDTH])
    return Position(node.id, value if isinstance(value, int | float) else None)


def _by_id(query: Query, after: Position | None, given: Given) -> str:
    beyond = () if after is None else (f"n.id > {given(after.id)}",)
    return f"{match(query, given, *beyond)} WITH n ORDER BY n.id"


def _by(query: Query, after: Position | None, given: Given) -> str:
    key, way = f"n.p_{query.order_by}", "DESC" if query.descending else "ASC"
    rank = (
        f"CASE WHEN {key} IS NULL THEN {ABSENT} WHEN {key} IS :: STRING THEN {TEXT}"
        f" WHEN {key} IS :: BOOLEAN THEN {TRUTH} ELSE 0 END"
    )
    beyond = "" if after is None else f" WHERE {_past(query, after, given)}"
    return (
        f"{match(query, given)} WITH n, {key} AS key, {rank} AS rank{beyond}"
        f" WITH n, key, rank ORDER BY rank = {ABSENT}, rank {way}, key {way}, n.id"
    )


def _past(query: Query, after: Position, given: Given) -> str:
    """Return what comes after the cursor among rows with `n`, `key` and `rank`."""
    node_id = given(after.id)
    if after.key is None:
        return f"rank = {ABSENT} AND n.id > {node_id}"
    sign = "<" if query.descending else ">"
    kind, key = given(kind_of(after.key)), given(key_of(after.key))
    same = f"rank = {kind} AND (key {sign} {key} OR (key = {key} AND n.id > {node_id}))"
    return f"(rank = {ABSENT} OR rank {sign} {kind} OR ({same}))"


def count(work: Work, query: Query) -> int:
    """Return how many nodes fit."""
    if impossible(query):
        work.rows(queries.POSITION)
        return 0
    if not query.filters and not query.related:
        numbers = counts(work).nodes
        return sum(numbers.get(label, 0) for label in query.labels)
    given = Given()
    rows = work.rows(f"{match(query, given)} RETURN count(n) AS size", **given.values)
    return int(rows[0]["size"])


def facets(work: Work, query: Query, fields: Sequence[str]) -> dict[str, list[tuple[Scalar, int]]]:
    """Count the values of the fields among all fitting nodes."""
    names = list(dict.fromkeys(fields))
    numbers: dict[str, Counter[tuple[int, Scalar]]] = {name: Counter() for name in names}
    if not names or impossible(query):
        work.rows(queries.POSITION)
        return {name: [] for name in names}
    given = Given()
    lists = ", ".join(f"[{i}, {_values(name)}]" for i, name in enumerate(names))
    text = (
        f"{match(query, given)} UNWIND [{lists}] AS pair UNWIND pair[1] AS value"
        " RETURN pair[0] AS place, value, count(*) AS number"
    )
    for row in work.rows(text, **given.values):
        value = plain(row["value"]) if isinstance(row["value"], str) else row["value"]
        numbers[names[row["place"]]][kind_of(value), value] += row["number"]
    return {name: _in_order(counted) for name, counted in numbers.items()}


def _values(name: str) -> str:
    """Return the list of what a node has of a property."""
    lists = " + ".join(f"coalesce(n.{prefix}_{name}, [])" for prefix in "iftb")
    return f"CASE WHEN n.p_{name} IS NULL THEN {lists} ELSE [coalesce(n.l_{name}, n.p_{name})] END"


def _in_order(counted: Counter[tuple[int, Scalar]]) -> list[tuple[Scalar, int]]:
    rows = sorted(counted.items(), key=lambda row: (-row[1], row[0]))
    return [(value, number) for (_, value), number in rows]
