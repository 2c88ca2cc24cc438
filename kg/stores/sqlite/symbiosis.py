"""Symbiosis chains: who makes and takes what in a few statements, then pairs, the nearest first.

Chains could be as many as the makers of a material times its takers. So both are sorted by the
region that they lie in, of each level of FAR in turn and at last anywhere. Of each such group
only the first pairs by (maker, taker) are made: a pair beyond these has `limit` before it in the
order of the contract, for those lie as near or nearer.
"""

# Only fixed words are put together to SQL; every value is a question mark.
# ruff: noqa: S608

import sqlite3  # noqa: TID251 - this folder owns SQL
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from kg.errors import NodeNotFound
from kg.model import Edge, Node
from kg.store import FAR, MAX_RISE, Chain, End, Symbiosis
from kg.stores.sqlite.conditions import id_list
from kg.stores.sqlite.reading import edge_of, get_many, label_of
from kg.stores.sqlite.reading import edges as edges_from
from kg.stores.sqlite.traversal import check_visible
from kg.vocabulary import Label, Relation

ANYWHERE = len(FAR)
"""The distance of those that no region of FAR holds together."""
BOTH = 3
"""All bits of a mask: 1 for an end of `node`, 2 for an end in `region`."""

_Key = tuple[str, str, str, str]
"""Source, target, material, wanted: the order of chains that are equally far."""


def symbiosis(
    db: sqlite3.Connection,
    *,
    materials: Collection[str] | None,
    node: str | None,
    region: str | None,
    limit: int,
) -> Symbiosis:
    """Return the nearest chains and the number of all."""
    for one in materials or ():
        _check_label(db, one, Label.MATERIAL)
    if node is not None:
        check_visible(db, node, private=False)
    if region is not None:
        _check_label(db, region, Label.REGION)
    own = None if node is None else _own(db, node)
    flows = _flows(db, materials, own)
    makers = _sources(db, Relation.PRODUCES, {p for p, _ in flows})
    takers = _sources(db, Relation.CONSUMES, {c for _, c in flows})
    alive = [(p, c) for p, c in flows if p in makers and c in takers]
    people = {x for p, c in alive for x in (*makers[p], *takers[c])}
    places = _places(db, people)
    masks = {
        x: (1 if own is None or x in own else 0)
        | (2 if region is None or region in places.up(x) else 0)
        for x in people
    }
    search = _Search(alive, makers, takers, masks, limit)
    return Symbiosis(tuple(_chains(db, search.nearest(places))), search.total())


def _check_label(db: sqlite3.Connection, node_id: str, label: Label) -> None:
    if label_of(db, node_id) is not label:
        raise NodeNotFound(node_id)


def _own(db: sqlite3.Connection, node_id: str) -> set[str]:
    """Return the node, and an organisation's entries."""
    held = edges_from(db, [node_id], [Relation.SUPPLIES, Relation.HOLDS])
    cases = _sources(db, Relation.CASE_AT, [node_id]).get(node_id, ())
    applied = edges_from(db, cases, [Relation.CASE_OF])
    return {node_id, *(edge.target for edge in (*held, *applied))}


