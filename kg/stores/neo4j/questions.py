"""Symbiosis chains and co-applied entries: one query each.

Chains could be as many as the makers of a material times its takers. So both are first gathered
by the region that they lie in, of each level of FAR and anywhere; of each such group only the
first `limit` pairs by (maker, taker) are made. A pair beyond these has that many before it in
the order of the contract, for those lie as near or nearer.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from kg.errors import NodeNotFound
from kg.store import FAR, MAX_RISE, Chain, CoApplied, End, Symbiosis
from kg.stores.checks import checked_id
from kg.stores.neo4j.connection import Work
from kg.stores.neo4j.queries import EDGE_LIST, NODE_LIST
from kg.stores.neo4j.records import edge_of, node_of_list
from kg.vocabulary import ENTRY_LABELS

ANYWHERE = len(FAR)
"""The distance of those that no region of FAR holds together."""
BOTH = 3
"""All bits of a mask: 1 for an end of `node`, 2 for an end in `region`."""

_UP = f"-[:PART_OF*0..{MAX_RISE}]->"
_ENTRY = "|".join(sorted(ENTRY_LABELS))


def _distance(region: str) -> str:
    levels = " ".join(f"WHEN '{level}' THEN {far}" for level, far in FAR.items())
    return f"CASE WHEN {region} IS NULL THEN {ANYWHERE} ELSE CASE {region}.p_level {levels} END END"


@lru_cache
def symbiosis_text(*, materials: bool, node: bool, region: bool) -> str:
    """Return the query of the chains; `lost` are ids of the question that are not there."""
    return _given(materials=materials, node=node, region=region) + _FLOWS[materials, node] + (
        " CALL (flows, own, place) { UNWIND flows AS flow"
        " WITH flow[0] AS p, flow[1] AS c, own, place"
        " CALL (p, c) { MATCH (x)-[:PRODUCES]->(p) RETURN x, 1 AS makes, 0 AS takes"
        " UNION ALL MATCH (x)-[:CONSUMES]->(c) RETURN x, 0 AS makes, 1 AS takes }"
        " WITH p, c, x, own, place, sum(makes) AS makes, sum(takes) AS takes"
        # each node's regions once, however many materials it has
        " WITH x, own, place, collect([p, c, makes, takes]) AS parts"
        f" WITH x, own, place, parts, COLLECT {{ MATCH (x)-[:LOCATED_IN]->(){_UP}(r:Region)"
        " RETURN DISTINCT r } AS up"
        f" WITH x, parts, up, {_mask(node=node, region=region)} AS mask ORDER BY x.id"
        " UNWIND parts AS part UNWIND up + [null] AS r"
        f" WITH x, part[0] AS p, part[1] AS c, part[2] AS makes, part[3] AS takes, mask, r,"
        f" {_distance('r')} AS far WHERE far IS NOT NULL"
        " WITH p, c, r, far, collect(CASE makes WHEN 1 THEN [mask, x] END) AS makers,"
        " collect(CASE takes WHEN 1 THEN [mask, x] END) AS takers,"
        f" sum(CASE mask WHEN {BOTH} THEN makes * takes ELSE 0 END) AS alone"
        " WHERE size(makers) > 0 AND size(takers) > 0"
        f" UNWIND {_blocks(node or region)} AS block"
        " WITH p, c, r, far, CASE block WHEN [3, 3] THEN alone ELSE 0 END AS alone,"
        " [one IN makers WHERE one[0] = block[0] | one[1]] AS makers,"
        " [one IN takers WHERE one[0] = block[1] | one[1]] AS takers"
        " WITH p, c, r, far, size(makers) * size(takers) - alone AS size,"
        # a maker may be a taker too, and makes no pair with itself
        " makers[..$limit / CASE size(takers) WHEN 1 THEN 1 ELSE size(takers) - 1 END + 1]"
        " AS makers, takers[..$limit + 1] AS takers WHERE size > 0"
        " RETURN collect([p, c, r, far, makers, takers, size]) AS groups }"
        " RETURN lost,"
        f" reduce(n = 0, g IN groups | CASE g[3] WHEN {ANYWHERE} THEN n + g[6] ELSE n END)"
        f" AS total, {_CHAINS} AS chains"
    )  # fmt: skip


_CHAINS = (
    "COLLECT { UNWIND groups AS g UNWIND g[4] AS s UNWIND g[5] AS t"
    " WITH g, s, t WHERE s <> t"
    " WITH s, t, g[0] AS p, g[1] AS c, min([g[3], (g[2]).id]) AS near"
    " ORDER BY near[0], s.id, t.id, p.id, c.id LIMIT $limit"
    f" RETURN [{NODE_LIST.format(v='s')}, {NODE_LIST.format(v='p')},"
    f" {NODE_LIST.format(v='t')}, {NODE_LIST.format(v='c')}, near[0],"
    f" COLLECT {{ MATCH (w:Node {{id: near[1]}}) RETURN {NODE_LIST.format(v='w')} }}[0],"
    f" COLLECT {{ MATCH (s)-[r:PRODUCES]->(p) RETURN {EDGE_LIST} }}[0],"
    f" COLLECT {{ MATCH (t)-[r:CONSUMES]->(c) RETURN {EDGE_LIST} }}[0],"
    " " + ", ".join(
        f"COLLECT {{ MATCH ({end})-[:LOCATED_IN]->(w) WITH w ORDER BY w.id"
        f" RETURN {NODE_LIST.format(v='w')} }}"
        for end in "st"
    ) + "] }"
)  # fmt: skip


def _given(*, materials: bool, node: bool, region: bool) -> str:
    """Return the text that looks up what the question names: `heads`, `own`, `place`, `lost`."""
    heads = (
        "CALL () { UNWIND $materials AS wanted"
        " OPTIONAL MATCH (m:Node {id: wanted}) WHERE m:Material"
        " RETURN collect(DISTINCT m) AS heads,"
        " collect(CASE WHEN m IS NULL THEN wanted END) AS lost }"
        if materials
        else "WITH null AS heads, [] AS lost"
    )
    own = (
        " OPTIONAL MATCH (n:Node {id: $node}) WHERE NOT n:Private"
        " WITH heads, CASE WHEN n IS NULL THEN lost + $node ELSE lost END AS lost,"
        " COLLECT { UNWIND [n] AS x WITH x WHERE x IS NOT NULL RETURN x"
        " UNION MATCH (n)-[:SUPPLIES|HOLDS]->(x) RETURN x"
        " UNION MATCH (n)<-[:CASE_AT]-()-[:CASE_OF]->(x) RETURN x } AS own"
        if node
        else " WITH heads, lost, null AS own"
    )
    place = (
        " OPTIONAL MATCH (g:Node {id: $region}) WHERE g:Region"
        " WITH heads, own, g AS place, CASE WHEN g IS NULL THEN lost + $region ELSE lost END"
        " AS lost"
        if region
        else " WITH heads, own, lost, null AS place"
    )
    return heads + own + place


def _flows(seeds: str) -> str:
    """Return the text that gathers [produced, consumed] materials."""
    return f" CALL (heads, own) {{ {seeds} RETURN collect(DISTINCT [p, c]) AS flows }}"


_OWN = (
    "UNWIND own AS x CALL (x) {"
    f" MATCH (x)-[:PRODUCES]->(p){_UP}(c) RETURN p, c"
    f" UNION MATCH (x)-[:CONSUMES]->(c)<-[:PART_OF*0..{MAX_RISE}]-(p) RETURN p, c }}"
    " WITH p, c, heads WHERE p:Material AND c:Material"
)
_FLOWS = {
    (False, False): _flows(f"MATCH (p:Material){_UP}(c:Material)"),
    (True, False): _flows(
        f"UNWIND heads AS h MATCH (h)<-[:PART_OF*0..{MAX_RISE}]-(p:Material)"
        f" WITH DISTINCT p MATCH (p){_UP}(c:Material)"
    ),
    (False, True): _flows(_OWN),
    (True, True): _flows(f"{_OWN} AND EXISTS {{ (p){_UP}(h) WHERE h IN heads }}"),
}


def _mask(*, node: bool, region: bool) -> str:
    """Return which filters an end meets; a filter that is not given is met."""
    first = "CASE WHEN x IN own THEN 1 ELSE 0 END" if node else "1"
    second = "CASE WHEN place IN up THEN 2 ELSE 0 END" if region else "2"
    return f"{first} + {second}"


def _blocks(filtered: bool) -> str:  # noqa: FBT001
    """Return which masks of maker and taker meet all filters between them."""
    masks = range(BOTH + 1) if filtered else (BOTH,)
    return str([[one, two] for one in masks for two in masks if one | two == BOTH])


def symbiosis(
    work: Work,
    *,
    materials: Collection[str] | None,
    node: str | None,
    region: str | None,
    limit: int,
) -> Symbiosis:
    """Return the nearest chains and the number of all."""
    given: dict[str, Any] = {}
    if materials is not None:
        given["materials"] = [checked_id(one) for one in materials]
    for name, node_id in (("node", node), ("region", region)):
        if node_id is not None:
            given[name] = checked_id(node_id)
    text = symbiosis_text(
        materials=materials is not None, node=node is not None, region=region is not None
    )
    row = work.rows(text, **given, limit=limit)[0]
    for node_id in row["lost"]:
        raise NodeNotFound(node_id)
    return Symbiosis(tuple(_chain(cells) for cells in row["chains"]), row["total"])


def _chain(cells: list[Any]) -> Chain:
    source, material, target, wanted, far, within, made, taken, froms, tos = cells
    return Chain(
        End(node_of_list(source), edge_of(made), tuple(map(node_of_list, froms))),
        node_of_list(material),
        End(node_of_list(target), edge_of(taken), tuple(map(node_of_list, tos))),
        node_of_list(wanted),
        None if far == ANYWHERE else far,
        node_of_list(within) if within else None,
    )


_AT_A_USER = (
    "MATCH (e)<-[:CASE_OF]-()-[:CASE_AT]->(s) WITH DISTINCT s"
    " MATCH (s)<-[:CASE_AT]-(k) MATCH (k)-[:CASE_OF]->(f) RETURN f, s, 1 AS way"
)
_IN_A_PROCESS = (
    # the entry itself, or a case of it
    "MATCH (e)<-[:CASE_OF]-(k) UNWIND [e, k] AS x"
    " MATCH (x)-[:IN_CONCEPT]->(s) WHERE s.p_scheme = 'process' WITH DISTINCT s"
    " MATCH (s)<-[:IN_CONCEPT]-(y) CALL (y) {"
    " MATCH (y)-[:CASE_OF]->(f) RETURN f UNION"
    f" WITH y AS f WHERE f:{_ENTRY} AND EXISTS {{ (f)<-[:CASE_OF]-() }} RETURN f }}"
    " RETURN f, s, 2 AS way"
)
_IN_AN_INDUSTRY = (
    "MATCH (e)-[:APPLIES_TO]->(s) WHERE EXISTS { (e)<-[:CASE_OF]-() }"
    " MATCH (s)<-[:APPLIES_TO]-(f) WHERE EXISTS { (f)<-[:CASE_OF]-() } RETURN f, s, 3 AS way"
)
_IN_A_CASE = "MATCH (e)<-[:CASE_OF]-(s) MATCH (s)-[:CASE_OF]->(f) RETURN f, s, 0 AS way"
_SHARING = (_IN_A_CASE, _AT_A_USER, _IN_A_PROCESS, _IN_AN_INDUSTRY)

CO_APPLIED = (
    f"MATCH (e:Node {{id: $id}}) WHERE e:{_ENTRY} RETURN COLLECT {{"
    f" CALL (e) {{ {' UNION '.join(_SHARING)} }}"
    " WITH e, f, s, way WHERE f <> e"
    " WITH f, "
    + ", ".join(f"sum(CASE way WHEN {way} THEN 1 ELSE 0 END) AS n{way}" for way in range(4))
    + ", collect([way, s]) AS shared"
    " ORDER BY n0 DESC, n1 DESC, n2 DESC, n3 DESC, f.id LIMIT $limit"
    f" RETURN [{NODE_LIST.format(v='f')}, "
    + ", ".join(
        f"[one IN shared WHERE one[0] = {way} | {NODE_LIST.format(v='(one[1])')}]"
        for way in range(4)
    )
    + "] } AS found"
)


def co_applied(work: Work, entry_id: str, limit: int) -> list[CoApplied]:
    """Return the entries that share cases, users, processes or industries."""
    rows = work.rows(CO_APPLIED, id=checked_id(entry_id), limit=limit)
    if not rows:
        raise NodeNotFound(entry_id)
    return [_co_applied(cells) for cells in rows[0]["found"]]


def _co_applied(cells: list[Any]) -> CoApplied:
    node, *parts = cells
    cases, users, processes, industries = map(_by_id, parts)
    return CoApplied(node_of_list(node), cases, users, processes, industries)


def _by_id(nodes: Iterable[list[Any]]) -> tuple[Any, ...]:
    return tuple(sorted(map(node_of_list, nodes), key=lambda node: node.id))
