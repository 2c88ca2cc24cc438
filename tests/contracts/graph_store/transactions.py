"""Transactions: together or not at all, seen from inside at once and from outside at the end."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from kg.errors import DuplicateNode, InvalidNode, InvalidRelation, NodeNotFound
from kg.model import Edge
from kg.query import Filter, Op, Query
from kg.store import GraphStore
from kg.vocabulary import Relation
from tests.contracts.graph_store.sample import EVERY, TECH, fill, found, link, node


class Mishap(Exception):
    pass


class TestTransactions:
    def test_all_writes_are_kept_at_the_end(self, store: GraphStore) -> None:
        with store.transaction():
            fill(store, "org-1", "tech-1")
            link(store, ("org-1", Relation.SUPPLIES, "tech-1"))
        assert len(store.neighbours("org-1")) == 1
        assert store.position() == 3

    def test_an_error_undoes_every_kind_of_write(self, store: GraphStore) -> None:
        fill(store, "org-1", "tech-1", "tech-2")
        store.put(node("tech-1", text="长" * 300, tags=["a"]))
        link(store, ("org-1", Relation.SUPPLIES, "tech-1"))
        before = (store.position(), store.counts(), store.get("tech-1"))
        with pytest.raises(Mishap), store.transaction():  # noqa: PT012
            store.put(node("tech-1", text="短"))
            store.put(node("tech-9"))
            store.unrelate(Relation.SUPPLIES, "org-1", "tech-1")
            store.remove("tech-2")
            link(store, ("org-1", Relation.SUPPLIES, "tech-9"))
            raise Mishap
        assert (store.position(), store.counts(), store.get("tech-1")) == before
        assert found(store, Query(EVERY)) == ["org-1", "tech-1", "tech-2"]
        assert found(store, Query(TECH, (Filter("text", Op.EQ, "长" * 300),))) == ["tech-1"]
        assert store.facets(Query(TECH), ["tags"]) == {"tags": [("a", 1)]}

    def test_reads_inside_see_the_writes(self, store: GraphStore) -> None:
        with store.transaction():
            store.put(node("tech-1", a=1))
            assert store.get("tech-1").revision == 1
            assert found(store, Query(TECH, (Filter("a", Op.EQ, 1),))) == ["tech-1"]
            assert store.position() == 1
            assert len(store.changes(0)) == 1
            assert store.count(Query(TECH)) == 1
            store.put(node("tech-1", a=2))
            assert found(store, Query(TECH, (Filter("a", Op.EQ, 1),))) == []

    def test_what_was_changed_and_removed_inside_is_gone_inside(self, store: GraphStore) -> None:
        store.put(node("tech-1", a=1, name="旧"))
        with store.transaction():
            store.put(node("tech-1", a=2, name="新"))
            store.put(node("tech-2", a=2, name="新"))
            store.remove("tech-1")
            store.remove("tech-2")
            assert store.get_many(["tech-1", "tech-2"]) == {}
            for name, value in (("a", 1), ("a", 2), ("name", "旧"), ("name", "新")):
                assert found(store, Query(TECH, (Filter(name, Op.EQ, value),))) == []
            assert store.facets(Query(TECH), ["a"]) == {"a": []}
            assert store.put(node("tech-1", a=3)).revision == 1
        assert store.get("tech-1").props == {"a": 3}

    def test_a_transaction_inside_another_joins_it(self, store: GraphStore) -> None:
        with pytest.raises(Mishap), store.transaction():  # noqa: PT012
            with store.transaction():
                store.put(node("tech-1"))
            assert store.get("tech-1")
            raise Mishap
        assert store.position() == 0

    def test_an_error_caught_between_two_blocks_undoes_nothing(self, store: GraphStore) -> None:
        with store.transaction():
            with suppress(Mishap), store.transaction():
                store.put(node("tech-1"))
                raise Mishap
            store.put(node("tech-2"))
        assert found(store, Query(TECH)) == ["tech-1", "tech-2"]

    def test_a_write_that_fails_inside_changes_nothing(self, store: GraphStore) -> None:
        with store.transaction():
            fill(store, "tech-1", "org-1")
            with pytest.raises(InvalidNode):
                store.put_many([*(node(f"tech-{i}") for i in range(2100)), node("tech-3", BAD=1)])
            with pytest.raises(DuplicateNode):
                store.put(node("tech-1", a=1), expect=0)
            with pytest.raises(NodeNotFound):
                store.relate_many(
                    [
                        Edge(Relation.SUPPLIES, "org-1", "tech-1"),
                        Edge(Relation.SUPPLIES, "org-1", "tech-8"),
                    ]
                )
            with pytest.raises(InvalidRelation):
                store.relate(Edge(Relation.SUPPLIES, "tech-1", "org-1"))
        assert found(store, Query(EVERY)) == ["org-1", "tech-1"]
        assert store.counts().edges == {}
        assert store.position() == 2

    def test_an_empty_one_changes_nothing(self, store: GraphStore) -> None:
        with store.transaction():
            pass
        assert store.position() == 0

    def test_after_an_error_the_store_goes_on(self, store: GraphStore) -> None:
        for _ in range(3):
            with pytest.raises(Mishap), store.transaction():  # noqa: PT012
                store.put(node("tech-1"))
                raise Mishap
        store.put(node("tech-1"))
        assert [change.id for change in store.changes(0)] == ["tech-1"]


class TestThreads:
    def test_counting_with_expect_loses_nothing(self, store: GraphStore) -> None:
        store.put(node("tech-1", n=0))

        def count() -> None:
            for _ in range(25):
                with store.transaction():
                    now = store.get("tech-1")
                    store.put(node("tech-1", n=now.props["n"] + 1), expect=now.revision)

        run([count] * 4)
        assert store.get("tech-1").props == {"n": 100}
        assert store.get("tech-1").revision == 101
        assert len(store.changes(0)) == 101

    def test_writers_and_readers_together(self, store: GraphStore) -> None:
        def write(name: str) -> None:
            for i in range(0, 60, 3):
                store.put_many(node(f"tech-{name}{i + k}", g=f"{name}{i}") for k in range(3))

        def read() -> None:
            position = 0
            for _ in range(30):
                changes = store.changes(position)
                assert all(change.seq > position for change in changes)
                position = changes[-1].seq if changes else position
                counts = store.facets(Query(TECH), ["g"])["g"]
                assert all(number == 3 for _, number in counts)
                assert store.count(Query(TECH)) % 3 == 0

        run([lambda: write("a"), lambda: write("b"), read, read])
        assert store.count(Query(TECH)) == 120
        numbers = [change.seq for change in store.changes(0)]
        assert len(set(numbers)) == 120

    def test_a_follower_beside_writers_misses_nothing(self, store: GraphStore) -> None:
        done = threading.Event()
        seen: list[str] = []

        def follow() -> None:
            position = 0
            while True:
                finished = done.is_set()
                for change in store.changes(position, limit=7):
                    seen.append(change.id)
                    position = change.seq
                if finished and position == store.position():
                    return

        def write(name: str) -> None:
            for i in range(30):
                store.put(node(f"tech-{name}{i}"))

        follower = threading.Thread(target=follow)
        follower.start()
        try:
            run([lambda: write("a"), lambda: write("b"), lambda: write("c")])
        finally:
            done.set()
            follower.join()
        assert sorted(seen) == sorted(f"tech-{name}{i}" for name in "abc" for i in range(30))

    def test_what_the_feed_tells_can_be_read(self, store: GraphStore) -> None:
        done = threading.Event()

        def follow() -> None:
            position = 0
            revisions = dict.fromkeys(("tech-1", "tech-2"), 0)
            while True:
                finished = done.is_set()
                changes = store.changes(position)
                for change in changes:
                    position = change.seq
                    revisions[change.id] += 1
                for node_id, revision in revisions.items():
                    assert revision == 0 or store.get(node_id).revision >= revision
                if finished and not changes:
                    return

        def write() -> None:
            try:
                for i in range(40):
                    store.put_many([node("tech-1", n=i), node("tech-2", n=i)])
            finally:
                done.set()

        run([write, follow])

    def test_a_transaction_belongs_to_its_thread(self, store: GraphStore) -> None:
        began, go = threading.Event(), threading.Event()

        def undone() -> None:
            with suppress(Mishap), store.transaction():
                store.put(node("tech-1"))
                began.set()
                go.wait(10)
                raise Mishap

        def kept() -> None:
            began.wait(10)
            threading.Timer(0.05, go.set).start()
            store.put(node("tech-2"))

        run([undone, kept])
        assert found(store, Query(TECH)) == ["tech-2"]

    def test_many_short_lived_threads(self, store: GraphStore) -> None:
        for i in range(40):
            run([lambda i=i: store.put(node(f"tech-{i}"))])
        assert store.count(Query(TECH)) == 40


def run(works: list[Callable[[], object]]) -> None:
    """Run all at once; an error in any is raised here."""
    errors: list[BaseException] = []

    def guarded(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
