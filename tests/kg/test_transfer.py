"""Whole graphs on the move: exact, resumable, refused where they would do harm."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kg.errors import (
    GraphError,
    ImportConflict,
    NodeNotFound,
    StoreBusy,
    StoreUnfinished,
    StoreUnreachable,
    TransferFailed,
    TransferRefused,
)
from kg.model import Edge, Node
from kg.store import Change
from kg.stores.neo4j import Neo4jGraphStore
from kg.stores.neo4j.connection import Patience
from kg.stores.sqlite import SqliteGraphStore
from kg.transfer import sources
from kg.transfer.copying import Advance, Import, summarize
from kg.transfer.marks import Mark
from kg.transfer.records import NO_EDGE, Batch, StoredEdge, StoredNode, Summary
from kg.transfer.replica import Replica
from kg.transfer.sources import StoreSource
from kg.vocabulary import Label, Relation
from tests.contracts.backends import erase_neo4j, neo4j_login
from tests.contracts.chance import Chance

TARGETS = ["sqlite", *(["neo4j"] if neo4j_login() else [])]
Open = Callable[..., Replica]


class Silent:
    """Shows nothing."""

    @contextmanager
    def step(self, title: str) -> Iterator[Advance]:
        yield lambda _done, _whole: None


SILENT = Silent()


def neo4j(*, importing: bool = False, patience: Patience | None = None) -> Neo4jGraphStore:
    uri, user, password = neo4j_login() or pytest.fail("no server")
    return Neo4jGraphStore(uri, user, password, importing=importing, patience=patience)


@pytest.fixture(params=TARGETS)
def open_target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens one empty graph of each backend, as often as a test likes."""
    opened: list[Replica] = []
    if request.param == "neo4j":
        erase_neo4j(tmp_path)

    def open_one(*, importing: bool = True) -> Replica:
        if request.param == "neo4j":
            opened.append(neo4j(importing=importing))
        else:
            opened.append(SqliteGraphStore(tmp_path / "target.sqlite", importing=importing))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()
    if request.param == "neo4j":
        erase_neo4j(tmp_path)


@pytest.fixture
def source() -> Iterator[SqliteGraphStore]:
    with closing(SqliteGraphStore(None)) as store:
        yield store


def scramble(store: Replica, seed: int, steps: int = 250) -> None:
    """Write at random: several revisions, changed labels, removed nodes, all sorts of values."""
    chance = Chance(Random(seed))
    for _ in range(steps):
        with suppress(GraphError):
            match chance.random.randrange(10):
                case 0:
                    store.remove(chance.id())
                case 1:
                    edge = chance.edge()
                    store.unrelate(edge.relation, edge.source, edge.target)
                case 2 | 3 | 4 | 5:
                    store.put(chance.node())
                case _:
                    store.relate(chance.edge())
    exact = {"a": 1, "b": 1.0, "c": -0.0, "d": 2**63 - 1, "e": -(2**63), "f": 0.1, "g": True,
             "h": [1, 1.0, True], "i": {"x": [None, {"y": " \u2028\t\n\"\\"}]}, "j": "汉字😀\uffff",
             "k": "长" * 5000, "l": [], "m": {}, "n": 5e-324, "o": 1e22}  # fmt: skip
    store.put(Node("tech-exact", Label.TECHNOLOGY, exact))
    store.put(Node("user-exact", Label.USER, {"secret": "私有"}))
    store.relate(Edge(Relation.ABOUT, "user-exact", "tech-exact", {"n": 1.0}))


def content(store: Replica) -> tuple[list[StoredNode], list[StoredEdge]]:
    found = StoreSource(store)
    return list(found.nodes()), list(found.edges())


def copied(source: Replica, target: Replica, **sizes: int) -> Summary:
    return Import(StoreSource(source, "a"), target, SILENT, **sizes).run().summary


