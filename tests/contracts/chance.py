"""Random nodes, edges and questions for the model machine, small enough to collide often."""

import itertools
from random import Random
from typing import Any

from kg.model import Edge, Node
from kg.query import ORDER_WIDTH, Filter, Op, Query, Related
from kg.store import MAX_DEPTH, MAX_PATH
from kg.vocabulary import ENTRY_LABELS, RELATION_ENDS, Label, Relation

LONG = "长" * ORDER_WIDTH
LABELS = {
    "tech": [Label.TECHNOLOGY, Label.EQUIPMENT, Label.PRODUCT],
    "org": [Label.ORGANIZATION],
    "concept": [Label.CONCEPT],
    "user": [Label.USER, Label.DRAFT],
}
IDS = [f"{prefix}-{n}" for prefix, n in itertools.product(LABELS, "123")]
IDS += [f"tech-{n}" for n in range(4, 16)]
RELATIONS = [
    Relation.SUPPLIES, Relation.HOLDS, Relation.USES, Relation.REPLACES, Relation.IN_CONCEPT,
    Relation.PART_OF, Relation.ABOUT,
]  # fmt: skip
FIELDS = ["a", "b", "c"]
COMMON = [0, 1, 1.0, True, "a", "ab", LONG + "一"]
"""Most values are few, so that conditions fit several nodes and orders have ties."""
RARE = [-2, 0.5, 2**53 + 1, float(2**53), False, "", "b", "B", "汉", "😀", "\uffff", "\ud7ff",
        "\ud7ff和", "\ue000", LONG, LONG + "丁", LONG[:-1] + "一丁"]  # fmt: skip
NESTED = [{"x": 1}, {}, [[1]], [{"a": 1}, 1], [None], []]
PREFIXES = ["", "a", "b", "汉", "长", LONG, LONG + "一", "\uffff", "\ud7ff"]


class Chance:
    """Everything that the machine asks chance for."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def one(self, things: Any) -> Any:
        return self.random.choice(list(things))

    def some(self, things: Any, most: int) -> list[Any]:
        return [self.one(things) for _ in range(self.random.randint(0, most))]

    def often(self, share: float = 0.7) -> bool:
        return self.random.random() < share

    def id(self) -> str:
        return str(self.one(IDS))

    def scalar(self) -> Any:
        return self.one(COMMON if self.often() else RARE)

    def value(self) -> Any:
        if self.often(0.75):
            return self.scalar()
        if self.often():
            return [self.scalar() for _ in range(self.random.randint(1, 3))]
        return self.one(NESTED)

    def node(self) -> Node:
        node_id = self.id()
        labels = LABELS[node_id.split("-", maxsplit=1)[0]]
        return Node(
            node_id, self.one(labels), {name: self.value() for name in FIELDS if self.often()}
        )

    def edge(self) -> Edge:
        """An edge that mostly fits its ends."""
        relation = self.one(RELATIONS)
        source, target = self.id(), self.id()
        if self.often(0.9):
            ends = RELATION_ENDS[relation]
            source = self.one(one for one in IDS if _first(one) in ends.sources)
            target = self.one(one for one in IDS if _first(one) in ends.targets and one != source)
        return Edge(relation, source, target, {"a": self.scalar()} if self.often(0.3) else {})

    def expect(self) -> int | None:
        return None if self.often() else self.random.randint(0, 3)

    def filter(self) -> Filter:
        name, op = self.one(FIELDS), self.one(Op)
        if op is Op.IN:
            return Filter(name, op, tuple(self.scalar() for _ in range(self.random.randint(0, 3))))
        if op is Op.EXISTS:
            return Filter(name, op, self.often())
        return Filter(name, op, self.one(PREFIXES) if op is Op.PREFIX else self.scalar())

    def related(self) -> Related:
        ids = tuple(self.some(IDS, 6))
        return Related(self.one(RELATIONS), self.one(["out", "in"]), ids)

    def query(self) -> Query:
        labels = self.one([frozenset(Label), ENTRY_LABELS, frozenset(self.some(Label, 4))])
        return Query(
            labels,
            tuple(self.filter() for _ in range(self.one([0, 1, 1, 2]))),
            tuple(self.related() for _ in range(self.one([0, 0, 0, 1]))),
            self.one([None, *FIELDS]),
            self.often(0.5),
            self.one([1, 2, 3, 1000]),
        )

    def relations(self) -> list[Relation] | None:
        return None if self.often() else self.some(RELATIONS, 5)

    def limit(self) -> int:
        return self.one([1, 2, 3, 5, 60])

    def depth(self) -> int:
        return self.random.randint(0, MAX_DEPTH)

    def length(self) -> int:
        return self.random.randint(1, MAX_PATH)


def _first(node_id: str) -> Label:
    return LABELS[node_id.split("-", maxsplit=1)[0]][0]
