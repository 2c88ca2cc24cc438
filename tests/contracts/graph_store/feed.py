"""The change feed: every committed write, in order, nothing twice, nothing skipped."""

import pytest

from kg.errors import InvalidQuery, NodeNotFound
from kg.model import Edge, Node
from kg.query import MAX_LIMIT
from kg.store import Change, GraphStore
from kg.vocabulary import Label, Relation
from tests.contracts.graph_store.sample import fill, link, node

SUPPLIES = Relation.SUPPLIES


def told(changes: list[Change]) -> list[tuple[object, ...]]:
    return [(one.action, one.id, one.label, one.relation, one.target) for one in changes]


class TestChanges:
    def test_each_kind_of_write(self, store: GraphStore) -> None:
        store.put(node("org-1"))
        store.put(node("tech-1"))
        store.relate(Edge(SUPPLIES, "org-1", "tech-1"))
        store.put(Node("tech-1", Label.PRODUCT))
        store.unrelate(SUPPLIES, "org-1", "tech-1")
        store.remove("tech-1")
        assert told(store.changes(0)) == [
            ("put", "org-1", Label.ORGANIZATION, None, None),
            ("put", "tech-1", Label.TECHNOLOGY, None, None),
            ("relate", "org-1", None, SUPPLIES, "tech-1"),
            ("put", "tech-1", Label.PRODUCT, None, None),
            ("unrelate", "org-1", None, SUPPLIES, "tech-1"),
            ("remove", "tech-1", Label.PRODUCT, None, None),
        ]

    def test_types_are_those_of_the_vocabulary(self, store: GraphStore) -> None:
        fill(store, "org-1", "tech-1")
        link(store, ("org-1", SUPPLIES, "tech-1"))
        first, _, last = store.changes(0)
        assert isinstance(first.label, Label)
        assert isinstance(last.relation, Relation)

    def test_a_removed_node_first_loses_its_edges(self, store: GraphStore) -> None:
        fill(store, "org-1", "org-2", "tech-1", "tech-2")
        link(
            store,
            ("org-2", SUPPLIES, "tech-1"),
            ("org-1", SUPPLIES, "tech-1"),
            ("org-1", Relation.HOLDS, "tech-1"),
            ("org-2", Relation.HOLDS, "tech-1"),
            ("tech-1", Relation.USES, "tech-2"),
        )
        before = store.position()
        store.remove("tech-1")
        assert told(store.changes(before)) == [
            ("unrelate", "org-1", None, Relation.HOLDS, "tech-1"),
            ("unrelate", "org-2", None, Relation.HOLDS, "tech-1"),
            ("unrelate", "org-1", None, SUPPLIES, "tech-1"),
            ("unrelate", "org-2", None, SUPPLIES, "tech-1"),
            ("unrelate", "tech-1", None, Relation.USES, "tech-2"),
            ("remove", "tech-1", Label.TECHNOLOGY, None, None),
        ]

    def test_numbers_rise_and_position_is_the_last(self, store: GraphStore) -> None:
        assert store.position() == 0
        assert store.changes(0) == []
        store.put_many(node(f"tech-{i}") for i in range(50))
        numbers = [one.seq for one in store.changes(0)]
        assert numbers == sorted(set(numbers))
        assert numbers[0] > 0
        assert numbers[-1] == store.position()

    def test_a_follower_sees_everything_once(self, store: GraphStore) -> None:
        fill(store, "org-1", *(f"tech-{i:04}" for i in range(1500)))
        store.relate_many(Edge(SUPPLIES, "org-1", f"tech-{i:04}") for i in range(1500))
        seen: list[Change] = []
        while batch := store.changes(seen[-1].seq if seen else 0, limit=700):
            seen += batch
        assert len(seen) == 3001
        assert told(seen[1:1501]) == [
            ("put", f"tech-{i:04}", Label.TECHNOLOGY, None, None) for i in range(1500)
        ]
        assert seen[-1].seq == store.position()

    def test_writes_that_change_nothing_are_silent(self, store: GraphStore) -> None:
        fill(store, "org-1", "tech-1")
        link(store, ("org-1", SUPPLIES, "tech-1"))
        position = store.position()
        fill(store, "org-1", "tech-1")
        link(store, ("org-1", SUPPLIES, "tech-1"))
        store.unrelate(Relation.HOLDS, "org-1", "tech-1")
        assert store.position() == position

    def test_writes_that_fail_are_silent(self, store: GraphStore) -> None:
        fill(store, "org-1")
        with pytest.raises(NodeNotFound):
            store.relate(Edge(SUPPLIES, "org-1", "tech-1"))
        with pytest.raises(NodeNotFound):
            store.remove("tech-1")
        assert store.position() == 1

    def test_the_same_id_twice_in_one_call_stands_twice(self, store: GraphStore) -> None:
        store.put_many([node("tech-1", a=1), node("tech-1", a=2), node("tech-1", a=2)])
        assert len(store.changes(0)) == 2

    def test_numbers_are_never_used_again(self, store: GraphStore) -> None:
        store.put(node("tech-1"))
        store.remove("tech-1")
        position = store.position()
        store.put(node("tech-1"))
        assert store.position() > position

    def test_after_the_end_there_is_nothing(self, store: GraphStore) -> None:
        store.put(node("tech-1"))
        assert store.changes(store.position()) == []
        assert store.changes(10**30) == []
        assert len(store.changes(-5)) == 1

    @pytest.mark.parametrize("limit", [0, -1, MAX_LIMIT + 1])
    def test_the_limit_is_bounded(self, store: GraphStore, limit: int) -> None:
        with pytest.raises(InvalidQuery):
            store.changes(0, limit)