class TestCopy:
    @pytest.mark.parametrize("seed", range(3))
    def test_there_and_back_is_the_same_to_the_last_bit(
        self, source: SqliteGraphStore, open_target: Open, seed: int
    ) -> None:
        scramble(source, seed)
        target = open_target()
        summary = copied(source, target, nodes=7, edges=5)
        assert content(target) == content(source)
        assert summary == summarize(StoreSource(source), lambda _a, _b: None)
        target.close()
        with (
            closing(SqliteGraphStore(None, importing=True)) as back,
            closing(open_target(importing=False)) as whole,
        ):
            copied(whole, back)
            assert content(back) == content(source)
            assert back.counts() == source.counts() == whole.counts()

    def test_what_was_copied_is_found_as_before(
        self, source: SqliteGraphStore, open_target: Open
    ) -> None:
        scramble(source, 7)
        target = open_target()
        copied(source, target, nodes=3, edges=3)
        chance = Chance(Random(8))
        for _ in range(25):
            query = chance.query()
            assert target.find(query).nodes == source.find(query).nodes
            assert target.facets(query, ["a", "b"]) == source.facets(query, ["a", "b"])

    def test_the_feed_of_the_target_tells_each_thing_once(
        self, source: SqliteGraphStore, open_target: Open
    ) -> None:
        scramble(source, 1)
        target = open_target()
        copied(source, target, nodes=4, edges=4)
        told = Counter(change_key(change) for change in all_changes(target))
        assert set(told.values()) == {1}
        nodes, edges = content(source)
        assert told.keys() == {("put", one.id) for one in nodes} | {
            ("relate", *one.key) for one in edges
        }

    def test_a_copied_graph_goes_on_counting_revisions(
        self, source: SqliteGraphStore, open_target: Open
    ) -> None:
        for text in "abc":
            source.put(Node("tech-1", Label.TECHNOLOGY, {"name": text}))
        target = open_target()
        copied(source, target)
        target.close()
        with closing(open_target(importing=False)) as whole:
            changed = whole.put(Node("tech-1", Label.PRODUCT, {"name": "d"}), expect=3)
            assert changed.revision == 4
            assert whole.get("tech-1").label is Label.PRODUCT

    def test_an_empty_graph_is_copied_too(
        self, source: SqliteGraphStore, open_target: Open
    ) -> None:
        target = open_target()
        assert copied(source, target).node_count == 0
        assert target.mark() is None

    def test_others_may_write_into_an_embedded_source_and_the_copy_is_of_one_state(
        self, tmp_path: Path, open_target: Open
    ) -> None:
        file = tmp_path / "source.sqlite"
        with closing(SqliteGraphStore(file)) as here, closing(SqliteGraphStore(file)) as other:
            scramble(here, 2)
            before = content(here)

            class Meddling(StoreSource):
                def nodes(self, after: str = "") -> Iterator[StoredNode]:
                    for node in super().nodes(after):
                        other.put(Node(node.id, node.label, {"late": True}))
                        yield node
                    other.put(Node("tech-late", Label.TECHNOLOGY))

            target = open_target()
            Import(Meddling(here, "a"), target, SILENT).run()
            assert content(target) == before
            assert content(here) != before

    @pytest.mark.skipif(neo4j_login() is None, reason="没有 Neo4j（KG_TEST_NEO4J_URI）")
    def test_a_server_as_source_holds_up_writers(self, tmp_path: Path) -> None:
        erase_neo4j(tmp_path)
        with closing(neo4j()) as here, closing(neo4j(patience=Patience(wait=0.5))) as other:
            here.put(Node("tech-1", Label.TECHNOLOGY))
            with here.frozen():
                with pytest.raises(StoreBusy):
                    other.put(Node("tech-2", Label.TECHNOLOGY))
                assert [node.id for node in here.node_page("", 10)] == ["tech-1"]
            other.put(Node("tech-2", Label.TECHNOLOGY))


def all_changes(store: Replica) -> Iterator[Change]:
    seen = 0
    while changes := store.changes(seen):
        yield from changes
        seen = changes[-1].seq


def change_key(change: Change) -> tuple[Any, ...]:
    if change.relation is None:
        return change.action, change.id
    return change.action, change.id, str(change.relation), change.target


class Stop(Exception):
    """The process dies here."""


@contextmanager
def stopping(target: Replica, after: int, *, committed: bool) -> Iterator[None]:
    """Die at the n-th piece, just before or just after it is in."""
    real, left = target.absorb, after

    def absorb(batch: Batch, old: str, new: str) -> None:
        nonlocal left
        left -= 1
        if left < 0 and not committed:
            raise Stop
        real(batch, old, new)
        if left < 0:
            raise Stop

    target.absorb = absorb  # type: ignore[method-assign]
    try:
        yield
    finally:
        del target.absorb


