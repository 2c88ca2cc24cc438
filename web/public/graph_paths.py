"""How two nodes are connected: shortest paths as sentences and as a small picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.model import Edge, Node
from kg.store import Path
from web.public.graph_card import page_of
from web.public.graph_words import (
    SHAPES,
    Shape,
    Way,
    clause,
    kind_of,
    name_of,
    quotes,
    relation_word,
)
from web.public.links import Links
from web.public.neighbourhood import cut

WIDTH, BOX, HIGH, FALL = 860, 260, 46, 96
LETTERS = 14
MOST_ABREAST = 5


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence: its words by turns with names and the names' pages."""

    before: str
    a: str
    a_href: str | None
    between: str
    b: str
    b_href: str | None
    after: str

    @property
    def text(self) -> str:
        """The clause without links."""
        return f"{self.before}{self.a}{self.between}{self.b}{self.after}"


@dataclass(frozen=True, slots=True)
class PathBox:
    """A node of the picture."""

    name: str
    kind: str
    shape: Shape
    href: str | None
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class PathLine:
    """An edge of the picture, drawn from source to target."""

    x1: int
    y1: int
    x2: int
    y2: int
    word: str


@dataclass(frozen=True, slots=True)
class PathPicture:
    """The paths drawn from top to bottom, nodes of the same step abreast."""

    width: int
    height: int
    box: int
    boxes: Sequence[PathBox]
    lines: Sequence[PathLine]


def sentence(links: Links, path: Path) -> list[Clause]:
    """Return the path as clauses in its order; each respects the direction of its relation."""
    return [
        _clause(links, edge, a, b)
        for edge, a, b in zip(path.edges, path.nodes, path.nodes[1:], strict=False)
    ]


def text_of(clauses: Sequence[Clause]) -> str:
    """Return the whole sentence: “A”由“B”供应；“B”在“北碚区”。"""
    return "；".join(clause.text for clause in clauses) + "。"


def draw_paths(links: Links, paths: Sequence[Path]) -> PathPicture | None:
    """Return the picture of paths of equal length; None when there are none."""
    if not paths:
        return None
    rows: list[dict[str, Node]] = [{} for _ in paths[0].nodes]
    for path in paths:
        for row, node in zip(rows, path.nodes, strict=True):
            row[node.id] = node
    widest = max(map(len, rows))
    box = min(BOX, WIDTH // widest - 16)
    at: dict[str, tuple[int, int]] = {}
    boxes = []
    for n, row in enumerate(rows):
        for k, node in enumerate(row.values()):
            x, y = round(WIDTH * (k + 0.5) / len(row)), n * FALL
            at[node.id] = x, y
            letters = max(4, (box - 48) // 15)
            name, href = cut(name_of(node), letters), page_of(links, node)
            boxes.append(PathBox(name, kind_of(node), SHAPES[node.label], href, x - box // 2, y))
    edges: dict[tuple[str, str, str], Edge] = {
        (e.relation, e.source, e.target): e for path in paths for e in path.edges
    }
    lines = [_line(edge, at) for edge in edges.values()]
    return PathPicture(WIDTH, (len(rows) - 1) * FALL + HIGH, box, boxes, lines)


def _clause(links: Links, edge: Edge, a: Node, b: Node) -> Clause:
    way: Way = "out" if edge.source == a.id else "in"
    before, between, after = clause(edge.relation, way)
    (open_a, close_a), (open_b, close_b) = quotes(a), quotes(b)
    return Clause(
        before + open_a, name_of(a), page_of(links, a), close_a + between + open_b,
        name_of(b), page_of(links, b), close_b + after,
    )  # fmt: skip


def _line(edge: Edge, at: dict[str, tuple[int, int]]) -> PathLine:
    (x1, y1), (x2, y2) = at[edge.source], at[edge.target]
    down = y1 < y2
    return PathLine(
        x1, y1 + (HIGH if down else 0), x2, y2 + (0 if down else HIGH),
        relation_word(edge.relation, "out"),
    )  # fmt: skip
