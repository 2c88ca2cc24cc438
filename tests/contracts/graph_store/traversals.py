"""Neighbours, degrees, subgraphs and paths; private nodes stay out of all of them."""

import pytest

from kg.errors import InvalidQuery, NodeNotFound
from kg.model import Edge
from kg.query import MAX_LIMIT
from kg.store import MAX_DEPTH, MAX_PATH, GraphStore, Path
from kg.vocabulary import Relation
from tests.contracts.graph_store.sample import fill, ids, link, node

SUPPLIES, HOLDS, USES, PART_OF, ABOUT = (
    Relation.SUPPLIES, Relation.HOLDS, Relation.USES, Relation.PART_OF, Relation.ABOUT,
)  # fmt: skip


@pytest.fixture
def small(store: GraphStore) -> GraphStore:
    """org-1 =supplies+holds=> tech-1 -uses-> tech-2 <-supplies- org-2; two private nodes about."""
    fill(store, "org-1", "org-2", "tech-1", "tech-2", "equip-1", "user-1", "draft-1")
    link(
        store,
        ("org-1", SUPPLIES, "tech-1"),
        ("org-1", HOLDS, "tech-1"),
        ("org-2", SUPPLIES, "tech-2"),
        ("tech-1", USES, "tech-2"),
        ("tech-2", USES, "tech-1"),
        ("tech-1", USES, "equip-1"),
        ("user-1", ABOUT, "tech-1"),
        ("draft-1", ABOUT, "tech-1"),
        ("draft-1", ABOUT, "user-1"),
        ("draft-1", ABOUT, "org-2"),
    )
    return store


@pytest.fixture
def line(store: GraphStore) -> GraphStore:
    """concept-0 <- concept-1 <- ... <- concept-8."""
    fill(store, *(f"concept-{i}" for i in range(9)))
    link(store, *((f"concept-{i + 1}", PART_OF, f"concept-{i}") for i in range(8)))
    return store


class TestNeighbours:
    def test_by_relation_direction_and_id(self, small: GraphStore) -> None:
        got = small.neighbours("tech-1")
        assert [(one.edge.relation, one.edge.source == "tech-1", one.node.id) for one in got] == [
            (HOLDS, False, "org-1"),
            (SUPPLIES, False, "org-1"),
            (USES, True, "equip-1"),
            (USES, True, "tech-2"),
            (USES, False, "tech-2"),
        ]

    def test_one_direction(self, small: GraphStore) -> None:
        out = small.neighbours("tech-1", direction="out")
        assert [one.node.id for one in out] == ["equip-1", "tech-2"]
        into = small.neighbours("tech-1", [USES], "in")
        assert [one.edge for one in into] == [Edge(USES, "tech-2", "tech-1")]

    def test_relations(self, small: GraphStore) -> None:
        assert len(small.neighbours("tech-1", {HOLDS, SUPPLIES})) == 2
        assert small.neighbours("tech-1", []) == []

    def test_private_only_on_demand(self, small: GraphStore) -> None:
        got = small.neighbours("tech-1", [ABOUT], private=True)
        assert [one.node.id for one in got] == ["draft-1", "user-1"]
        assert small.neighbours("tech-1", [ABOUT]) == []

    def test_a_private_node_has_public_neighbours(self, small: GraphStore) -> None:
        assert [one.node.id for one in small.neighbours("draft-1")] == ["org-2", "tech-1"]
        assert len(small.neighbours("draft-1", private=True)) == 3

    def test_limit(self, small: GraphStore) -> None:
        assert small.neighbours("tech-1", limit=3) == small.neighbours("tech-1")[:3]
        assert small.neighbours("org-2", limit=1)[0].node.id == "tech-2"

    def test_carries_node_and_edge_whole(self, small: GraphStore) -> None:
        small.put(node("org-1", name="甲公司"))
        small.relate(Edge(HOLDS, "org-1", "tech-1", {"since": 2020}))
        first = small.neighbours("tech-1", [HOLDS])[0]
        assert first.node == small.get("org-1")
        assert first.edge == Edge(HOLDS, "org-1", "tech-1", {"since": 2020})

    def test_missing(self, small: GraphStore) -> None:
        with pytest.raises(NodeNotFound):
            small.neighbours("tech-9")
        with pytest.raises(NodeNotFound):
            small.degrees("tech-9")

    def test_bounds(self, small: GraphStore) -> None:
        for limit in (0, MAX_LIMIT + 1):
            with pytest.raises(InvalidQuery):
                small.neighbours("tech-1", limit=limit)
        with pytest.raises(InvalidQuery):
            small.neighbours("tech-1", direction="sideways")  # type: ignore[arg-type]
        with pytest.raises(InvalidQuery):
            small.neighbours("tech-1", ["KNOWS"])  # type: ignore[list-item]


