"""What `symbiosis` and `co_applied` mean, in plain loops over a `ModelGraph`."""

from collections.abc import Iterable
from typing import Any

from kg.errors import NodeNotFound
from kg.store import FAR, MAX_RISE
from kg.vocabulary import ENTRY_LABELS, PRIVATE_LABELS, Label, Relation
from tests.contracts.model_graph import ModelGraph

UNKNOWN = len(FAR)

ChainRow = tuple[str, str, str, str, int | None, str | None]
"""Source, material, target, wanted, distance, within."""


def targets(graph: ModelGraph, ids: Iterable[str], relation: Relation) -> set[str]:
    wanted = set(ids)
    return {key[2] for key in graph.links if key[0] in wanted and key[1] is relation}


def sources(graph: ModelGraph, ids: Iterable[str], relation: Relation) -> set[str]:
    wanted = set(ids)
    return {key[0] for key in graph.links if key[2] in wanted and key[1] is relation}


def above(graph: ModelGraph, ids: Iterable[str]) -> set[str]:
    """The ids and what they are part of, MAX_RISE steps up."""
    found = set(ids)
    for _ in range(MAX_RISE):
        found |= targets(graph, found, Relation.PART_OF)
    return found


def _checked(graph: ModelGraph, node_id: str, labels: Any) -> None:
    if graph.get(node_id).label not in labels:
        raise NodeNotFound(node_id)


def _regions(graph: ModelGraph, node_id: str) -> set[str]:
    found = above(graph, targets(graph, [node_id], Relation.LOCATED_IN))
    return {one for one in found if graph.nodes[one].label is Label.REGION}


def _distance(graph: ModelGraph, one: str, two: str) -> tuple[int, str | None]:
    meeting = [
        (FAR[level], region)
        for region in _regions(graph, one) & _regions(graph, two)
        if isinstance(level := graph.nodes[region].props.get("level"), str) and level in FAR
    ]
    return min(meeting, default=(UNKNOWN, None))


def _own(graph: ModelGraph, node_id: str) -> set[str]:
    """The node, and for an organisation its entries."""
    own = {node_id} | targets(graph, [node_id], Relation.SUPPLIES)
    own |= targets(graph, [node_id], Relation.HOLDS)
    cases = sources(graph, [node_id], Relation.CASE_AT)
    return own | targets(graph, cases, Relation.CASE_OF)


def _check_all(
    graph: ModelGraph, materials: list[str] | None, node: str | None, region: str | None
) -> None:
    for one in materials or ():
        _checked(graph, one, {Label.MATERIAL})
    if node is not None:
        _checked(graph, node, frozenset(Label) - PRIVATE_LABELS)
    if region is not None:
        _checked(graph, region, {Label.REGION})


def symbiosis(
    graph: ModelGraph, materials: list[str] | None, node: str | None, region: str | None, limit: int
) -> tuple[list[ChainRow], int]:
    _check_all(graph, materials, node, region)
    own = _own(graph, node) if node is not None else None
    rows = []
    for source, made, material in graph.links:
        if made is not Relation.PRODUCES:
            continue
        up = above(graph, [material])
        if materials is not None and not up & set(materials):
            continue
        for target, taken, wanted in graph.links:
            if taken is not Relation.CONSUMES or wanted not in up or target == source:
                continue
            ends = {source, target}
            if own is not None and not own & ends:
                continue
            if region is not None and not any(region in _regions(graph, one) for one in ends):
                continue
            far, within = _distance(graph, source, target)
            rows.append((far, source, target, material, wanted, within))
    rows.sort(key=lambda row: row[:5])
    chains = [
        (source, material, target, wanted, None if far == UNKNOWN else far, within)
        for far, source, target, material, wanted, within in rows[:limit]
    ]
    return chains, len(rows)


CoRow = tuple[str, list[str], list[str], list[str], list[str]]


def co_applied(graph: ModelGraph, entry_id: str, limit: int) -> list[CoRow]:
    _checked(graph, entry_id, ENTRY_LABELS)
    entries = [one for one in graph.nodes.values() if one.label in ENTRY_LABELS]
    traits = {one.id: _traits(graph, one.id) for one in entries}
    mine = traits[entry_id]
    rows = []
    for one in entries:
        shared = [sorted(a & b) for a, b in zip(mine, traits[one.id], strict=True)]
        if one.id != entry_id and mine[0] and traits[one.id][0] and any(shared):
            rows.append((one.id, *shared))
    rows.sort(key=lambda row: (*(-len(part) for part in row[1:]), row[0]))
    return rows[:limit]  # type: ignore[return-value]


def _traits(graph: ModelGraph, entry_id: str) -> tuple[set[str], set[str], set[str], set[str]]:
    cases = sources(graph, [entry_id], Relation.CASE_OF)
    concepts = targets(graph, [entry_id, *cases], Relation.IN_CONCEPT)
    processes = {one for one in concepts if graph.nodes[one].props.get("scheme") == "process"}
    users = targets(graph, cases, Relation.CASE_AT)
    return cases, users, processes, targets(graph, [entry_id], Relation.APPLIES_TO)
