"""Filters: each comparison on each type, alone, together, on lists, with relations."""

from typing import Any

import pytest

from kg.query import MAX_VALUES, ORDER_WIDTH, Filter, Op, Query, Related
from kg.store import GraphStore
from kg.vocabulary import ENTRY_LABELS, Label, Relation
from tests.contracts.graph_store.sample import EVERY, TECH, fill, found, link, node, where

STEM = "汉" * ORDER_WIDTH
VALUES: dict[str, Any] = {
    "tech-big": 2**53 + 1,
    "tech-dict": {"a": 1},
    "tech-empty": [],
    "tech-false": False,
    "tech-half": 0.5,
    "tech-long": STEM + "长",
    "tech-longer": STEM + "长长",
    "tech-minus": -3,
    "tech-mixed": [1, "b", True],
    "tech-nested": [1, [2]],
    "tech-numbers": [0, 10],
    "tech-one": 1,
    "tech-onef": 1.0,
    "tech-stem": STEM,
    "tech-texts": ["a", "abc", STEM + "末"],
    "tech-true": True,
    "tech-void": "",
    "tech-wide": "ａｂｃ",
    "tech-x1": "1",
    "tech-xab": "ab",
    "tech-xabc": "abc",
    "tech-xb": "b",
    "tech-xemoji": "😀",
    "tech-xend": "\ud7ff\ud7ff",
    "tech-xhan": "汉字",
    "tech-xpua": "\uffff",
    "tech-zero": 0,
}

CASES: list[tuple[Op, Any, str]] = [
    (Op.EQ, 1, "mixed one onef"),
    (Op.EQ, 1.0, "mixed one onef"),
    (Op.EQ, True, "mixed true"),
    (Op.EQ, False, "false"),
    (Op.EQ, 0, "numbers zero"),
    (Op.EQ, -0.0, "numbers zero"),
    (Op.EQ, "1", "x1"),
    (Op.EQ, "b", "mixed xb"),
    (Op.EQ, "B", ""),
    (Op.EQ, "abc", "texts xabc"),
    (Op.EQ, "ａｂｃ", "wide"),
    (Op.EQ, "", "void"),
    (Op.EQ, 2**53 + 1, "big"),
    (Op.EQ, float(2**53), ""),
    (Op.EQ, STEM, "stem"),
    (Op.EQ, STEM + "长", "long"),
    (Op.EQ, STEM + "末", "texts"),
    (Op.EQ, STEM + "无", ""),
    (Op.EQ, 2, ""),
    (Op.IN, (), ""),
    (Op.IN, (1,), "mixed one onef"),
    (Op.IN, (True, "ab"), "mixed true xab"),
    (Op.IN, (0.5, "汉字", -3), "half minus xhan"),
    (Op.IN, (STEM, STEM + "长", "b"), "long mixed stem xb"),
    (Op.IN, (STEM + "长长", False), "false longer"),
    (Op.IN, (10, 0), "numbers zero"),
    (Op.GE, 1, "big mixed numbers one onef"),
    (Op.GT, 1, "big numbers"),
    (Op.GT, 0.5, "big mixed numbers one onef"),
    (Op.GT, float(2**53), "big"),
    (Op.LE, 0, "minus numbers zero"),
    (Op.LT, 0, "minus"),
    (Op.LT, 0.5, "minus numbers zero"),
    (Op.LE, "ab", "texts void x1 xab"),
    (Op.LT, "ab", "texts void x1"),
    (Op.LT, "", ""),
    (Op.GE, "汉字", "long longer stem texts wide xemoji xend xhan xpua"),
    (Op.GT, "\uffff", "xemoji"),
    (Op.GE, STEM, "long longer stem texts wide xemoji xend xpua"),
    (Op.GT, STEM, "long longer texts wide xemoji xend xpua"),
    (Op.GT, STEM + "长", "longer wide xemoji xend xpua"),
    (Op.GE, STEM + "长长", "longer wide xemoji xend xpua"),
    (Op.GE, STEM + "长长长", "wide xemoji xend xpua"),
    (Op.LE, STEM + "末", "mixed stem texts void x1 xab xabc xb xhan"),
    (Op.LT, STEM + "末", "mixed stem texts void x1 xab xabc xb xhan"),
    (Op.LE, STEM, "mixed stem texts void x1 xab xabc xb xhan"),
    (Op.LT, STEM, "mixed texts void x1 xab xabc xb xhan"),
    (Op.GE, True, "mixed true"),
    (Op.LT, True, "false"),
    (Op.PREFIX, "ab", "texts xab xabc"),
    (Op.PREFIX, "abc", "texts xabc"),
    (Op.PREFIX, "汉", "long longer stem texts xhan"),
    (Op.PREFIX, STEM, "long longer stem texts"),
    (Op.PREFIX, STEM + "长", "long longer"),
    (Op.PREFIX, STEM + "长长", "longer"),
    (Op.PREFIX, "😀", "xemoji"),
    (Op.PREFIX, "\uffff", "xpua"),
    (Op.PREFIX, "\ud7ff", "xend"),
    (Op.PREFIX, "", "long longer mixed stem texts void wide x1 xab xabc xb xemoji xend xhan xpua"),
    (Op.PREFIX, "%", ""),
    (Op.PREFIX, "a_", ""),
    (Op.EXISTS, False, "none"),
]


