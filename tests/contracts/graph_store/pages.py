"""Order, paging, counts and facets."""

from typing import Any

import pytest

from kg.errors import InvalidQuery
from kg.model import Node
from kg.query import ORDER_WIDTH, Filter, Op, Query, Related
from kg.store import Counts, GraphStore, Page
from kg.vocabulary import ENTRY_LABELS, Label, Relation
from tests.contracts.graph_store.sample import EVERY, TECH, fill, found, ids, link, node

RISING: list[Any] = [-1, 0, 0.5, 2, 10, "", "10", "9", "B", "a", "汉", "😀", False, True]
LACKING: list[Any] = [[1, 2], [], {"a": 1}, None]


def all_pages(store: GraphStore, query: Query, limit: int) -> list[str]:
    seen: list[str] = []
    after = None
    while len(seen) < 5000:
        page = store.find(
            Query(
                query.labels, query.filters, query.related, query.order_by, query.descending,
                limit, after,
            )
        )  # fmt: skip
        seen += ids(page.nodes)
        assert len(page.nodes) == limit or page.after is None
        if (after := page.after) is None:
            return seen
    pytest.fail("the pages never end")


class TestOrder:
    @pytest.fixture
    def ordered(self, store: GraphStore) -> GraphStore:
        values = RISING + LACKING
        prefixes = ["tech", "equip", "org"]
        for i, value in enumerate(reversed(values)):
            place = len(values) - 1 - i
            for twin in "ba":  # ties are put in the wrong order of ids
                props = {} if value is None else {"v": value}
                store.put(node(f"{prefixes[place % 3]}-{twin}{place:02}", **props))
        return store

    @staticmethod
    def expected(*, descending: bool) -> list[str]:
        prefixes = ["tech", "equip", "org"]

        def twins(place: int) -> list[str]:
            return [f"{prefixes[place % 3]}-{twin}{place:02}" for twin in "ab"]

        places = list(range(len(RISING)))
        if descending:
            places.reverse()
        lacking = range(len(RISING), len(RISING + LACKING))
        present = [one for place in places for one in twins(place)]
        return present + sorted(one for place in lacking for one in twins(place))

    @pytest.mark.parametrize("descending", [False, True])
    def test_numbers_text_truths_then_nodes_without(
        self, ordered: GraphStore, descending: bool
    ) -> None:
        query = Query(EVERY, order_by="v", descending=descending)
        assert found(ordered, query) == self.expected(descending=descending)

    @pytest.mark.parametrize("descending", [False, True])
    @pytest.mark.parametrize("limit", [1, 3, 7, 35, 36, 37])
    def test_pages_join_to_the_whole(
        self, ordered: GraphStore, descending: bool, limit: int
    ) -> None:
        query = Query(EVERY, order_by="v", descending=descending)
        assert all_pages(ordered, query, limit) == self.expected(descending=descending)

    @pytest.mark.parametrize("descending", [False, True])
    @pytest.mark.parametrize("limit", [2, 5])
    def test_pages_of_a_filtered_query_join(
        self, ordered: GraphStore, descending: bool, limit: int
    ) -> None:
        query = Query(EVERY, (Filter("v", Op.PREFIX, ""),), order_by="v", descending=descending)
        expected = [
            node_id
            for node_id in self.expected(descending=descending)
            if isinstance(([*RISING, *LACKING])[int(node_id[-2:])], str)
        ]
        assert all_pages(ordered, query, limit) == expected

    def test_without_order_by_ids_decide(self, ordered: GraphStore) -> None:
        expected = sorted(self.expected(descending=False))
        for descending in (False, True):
            query = Query(EVERY, descending=descending)
            assert found(ordered, query) == expected
            assert all_pages(ordered, query, 5) == expected

    def test_equal_numbers_of_two_types_tie(self, store: GraphStore) -> None:
        store.put_many([node("tech-c", v=1), node("tech-b", v=1.0), node("tech-a", v=1)])
        for descending in (False, True):
            query = Query(TECH, order_by="v", descending=descending)
            assert all_pages(store, query, 1) == ["tech-a", "tech-b", "tech-c"]

    def test_long_text_orders_by_its_beginning(self, store: GraphStore) -> None:
        stem = "汉" * (ORDER_WIDTH - 1)
        store.put_many(
            [
                node("tech-d", v=stem),
                node("tech-c", v=stem + "一一"),
                node("tech-b", v=stem + "一二"),
                node("tech-a", v=stem + "丁"),
            ]
        )
        query = Query(TECH, order_by="v")
        assert found(store, query) == ["tech-d", "tech-b", "tech-c", "tech-a"]
        assert all_pages(store, query, 1) == ["tech-d", "tech-b", "tech-c", "tech-a"]

    def test_large_numbers_keep_their_order_over_pages(self, store: GraphStore) -> None:
        numbers = [2**53, 2**53 + 1, 2**53 + 2, 2**63 - 1, 1e308]
        store.put_many(node(f"tech-{i}", v=number) for i, number in enumerate(numbers))
        query = Query(TECH, order_by="v")
        assert all_pages(store, query, 1) == [f"tech-{i}" for i in range(5)]


