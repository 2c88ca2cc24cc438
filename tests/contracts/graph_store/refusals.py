"""What a store refuses: with our errors, in Chinese sentences, and without any effect."""

import re
from typing import Any

import pytest

from kg.errors import (
    GraphError,
    InvalidNode,
    InvalidQuery,
    InvalidRelation,
    NodeNotFound,
    StoreUnavailable,
)
from kg.model import Edge, Node
from kg.query import MAX_LIMIT, MAX_VALUES, Filter, Op, Query, Related
from kg.store import GraphStore
from kg.vocabulary import Label, Relation
from tests.contracts.graph_store.sample import EVERY, TECH, fill, node

BAD_IDS = ["", "tech", "tech-", "Tech-1", "tech_1", "1-1", "tech--1", "tech-1\n", " tech-1",
           "tech-1 ", "技术-1", "tech-一", "tech-a/b", "tech-\x00", "tech-\ud800",
           "tech-" + "x" * 300, "t" * 51 + "-1"]  # fmt: skip
BAD_NAMES = ["", "A", "1a", "a-b", "a b", "_a", "a.b", "名称", "a\n", "a`", "a'", "\ud800"]
BAD_VALUES: dict[str, Any] = {
    "none": None,
    "nan": float("nan"),
    "infinite": float("inf"),
    "minus infinite": float("-inf"),
    "nul": "a\x00b",
    "surrogate": "a\ud800",
    "large": 2**63,
    "small": -(2**63) - 1,
    "set": {1},
    "bytes": b"a",
    "object": object(),
    "nan in a list": [1, float("nan")],
    "nan in a map": {"a": {"b": float("nan")}},
    "nul in a list": ["\x00"],
    "surrogate in a key": {"\ud800": 1},
    "number as key": {"a": {1: 2}},
    "bytes within": [[b""]],
}
DEEP: list[Any] = []
for _ in range(5000):
    DEEP = [DEEP]


def chinese(error: BaseException) -> bool:
    return re.search(r"[一-鿿]{2}", str(error)) is not None and "\ud800" not in str(error)


class TestRefusedNodes:
    @pytest.mark.parametrize("node_id", BAD_IDS)
    def test_ids(self, store: GraphStore, node_id: str) -> None:
        with pytest.raises(InvalidNode) as caught:
            store.put(Node(node_id, Label.TECHNOLOGY))
        assert chinese(caught.value)
        with pytest.raises(InvalidNode):
            store.put_many([node("tech-1"), Node(node_id, Label.TECHNOLOGY)])
        assert store.position() == 0

    @pytest.mark.parametrize("name", BAD_NAMES)
    def test_property_names(self, store: GraphStore, name: str) -> None:
        with pytest.raises(InvalidNode) as caught:
            store.put(Node("tech-1", Label.TECHNOLOGY, {name: 1}))
        assert chinese(caught.value)
        assert store.position() == 0

    @pytest.mark.parametrize("name", BAD_VALUES)
    def test_values(self, store: GraphStore, name: str) -> None:
        with pytest.raises(InvalidNode, match="tech-1") as caught:
            store.put(node("tech-1", a=1, b=BAD_VALUES[name]))
        assert chinese(caught.value)
        assert store.position() == 0

    def test_bottomless_nesting(self, store: GraphStore) -> None:
        with pytest.raises(InvalidNode):
            store.put(node("tech-1", a=DEEP))

    def test_labels(self, store: GraphStore) -> None:
        with pytest.raises(InvalidNode) as caught:
            store.put(Node("tech-1", "Nothing", {}))  # type: ignore[arg-type]
        assert chinese(caught.value)


class TestRefusedEdges:
    @pytest.mark.parametrize("name", BAD_VALUES)
    def test_values(self, store: GraphStore, name: str) -> None:
        fill(store, "org-1", "tech-1")
        with pytest.raises(InvalidRelation) as caught:
            store.relate(Edge(Relation.SUPPLIES, "org-1", "tech-1", {"a": BAD_VALUES[name]}))
        assert chinese(caught.value)
        assert store.counts().edges == {}

    def test_types(self, store: GraphStore) -> None:
        fill(store, "org-1", "tech-1")
        with pytest.raises(InvalidRelation):
            store.relate(Edge("KNOWS", "org-1", "tech-1"))  # type: ignore[arg-type]
        with pytest.raises(InvalidRelation):
            store.unrelate("KNOWS", "org-1", "tech-1")  # type: ignore[arg-type]


class TestRefusedIds:
    @pytest.mark.parametrize("node_id", BAD_IDS)
    def test_what_no_node_can_be_called_is_not_found(self, store: GraphStore, node_id: str) -> None:
        fill(store, "org-1")
        for ask in (
            lambda: store.get(node_id),
            lambda: store.remove(node_id),
            lambda: store.neighbours(node_id),
            lambda: store.degrees(node_id),
            lambda: store.subgraph([node_id]),
            lambda: store.paths(node_id, "org-1"),
            lambda: store.paths("org-1", node_id),
            lambda: store.relate(Edge(Relation.SUPPLIES, "org-1", node_id)),
        ):
            with pytest.raises(NodeNotFound) as caught:
                ask()
            assert chinese(caught.value)
        assert store.get_many([node_id]) == {}
        assert store.unrelate(Relation.SUPPLIES, "org-1", node_id) is False

    def test_the_longest_is_found(self, store: GraphStore) -> None:
        longest = "t" * 50 + "-" + "x" * 200
        store.put(Node(longest, Label.TECHNOLOGY))
        assert store.get(longest).id == longest