class TestDegrees:
    def test_public_neighbours_by_relation_and_direction(self, small: GraphStore) -> None:
        assert small.degrees("tech-1") == {
            (HOLDS, "in"): 1,
            (SUPPLIES, "in"): 1,
            (USES, "out"): 2,
            (USES, "in"): 1,
        }
        assert small.degrees("draft-1") == {(ABOUT, "out"): 2}
        assert small.degrees("user-1") == {(ABOUT, "out"): 1}

    def test_none(self, small: GraphStore) -> None:
        small.put(node("tech-3"))
        assert small.degrees("tech-3") == {}

    def test_of_many_in_the_order_asked_without_those_that_are_not_there(
        self, small: GraphStore
    ) -> None:
        small.put(node("tech-3"))
        asked = ["tech-3", "tech-9", "tech-1", "", "no id", "tech-3", "draft-1"]
        found = small.degrees_many(iter(asked))
        assert list(found) == ["tech-3", "tech-1", "draft-1"]
        assert found == {one: small.degrees(one) for one in found}
        assert small.degrees_many([]) == {}


class TestSubgraph:
    def test_by_distance_then_id(self, small: GraphStore) -> None:
        got = small.subgraph(["org-1"], 2)
        assert ids(got.nodes) == ["org-1", "tech-1", "equip-1", "tech-2"]
        assert [(edge.source, edge.relation, edge.target) for edge in got.edges] == [
            ("org-1", HOLDS, "tech-1"),
            ("org-1", SUPPLIES, "tech-1"),
            ("tech-1", USES, "equip-1"),
            ("tech-1", USES, "tech-2"),
            ("tech-2", USES, "tech-1"),
        ]
        assert got.hidden == 0

    def test_depth(self, line: GraphStore) -> None:
        for depth in range(MAX_DEPTH + 1):
            got = line.subgraph(["concept-4"], depth)
            reached = {f"concept-{4 + step}" for step in range(-depth, depth + 1)}
            assert set(ids(got.nodes)) == reached
            assert len(got.edges) == 2 * depth

    def test_the_limit_hides_the_farthest(self, line: GraphStore) -> None:
        got = line.subgraph(["concept-4"], 3, limit=4)
        assert ids(got.nodes) == ["concept-4", "concept-3", "concept-5", "concept-2"]
        assert len(got.edges) == 3
        assert got.hidden == 3

    def test_several_beginnings(self, line: GraphStore) -> None:
        got = line.subgraph(["concept-8", "concept-0", "concept-8"], 1)
        assert ids(got.nodes) == ["concept-0", "concept-8", "concept-1", "concept-7"]
        got = line.subgraph({"concept-8", "concept-0", "concept-4"}, 0, limit=2)
        assert (ids(got.nodes), got.hidden) == (["concept-0", "concept-4"], 1)

    def test_nothing_from_nothing(self, line: GraphStore) -> None:
        got = line.subgraph([], 2)
        assert (got.nodes, got.edges, got.hidden) == ((), (), 0)

    def test_relations(self, small: GraphStore) -> None:
        got = small.subgraph(["tech-1"], 2, relations=[USES])
        assert ids(got.nodes) == ["tech-1", "equip-1", "tech-2"]
        assert {edge.relation for edge in got.edges} == {USES}
        assert ids(small.subgraph(["tech-1"], 2, relations=[]).nodes) == ["tech-1"]

    def test_private_nodes_are_not_passed_through(self, small: GraphStore) -> None:
        fill(small, "demand-1")
        link(small, ("draft-1", ABOUT, "demand-1"))
        got = small.subgraph(["tech-1"], 3)
        assert set(ids(got.nodes)) == {"tech-1", "org-1", "equip-1", "tech-2", "org-2"}
        assert got.hidden == 0
        with_private = small.subgraph(["tech-1"], 3, private=True)
        assert {"draft-1", "user-1", "demand-1"} <= set(ids(with_private.nodes))
        assert ABOUT in {edge.relation for edge in with_private.edges}
        asked = small.subgraph(["tech-1"], 3, relations=[ABOUT])
        assert ids(asked.nodes) == ["tech-1"]

    def test_a_private_beginning_is_not_found(self, small: GraphStore) -> None:
        with pytest.raises(NodeNotFound):
            small.subgraph(["draft-1"], 1)
        with pytest.raises(NodeNotFound):
            small.subgraph(["tech-9"], 1)
        assert "org-2" in ids(small.subgraph(["draft-1"], 1, private=True).nodes)

    @pytest.mark.parametrize(
        "bounds", [{"depth": -1}, {"depth": MAX_DEPTH + 1}, {"limit": 0}, {"limit": MAX_LIMIT + 1}]
    )
    def test_bounds(self, small: GraphStore, bounds: dict[str, int]) -> None:
        with pytest.raises(InvalidQuery):
            small.subgraph(["tech-1"], **bounds)

    def test_a_wide_neighbourhood(self, store: GraphStore) -> None:
        fill(store, "region-1", *(f"tech-{i:04}" for i in range(3000)))
        store.relate_many(
            Edge(Relation.LOCATED_IN, f"tech-{i:04}", "region-1") for i in range(3000)
        )
        got = store.subgraph(["region-1"], 2, limit=50)
        assert ids(got.nodes) == ["region-1", *(f"tech-{i:04}" for i in range(49))]
        assert (len(got.edges), got.hidden) == (49, 2951)
        assert store.degrees("region-1") == {(Relation.LOCATED_IN, "in"): 3000}
        near = store.neighbours("region-1", limit=5)
        assert [one.node.id for one in near] == [f"tech-{i:04}" for i in range(5)]


