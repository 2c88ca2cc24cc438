"""The Cypher of everything but `find`: constant texts, values only as parameters.

Labels and relation types stand in them by name, taken from the vocabulary. `NODE` columns are
what `records.node_of` reads, `EDGE` columns what `records.edge_of` does.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache

from kg.vocabulary import PRIVATE_LABELS, RELATION_ENDS, Label, Relation

NODE = "{v}.id AS id, labels({v}) AS labels, {v}.props AS props, {v}.revision AS revision"
NODE_LIST = "[{v}.id, labels({v}), {v}.props, {v}.revision]"
EDGE_LIST = "[startNode(r).id, type(r), endNode(r).id, r.props]"

GET = f"UNWIND $ids AS wanted MATCH (n:Node {{id: wanted}}) RETURN {NODE.format(v='n')}"
LABELS = "UNWIND $ids AS wanted MATCH (n:Node {id: wanted}) RETURN n.id AS id, labels(n) AS labels"

POSITION = "MATCH (m:Meta {name: 'graph'}) RETURN m.seq AS seq, m.mark AS mark"
CHANGES = (
    "MATCH (c:Change) WHERE c.seq > $since RETURN c.seq AS seq, c.action AS action, c.id AS id,"
    " c.label AS label, c.relation AS relation, c.target AS target ORDER BY c.seq LIMIT $limit"
)
RECORD = (
    "MATCH (m:Meta {name: 'graph'}) SET m.seq = $seq"
    " WITH m UNWIND $changes AS row CREATE (c:Change) SET c = row"
)

COUNTS = " UNION ALL ".join(
    [
        f"MATCH (n:{label}) RETURN 'node' AS sort, '{label}' AS name, count(n) AS size"
        for label in sorted(Label)
    ]
    + [
        f"MATCH ()-[r:{one}]->() RETURN 'edge' AS sort, '{one}' AS name, count(r) AS size"
        for one in sorted(Relation)
    ]
)


def _store(label: Label) -> str:
    """Return how nodes of a label are written; every other label is taken off.

    An entry may change its kind, and in an import anything may come back as something else.
    """
    own = {str(label), "Private"} if label in PRIVATE_LABELS else {str(label)}
    others = sorted({*map(str, Label), "Private"} - own)
    return (
        "UNWIND $rows AS row MERGE (n:Node {id: row.id})"
        f" SET n = row.columns SET n:{':'.join(sorted(own))} REMOVE n:{':'.join(others)}"
    )


STORE = {label: _store(label) for label in Label}

# Emptied first: Neo4j (2026.08) finds a node by a property that was written in this transaction
# even after it was deleted in it, and then fails on reading it.
REMOVE = "MATCH (n:Node {id: $id}) SET n = {} DETACH DELETE n"
EDGES_OF = f"MATCH (n:Node {{id: $id}})-[r]-() RETURN {EDGE_LIST} AS edge"

EDGES_STORED = (
    "UNWIND $rows AS row MATCH (s:Node {id: row.source}) MATCH (t:Node {id: row.target})"
    " MATCH (s)-[r]->(t) WHERE type(r) = row.relation"
    f" RETURN {EDGE_LIST} AS edge"
)
RELATE = {
    one: (
        "UNWIND $rows AS row MATCH (s:Node {id: row.source}) MATCH (t:Node {id: row.target})"
        f" MERGE (s)-[r:{one}]->(t) SET r.props = row.props"
        " RETURN count(*) AS written"
    )
    for one in Relation
}
UNRELATE = {
    one: (
        f"MATCH (s:Node {{id: $source}})-[r:{one}]->(t:Node {{id: $target}})"
        " DELETE r RETURN count(*) AS gone"
    )
    for one in Relation
}


def _types(relations: Iterable[Relation]) -> str:
    return "|".join(sorted(set(relations)))


def may_hide(relation: Relation) -> bool:
    """Say whether an end of this relation may be private."""
    ends = RELATION_ENDS[relation]
    return bool((ends.sources | ends.targets) & PRIVATE_LABELS)


def passable(relations: Collection[Relation] | None, *, private: bool) -> tuple[Relation, ...]:
    """Return the relations that a traversal may follow, in order.

    `ABOUT` is the only relation with private ends, and each of its sources is private. So a
    traversal that starts at public nodes and leaves it alone never meets a private one.
    """
    chosen = sorted(set(Relation) if relations is None else set(relations))
    return tuple(one for one in chosen if private or not may_hide(one))


@lru_cache
def edges(relations: tuple[Relation, ...]) -> str:
    """Return the query of all edges that start at `$ids`."""
    return (
        "UNWIND $ids AS wanted MATCH (n:Node {id: wanted})"
        f" MATCH (n)-[r:{_types(relations)}]->() RETURN {EDGE_LIST} AS edge"
    )


@lru_cache
def neighbours(relations: tuple[Relation, ...], direction: str, *, private: bool) -> str:
    """Return the query of the neighbours of `$id`; no row says that the node is missing."""
    left, right = {"out": ("", ">"), "in": ("<", ""), "both": ("", "")}[direction]
    # apart from MATCH, lest a small graph is read from its labels and the plan then kept
    hidden = "" if private else " WITH r, m WHERE NOT m:Private"
    return (
        "MATCH (n:Node {id: $id}) RETURN COLLECT {"
        f" MATCH (n){left}-[r:{_types(relations)}]-{right}(m){hidden}"
        " WITH r, m ORDER BY type(r), CASE WHEN startNode(r) = n THEN 0 ELSE 1 END, m.id"
        f" LIMIT $limit RETURN {{edge: {EDGE_LIST}, node: {NODE_LIST.format(v='m')}}}"
        " } AS found"
    )


def _degree(relation: Relation, way: str) -> str:
    left, right = {"out": ("", ">"), "in": ("<", "")}[way]
    # without a condition on the other end the number stands with the node
    other = "(m:Node) WHERE NOT m:Private" if may_hide(relation) else "()"
    pattern = f"(n){left}-[:{relation}]-{right}{other}"
    return f"['{relation}', '{way}', COUNT {{ {pattern} }}]"


DEGREES = (
    "UNWIND $ids AS wanted MATCH (n:Node {id: wanted}) RETURN n.id AS id, ["
    + ", ".join(_degree(one, way) for one in sorted(Relation) for way in ("out", "in"))
    + "] AS degrees"
)


@lru_cache
def subgraph(relations: tuple[Relation, ...], depth: int, *, private: bool) -> str:
    """Return the query of the nodes near `$ids`; `missing` are ids that may not be seen."""
    hidden = "" if private else " WHERE NOT s:Private"
    types = f":{_types(relations)}"
    if relations and depth:
        reach = f"MATCH way = (s)-[{types}*0..{depth}]-(m) WITH m, min(length(way)) AS far"
    else:
        reach = "WITH DISTINCT s AS m, 0 AS far"
    among = (
        "COLLECT { UNWIND nodes AS a"
        f" MATCH (a)-[r{types}]->(b) WHERE b IN nodes RETURN {EDGE_LIST} }}"
        if relations
        else "[]"
    )
    return (
        "CALL () { UNWIND $ids AS wanted"
        f" OPTIONAL MATCH (s:Node {{id: wanted}}){hidden}"
        " RETURN collect(DISTINCT s) AS starts,"
        " collect(CASE WHEN s IS NULL THEN wanted END) AS missing }"
        f" CALL (starts) {{ UNWIND starts AS s {reach} ORDER BY far, m.id"
        " RETURN collect(m) AS reached }"
        " WITH missing, reached[..$limit] AS nodes, size(reached) AS size"
        f" RETURN missing, size, [m IN nodes | {NODE_LIST.format(v='m')}] AS nodes,"
        f" {among} AS edges"
    )