def _sources(
    db: sqlite3.Connection, relation: Relation, targets: Iterable[str]
) -> dict[str, list[str]]:
    """Return by target who has the relation to it, by id."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = db.execute(
        "SELECT e.target, e.source FROM json_each(?) j CROSS JOIN edges e INDEXED BY edges_in"
        " ON e.target = j.value AND e.relation = ? ORDER BY e.target, e.source",
        (id_list(targets), relation),
    )
    for target, source in rows:
        found[target].append(source)
    return found


def _flows(
    db: sqlite3.Connection, materials: Collection[str] | None, own: set[str] | None
) -> list[tuple[str, str]]:
    """Return each material that is asked for, with itself and each one above it."""
    if materials is not None:
        below = {one for _, one in _rise(db, materials, "target", "source")}
    if own is None and materials is None:
        rows = db.execute("SELECT id FROM nodes WHERE label = ?", (Label.MATERIAL,))
        made = {node_id for (node_id,) in rows}
    elif own is None:
        made = below
    else:
        own_made = {edge.target for edge in edges_from(db, own, [Relation.PRODUCES])}
        own_taken = {edge.target for edge in edges_from(db, own, [Relation.CONSUMES])}
        made = own_made | {one for _, one in _rise(db, own_taken, "target", "source")}
        if materials is not None:
            made &= below
        pairs = _rise(db, made, "source", "target")
        return [(p, c) for p, c in pairs if p in own_made or c in own_taken]
    return list(_rise(db, made, "source", "target"))


def _rise(
    db: sqlite3.Connection, ids: Iterable[str], near: str, far: str
) -> Iterator[tuple[str, str]]:
    """Yield each id with itself and all within MAX_RISE steps of PART_OF, each pair once."""
    yield from db.execute(
        "WITH RECURSIVE rise (start, id, step) AS (SELECT value, value, 0 FROM json_each(?)"
        f" UNION SELECT r.start, e.{far}, r.step + 1 FROM rise r CROSS JOIN edges e"
        f" ON e.{near} = r.id AND e.relation = ? WHERE r.step < ?)"
        " SELECT DISTINCT start, id FROM rise",
        (id_list(ids), Relation.PART_OF, MAX_RISE),
    )


@dataclass(frozen=True, slots=True)
class _Places:
    """Where each node is; what each such region lies in; how far a region brings together."""

    at: Mapping[str, Sequence[str]]
    above: Mapping[str, Sequence[str]]
    far: Mapping[str, int]

    def up(self, node_id: str) -> set[str]:
        """Return all regions that hold a node."""
        return {up for region in self.at.get(node_id, ()) for up in self.above[region]}


def _places(db: sqlite3.Connection, people: Collection[str]) -> _Places:
    at: dict[str, list[str]] = defaultdict(list)
    rows = db.execute(
        "SELECT e.source, e.target FROM json_each(?) j CROSS JOIN edges e"
        " ON e.source = j.value AND e.relation = ?",
        (id_list(people), Relation.LOCATED_IN),
    )
    for source, target in rows:
        at[source].append(target)
    regions = _all_regions(db)
    above: dict[str, list[str]] = defaultdict(list)
    for region, up in _rise(db, {one for ids in at.values() for one in ids}, "source", "target"):
        if up in regions:
            above[region].append(up)
    far = {one: FAR[level] for one, level in regions.items() if level in FAR}
    return _Places(at, above, far)


def _all_regions(db: sqlite3.Connection) -> dict[str, str]:
    """Return the level of each region; empty where it is no text."""
    rows = db.execute(
        "SELECT id, CASE json_type(props, '$.level') WHEN 'text'"
        " THEN json_extract(props, '$.level') ELSE '' END FROM nodes WHERE label = ?",
        (Label.REGION,),
    )
    return dict(rows.fetchall())


@dataclass(frozen=True, slots=True)
class _Group:
    """Who makes and takes the materials of a flow in one region, or anywhere."""

    flow: tuple[str, str]
    region: str | None
    makers: Sequence[str]
    takers: Sequence[str]


def _by_region(
    people: Iterable[str], here: Mapping[str, Collection[str | None]]
) -> dict[str | None, list[str]]:
    groups: dict[str | None, list[str]] = defaultdict(list)
    for one in people:
        for region in here[one]:
            groups[region].append(one)
    return groups


@dataclass(frozen=True, slots=True)
class _Search:
    """Makers and takers of each flow, in order of ids, and which filters each of them meets."""

    flows: Sequence[tuple[str, str]]
    makers: Mapping[str, Sequence[str]]
    takers: Mapping[str, Sequence[str]]
    masks: Mapping[str, int]
    limit: int

    def total(self) -> int:
        """Count the chains."""
        number = 0
        for p, c in self.flows:
            takers = self._by_mask(self.takers[c])
            alone = set(self.makers[p]).intersection(self.takers[c])
            number -= sum(self.masks[one] == BOTH for one in alone)
            for mask, makers in self._by_mask(self.makers[p]).items():
                number += len(makers) * sum(len(takers[i]) for i in takers if mask | i == BOTH)
        return number

    def nearest(self, places: _Places) -> list[tuple[_Key, int, str | None]]:
        """Return the first `limit` chains with their distance and region."""
        found: dict[_Key, tuple[int, str | None]] = {}
        for far in range(ANYWHERE + 1):
            groups = list(self._groups({x: self._regions(places, x, far) for x in self.masks}))
            # of the first `limit` makers each has a pair, so no later one has any of the first
            able = {s for group in groups for s in group.makers if group.takers != [s]}
            first = set(nsmallest(self.limit, able))
            for group in groups:
                for s, t in self._pairs(group, first):
                    known = found.setdefault((s, t, *group.flow), (far, group.region))
                    if known[0] == far and (group.region or "") < (known[1] or ""):
                        found[s, t, *group.flow] = far, group.region
            if len(found) >= self.limit:
                break
        ordered = nsmallest(self.limit, found, key=lambda key: (found[key][0], key))
        return [(key, *found[key]) for key in ordered]

    @staticmethod
    def _regions(places: _Places, node_id: str, far: int) -> Collection[str | None]:
        if far == ANYWHERE:
            return (None,)
        return {one for one in places.up(node_id) if places.far.get(one) == far}

    def _groups(self, here: Mapping[str, Collection[str | None]]) -> Iterator[_Group]:
        """Yield the makers and takers of each flow that lie in one region, by their masks."""
        for p, c in self.flows:
            makers, takers = _by_region(self.makers[p], here), _by_region(self.takers[c], here)
            for region in makers.keys() & takers.keys():
                those = self._by_mask(takers[region])
                for mask, some in self._by_mask(makers[region]).items():
                    for other, few in those.items():
                        if mask | other == BOTH:
                            yield _Group((p, c), region, some, few)

    def _pairs(self, group: _Group, first: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield the first pairs of a group whose maker is one of `first`, and a few more."""
        # a maker may be a taker too, and makes no pair with itself
        enough = self.limit // max(1, len(group.takers) - 1) + 1
        for s in group.makers[:enough]:
            if s in first:
                yield from ((s, t) for t in group.takers[: self.limit + 1] if t != s)

    def _by_mask(self, people: Iterable[str]) -> dict[int, list[str]]:
        sorts: dict[int, list[str]] = defaultdict(list)
        for one in people:
            sorts[self.masks[one]].append(one)
        return sorts


