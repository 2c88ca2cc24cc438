"""Reads the whole seed folder into nodes and edges, noting every problem on the way."""

from dataclasses import dataclass, field
from pathlib import Path

from kg.model import Concept, Edge, Entry
from kg.vocabulary import Relation
from seeds.errors import Problem
from seeds.files import Line, read_jsonl
from seeds.records import FILES, Sown, sow
from seeds.vocabulary import read_vocabularies


@dataclass(slots=True)
class Seeds:
    """All seed lines as records with edges, the left-out list, and what could not be read."""

    sown: list[Sown] = field(default_factory=list)
    left_out: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_seeds(folder: Path) -> Seeds:
    """Read `vocab/` and `data/` of a folder; never raises for bad content."""
    seeds = Seeds()
    seeds.sown.extend(read_vocabularies(folder, seeds.problems))
    axes: dict[tuple[str, str], str] = {
        (part.record.scheme, part.record.name): part.record.id
        for part in seeds.sown
        if isinstance(part.record, Concept)
    }
    for kind, file in FILES.items():
        lines = read_jsonl(folder, file, seeds.problems)
        for part in sow(kind, lines, seeds.problems):
            seeds.sown.append(_on_axes(part, axes) if kind is Entry else part)
    seeds.left_out = read_jsonl(folder, "data/left_out.jsonl", seeds.problems)
    return seeds


def _on_axes(part: Sown, axes: dict[tuple[str, str], str]) -> Sown:
    """Add the edges to the concepts of the entry's area and direction."""
    entry = part.record
    if not isinstance(entry, Entry):
        return part
    found = [axes.get(("area", entry.area)), axes.get(("direction", entry.direction))]
    have = {edge.target for edge in part.edges}
    edges = [Edge(Relation.IN_CONCEPT, entry.id, i) for i in found if i and i not in have]
    return Sown(part.line, entry, (*part.edges, *edges))
