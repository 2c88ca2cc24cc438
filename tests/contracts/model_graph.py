"""The contract of `kg.store` in plain dictionaries: slow, obvious, and the judge of real stores.

Checks nothing: it is only ever given what a store accepts.
"""

import copy
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise, product
from typing import Any

from kg.errors import DuplicateNode, InvalidNode, InvalidRelation, NodeNotFound, StaleRevision
from kg.model import Edge, Node
from kg.query import ORDER_WIDTH, Filter, Op, Query, Related
from kg.vocabulary import ENTRY_LABELS, PRIVATE_LABELS, RELATION_ENDS, Label, Relation

Key = tuple[str, Relation, str]


def same(one: Any, two: Any) -> bool:
    """Equal in value and type."""
    return json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)


def rank(value: Any) -> int | None:
    """Numbers, text, truths; None for what has no order."""
    if isinstance(value, bool):
        return 2
    if isinstance(value, int | float):
        return 0
    return 1 if isinstance(value, str) else None


def elements(value: Any) -> list[Any]:
    """What a filter looks at."""
    if isinstance(value, list):
        return value if all(rank(one) is not None for one in value) else []
    return [] if rank(value) is None else [value]


class ModelGraph:
    """Nodes, edges and changes, as a store should keep them."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.links: dict[Key, dict[str, Any]] = {}
        self.feed: list[tuple[Any, ...]] = []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        saved = copy.deepcopy((self.nodes, self.links, self.feed))
        try:
            yield
        except BaseException:
            self.nodes, self.links, self.feed = saved
            raise

    def get(self, node_id: str) -> Node:
        if node_id not in self.nodes:
            raise NodeNotFound(node_id)
        return self.nodes[node_id]

    def put(self, node: Node, expect: int | None = None) -> Node:
        old = self.nodes.get(node.id)
        revision = old.revision if old else 0
        if expect is not None and expect != revision:
            raise (
                DuplicateNode(node.id) if expect == 0 else StaleRevision(node.id, expect, revision)
            )
        if old and old.label != node.label and not {old.label, node.label} <= ENTRY_LABELS:
            raise InvalidNode(node.id)
        if old is None or old.label != node.label or not same(old.props, node.props):
            revision += 1
            props = copy.deepcopy(dict(node.props))
            self.nodes[node.id] = Node(node.id, node.label, props, revision)
            self.feed.append(("put", node.id, node.label, None, None))
        return self.nodes[node.id]

    def put_many(self, nodes: list[Node]) -> int:
        before = len(self.feed)
        with self.transaction():
            for node in nodes:
                self.put(node)
        return len(self.feed) - before

    def remove(self, node_id: str, expect: int | None = None) -> None:
        node = self.get(node_id)
        if expect is not None and expect != node.revision:
            raise StaleRevision(node_id, expect, node.revision)
        gone = [key for key in self.links if node_id in (key[0], key[2])]
        for source, relation, target in sorted(gone, key=lambda key: (key[1], key[0], key[2])):
            self.unrelate(relation, source, target)
        del self.nodes[node_id]
        self.feed.append(("remove", node_id, node.label, None, None))

    def relate(self, edge: Edge) -> None:
        if edge.source == edge.target:
            raise InvalidRelation(edge.source)
        source, target = self.get(edge.source), self.get(edge.target)
        ends = RELATION_ENDS[edge.relation]
        if source.label not in ends.sources or target.label not in ends.targets:
            raise InvalidRelation(edge.source)
        key = (edge.source, edge.relation, edge.target)
        if key not in self.links or not same(self.links[key], edge.props):
            self.links[key] = dict(edge.props)
            self.feed.append(("relate", edge.source, None, edge.relation, edge.target))

    def relate_many(self, edges: list[Edge]) -> int:
        before = len(self.feed)
        with self.transaction():
            for edge in edges:
                self.relate(edge)
        return len(self.feed) - before

    def unrelate(self, relation: Relation, source: str, target: str) -> bool:
        if self.links.pop((source, relation, target), None) is None:
            return False
        self.feed.append(("unrelate", source, None, relation, target))
        return True

    def fitting(self, query: Query) -> list[Node]:
        """All nodes that fit, in the query's order."""
        fits = [
            node
            for node in self.nodes.values()
            if node.label in query.labels
            and all(self._holds(node, one) for one in query.filters)
            and all(self._linked(node, one) for one in query.related)
        ]
        fits.sort(key=lambda node: node.id)
        if query.order_by is None:
            return fits

        def place(node: Node) -> tuple[int, Any]:
            value = node.props.get(query.order_by)
            return (rank(value), value[:ORDER_WIDTH] if isinstance(value, str) else value)

        present = [node for node in fits if rank(node.props.get(query.order_by)) is not None]
        absent = [node for node in fits if rank(node.props.get(query.order_by)) is None]
        # a stable sort keeps ids rising among equals, also when reversed
        return sorted(present, key=place, reverse=query.descending) + absent

    @staticmethod
    def _holds(node: Node, condition: Filter) -> bool:
        if condition.op is Op.EXISTS:
            return (condition.field in node.props) == condition.value
        wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        tests = {
            Op.EQ: lambda a, b: a == b,
            Op.IN: lambda a, b: a == b,
            Op.GE: lambda a, b: a >= b,
            Op.LE: lambda a, b: a <= b,
            Op.GT: lambda a, b: a > b,
            Op.LT: lambda a, b: a < b,
            Op.PREFIX: lambda a, b: a.startswith(b),
        }
        return any(
            rank(one) == rank(value) and tests[condition.op](one, value)
            for one, value in product(elements(node.props.get(condition.field)), wanted)
        )

    def _linked(self, node: Node, related: Related) -> bool:
        if related.direction == "out":
            return any((node.id, related.relation, other) in self.links for other in related.ids)
        return any((other, related.relation, node.id) in self.links for other in related.ids)

    def facets(self, query: Query, fields: list[str]) -> dict[str, list[tuple[Any, int]]]:
        counted: dict[str, list[tuple[Any, int]]] = {}
        for name in fields:
            numbers: Counter[tuple[int | None, Any]] = Counter()
            for node in self.fitting(query):
                numbers.update({(rank(one), one) for one in elements(node.props.get(name))})
            ordered = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
            counted[name] = [(value, number) for (_, value), number in ordered]
        return counted

    def _visible(self, node_id: str, *, private: bool) -> bool:
        return private or self.nodes[node_id].label not in PRIVATE_LABELS

    def neighbours(
        self, node_id: str, relations: Any, direction: str, *, private: bool
    ) -> list[tuple[Key, str]]:
        """(edge, neighbour id) in the order of the contract."""
        self.get(node_id)
        found = [
            ((key[1], way, other), key)
            for key in self.links
            for way, own, other in ((0, key[0], key[2]), (1, key[2], key[0]))
            if own == node_id
            and (relations is None or key[1] in relations)
            and direction in ("both", ("out", "in")[way])
            and self._visible(other, private=private)
        ]
        return [(key, place[2]) for place, key in sorted(found)]

    def degrees(self, node_id: str) -> dict[tuple[Relation, str], int]:
        found = self.neighbours(node_id, None, "both", private=False)
        return dict(Counter((key[1], "out" if other == key[2] else "in") for key, other in found))

    def degrees_many(self, ids: list[str]) -> dict[str, dict[tuple[Relation, str], int]]:
        return {one: self.degrees(one) for one in ids if one in self.nodes}

    def _beside(self, node_id: str, relations: Any, *, private: bool) -> set[str]:
        found = self.neighbours(node_id, relations, "both", private=private)
        return {other for _, other in found}

    def subgraph(
        self, ids: list[str], depth: int, relations: Any, limit: int, *, private: bool
    ) -> tuple[list[str], list[Key], int]:
        for node_id in ids:
            self.get(node_id)
            if not self._visible(node_id, private=private):
                raise NodeNotFound(node_id)
        distance = dict.fromkeys(ids, 0)
        for step in range(1, depth + 1):
            for node_id in [one for one, far in distance.items() if far == step - 1]:
                for other in self._beside(node_id, relations, private=private):
                    distance.setdefault(other, step)
        ordered = sorted(distance, key=lambda one: (distance[one], one))
        kept = ordered[:limit]
        edges = [
            key
            for key in sorted(self.links)
            if key[0] in kept and key[2] in kept and (relations is None or key[1] in relations)
        ]
        return kept, edges, len(ordered) - len(kept)

    def paths(
        self, a: str, b: str, max_length: int, relations: Any, limit: int
    ) -> list[tuple[list[str], list[Key]]]:
        for node_id in (a, b):
            self.get(node_id)
            if not self._visible(node_id, private=False):
                raise NodeNotFound(node_id)
        if a == b:
            return []
        trails = [[a]]
        for _ in range(max_length):
            trails = [
                [*trail, other]
                for trail in trails
                for other in self._beside(trail[-1], relations, private=False) - set(trail)
            ]
            if done := sorted(trail for trail in trails if trail[-1] == b):
                return [(trail, self._along(trail, relations)) for trail in done[:limit]]
        return []

    def _along(self, trail: list[str], relations: Any) -> list[Key]:
        return [
            min(
                (key for key in self.links if {key[0], key[2]} == {one, two}
                 and (relations is None or key[1] in relations)),
                key=lambda key: (key[1], key[0]),
            )
            for one, two in pairwise(trail)
        ]  # fmt: skip

    def counts(self) -> tuple[dict[Label, int], dict[Relation, int]]:
        nodes = Counter(node.label for node in self.nodes.values())
        return dict(nodes), dict(Counter(key[1] for key in self.links))