class TestRefusedQueries:
    @pytest.mark.parametrize(
        "query",
        [
            Query(TECH, limit=0),
            Query(TECH, limit=-1),
            Query(TECH, limit=MAX_LIMIT + 1),
            Query(TECH, limit=1.5),  # type: ignore[arg-type]
            Query(TECH, limit=True),
            Query(frozenset({"Nothing"})),  # type: ignore[arg-type]
            Query(TECH, related=(Related("KNOWS", "in", ("a-1",)),)),  # type: ignore[arg-type]
            Query(TECH, related=(Related(Relation.USES, "both", ("a-1",)),)),  # type: ignore[arg-type]
            Query(TECH, (Filter("a", "like", "b"),)),  # type: ignore[arg-type]
            Query(TECH, (Filter("a", Op.EQ, (1,)),)),
            Query(TECH, (Filter("a", Op.IN, 1),)),
            Query(TECH, (Filter("a", Op.IN, ((1,),)),)),  # type: ignore[arg-type]
            Query(TECH, (Filter("a", Op.IN, tuple(range(MAX_VALUES + 1))),)),
            Query(TECH, (Filter("a", Op.EXISTS, 1),)),
            Query(TECH, (Filter("a", Op.EXISTS, "true"),)),
            Query(TECH, (Filter("a", Op.PREFIX, 1),)),
            Query(TECH, (Filter("a", Op.EQ, None),)),  # type: ignore[arg-type]
            Query(TECH, (Filter("a", Op.EQ, b"x"),)),  # type: ignore[arg-type]
            Query(TECH, (Filter("a", Op.GE, {}),)),  # type: ignore[arg-type]
            Query(TECH, (Filter("a", Op.GE, float("nan")),)),
            Query(TECH, (Filter("a", Op.LE, float("inf")),)),
            Query(TECH, (Filter("a", Op.EQ, 2**64),)),
            Query(TECH, (Filter("a", Op.EQ, "\x00"),)),
            Query(TECH, (Filter("a", Op.PREFIX, "\ud800"),)),
            Query(TECH, (Filter("a", Op.IN, (1, "\udfff")),)),
        ],
    )
    def test_bad_queries(self, store: GraphStore, query: Query) -> None:
        for ask in (store.find, store.count, lambda query: store.facets(query, ["a"])):
            with pytest.raises(InvalidQuery) as caught:
                ask(query)
            assert chinese(caught.value)

    @pytest.mark.parametrize("name", BAD_NAMES)
    def test_field_names(self, store: GraphStore, name: str) -> None:
        with pytest.raises(InvalidQuery):
            store.find(Query(TECH, (Filter(name, Op.EQ, 1),)))
        with pytest.raises(InvalidQuery):
            store.find(Query(TECH, order_by=name))
        with pytest.raises(InvalidQuery):
            store.facets(Query(TECH), ["a", name])

    @pytest.mark.parametrize("relation", ["KNOWS", "", "USES]->() DETACH DELETE n //", "使用"])
    def test_relations(self, store: GraphStore, relation: Any) -> None:
        fill(store, "tech-1", "org-1")
        for ask in (
            lambda: store.edges(["tech-1"], [relation]),
            lambda: store.neighbours("tech-1", [relation]),
            lambda: store.subgraph(["tech-1"], relations=[Relation.USES, relation]),
            lambda: store.paths("tech-1", "org-1", relations=[relation]),
        ):
            with pytest.raises(InvalidQuery) as caught:
                ask()
            assert chinese(caught.value)
        assert store.count(Query(EVERY)) == 2


class TestClosed:
    def test_a_closed_store_answers_nothing(self, store: GraphStore) -> None:
        fill(store, "tech-1", "org-1")
        store.ping()
        store.close()
        store.close()

        def transaction() -> None:
            with store.transaction():
                pass

        for ask in (
            store.ping,
            lambda: store.get("tech-1"),
            lambda: store.get_many(["tech-1"]),
            lambda: store.put(node("tech-2")),
            lambda: store.put_many([node("tech-2")]),
            lambda: store.remove("tech-1"),
            lambda: store.find(Query(EVERY)),
            lambda: store.count(Query(EVERY)),
            lambda: store.facets(Query(EVERY), ["a"]),
            lambda: store.relate(Edge(Relation.SUPPLIES, "org-1", "tech-1")),
            lambda: store.relate_many([]),
            lambda: store.unrelate(Relation.SUPPLIES, "org-1", "tech-1"),
            lambda: store.neighbours("tech-1"),
            lambda: store.degrees("tech-1"),
            lambda: store.edges(["org-1"], [Relation.SUPPLIES]),
            lambda: store.subgraph(["tech-1"]),
            lambda: store.paths("tech-1", "org-1"),
            lambda: store.changes(0),
            store.position,
            store.counts,
            transaction,
        ):
            with pytest.raises(StoreUnavailable) as caught:
                ask()
            assert chinese(caught.value)
            assert isinstance(caught.value, GraphError)
