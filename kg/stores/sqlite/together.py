"""Entries that are in use together: what they share, in one statement."""

import sqlite3  # noqa: TID251 - this folder owns SQL
from collections import defaultdict

from kg.errors import NodeNotFound
from kg.store import CoApplied
from kg.stores.sqlite.reading import get_many, label_of
from kg.vocabulary import ENTRY_LABELS

WAYS = range(4)
"""A case, a user, a process, an industry: the more it says, the sooner."""

_SHARED = """
WITH mine AS (SELECT source AS id FROM edges WHERE target = ?1 AND relation = 'CASE_OF'),
shared (way, node) AS (
    SELECT 0, id FROM mine
    UNION SELECT 1, e.target FROM mine CROSS JOIN edges e
        ON e.source = mine.id AND e.relation = 'CASE_AT'
    UNION SELECT 2, e.target FROM (SELECT id FROM mine UNION ALL SELECT ?1) m CROSS JOIN edges e
        ON e.source = m.id AND e.relation = 'IN_CONCEPT' CROSS JOIN nodes n ON n.id = e.target
        WHERE json_extract(n.props, '$.scheme') = 'process' AND EXISTS (SELECT 1 FROM mine)
    UNION SELECT 3, target FROM edges
        WHERE source = ?1 AND relation = 'APPLIES_TO' AND EXISTS (SELECT 1 FROM mine)),
-- who else has it: an entry itself, or a case of it
with_it (way, node, id) AS (
    SELECT s.way, s.node, s.node FROM shared s WHERE s.way = 0
    UNION SELECT s.way, s.node, e.source FROM shared s CROSS JOIN edges e
        ON e.target = s.node AND e.relation = 'CASE_AT' WHERE s.way = 1
    UNION SELECT s.way, s.node, e.source FROM shared s CROSS JOIN edges e
        ON e.target = s.node AND e.relation = 'IN_CONCEPT' WHERE s.way = 2
    UNION SELECT s.way, s.node, e.source FROM shared s CROSS JOIN edges e
        ON e.target = s.node AND e.relation = 'APPLIES_TO' WHERE s.way = 3),
other (way, node, id) AS (
    SELECT w.way, w.node, e.target FROM with_it w CROSS JOIN edges e
        ON e.source = w.id AND e.relation = 'CASE_OF'
    UNION SELECT way, node, id FROM with_it w WHERE way > 1 AND EXISTS (
        SELECT 1 FROM edges e WHERE e.target = w.id AND e.relation = 'CASE_OF')),
best AS (
    SELECT id, sum(way = 0) AS n0, sum(way = 1) AS n1, sum(way = 2) AS n2, sum(way = 3) AS n3
    FROM other WHERE id <> ?1 GROUP BY id
    ORDER BY n0 DESC, n1 DESC, n2 DESC, n3 DESC, id LIMIT ?2)
SELECT b.id, o.way, o.node FROM best b JOIN other o ON o.id = b.id
ORDER BY b.n0 DESC, b.n1 DESC, b.n2 DESC, b.n3 DESC, b.id, o.way, o.node
"""


def co_applied(db: sqlite3.Connection, entry_id: str, limit: int) -> list[CoApplied]:
    """Return the entries that share cases, users, processes or industries."""
    if label_of(db, entry_id) not in ENTRY_LABELS:
        raise NodeNotFound(entry_id)
    found: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for node_id, way, shared in db.execute(_SHARED, (entry_id, limit)):
        found[node_id][way].append(shared)
    wanted = {one for ways in found.values() for ids in ways.values() for one in ids}
    nodes = get_many(db, [*found, *wanted])
    return [
        CoApplied(nodes[node_id], *(tuple(nodes[one] for one in ways[way]) for way in WAYS))
        for node_id, ways in found.items()
    ]
