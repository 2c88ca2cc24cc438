"""Symbiosis chains and co-applied entries: one query each.

Chains could be as many as the makers of a material times its takers. So both are first gathered
by the region that they lie in, of each level of FAR and anywhere. Of each such group only the
first pairs by (maker, taker) are made, and of each level only the first `limit` are kept: a pair
beyond these has that many before it in the order of the contract, for those lie as near or nearer.
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
    return f"CASE {region}.p_level {levels} END"


@lru_cache
def symbiosis_text(*, materials: bool, node: bool, region: bool) -> str:
    """Return the query of the chains; `lost` are ids of the question that are not there.

    Long lists stand in few rows and are dropped before rows are sorted, for a sort reckons all
    that its rows carry as memory.
    """
    mask = _mask(node=node, region=region)
    return "".join(
        (
            _given(materials=materials, node=node, region=region),
            _FLOWS[materials, node],
            f" CALL (flows, own, place) {{{_PEOPLE}",
            f" WITH x, parts, up, {mask} AS mask ORDER BY x.id",
            _groups(_blocks(node or region)),
            f"{_FIRST} }}",
            " CALL (flows, own, place) { UNWIND flows AS flow WITH DISTINCT flow[0] AS p",
            f" MATCH (p)<-[:PRODUCES]-(x)-[:CONSUMES]->(c){_alone(node, region)}",
            " RETURN count(*) AS alone }",
            f"{_CHAINS}",
        )
    )


_PEOPLE = (
    " UNWIND flows AS flow"
    " WITH collect(DISTINCT flow[0]) AS made, collect(DISTINCT flow[1]) AS taken"
    " CALL (made, taken) {"
    " UNWIND made AS m MATCH (x)-[:PRODUCES]->(m) RETURN x, m, true AS makes UNION ALL"
    " UNWIND taken AS m MATCH (x)-[:CONSUMES]->(m) RETURN x, m, false AS makes }"
    " WITH x, collect([makes, m]) AS parts"
    # the way up is looked for once for each region
    " OPTIONAL MATCH (x)-[:LOCATED_IN]->(g) WITH g, collect([x, parts]) AS those"
    f" WITH those, COLLECT {{ MATCH (g){_UP}(r:Region) WITH DISTINCT r"
    f" RETURN [{_distance('r')}, r] }} AS up"
    " UNWIND those AS one WITH one[0] AS x, one[1] AS parts, collect(up) AS ups"
    " WITH x, parts, CASE size(ups) WHEN 1 THEN ups[0] ELSE"
    " reduce(all = [], up IN ups | all + [one IN up WHERE NOT one IN all]) END AS up"
)


def _groups(blocks: str) -> str:
    """Return the text that sorts makers and takers by material, region and distance."""
    return (
        " WITH collect([x, parts, up, mask]) AS people"
        " UNWIND range(0, size(people) - 1) AS rank WITH rank, people[rank] AS one"
        f" UNWIND one[1] AS part UNWIND one[2] + [[{ANYWHERE}, null]] AS at"
        " WITH [one[3], one[0], rank] AS who, part[0] AS makes, part[1] AS m,"
        " at[1] AS r, at[0] AS far WHERE far IS NOT NULL"
        " WITH makes, m, r, far, collect(who) AS some"
        f" CALL (makes, m) {{ MATCH (m){_UP}(c:Material) WHERE makes RETURN DISTINCT c, m AS p"
        " UNION ALL WITH m AS c WHERE NOT makes RETURN c, null AS p }"
        " WITH c, r, far, collect(CASE WHEN makes THEN [p, some] END) AS sides,"
        " head(collect(CASE WHEN makes THEN null ELSE some END)) AS takers WHERE takers IS NOT NULL"
        f" UNWIND sides AS side UNWIND {blocks} AS block"
        " WITH side[0] AS p, c, r, far, [one IN side[1] WHERE one[0] = block[0]] AS makers,"
        " [one IN takers WHERE one[0] = block[1] | one[1]] AS takers"
        " WITH p, c, r, far, size(makers) * size(takers) AS size,"
        # a maker may be a taker too, and makes no pair with itself
        " makers[..$limit / CASE size(takers) WHEN 1 THEN 1 ELSE size(takers) - 1 END + 1]"
        " AS makers, takers[..$limit + 1] AS takers WHERE size > 0"
        " WITH far, sum(size) AS size, collect([p, c, r, makers, takers]) AS groups"
    )


_FIRST = (
    # of the first `limit` makers each has a pair, so no later one has any of the first pairs
    " CALL (groups) { UNWIND groups AS g UNWIND g[3] AS s"
    " WITH g, s WHERE size(g[4]) > 1 OR g[4][0] <> s[1]"
    " RETURN collect(DISTINCT s[2]) AS able, max(s[2]) AS last }"
    " WITH far, size, groups,"
    " [i IN range(0, coalesce(last, -1)) WHERE i IN able][..$limit] AS first"
    " RETURN collect([far, size, groups, first]) AS levels"
)
_CHAINS = (
    " WITH lost, levels,"
    f" reduce(n = 0, l IN levels | CASE l[0] WHEN {ANYWHERE} THEN n + l[1] ELSE n END) - alone"
    # the last level is an empty row, so that there is one to say `lost` and `total` in
    f" AS total UNWIND levels + [[{ANYWHERE + 1}, 0, [[null, null, null, [[0, null, 0]], [null]]],"
    " [0]]] AS level"
    " WITH lost, total, level[0] AS far, level[2] AS groups, level[3] AS first"
    " UNWIND groups AS g UNWIND g[3] AS maker WITH lost, total, far, first, g, maker"
    " WHERE maker[2] IN first UNWIND g[4] AS t WITH lost, total, far, g, maker[1] AS s, t"
    " WHERE s IS NULL OR s <> t"
    " WITH lost, total, s, t, g[0] AS p, g[1] AS c, min([far, (g[2]).id]) AS near"
    " ORDER BY near[0], s.id, t.id, p.id, c.id LIMIT $limit + 1"
    f" RETURN lost, total, collect(CASE WHEN s IS NOT NULL THEN [{NODE_LIST.format(v='s')},"
    f" {NODE_LIST.format(v='p')}, {NODE_LIST.format(v='t')}, {NODE_LIST.format(v='c')}, near[0],"
    f" COLLECT {{ MATCH (w:Node {{id: near[1]}}) RETURN {NODE_LIST.format(v='w')} }}[0],"
    f" COLLECT {{ MATCH (s)-[r:PRODUCES]->(p) RETURN {EDGE_LIST} }}[0],"
    f" COLLECT {{ MATCH (t)-[r:CONSUMES]->(c) RETURN {EDGE_LIST} }}[0], "
    + ", ".join(
        f"COLLECT {{ MATCH ({end})-[:LOCATED_IN]->(w) WITH w ORDER BY w.id"
        f" RETURN {NODE_LIST.format(v='w')} }}"
        for end in "st"
    )
    + "] END)[..$limit] AS chains"
)


def _alone(node: bool, region: bool) -> str:  # noqa: FBT001
    """Return when a maker that takes its own material is one of those counted as pairs."""
    parts = ["[p, c] IN flows", *["x IN own"] * node]
    parts += [f"EXISTS {{ (x)-[:LOCATED_IN]->(){_UP}(place) }}"] * region
    return f" WHERE {' AND '.join(parts)}"


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
    second = "CASE WHEN any(one IN up WHERE one[1] = place) THEN 2 ELSE 0 END" if region else "2"
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
