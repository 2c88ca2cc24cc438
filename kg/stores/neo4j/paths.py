"""Shortest paths in one query that never lists more than `limit` of them.

Two hubs may be joined by millions of paths. So their length is found first, then the nodes that
a walk of that length can be at after each step (from both ends, so that a walk of the least
length is a path), and the paths are read off in order of ids, `limit` beginnings at a time: each
beginning leads to the end, so no other is needed.
"""

from collections.abc import Collection
from functools import lru_cache
from itertools import pairwise
from typing import Any

from kg.errors import NodeNotFound
from kg.model import Edge
from kg.store import Path
from kg.stores.checks import checked_id
from kg.stores.neo4j import queries
from kg.stores.neo4j.connection import Work
from kg.stores.neo4j.queries import EDGE_LIST, NODE_LIST
from kg.stores.neo4j.records import edge_of, node_of_list
from kg.vocabulary import Relation

_ENDS = (
    "OPTIONAL MATCH (a:Node {id: $a}) WHERE NOT a:Private"
    " OPTIONAL MATCH (b:Node {id: $b}) WHERE NOT b:Private"
)


def paths(
    work: Work,
    a: str,
    b: str,
    *,
    max_length: int,
    relations: Collection[Relation] | None,
    limit: int,
) -> list[Path]:
    """Return the shortest paths, by the ids along them."""
    followed = () if a == b else queries.passable(relations, private=False)
    text = paths_text(followed, max_length)
    row = work.rows(text, a=checked_id(a), b=checked_id(b), limit=limit)[0]
    for node_id, found in ((a, row["a"]), (b, row["b"])):
        if found is None:
            raise NodeNotFound(node_id)
    return [_path(one) for one in row["found"]]


def _path(found: dict[str, Any]) -> Path:
    """Return a path; of several edges between two nodes the first by (relation, source)."""
    nodes = tuple(node_of_list(cells) for cells in found["nodes"])
    between: dict[frozenset[str], list[Edge]] = {}
    for edge in map(edge_of, found["edges"]):
        between.setdefault(frozenset((edge.source, edge.target)), []).append(edge)
    chosen = [
        min(between[frozenset((one.id, two.id))], key=lambda edge: (edge.relation, edge.source))
        for one, two in pairwise(nodes)
    ]
    return Path(nodes, tuple(chosen))


@lru_cache
def paths_text(relations: tuple[Relation, ...], longest: int) -> str:
    """Return the query of the shortest paths from `$a` to `$b`, each sequence of nodes once."""
    if not relations:
        return f"{_ENDS} RETURN a.id AS a, b.id AS b, [] AS found"
    edge = f"-[:{'|'.join(sorted(relations))}]-"
    types = edge[1:-1].strip("[]")
    ahead, back = (longest + 1) // 2, longest // 2
    return " ".join(
        (
            _ENDS,
            f"OPTIONAL MATCH way = shortestPath((a)-[{types}*..{longest}]-(b))",
            # `ahead` steps are walked from `a` and the rest from `b`; 0 is no connection
            "WITH a, b, coalesce(length(way), 0) AS size",
            "WITH a, b, size, (size + 1) / 2 AS ahead, [a] AS a0, [b] AS b0",
            *(_walk("a", i, f"ahead >= {i}", edge) for i in range(1, ahead + 1)),
            *(_walk("b", i, f"size >= {2 * i}", edge) for i in range(1, back + 1)),
            *(_trim(i, ahead, back, edge) for i in range(ahead, 0, -1)),
            "WITH *, CASE size WHEN 0 THEN [] ELSE [[a]] END AS trails0",
            *(_go_on(i, ahead, back, edge) for i in range(1, longest + 1)),
            f"RETURN a.id AS a, b.id AS b, COLLECT {{ UNWIND trails{longest} AS trail",
            f"RETURN {{nodes: [m IN trail | {NODE_LIST.format(v='m')}], edges: COLLECT {{",
            "UNWIND range(0, size(trail) - 2) AS i WITH trail[i] AS x, trail[i + 1] AS y",
            f"MATCH (x)-[r{types}]-(y) RETURN {EDGE_LIST} }} }} }} AS found",
        )
    )


def _walk(side: str, i: int, when: str, edge: str) -> str:
    """Return the text for the nodes `i` steps from an end."""
    return (
        f"CALL ({side}{i - 1}, size, ahead) {{ WITH {side}{i - 1} AS border WHERE {when}"
        f" UNWIND border AS x MATCH (x){edge}(y) RETURN collect(DISTINCT y) AS {side}{i} }}"
    )


def _trim(i: int, ahead: int, back: int, edge: str) -> str:
    """Return the text for those `i` steps from `a` that lead on to `b`."""
    rest = _layer("b", "size - ahead", back)
    more = f", a{i}, t{i + 1}" if i < ahead else ""
    before = f" UNION UNWIND t{i + 1} AS x MATCH (x){edge}(y) WHERE y IN a{i} RETURN y"
    return (
        f"WITH *, CASE ahead WHEN {i} THEN a{i} ELSE [] END AS meet{i}, {rest} AS rest{i}"
        f" CALL (meet{i}, rest{i}{more}) {{ CALL (meet{i}, rest{i}{more}) {{"
        f" UNWIND meet{i} AS y WITH y WHERE y IN rest{i} RETURN y{before if more else ''} }}"
        f" RETURN collect(y) AS t{i} }}"
    )


def _go_on(i: int, ahead: int, back: int, edge: str) -> str:
    """Return the text for the first `limit` beginnings of `i` steps."""
    after = _layer("b", f"size - {i}", back)
    allowed = f"CASE WHEN ahead >= {i} THEN t{i} ELSE {after} END" if i <= ahead else after
    return (
        f"WITH *, trails{i - 1} AS begun{i}, {allowed} AS next{i}"
        f" CALL (begun{i}, next{i}, size) {{ WITH begun{i} AS trails WHERE size >= {i}"
        " UNWIND range(0, size(trails) - 1) AS k WITH k, trails[k] AS trail"
        " WITH trail[-1] AS x, collect([k, trail]) AS begun"
        f" CALL (x, next{i}) {{ MATCH (x){edge}(y) WHERE y IN next{i}"
        " WITH DISTINCT y ORDER BY y.id LIMIT $limit RETURN collect(y) AS ys }"
        " UNWIND begun AS one UNWIND ys AS y WITH one, y ORDER BY one[0], y.id LIMIT $limit"
        f" RETURN collect(one[1] + y) AS more{i} }}"
        f" WITH *, CASE WHEN size >= {i} THEN more{i} ELSE trails{i - 1} END AS trails{i}"
    )


def _layer(side: str, which: str, last: int) -> str:
    """Return the expression for one of the layers of a side."""
    layers = " ".join(f"WHEN {j} THEN {side}{j}" for j in range(last + 1))
    return f"CASE {which} {layers} ELSE [] END"