@pytest.fixture
def filled(store: GraphStore) -> GraphStore:
    store.put_many([node(node_id, v=value, other=1) for node_id, value in VALUES.items()])
    store.put(node("tech-none", w=1))
    return store


class TestFilters:
    @pytest.mark.parametrize(("op", "value", "expected"), CASES)
    def test_each_comparison(self, filled: GraphStore, op: Op, value: Any, expected: str) -> None:
        query = where("v", op, value)
        wanted = [f"tech-{name}" for name in expected.split()]
        assert found(filled, query) == wanted
        assert filled.count(query) == len(wanted)

    @pytest.mark.parametrize(("op", "value", "expected"), CASES)
    @pytest.mark.parametrize("descending", [False, True])
    def test_each_comparison_in_each_order(
        self, filled: GraphStore, op: Op, value: Any, expected: str, descending: bool
    ) -> None:
        query = where("v", op, value, order_by="v", descending=descending)
        assert sorted(found(filled, query)) == [f"tech-{name}" for name in expected.split()]

    def test_exists_sees_every_kind_of_value(self, filled: GraphStore) -> None:
        assert found(filled, where("v", Op.EXISTS, True)) == sorted(VALUES)
        assert found(filled, where("nothing", Op.EXISTS, True)) == []
        assert filled.count(where("nothing", Op.EXISTS, False)) == len(VALUES) + 1

    def test_filters_are_joined_by_and(self, filled: GraphStore) -> None:
        query = Query(
            TECH, (Filter("v", Op.GE, 0), Filter("v", Op.LT, 1), Filter("other", Op.EQ, 1))
        )
        assert found(filled, query) == ["tech-half", "tech-numbers", "tech-zero"]
        assert filled.count(query) == 3

    def test_contradictions_fit_nothing(self, filled: GraphStore) -> None:
        query = Query(TECH, (Filter("v", Op.EXISTS, True), Filter("v", Op.EXISTS, False)))
        assert found(filled, query) == []
        assert filled.count(query) == 0

    def test_equal_looking_filters_are_each_kept(self, filled: GraphStore) -> None:
        query = Query(TECH, (Filter("v", Op.EQ, 1), Filter("v", Op.EQ, True)))
        assert found(filled, query) == ["tech-mixed"]
        assert filled.count(query) == 1

    def test_a_list_fits_with_different_elements(self, filled: GraphStore) -> None:
        query = Query(TECH, (Filter("v", Op.LT, 1), Filter("v", Op.GT, 5)))
        assert found(filled, query) == ["tech-numbers"]

    def test_large_numbers_in_lists_are_kept_apart(self, store: GraphStore) -> None:
        store.put(node("tech-1", v=[2**53 + 1, 0.5]))
        store.put(node("tech-2", v=[2**53, 0.5]))
        assert found(store, where("v", Op.EQ, 2**53 + 1)) == ["tech-1"]
        assert found(store, where("v", Op.GT, 2**53)) == ["tech-1"]
        assert found(store, where("v", Op.EQ, 0.5)) == ["tech-1", "tech-2"]
        assert store.get("tech-1").props == {"v": [2**53 + 1, 0.5]}

    def test_only_the_labels_asked(self, filled: GraphStore) -> None:
        filled.put(node("org-1", v=1))
        filled.put(node("equip-1", v=1))
        fits = (Filter("v", Op.EQ, 1),)
        assert found(filled, Query(ENTRY_LABELS, fits)) == [
            "equip-1", "tech-mixed", "tech-one", "tech-onef",
        ]  # fmt: skip
        assert found(filled, Query(frozenset({Label.ORGANIZATION}), fits)) == ["org-1"]
        assert found(filled, Query(frozenset(), fits)) == []
        assert filled.count(Query(frozenset(), fits)) == 0

    def test_a_full_tuple_of_values(self, filled: GraphStore) -> None:
        values = ("b", *(f"no {i}" for i in range(MAX_VALUES - 1)))
        assert found(filled, where("v", Op.IN, values)) == ["tech-mixed", "tech-xb"]

    def test_changed_values_are_found_anew(self, filled: GraphStore) -> None:
        filled.put(node("tech-one", v="new"))
        assert found(filled, where("v", Op.EQ, 1)) == ["tech-mixed", "tech-onef"]
        assert found(filled, where("v", Op.EQ, "new")) == ["tech-one"]
        filled.put(node("tech-long", v=STEM + "短"))
        assert found(filled, where("v", Op.EQ, STEM + "长")) == []
        assert found(filled, where("v", Op.EQ, STEM + "短")) == ["tech-long"]

    def test_repeated_elements_give_a_node_once(self, store: GraphStore) -> None:
        store.put(node("tech-1", v=[1, 1, 2, 3], t=["a", "ab", "ab"]))
        assert found(store, where("v", Op.GE, 1)) == ["tech-1"]
        assert found(store, where("v", Op.IN, (1, 2))) == ["tech-1"]
        assert found(store, where("t", Op.PREFIX, "a")) == ["tech-1"]
        assert store.count(where("v", Op.GE, 1)) == 1
        assert store.count(where("t", Op.EXISTS, True)) == 1

    def test_many_nodes_and_conditions_that_shun_each_other(self, store: GraphStore) -> None:
        store.put_many(node(f"tech-{i:05}", a=i % 2, b=i % 2, c=i % 4) for i in range(6000))
        for order in (None, "c"):
            query = Query(
                TECH, (Filter("a", Op.EQ, 0), Filter("b", Op.EQ, 1)), order_by=order, limit=20
            )
            assert found(store, query) == []
            query = Query(TECH, (Filter("a", Op.EQ, 0), Filter("b", Op.LE, 0)), order_by=order)
            assert len(found(store, query)) == 100
            assert store.count(query) == 3000