class TestPaging:
    @pytest.fixture
    def many(self, store: GraphStore) -> GraphStore:
        store.put_many(node(f"tech-{i:04}", year=2000 + i % 7, even=i % 2 == 0) for i in range(500))
        store.put_many(node(f"prod-{i:04}", year=2000 + i % 5, even=i % 2 == 0) for i in range(300))
        return store

    def test_the_last_page_has_no_cursor(self, many: GraphStore) -> None:
        assert many.find(Query(TECH, limit=500)).after is None
        assert many.find(Query(TECH, limit=499)).after is not None
        assert many.find(Query(frozenset())) == Page((), None)

    @pytest.mark.parametrize("limit", [1, 99, 1000])
    @pytest.mark.parametrize("order_by", [None, "year", "nothing"])
    @pytest.mark.parametrize("descending", [False, True])
    def test_every_node_once(
        self, many: GraphStore, limit: int, order_by: str | None, descending: bool
    ) -> None:
        query = Query(
            ENTRY_LABELS, (Filter("even", Op.EQ, True),), order_by=order_by, descending=descending
        )
        limit = max(limit, 20) if order_by == "nothing" else limit
        seen = all_pages(many, query, limit)
        assert len(seen) == len(set(seen)) == 400
        nodes = many.get_many(seen)
        years = [one.props["year"] for one in nodes.values()]
        if order_by == "year":
            assert years == sorted(years, reverse=descending)

    @pytest.mark.parametrize("limit", [1, 2, 7])
    @pytest.mark.parametrize("order_by", [None, "year", "text", "some", "truth", "nothing"])
    @pytest.mark.parametrize("descending", [False, True])
    def test_pages_of_the_few_that_fit(
        self, store: GraphStore, limit: int, order_by: str | None, descending: bool
    ) -> None:
        few = [
            node(f"tech-{i:04}", few=[1, 2], year=i % 3, text="甲乙"[i % 2], truth=i % 2 == 0)
            for i in range(12)
        ]
        few += [node(f"prod-{i:04}", few=1, some=f"{i % 2}") for i in range(9)]
        store.put_many(few)
        store.put_many(node(f"tech-x{i:04}", few=3, year=1) for i in range(900))
        query = Query(
            ENTRY_LABELS, (Filter("few", Op.LE, 2),), order_by=order_by, descending=descending
        )

        def place(one: Node) -> tuple[bool, Any]:
            value = one.props.get(order_by)
            return (value is None, value)

        by_id = sorted(few, key=lambda one: one.id)
        expected = [one for one in by_id if one.props.get(order_by) is not None]
        expected.sort(key=place, reverse=descending)
        expected += [one for one in by_id if one.props.get(order_by) is None]
        assert all_pages(store, query, limit) == ids(expected)

    def test_the_page_size_may_change_on_the_way(self, many: GraphStore) -> None:
        first = many.find(Query(TECH, order_by="year", limit=10))
        second = many.find(Query(TECH, order_by="year", limit=30, after=first.after))
        whole = many.find(Query(TECH, order_by="year", limit=40))
        assert first.nodes + second.nodes == whole.nodes

    def test_writes_between_pages_neither_repeat_nor_lose(self, many: GraphStore) -> None:
        first = many.find(Query(TECH, limit=10))
        many.remove(first.nodes[-1].id)
        many.put(node("tech-0000a"))
        second = many.find(Query(TECH, limit=10, after=first.after))
        assert ids(second.nodes) == [f"tech-{i:04}" for i in range(10, 20)]

    def test_a_cursor_belongs_to_its_query(self, many: GraphStore) -> None:
        after = many.find(Query(TECH, order_by="year", limit=10)).after
        for other in (
            Query(TECH, after=after),
            Query(TECH, order_by="even", after=after),
            Query(TECH, order_by="year", descending=True, after=after),
            Query(ENTRY_LABELS, order_by="year", after=after),
            Query(TECH, (Filter("year", Op.GE, 1),), order_by="year", after=after),
            Query(
                TECH, related=(Related(Relation.USES, "in", ("x-1",)),), order_by="year",
                after=after,
            ),
        ):  # fmt: skip
            with pytest.raises(InvalidQuery, match="翻页"):
                many.find(other)

    def test_true_and_one_make_two_queries(self, store: GraphStore) -> None:
        store.put_many(node(f"tech-{i}", v=[1, True]) for i in range(3))
        after = store.find(Query(TECH, (Filter("v", Op.EQ, 1),), limit=1)).after
        with pytest.raises(InvalidQuery):
            store.find(Query(TECH, (Filter("v", Op.EQ, True),), limit=1, after=after))

    @pytest.mark.parametrize("after", ["", "x", "汉", "AAAA", "W10", "bnVsbA", "\ud800", "=" * 10])
    def test_a_damaged_cursor_is_refused(self, many: GraphStore, after: str) -> None:
        with pytest.raises(InvalidQuery, match="翻页"):
            many.find(Query(TECH, after=after))


