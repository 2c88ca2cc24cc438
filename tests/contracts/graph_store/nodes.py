"""Nodes: what goes in comes out, revisions count changes, labels stay."""

from collections.abc import Iterator
from typing import Any

import pytest

from kg.errors import DuplicateNode, InvalidNode, NodeNotFound, StaleRevision
from kg.model import Entry, Node
from kg.query import Query
from kg.store import GraphStore
from kg.vocabulary import Label
from tests.contracts.graph_store.sample import EVERY, LABELS, fill, ids, node

PROPS: dict[str, Any] = {
    "name": "余热回收",
    "year": 2024,
    "share": 0.1,
    "open": True,
    "shut": False,
    "list": ["a", "b"],
    "mixed": [1, "1", True, 1.5],
    "nested": {"a": [1, {"b": None}]},
    "figures": [{"name": "节能率", "value": 30.5, "unit": "%"}],
    "empty": [],
    "blank": "",
    "zero": 0,
    "large": 2**63 - 1,
    "small": -(2**63),
    "tiny": 5e-324,
    "huge": 1.7976931348623157e308,
}


class TestNodes:
    def test_a_node_comes_back_as_it_was_given(self, store: GraphStore) -> None:
        put = store.put(Node("tech-1", Label.TECHNOLOGY, PROPS))
        assert put == Node("tech-1", Label.TECHNOLOGY, PROPS, 1)
        assert store.get("tech-1") == put

    def test_types_of_values_are_kept(self, store: GraphStore) -> None:
        store.put(node("tech-1", whole=1, real=1.0, truth=True, many=[1, 1.0, True]))
        props = store.get("tech-1").props
        assert [type(props[name]) for name in ("whole", "real", "truth")] == [int, float, bool]
        assert [type(one) for one in props["many"]] == [int, float, bool]

    def test_tuples_come_back_as_lists(self, store: GraphStore) -> None:
        assert store.put(node("tech-1", many=("a", "b"))).props == {"many": ["a", "b"]}

    def test_a_record_survives(self, store: GraphStore) -> None:
        entry = Entry(
            id="tech-1", kind=Label.TECHNOLOGY, name="热泵", summary="…", area="新能源+",
            direction="节能", problem=["蒸汽太贵"],
        )  # fmt: skip
        store.put(entry.to_node())
        assert Entry.from_node(store.get("tech-1")) == entry

    @pytest.mark.parametrize("label", Label)
    def test_every_label_can_be_stored(self, store: GraphStore, label: Label) -> None:
        assert store.put(Node("some-1", label)).label is label
        assert ids(store.find(Query(frozenset({label}))).nodes) == ["some-1"]

    def test_a_missing_node_is_not_found(self, store: GraphStore) -> None:
        with pytest.raises(NodeNotFound, match="tech-1"):
            store.get("tech-1")

    def test_properties_are_replaced_not_merged(self, store: GraphStore) -> None:
        store.put(node("tech-1", a=1, b=["x"], c="long" * 100))
        store.put(node("tech-1", d=2))
        assert store.get("tech-1").props == {"d": 2}

    def test_revision_counts_changes(self, store: GraphStore) -> None:
        assert [store.put(node("tech-1", a=i)).revision for i in range(3)] == [1, 2, 3]

    def test_an_equal_write_changes_nothing(self, store: GraphStore) -> None:
        store.put(Node("tech-1", Label.TECHNOLOGY, {"a": 1, "b": {"x": 1, "y": 2}}))
        again = Node("tech-1", Label.TECHNOLOGY, {"b": {"y": 2, "x": 1}, "a": 1}, revision=7)
        assert store.put(again).revision == 1
        assert store.position() == 1

    @pytest.mark.parametrize("value", [1.0, True, "1", [1]])
    def test_another_type_is_a_change(self, store: GraphStore, value: object) -> None:
        store.put(node("tech-1", a=1))
        assert store.put(node("tech-1", a=value)).revision == 2

    def test_given_revision_is_ignored(self, store: GraphStore) -> None:
        assert store.put(Node("tech-1", Label.TECHNOLOGY, {}, revision=9)).revision == 1

    def test_changing_the_given_map_later_changes_nothing(self, store: GraphStore) -> None:
        props: dict[str, Any] = {"a": [1]}
        returned = store.put(Node("tech-1", Label.TECHNOLOGY, props))
        props["a"].append(2)
        returned.props["a"].append(3)
        assert store.get("tech-1").props == {"a": [1]}


class TestLabels:
    def test_an_entry_may_become_another_kind_of_entry(self, store: GraphStore) -> None:
        store.put(node("tech-1", a=1))
        changed = store.put(Node("tech-1", Label.EQUIPMENT, {"a": 1}))
        assert (changed.label, changed.revision) == (Label.EQUIPMENT, 2)
        assert ids(store.find(Query(frozenset({Label.EQUIPMENT}))).nodes) == ["tech-1"]
        assert not store.find(Query(frozenset({Label.TECHNOLOGY}))).nodes
        assert store.counts().nodes == {Label.EQUIPMENT: 1}

    @pytest.mark.parametrize(
        ("old", "new"),
        [(Label.TECHNOLOGY, Label.ORGANIZATION), (Label.ORGANIZATION, Label.PRODUCT),
         (Label.REGION, Label.INDUSTRY), (Label.USER, Label.DRAFT)],
    )  # fmt: skip
    def test_no_other_label_may_change(self, store: GraphStore, old: Label, new: Label) -> None:
        store.put(Node("some-1", old))
        with pytest.raises(InvalidNode, match="some-1"):
            store.put(Node("some-1", new))
        with pytest.raises(InvalidNode, match="some-1"):
            store.put_many([Node("other-1", new), Node("some-1", new)])
        assert store.get("some-1").label is old
        assert store.counts().nodes == {old: 1}