def trails(paths: list[Path]) -> list[list[str]]:
    for path in paths:
        pairs = zip(path.nodes, path.nodes[1:], strict=False)
        assert len(path.edges) == len(path.nodes) - 1
        for edge, (one, two) in zip(path.edges, pairs, strict=True):
            assert {edge.source, edge.target} == {one.id, two.id}
    return [ids(path.nodes) for path in paths]


class TestPaths:
    def test_shortest_whatever_the_direction(self, small: GraphStore) -> None:
        paths = small.paths("org-1", "org-2")
        assert trails(paths) == [["org-1", "tech-1", "tech-2", "org-2"]]
        assert paths[0].edges == (
            Edge(HOLDS, "org-1", "tech-1"),
            Edge(USES, "tech-1", "tech-2"),
            Edge(SUPPLIES, "org-2", "tech-2"),
        )

    @pytest.mark.parametrize("length", range(1, MAX_PATH + 1))
    def test_lengths(self, line: GraphStore, length: int) -> None:
        for end in range(1, 9):
            for a, b in ((0, end), (end, 0)):
                paths = line.paths(f"concept-{a}", f"concept-{b}", max_length=length)
                step = 1 if a < b else -1
                whole = [f"concept-{i}" for i in range(a, b + step, step)]
                assert trails(paths) == ([whole] if end <= length else [])

    def test_all_of_the_least_length_in_order(self, store: GraphStore) -> None:
        fill(store, "org-1", "tech-9", *(f"tech-{i}" for i in range(4)), "industry-1", "industry-2")
        for i in range(4):
            link(store, ("org-1", SUPPLIES, f"tech-{i}"))
            link(store, (f"tech-{i}", Relation.APPLIES_TO, f"industry-{1 + i % 2}"))
        link(store, ("tech-9", Relation.APPLIES_TO, "industry-1"))
        link(store, ("tech-9", Relation.APPLIES_TO, "industry-2"))
        expected = [["org-1", f"tech-{i}", f"industry-{1 + i % 2}", "tech-9"] for i in range(4)]
        assert trails(store.paths("org-1", "tech-9")) == expected
        assert trails(store.paths("org-1", "tech-9", limit=2)) == expected[:2]
        backwards = sorted([list(reversed(trail)) for trail in expected])
        assert trails(store.paths("tech-9", "org-1")) == backwards

    def test_of_several_edges_the_first_by_relation_then_source(self, store: GraphStore) -> None:
        fill(store, "tech-1", "tech-2")
        link(store, ("tech-1", USES, "tech-2"), ("tech-2", USES, "tech-1"))
        assert store.paths("tech-2", "tech-1")[0].edges == (Edge(USES, "tech-1", "tech-2"),)
        link(store, ("tech-2", Relation.REPLACES, "tech-1"))
        first = Edge(Relation.REPLACES, "tech-2", "tech-1")
        assert store.paths("tech-1", "tech-2")[0].edges == (first,)

    def test_the_first_of_a_million_paths_between_hubs(self, store: GraphStore) -> None:
        """org-1 - 100 entries - industry-1 - 100 entries - industry-2 - 100 entries - org-2."""
        groups = [[f"tech-{i}{j:02}" for j in range(100)] for i in range(3)]
        fill(store, "org-1", "org-2", "industry-1", "industry-2", *(i for g in groups for i in g))
        ends = (("org-1", "industry-1"), ("industry-1", "industry-2"), ("industry-2", "org-2"))
        for group, pair in zip(groups, ends, strict=True):
            for end in pair:
                if end.startswith("org"):
                    link(store, *((end, SUPPLIES, one) for one in group))
                else:
                    link(store, *((one, Relation.APPLIES_TO, end) for one in group))
        first = ["org-1", "tech-000", "industry-1", "tech-100", "industry-2"]
        expected = [[*first, f"tech-2{j:02}", "org-2"] for j in range(3)]
        assert trails(store.paths("org-1", "org-2", max_length=6, limit=3)) == expected
        backwards = [["org-2", "tech-200", "industry-2", "tech-100", "industry-1"]]
        found = trails(store.paths("org-2", "org-1", max_length=6, limit=101))
        assert found[0] == [*backwards[0], "tech-000", "org-1"]
        assert found[100] == [*backwards[0][:3], "tech-101", "industry-1", "tech-000", "org-1"]
        assert store.paths("org-1", "org-2", max_length=5) == []

    def test_relations(self, small: GraphStore) -> None:
        assert small.paths("org-1", "org-2", relations=[SUPPLIES]) == []
        paths = small.paths("org-1", "org-2", relations=[SUPPLIES, USES])
        assert paths[0].edges[0].relation is SUPPLIES
        assert small.paths("org-1", "org-2", relations=[]) == []

    def test_no_private_nodes_on_the_way(self, store: GraphStore) -> None:
        fill(store, "tech-1", "tech-2", "user-1", "draft-1")
        link(store, ("user-1", ABOUT, "tech-1"), ("user-1", ABOUT, "tech-2"))
        assert store.paths("tech-1", "tech-2") == []
        assert store.paths("tech-1", "tech-2", relations=[ABOUT]) == []
        for a, b in (("user-1", "tech-1"), ("tech-1", "user-1"), ("tech-1", "tech-9")):
            with pytest.raises(NodeNotFound):
                store.paths(a, b)

    def test_to_itself_and_unconnected(self, small: GraphStore) -> None:
        small.put(node("tech-3"))
        assert small.paths("tech-1", "tech-1") == []
        assert small.paths("tech-1", "tech-3") == []

    @pytest.mark.parametrize(
        "bounds", [{"max_length": 0}, {"max_length": MAX_PATH + 1}, {"limit": 0}]
    )
    def test_bounds(self, small: GraphStore, bounds: dict[str, int]) -> None:
        with pytest.raises(InvalidQuery):
            small.paths("org-1", "org-2", **bounds)