class TestCounts:
    def test_count_ignores_the_page(self, store: GraphStore) -> None:
        store.put_many(node(f"tech-{i}", n=i) for i in range(20))
        query = Query(TECH, (Filter("n", Op.LT, 15),), limit=3)
        assert store.count(query) == 15
        assert store.count(Query(TECH, limit=1)) == 20

    def test_an_empty_store(self, store: GraphStore) -> None:
        assert store.counts() == Counts({}, {})
        assert store.count(Query(EVERY)) == 0
        assert store.find(Query(EVERY)) == Page((), None)
        assert store.facets(Query(EVERY), ["a"]) == {"a": []}

    def test_numbers_by_label_and_type(self, store: GraphStore) -> None:
        fill(store, "org-1", "org-2", "tech-1", "user-1")
        link(store, ("org-1", Relation.SUPPLIES, "tech-1"), ("user-1", Relation.ABOUT, "tech-1"))
        assert store.counts() == Counts(
            {Label.ORGANIZATION: 2, Label.TECHNOLOGY: 1, Label.USER: 1},
            {Relation.SUPPLIES: 1, Relation.ABOUT: 1},
        )


class TestFacets:
    @pytest.fixture
    def filled(self, store: GraphStore) -> GraphStore:
        store.put_many(
            [
                node("tech-1", area="甲", tags=["x", "y", "x"], n=1, deep={"a": 1}),
                node("tech-2", area="乙", tags=["y"], n=1.0, deep=[{"a": 1}]),
                node("tech-3", area="乙", tags=[], n=True),
                node("tech-4", area="丙", tags="y", n="1", long="长" * 300),
                node("prod-1", area="丙", tags=["z", 1], n=2, long="长" * 300),
                node("prod-2", long="长" * 299),
            ]
        )
        return store

    @pytest.mark.parametrize("filters", [(), (Filter("none", Op.EXISTS, False),)])
    def test_values_by_number_then_order(
        self, filled: GraphStore, filters: tuple[Filter, ...]
    ) -> None:
        fields = ["area", "tags", "n", "deep", "long", "none"]
        got = filled.facets(Query(EVERY, filters), fields)
        assert list(got) == fields
        assert got["area"] == [("丙", 2), ("乙", 2), ("甲", 1)]
        assert got["tags"] == [("y", 3), (1, 1), ("x", 1), ("z", 1)]
        assert got["n"] == [(1, 2), (2, 1), ("1", 1), (True, 1)]
        assert isinstance(got["n"][-1][0], bool)
        assert got["long"] == [("长" * 300, 2), ("长" * 299, 1)]
        assert got["deep"] == got["none"] == []

    def test_all_fitting_nodes_whatever_the_page(self, filled: GraphStore) -> None:
        query = Query(TECH, (Filter("area", Op.IN, ("甲", "乙")),), limit=1)
        assert filled.facets(query, ["tags"]) == {"tags": [("y", 2), ("x", 1)]}

    def test_no_fields_or_no_fit(self, filled: GraphStore) -> None:
        assert filled.facets(Query(TECH), []) == {}
        assert filled.facets(Query(frozenset()), ["area"]) == {"area": []}
        nothing = Query(TECH, (Filter("area", Op.EQ, "丁"),))
        assert filled.facets(nothing, ["area"]) == {"area": []}
