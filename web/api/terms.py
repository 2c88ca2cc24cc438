"""The terms of each vocabulary: from the graph, from the lexicon, or from the code itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from kg.model import Concept, Industry, Material, Record, Region
from kg.store import GraphStore
from kg.vocabulary import ENTRY_LABELS, PUBLIC_LABELS, RELATION_ENDS, Label, Relation
from search.lexicon import Lexicon
from search.trees import all_nodes
from web.api.parameters import PUBLIC_RELATIONS
from web.api.refs import LABEL_NAMES, Json, own


@dataclass(frozen=True, slots=True)
class About:
    """A vocabulary: its name for people, its standard, and the records that it is made of."""

    title: str
    standard: str | None = None
    record: type[Record] | None = None


VOCABULARIES: Mapping[str, About] = {
    "regions": About("地区", "GB/T 2260", Region),
    "industries": About("行业", "GB/T 4754-2017", Industry),
    "concepts": About("概念", None, Concept),
    "materials": About("物料", None, Material),
    "indicators": About("指标"),
    "relations": About("关系类型"),
    "labels": About("节点类型"),
}


def count(name: str, nodes: Mapping[Label, int], lexicon: Lexicon) -> int:
    """Return how many terms a vocabulary has."""
    record = VOCABULARIES[name].record
    if record is not None:
        return sum(nodes.get(label, 0) for label in record.labels)
    return len(terms(name, lexicon))


def terms(name: str, lexicon: Lexicon) -> list[Json]:
    """Return the terms of a vocabulary that is not in the graph."""
    if name == "indicators":
        return [
            {
                "code": one.code,
                "name": one.name,
                "dimension": one.dimension,
                "better": one.better,
                "aliases": one.aliases,
            }
            for one in lexicon.indicators.values()
        ]
    if name == "relations":
        return [_relation(relation) for relation in PUBLIC_RELATIONS]
    return [
        {"code": label.value, "name": text, "entry": label in ENTRY_LABELS}
        for label, text in LABEL_NAMES.items()
    ]


def _relation(relation: Relation) -> Json:
    ends = RELATION_ENDS[relation]
    return {
        "code": relation.value,
        "name": ends.forwards,
        "backwards": ends.backwards,
        "sources": sorted(ends.sources & PUBLIC_LABELS),
        "targets": sorted(ends.targets & PUBLIC_LABELS),
    }


def graph_terms(store: GraphStore, record: type[Record]) -> list[Json]:
    """Return the terms of a vocabulary in the graph by id, each with its parent's id."""
    nodes = list(all_nodes(store, record.labels))
    edges = store.edges([node.id for node in nodes], [Relation.PART_OF])
    parents = {edge.source: edge.target for edge in edges}
    found = []
    for node in nodes:
        term = own(node, record)
        del term["label"], term["revision"]
        found.append({**term, "parent": parents.get(node.id)})
    return found


def as_tree(flat: list[Json]) -> list[Json]:
    """Return the terms at the top, each with its `children`."""
    by_id = {term["id"]: {**term, "children": []} for term in flat}
    top: list[Json] = []
    for term in by_id.values():
        above = by_id.get(term["parent"])
        (top if above is None else above["children"]).append(term)
    return top