class TestResuming:
    def test_stopped_at_every_piece_it_goes_on_and_nothing_comes_twice(
        self, source: SqliteGraphStore, open_target: Open
    ) -> None:
        scramble(source, 3)
        target, stops = open_target(), 0
        for committed in (True, False) * 40:
            with stopping(target, 1, committed=committed):
                try:
                    outcome = Import(
                        StoreSource(source, "a"), target, SILENT, nodes=6, edges=6
                    ).run()
                    break
                except Stop:
                    stops += 1
                    assert target.mark() is not None
        else:
            pytest.fail("never ended")
        assert stops > 5
        assert outcome.resumed
        assert content(target) == content(source)
        assert len(list(all_changes(target))) == len(content(source)[0]) + len(content(source)[1])

    @pytest.mark.parametrize("seed", range(4))
    def test_what_changed_in_the_source_meanwhile_is_taken_in(
        self, source: SqliteGraphStore, open_target: Open, seed: int
    ) -> None:
        scramble(source, seed)
        target, chance = open_target(), Random(seed)
        for round_ in range(6):
            with (
                stopping(target, chance.randrange(1, 9), committed=chance.random() < 0.5),
                suppress(Stop),
            ):
                Import(StoreSource(source, "a"), target, SILENT, nodes=5, edges=5).run()
            if target.mark() is None:
                break
            scramble(source, 100 * seed + round_, steps=40)
        if target.mark() is not None:
            Import(StoreSource(source, "a"), target, SILENT, nodes=5, edges=5).run()
        assert content(target) == content(source)

    def test_a_node_that_goes_later_than_it_is_written_keeps_its_edges_until_then(
        self, source: SqliteGraphStore, open_target: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sources, "CHANGES", 2)
        for one in "abc":
            source.put(Node(f"tech-{one}", Label.TECHNOLOGY))
        source.put(Node("org-1", Label.ORGANIZATION))
        for one in "abc":
            source.relate(Edge(Relation.SUPPLIES, "org-1", f"tech-{one}"))
        target = open_target()
        with stopping(target, 4, committed=True), pytest.raises(Stop):
            Import(StoreSource(source, "a"), target, SILENT, nodes=9, edges=1).run()
        assert len(content(target)[1]) == 3
        source.put(Node("org-1", Label.ORGANIZATION, {"name": "late"}))
        source.remove("org-1")
        source.put(Node("tech-a", Label.TECHNOLOGY, {"name": "late"}))
        copied(source, target)
        assert content(target) == content(source)

    def test_what_came_back_as_something_else_is_only_that(
        self, source: SqliteGraphStore, open_target: Open
    ) -> None:
        before = {"x-1": Label.DEMAND, "x-2": Label.USER, "x-3": Label.TECHNOLOGY}
        after = {"x-1": Label.CASE, "x-2": Label.CONCEPT, "x-3": Label.USER}
        source.put_many(Node(one, label) for one, label in before.items())
        source.put(Node("x-4", Label.REGION))
        target = open_target()
        with stopping(target, 3, committed=True), pytest.raises(Stop):
            Import(StoreSource(source, "a"), target, SILENT, nodes=1).run()
        for one, label in after.items():
            source.remove(one)
            source.put(Node(one, label, {"again": True}))
        copied(source, target)
        target.close()
        whole = open_target(importing=False)
        assert content(whole) == content(source)
        assert {one: whole.get(one).label for one in after} == after
        assert whole.subgraph(["x-2"]).nodes[0].id == "x-2"
        with pytest.raises(NodeNotFound):
            whole.subgraph(["x-3"])
        assert whole.counts() == source.counts()

    def test_an_unfinished_graph_is_no_graph_for_others(
        self, source: SqliteGraphStore, open_target: Open
    ) -> None:
        scramble(source, 1)
        earlier = open_target(importing=False)
        target = open_target()
        with stopping(target, 2, committed=True), pytest.raises(Stop):
            Import(StoreSource(source, "a"), target, SILENT, nodes=5).run()
        with pytest.raises(StoreUnfinished, match="再运行一次"):
            open_target(importing=False)
        for refused in (
            earlier.position,
            earlier.ping,
            lambda: earlier.put(Node("tech-9", Label.TECHNOLOGY)),
            lambda: earlier.transaction().__enter__(),
        ):
            with pytest.raises(StoreUnfinished):
                refused()
        copied(source, target)
        earlier.put(Node("tech-9", Label.TECHNOLOGY))
        open_target(importing=False).ping()

    def test_two_at_once_do_not_mix(self, source: SqliteGraphStore, open_target: Open) -> None:
        scramble(source, 1)
        one, two = open_target(), open_target()

        class Slow(StoreSource):
            def edges(self, after: Any = NO_EDGE) -> Iterator[StoredEdge]:
                Import(StoreSource(source, "a"), two, SILENT).run()
                return super().edges(after)

        with pytest.raises(ImportConflict):
            Import(Slow(source, "a"), one, SILENT).run()
        assert content(two) == content(source)
        assert two.mark() is None

    @pytest.mark.parametrize("committed", [True, False])
    def test_an_answer_that_is_lost_at_the_end_is_asked_for_again(
        self,
        source: SqliteGraphStore,
        open_target: Open,
        monkeypatch: pytest.MonkeyPatch,
        committed: bool,
    ) -> None:
        scramble(source, 1)
        target = open_target()
        real = target.set_mark

        def lost(before: str | None, after: str | None, *, empty: bool = False) -> None:
            if after is not None or committed:
                real(before, after, empty=empty)
            if after is None:
                raise StoreUnreachable

        monkeypatch.setattr(target, "set_mark", lost)
        work = Import(StoreSource(source, "a"), target, SILENT)
        if committed:
            work.run()
        else:
            with pytest.raises(StoreUnreachable):
                work.run()
        assert (target.mark() is None, work.begun, work.ending) == (
            committed, not committed, not committed,
        )  # fmt: skip


