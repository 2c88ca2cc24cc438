"""Reads the vocabularies: regions, industries, concepts and materials with their trees."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.model import Concept, Edge, Industry, Material, Record, Region
from kg.vocabulary import Relation
from seeds.errors import Problem
from seeds.files import Line, read_jsonl, read_table
from seeds.records import Sown, record_of

REGION_COLUMNS = ("code", "name", "short", "level", "parent", "aliases")
INDUSTRY_COLUMNS = ("code", "name", "level", "parent", "aliases", "definition")


def read_vocabularies(folder: Path, problems: list[Problem]) -> Iterator[Sown]:
    """Yield the nodes of the four vocabularies, each with the edge to its parent."""
    for line in read_table(folder, "vocab/regions.tsv", REGION_COLUMNS, problems):
        yield from _sow(Region, line, _coded("region", line.data), problems)
    for line in read_table(folder, "vocab/industries.tsv", INDUSTRY_COLUMNS, problems):
        yield from _sow(Industry, line, _coded("industry", line.data), problems)
    for line in read_jsonl(folder, "vocab/concepts.jsonl", problems):
        yield from _sow(Concept, line, _named("concept", line.data), problems)
    for line in read_jsonl(folder, "vocab/materials.jsonl", problems):
        yield from _sow(Material, line, _named("material", line.data), problems)


def _coded(prefix: str, cells: dict[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {**cells, "id": f"{prefix}-{cells.get('code', '')}"}
    data["aliases"] = [word for word in cells.get("aliases", "").split("|") if word]
    if "parent" in data:
        data["parent"] = f"{prefix}-{data['parent']}"
    return data


def _named(prefix: str, fields: dict[str, Any]) -> dict[str, Any]:
    data = {**fields, "id": f"{prefix}-{fields.get('id', '')}"}
    if data.get("parent"):
        data["parent"] = f"{prefix}-{data['parent']}"
    return data


def _sow(
    kind: type[Record], line: Line, data: dict[str, Any], problems: list[Problem]
) -> Iterator[Sown]:
    parent = data.pop("parent", None)
    record = record_of(kind, line, data, problems)
    if record is None:
        return
    edges = (Edge(Relation.PART_OF, record.id, parent),) if parent else ()
    yield Sown(line, record, edges)
