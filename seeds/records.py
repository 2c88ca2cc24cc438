"""Turns seed lines into typed records and the edges that the lines name.

A line holds a record's own fields and, beside them, ids of other nodes (holders, regions,
sources). `LINKS` says which field becomes which relation.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError

from kg.model import (
    Case,
    Demand,
    Document,
    Edge,
    Entry,
    Organization,
    Part,
    Record,
    Text,
    first_problem,
)
from kg.vocabulary import Relation
from seeds.errors import Problem
from seeds.files import Line


@dataclass(frozen=True, slots=True)
class Link:
    """A field with ids: its relation, what goes before each id, and the direction.

    `inward`: the edge runs from the named node to the line's node. `needed`: at least one id.
    """

    relation: Relation
    prefix: str = ""
    inward: bool = False
    needed: bool = False


class Solution(Part):
    """What solved a demand: its text as collected, the entries it names, where it was said."""

    text: Text
    entries: list[str] = Field(default_factory=list)
    origins: list[str] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sown:
    """A line with the record and the edges that it gives."""

    line: Line
    record: Record
    edges: tuple[Edge, ...] = ()


_REGIONS = Link(Relation.LOCATED_IN, "region-")
_SOURCES = Link(Relation.CITES)
LINKS: Mapping[type[Record], Mapping[str, Link]] = {
    Document: {},
    Organization: {
        "regions": _REGIONS,
        "parent": Link(Relation.PART_OF),
        "sources": _SOURCES,
    },
    Entry: {
        "holders": Link(Relation.HOLDS, inward=True),
        "suppliers": Link(Relation.SUPPLIES, inward=True),
        "industries": Link(Relation.APPLIES_TO, "industry-"),
        "regions": _REGIONS,
        "concepts": Link(Relation.IN_CONCEPT, "concept-"),
        "consumes": Link(Relation.CONSUMES, "material-"),
        "produces": Link(Relation.PRODUCES, "material-"),
        "sources": _SOURCES,
    },
    Demand: {
        "organizations": Link(Relation.POSTED, inward=True),
        "regions": _REGIONS,
        "industries": Link(Relation.CONCERNS, "industry-"),
        "concepts": Link(Relation.CONCERNS, "concept-"),
        "materials": Link(Relation.CONCERNS, "material-"),
        "solvers": Link(Relation.SOLVED_BY),
        "sources": _SOURCES,
    },
    Case: {
        "entry": Link(Relation.CASE_OF, needed=True),
        "organizations": Link(Relation.CASE_AT),
        "regions": _REGIONS,
        "sources": _SOURCES,
    },
}
FILES: Mapping[type[Record], str] = {
    Document: "data/documents.jsonl",
    Organization: "data/organizations.jsonl",
    Entry: "data/entries.jsonl",
    Demand: "data/demands.jsonl",
    Case: "data/cases.jsonl",
}


def sow(kind: type[Record], lines: list[Line], problems: list[Problem]) -> Iterator[Sown]:
    """Yield each line's record and edges; lines that do not fit the model go to `problems`."""
    for line in lines:
        data = dict(line.data)
        if kind is Demand:
            data |= _solved(line, data.pop("solved_by", []), problems)
        named = {field: data.pop(field, None) for field in LINKS[kind]}
        record = record_of(kind, line, data, problems)
        if record is None:
            continue
        edges: list[Edge] = []
        for field, link in LINKS[kind].items():
            ids = _ids(line, field, named[field], problems)
            if link.needed and not ids:
                problems.append(line.problem(f"{field}：不能为空。"))
            for other in ids:
                ends = (record.id, link.prefix + other)
                source, target = reversed(ends) if link.inward else ends
                edges.append(Edge(link.relation, source, target))
        yield Sown(line, record, tuple(edges))


def record_of(
    kind: type[Record], line: Line, data: dict[str, Any], problems: list[Problem]
) -> Record | None:
    """Return the record, or note the first thing that does not fit and return None."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        problems.append(line.problem(f"{first_problem(error)}。"))
        return None


def _ids(line: Line, field: str, value: object, problems: list[Problem]) -> list[str]:
    ids = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(ids, list) or not all(isinstance(i, str) and i for i in ids):
        problems.append(line.problem(f"{field}：应为编号或编号的列表。"))
        return []
    if len(set(ids)) < len(ids):
        problems.append(line.problem(f"{field}：同一编号写了两次。"))
    return ids


def _solved(line: Line, value: object, problems: list[Problem]) -> dict[str, Any]:
    """Split `solved_by` into relations to entries and, where there is none, plain text."""
    try:
        parts = TypeAdapter(list[Solution]).validate_python(value)
    except ValidationError as error:
        problems.append(line.problem(f"solved_by.{first_problem(error)}。"))
        return {}
    return {
        "solvers": list(dict.fromkeys(entry for part in parts for entry in part.entries)),
        "solutions": [part.text for part in parts if not part.entries],
    }