class TestExpect:
    def test_zero_demands_a_new_node(self, store: GraphStore) -> None:
        assert store.put(node("tech-1"), expect=0).revision == 1
        with pytest.raises(DuplicateNode, match="tech-1"):
            store.put(node("tech-1", a=1), expect=0)

    def test_the_right_revision_is_accepted(self, store: GraphStore) -> None:
        store.put(node("tech-1"))
        assert store.put(node("tech-1", a=1), expect=1).revision == 2

    def test_a_stale_revision_is_refused(self, store: GraphStore) -> None:
        store.put(node("tech-1", a=1))
        store.put(node("tech-1", a=2))
        with pytest.raises(StaleRevision) as caught:
            store.put(node("tech-1", a=3), expect=1)
        assert (caught.value.expected, caught.value.actual) == (1, 2)
        assert store.get("tech-1").props == {"a": 2}

    def test_a_stale_revision_is_refused_even_for_an_equal_write(self, store: GraphStore) -> None:
        store.put(node("tech-1", a=1))
        with pytest.raises(StaleRevision):
            store.put(node("tech-1", a=1), expect=3)

    def test_a_node_that_is_gone_has_revision_zero(self, store: GraphStore) -> None:
        with pytest.raises(StaleRevision) as caught:
            store.put(node("tech-1"), expect=1)
        assert caught.value.actual == 0

    def test_removing_checks_the_revision(self, store: GraphStore) -> None:
        store.put(node("tech-1"))
        with pytest.raises(StaleRevision):
            store.remove("tech-1", expect=2)
        store.remove("tech-1", expect=1)
        with pytest.raises(NodeNotFound):
            store.remove("tech-1", expect=1)


class TestGetMany:
    def test_in_the_order_asked_without_the_absent(self, store: GraphStore) -> None:
        fill(store, "tech-1", "tech-2", "org-1")
        asked = ["org-1", "tech-9", "tech-2", "tech-1", "org-1"]
        assert list(store.get_many(iter(asked))) == ["org-1", "tech-2", "tech-1"]

    def test_nothing_for_nothing(self, store: GraphStore) -> None:
        assert store.get_many([]) == {}

    def test_thousands(self, store: GraphStore) -> None:
        store.put_many(node(f"tech-{i:05}", n=i) for i in range(3000))
        got = store.get_many(f"tech-{i:05}" for i in reversed(range(3000)))
        assert [one.props["n"] for one in got.values()] == list(reversed(range(3000)))


class TestPutMany:
    def test_counts_what_changed(self, store: GraphStore) -> None:
        store.put(node("tech-1", a=1))
        assert store.put_many([node("tech-1", a=1), node("tech-2"), node("tech-3")]) == 2
        assert store.put_many([]) == 0

    def test_the_same_id_twice_is_two_writes(self, store: GraphStore) -> None:
        assert store.put_many([node("tech-1", a=1), node("tech-1", a=2)]) == 2
        assert store.get("tech-1") == Node("tech-1", Label.TECHNOLOGY, {"a": 2}, 2)

    def test_all_or_none(self, store: GraphStore) -> None:
        store.put(node("tech-0"))
        nodes = [node(f"tech-{i}", a=1) for i in range(2500)]
        with pytest.raises(InvalidNode):
            store.put_many([*nodes, node("tech-9", Bad=1)])
        assert store.counts().nodes == {Label.TECHNOLOGY: 1}
        assert store.get("tech-0").revision == 1
        assert store.position() == 1

    def test_an_error_of_the_source_undoes_everything(self, store: GraphStore) -> None:
        def broken() -> Iterator[Node]:
            yield from (node(f"tech-{i}") for i in range(2500))
            raise LookupError("file ended")

        with pytest.raises(LookupError):
            store.put_many(broken())
        assert store.position() == 0

    def test_the_source_may_read_the_store(self, store: GraphStore) -> None:
        fill(store, "tech-1", "tech-2")
        nodes = (node("tech-3", seen=len(store.get_many(["tech-1", "tech-2"]))) for _ in "x")
        store.put_many(nodes)
        assert store.get("tech-3").props == {"seen": 2}


class TestRemove:
    def test_a_removed_node_is_gone(self, store: GraphStore) -> None:
        store.put(node("tech-1", a=1, text="x" * 500))
        store.remove("tech-1")
        with pytest.raises(NodeNotFound):
            store.get("tech-1")
        with pytest.raises(NodeNotFound):
            store.remove("tech-1")
        assert store.count(Query(EVERY)) == 0
        assert store.facets(Query(EVERY), ["a", "text"]) == {"a": [], "text": []}

    def test_a_node_put_again_begins_anew(self, store: GraphStore) -> None:
        store.put(node("tech-1", a=1))
        store.put(node("tech-1", a=2))
        store.remove("tech-1")
        assert store.put(node("tech-1", a=1)).revision == 1

    def test_counts_follow(self, store: GraphStore) -> None:
        fill(store, *(f"{prefix}-1" for prefix in LABELS))
        assert store.counts().nodes == dict.fromkeys(LABELS.values(), 1)
        for prefix in LABELS:
            store.remove(f"{prefix}-1")
        assert store.counts().nodes == {}