class TestRefusing:
    def test_an_empty_source_does_not_take_the_place_of_a_graph(
        self, source: SqliteGraphStore, open_target: Open
    ) -> None:
        target = open_target()
        target.put(Node("tech-own", Label.TECHNOLOGY))
        with pytest.raises(TransferRefused, match="写反"):
            Import(StoreSource(source, "a"), target, SILENT).run(fresh=True)
        assert [one.id for one in content(target)[0]] == ["tech-own"]
        assert target.mark() is None

    def test_a_target_with_data_is_left_alone(
        self, source: SqliteGraphStore, open_target: Open
    ) -> None:
        scramble(source, 1)
        target = open_target()
        target.put(Node("tech-own", Label.TECHNOLOGY))
        with pytest.raises(TransferRefused, match="--replace"):
            copied(source, target)
        assert [one.id for one in content(target)[0]] == ["tech-own"]
        assert target.mark() is None

    def test_another_unfinished_import_is_left_alone(
        self, source: SqliteGraphStore, open_target: Open
    ) -> None:
        scramble(source, 1)
        target = open_target()
        with stopping(target, 2, committed=True), pytest.raises(Stop):
            Import(StoreSource(source, "甲"), target, SILENT, nodes=5).run()
        before = target.mark()
        with pytest.raises(TransferRefused, match="甲"):
            Import(StoreSource(source, "乙"), target, SILENT).run()
        assert target.mark() == before

    def test_a_source_that_has_gone_back_is_another_one(
        self, source: SqliteGraphStore, open_target: Open
    ) -> None:
        scramble(source, 1)
        target = open_target()
        with stopping(target, 2, committed=True), pytest.raises(Stop):
            Import(StoreSource(source, "a"), target, SILENT, nodes=5).run()
        with closing(SqliteGraphStore(None)) as younger, pytest.raises(TransferRefused):
            copied(younger, target)

    @pytest.mark.parametrize("stopped", [False, True])
    def test_replacing_ends_with_the_new_graph_alone(
        self, source: SqliteGraphStore, open_target: Open, stopped: bool
    ) -> None:
        scramble(source, 1)
        target = open_target()
        scramble(target, 2)
        target.put(Node("tech-own", Label.TECHNOLOGY))
        seen = target.position()
        old = content(target)
        for piece in range(60 if stopped else 0):
            with stopping(target, 1, committed=piece % 2 == 0), suppress(Stop):
                Import(StoreSource(source, "a"), target, SILENT, nodes=5, edges=5).run(fresh=True)
                break
        else:
            Import(StoreSource(source, "a"), target, SILENT).run(fresh=True)
        assert content(target) == content(source)
        told = Counter(change_key(c) for c in all_changes(target) if c.seq > seen)
        assert set(told.values()) == {1}
        assert {key[1] for key in told if key[0] == "remove"} == {one.id for one in old[0]}
        assert {key[1:] for key in told if key[0] == "unrelate"} == {one.key for one in old[1]}

    def test_a_difference_at_the_end_is_told_and_the_target_stays_unusable(
        self, source: SqliteGraphStore, open_target: Open
    ) -> None:
        scramble(source, 1)
        target = open_target()

        class Lossy(StoreSource):
            lost = True

            def nodes(self, after: str = "") -> Iterator[StoredNode]:
                for node in super().nodes(after):
                    yield replace(node, props="{}") if self.lost else node
                self.lost = False

        with pytest.raises(TransferFailed, match="核对不一致"):
            Import(Lossy(source, "a"), target, SILENT).run()
        with pytest.raises(StoreUnfinished):
            open_target(importing=False)
        with pytest.raises(TransferRefused, match="--replace"):
            copied(source, target)
        Import(StoreSource(source, "a"), target, SILENT).run(fresh=True)
        assert content(target) == content(source)

    def test_an_edge_without_its_end_changes_nothing(self, open_target: Open) -> None:
        target = open_target()
        target.set_mark(None, "x")
        node = StoredNode("org-1", Label.ORGANIZATION, 1, "{}")
        edge = StoredEdge("org-1", Relation.SUPPLIES, "tech-gone", "{}")
        with pytest.raises(NodeNotFound):
            target.absorb(Batch((node,), (edge,)), "x", "y")
        assert content(target) == ([], [])
        assert target.mark() == "x"

    def test_a_mark_of_another_version_is_no_mark_of_ours(self) -> None:
        mark = Mark("copy", "a", 3, node="tech-1", edge=("a", "B", "c"))
        assert Mark.of_text(mark.text()) == mark
        for text in ("", "x", "[]", "{}", json.dumps({**json.loads(mark.text()), "new": 1})):
            assert Mark.of_text(text) is None