class TestRelatedFilters:
    @pytest.fixture
    def linked(self, store: GraphStore) -> GraphStore:
        fill(store, "org-1", "org-2", "industry-1", "industry-2", "user-1")
        store.put_many(node(f"tech-{i}", n=i) for i in range(4))
        store.put(node("equip-1", n=9))
        link(
            store,
            ("org-1", Relation.SUPPLIES, "tech-0"),
            ("org-1", Relation.SUPPLIES, "tech-1"),
            ("org-2", Relation.SUPPLIES, "tech-1"),
            ("org-2", Relation.HOLDS, "tech-2"),
            ("org-2", Relation.SUPPLIES, "equip-1"),
            ("tech-1", Relation.APPLIES_TO, "industry-1"),
            ("tech-2", Relation.APPLIES_TO, "industry-2"),
        )
        return store

    @pytest.mark.parametrize(
        ("related", "expected"),
        [
            ([Related(Relation.SUPPLIES, "in", ("org-1",))], "tech-0 tech-1"),
            ([Related(Relation.SUPPLIES, "in", ("org-1", "org-2"))], "equip-1 tech-0 tech-1"),
            ([Related(Relation.SUPPLIES, "in", ("org-9",))], ""),
            ([Related(Relation.SUPPLIES, "in", ())], ""),
            ([Related(Relation.SUPPLIES, "in", ("no id!", "org-1"))], "tech-0 tech-1"),
            ([Related(Relation.SUPPLIES, "out", ("org-1",))], ""),
            ([Related(Relation.SUPPLIES, "out", ("tech-1",))], "org-1 org-2"),
            ([Related(Relation.HOLDS, "in", ("org-2",))], "tech-2"),
            ([Related(Relation.APPLIES_TO, "out", ("industry-1", "industry-2"))], "tech-1 tech-2"),
            (
                [
                    Related(Relation.SUPPLIES, "in", ("org-2",)),
                    Related(Relation.APPLIES_TO, "out", ("industry-1",)),
                ],
                "tech-1",
            ),
        ],
    )
    @pytest.mark.parametrize("order_by", [None, "n"])
    def test_relations(
        self, linked: GraphStore, related: list[Related], expected: str, order_by: str | None
    ) -> None:
        query = Query(EVERY, related=tuple(related), order_by=order_by)
        assert sorted(found(linked, query)) == expected.split()
        assert linked.count(query) == len(expected.split())

    def test_labels_count_too(self, linked: GraphStore) -> None:
        query = Query(TECH, related=(Related(Relation.SUPPLIES, "in", ("org-2",)),))
        assert found(linked, query) == ["tech-1"]
        assert linked.count(query) == 1

    def test_with_filters(self, linked: GraphStore) -> None:
        related = (Related(Relation.SUPPLIES, "in", ("org-1", "org-2")),)
        query = Query(ENTRY_LABELS, (Filter("n", Op.GE, 1),), related)
        assert found(linked, query) == ["equip-1", "tech-1"]
        assert linked.facets(query, ["n"]) == {"n": [(1, 1), (9, 1)]}

    def test_follows_changes(self, linked: GraphStore) -> None:
        query = Query(EVERY, related=(Related(Relation.HOLDS, "in", ("org-2",)),))
        linked.unrelate(Relation.HOLDS, "org-2", "tech-2")
        assert found(linked, query) == []