def _chains(
    db: sqlite3.Connection, found: Sequence[tuple[_Key, int, str | None]]
) -> Iterator[Chain]:
    ends = {one for (s, t, _, _), _, _ in found for one in (s, t)}
    regions: dict[str, list[str]] = defaultdict(list)
    for edge in edges_from(db, ends, [Relation.LOCATED_IN]):
        regions[edge.source].append(edge.target)
    ids = {one for key, _, within in found for one in (*key, within) if one}
    nodes = get_many(db, list(ids.union(*regions.values())))

    def end(node_id: str, relation: Relation, material: str) -> End:
        places: list[Node] = [nodes[one] for one in regions[node_id]]
        return End(nodes[node_id], _edge(db, node_id, relation, material), tuple(places))

    for (s, t, p, c), far, within in found:
        yield Chain(
            end(s, Relation.PRODUCES, p),
            nodes[p],
            end(t, Relation.CONSUMES, c),
            nodes[c],
            None if far == ANYWHERE else far,
            nodes[within] if within else None,
        )


def _edge(db: sqlite3.Connection, source: str, relation: Relation, target: str) -> Edge:
    text = (
        "SELECT source, relation, target, props FROM edges"
        " WHERE (source, relation, target) = (?, ?, ?)"
    )
    return edge_of(db.execute(text, (source, relation, target)).fetchone())
