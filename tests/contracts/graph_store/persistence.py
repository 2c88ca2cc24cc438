"""What outlives the process: reopening, several stores on one graph, other processes."""

import os

import pytest

from kg.errors import DuplicateNode, StoreUnavailable
from kg.query import Filter, Op, Query
from kg.store import GraphStore
from kg.vocabulary import Relation
from tests.contracts.graph_store.sample import EVERY, TECH, fill, found, link, node
from tests.contracts.place import Place


def write_many(store: GraphStore, name: str, number: int) -> None:
    for i in range(number):
        with store.transaction():
            total = store.get("tech-total")
            store.put(node("tech-total", n=total.props["n"] + 1), expect=total.revision)
            store.put(node(f"tech-{name}{i}"))


def die_in_a_transaction(store: GraphStore) -> None:
    with store.transaction():
        store.put_many(node(f"tech-{i}") for i in range(3000))
        os._exit(9)


class TestReopen:
    def test_everything_is_there_again(self, place: Place) -> None:
        store = place.open()
        fill(store, "org-1", "user-1")
        store.put(node("tech-1", text="长" * 300, n=1.5, tags=["a", "b"], deep={"x": None}))
        store.put(node("tech-1", text="长" * 300, n=2.5, tags=["a", "b"], deep={"x": None}))
        link(store, ("org-1", Relation.SUPPLIES, "tech-1"))
        before = (store.get("tech-1"), store.changes(0), store.counts(), store.degrees("org-1"))
        store.close()
        again = place.open()
        assert (again.get("tech-1"), again.changes(0), again.counts(), again.degrees("org-1")) == (
            before
        )
        assert found(again, Query(TECH, (Filter("text", Op.EQ, "长" * 300),))) == ["tech-1"]
        assert again.put(node("tech-1")).revision == 3
        assert again.position() == before[1][-1].seq + 1

    def test_a_cursor_survives(self, place: Place) -> None:
        store = place.open()
        store.put_many(node(f"tech-{i}", n=-i) for i in range(9))
        after = store.find(Query(TECH, order_by="n", limit=4)).after
        store.close()
        page = place.open().find(Query(TECH, order_by="n", limit=4, after=after))
        assert [one.id for one in page.nodes] == ["tech-4", "tech-3", "tech-2", "tech-1"]

    def test_two_stores_on_one_graph(self, place: Place) -> None:
        one, two = place.open(), place.open()
        one.put(node("tech-1"), expect=0)
        with pytest.raises(DuplicateNode):
            two.put(node("tech-1", a=1), expect=0)
        two.put(node("tech-1", a=2), expect=1)
        assert one.get("tech-1").props == {"a": 2}
        assert one.changes(0) == two.changes(0)

    def test_an_open_transaction_is_not_seen_elsewhere(self, place: Place) -> None:
        one, two = place.open(), place.open()
        with one.transaction():
            one.put(node("tech-1"))
            assert two.get_many(["tech-1"]) == {}
            assert two.position() == 0
        assert list(two.get_many(["tech-1"])) == ["tech-1"]

    def test_closing_one_leaves_the_other(self, place: Place) -> None:
        one, two = place.open(), place.open()
        one.close()
        two.put(node("tech-1"))
        with pytest.raises(StoreUnavailable):
            one.get("tech-1")


class TestProcesses:
    def test_writers_in_three_processes_lose_nothing(self, place: Place) -> None:
        store = place.open()
        store.put(node("tech-total", n=0))
        others = [place.process(write_many, name, 20) for name in "ab"]
        write_many(store, "c", 20)
        for process in others:
            process.join(60)
            assert process.exitcode == 0
        assert store.get("tech-total").props == {"n": 60}
        assert store.count(Query(EVERY)) == 61
        changes = store.changes(0)
        assert len(changes) == 121
        # each transaction stands together in the feed
        assert {(one.id == "tech-total") for one in changes[1::2]} == {True}

    def test_a_process_that_dies_leaves_nothing_half_done(self, place: Place) -> None:
        store = place.open()
        store.put(node("tech-0"))
        process = place.process(die_in_a_transaction)
        process.join(60)
        assert process.exitcode == 9
        assert found(store, Query(EVERY)) == ["tech-0"]
        store.put(node("tech-1"))
        assert [one.id for one in store.changes(0)] == ["tech-0", "tech-1"]
