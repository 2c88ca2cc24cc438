"""Relations: their ends, their properties, their removal, and `edges`."""

import pytest

from kg.errors import InvalidRelation, NodeNotFound
from kg.model import Edge, Node
from kg.store import GraphStore
from kg.vocabulary import RELATION_ENDS, Label, Relation
from tests.contracts.graph_store.sample import fill, link, node

SUPPLIES, HOLDS, USES = Relation.SUPPLIES, Relation.HOLDS, Relation.USES


class TestRelations:
    @pytest.mark.parametrize("relation", Relation)
    def test_every_type_connects_its_labels_and_no_others(
        self, store: GraphStore, relation: Relation
    ) -> None:
        store.put_many(Node(f"{end}-{label.lower()}", label) for label in Label for end in "ab")
        ends = RELATION_ENDS[relation]
        for source in Label:
            for target in Label:
                edge = Edge(relation, f"a-{source.lower()}", f"b-{target.lower()}")
                if source in ends.sources and target in ends.targets:
                    store.relate(edge)
                else:
                    with pytest.raises(InvalidRelation):
                        store.relate(edge)
        assert store.counts().edges == {relation: len(ends.sources) * len(ends.targets)}

    def test_an_edge_keeps_its_properties(self, store: GraphStore) -> None:
        fill(store, "org-1", "tech-1")
        edge = Edge(SUPPLIES, "org-1", "tech-1", {"role": "主要", "share": 0.5, "x": [{"y": None}]})
        store.relate(edge)
        assert store.edges(["org-1"], [SUPPLIES]) == [edge]

    def test_an_equal_edge_is_left_alone(self, store: GraphStore) -> None:
        fill(store, "org-1", "tech-1")
        edge = Edge(SUPPLIES, "org-1", "tech-1", {"a": 1, "b": 2})
        assert store.relate_many([edge]) == 1
        position = store.position()
        assert store.relate_many([Edge(SUPPLIES, "org-1", "tech-1", {"b": 2, "a": 1})]) == 0
        assert store.position() == position

    def test_other_properties_replace_the_old(self, store: GraphStore) -> None:
        fill(store, "org-1", "tech-1")
        store.relate(Edge(SUPPLIES, "org-1", "tech-1", {"a": 1}))
        store.relate(Edge(SUPPLIES, "org-1", "tech-1", {"b": 1}))
        assert [edge.props for edge in store.edges(["org-1"], [SUPPLIES])] == [{"b": 1}]
        assert store.counts().edges == {SUPPLIES: 1}

    def test_types_and_directions_are_apart(self, store: GraphStore) -> None:
        fill(store, "tech-1", "tech-2", "org-1")
        link(store, ("tech-1", USES, "tech-2"), ("tech-2", USES, "tech-1"))
        link(store, ("org-1", SUPPLIES, "tech-1"), ("org-1", HOLDS, "tech-1"))
        assert store.counts().edges == {USES: 2, SUPPLIES: 1, HOLDS: 1}

    def test_a_missing_end_is_not_found(self, store: GraphStore) -> None:
        fill(store, "org-1")
        with pytest.raises(NodeNotFound) as caught:
            store.relate(Edge(SUPPLIES, "org-1", "tech-9"))
        assert caught.value.node_id == "tech-9"
        with pytest.raises(NodeNotFound) as caught:
            store.relate(Edge(SUPPLIES, "org-8", "tech-9"))
        assert caught.value.node_id == "org-8"

    def test_no_loops(self, store: GraphStore) -> None:
        fill(store, "tech-1")
        with pytest.raises(InvalidRelation):
            store.relate(Edge(USES, "tech-1", "tech-1"))

    def test_relating_leaves_revisions_alone(self, store: GraphStore) -> None:
        fill(store, "org-1", "tech-1")
        link(store, ("org-1", SUPPLIES, "tech-1"))
        assert {store.get("org-1").revision, store.get("tech-1").revision} == {1}

    def test_edges_survive_a_change_of_kind(self, store: GraphStore) -> None:
        fill(store, "org-1", "tech-1")
        link(store, ("org-1", SUPPLIES, "tech-1"))
        store.put(Node("tech-1", Label.PRODUCT))
        assert len(store.neighbours("tech-1")) == 1


class TestRelateMany:
    def test_all_or_none(self, store: GraphStore) -> None:
        fill(store, "org-1", *(f"tech-{i}" for i in range(2500)))
        position = store.position()
        edges = [Edge(SUPPLIES, "org-1", f"tech-{i}") for i in range(2500)]
        with pytest.raises(NodeNotFound):
            store.relate_many([*edges, Edge(SUPPLIES, "org-1", "tech-none")])
        with pytest.raises(InvalidRelation):
            store.relate_many([*edges, Edge(SUPPLIES, "tech-1", "org-1")])
        assert store.counts().edges == {}
        assert store.position() == position

    def test_the_same_edge_twice(self, store: GraphStore) -> None:
        fill(store, "org-1", "tech-1")
        edges = [Edge(SUPPLIES, "org-1", "tech-1", {"n": n}) for n in (1, 2, 2)]
        assert store.relate_many(iter(edges)) == 2
        assert store.edges(["org-1"], [SUPPLIES]) == [edges[-1]]

    def test_nothing(self, store: GraphStore) -> None:
        assert store.relate_many([]) == 0


class TestUnrelate:
    def test_says_whether_there_was_one(self, store: GraphStore) -> None:
        fill(store, "org-1", "tech-1")
        link(store, ("org-1", SUPPLIES, "tech-1"), ("org-1", HOLDS, "tech-1"))
        assert store.unrelate(SUPPLIES, "org-1", "tech-1") is True
        assert store.unrelate(SUPPLIES, "org-1", "tech-1") is False
        assert store.unrelate(HOLDS, "tech-1", "org-1") is False
        assert store.unrelate(HOLDS, "org-1", "nobody") is False
        assert store.counts().edges == {HOLDS: 1}

    def test_removing_a_node_removes_its_edges(self, store: GraphStore) -> None:
        fill(store, "org-1", "tech-1", "tech-2", "industry-1")
        link(
            store,
            ("org-1", SUPPLIES, "tech-1"),
            ("org-1", SUPPLIES, "tech-2"),
            ("tech-1", Relation.APPLIES_TO, "industry-1"),
        )
        store.remove("tech-1")
        assert store.counts().edges == {SUPPLIES: 1}
        assert store.neighbours("industry-1") == []
        store.put(node("tech-1"))
        assert store.neighbours("tech-1") == []


class TestEdges:
    def test_ordered_and_of_the_types_asked(self, store: GraphStore) -> None:
        fill(store, "org-1", "org-2", "tech-1", "tech-2")
        link(
            store,
            ("org-2", SUPPLIES, "tech-2"),
            ("org-2", SUPPLIES, "tech-1"),
            ("org-1", SUPPLIES, "tech-1"),
            ("org-1", HOLDS, "tech-2"),
            ("tech-1", USES, "tech-2"),
        )
        got = store.edges(["org-2", "org-1", "org-9", "tech-2"], {SUPPLIES, HOLDS})
        assert [(edge.source, edge.relation, edge.target) for edge in got] == [
            ("org-1", HOLDS, "tech-2"),
            ("org-1", SUPPLIES, "tech-1"),
            ("org-2", SUPPLIES, "tech-1"),
            ("org-2", SUPPLIES, "tech-2"),
        ]

    def test_nothing_asked_nothing_given(self, store: GraphStore) -> None:
        fill(store, "org-1", "tech-1")
        link(store, ("org-1", SUPPLIES, "tech-1"))
        assert store.edges([], [SUPPLIES]) == []
        assert store.edges(["org-1"], []) == []

    def test_no_limit_but_the_ids(self, store: GraphStore) -> None:
        fill(store, "org-1", *(f"tech-{i:04}" for i in range(2500)))
        store.relate_many(Edge(SUPPLIES, "org-1", f"tech-{i:04}") for i in range(2500))
        assert len(store.edges(iter(["org-1", "org-1"]), [SUPPLIES])) == 2500
