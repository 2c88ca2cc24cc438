"""Symbiosis chains and co-applied entries: hand-made cases, and chance against the plain model."""

from random import Random
from typing import Any

import pytest

from kg.errors import GraphError, InvalidQuery, NodeNotFound
from kg.model import Edge, Node
from kg.query import MAX_LIMIT
from kg.store import Chain, CoApplied, GraphStore, Symbiosis
from kg.vocabulary import RELATION_ENDS, Label, Relation
from tests.contracts import model_questions
from tests.contracts.graph_store.sample import LABELS, fill, link, node
from tests.contracts.model_graph import ModelGraph

MAKES, TAKES, IN, UP = (
    Relation.PRODUCES, Relation.CONSUMES, Relation.LOCATED_IN, Relation.PART_OF,
)  # fmt: skip
CASE_OF, CASE_AT = Relation.CASE_OF, Relation.CASE_AT
SUPPLIES, HOLDS = Relation.SUPPLIES, Relation.HOLDS


def rows_of(found: Symbiosis) -> list[model_questions.ChainRow]:
    return [
        (
            one.source.node.id,
            one.material.id,
            one.target.node.id,
            one.wanted.id,
            one.distance,
            one.within.id if one.within else None,
        )
        for one in found.chains
    ]


def pairs(found: Symbiosis) -> list[tuple[str, str, int | None]]:
    return [(one.source.node.id, one.target.node.id, one.distance) for one in found.chains]


@pytest.fixture
def plants(store: GraphStore) -> GraphStore:
    """Gypsum is made by tech-1 in 涪陵 and taken by five others, each farther away.

    region-cn <- region-cq <- region-fl; region-cn <- region-sc <- region-cd <- region-wh.
    """
    levels = {"cn": "country", "cq": "province", "sc": "province", "cd": "prefecture",
              "wh": "county", "fl": "county", "zone": "zone"}  # fmt: skip
    store.put_many(node(f"region-{name}", level=level) for name, level in levels.items())
    fill(store, *(f"tech-{i}" for i in range(1, 8)))
    fill(store, "material-gypsum", "material-phospho", "material-other")
    link(
        store,
        ("region-cq", UP, "region-cn"),
        ("region-sc", UP, "region-cn"),
        ("region-fl", UP, "region-cq"),
        ("region-cd", UP, "region-sc"),
        ("region-wh", UP, "region-cd"),
        ("region-zone", UP, "region-cq"),
        ("material-phospho", UP, "material-gypsum"),
        ("tech-1", MAKES, "material-phospho"),
        ("tech-1", IN, "region-fl"),
        ("tech-2", TAKES, "material-gypsum"),
        ("tech-2", IN, "region-wh"),
        ("tech-3", TAKES, "material-phospho"),
        ("tech-3", IN, "region-cq"),
        ("tech-4", TAKES, "material-phospho"),
        ("tech-4", IN, "region-fl"),
        ("tech-5", TAKES, "material-phospho"),
        ("tech-6", MAKES, "material-gypsum"),
        ("tech-6", IN, "region-cd"),
    )
    return store


class TestSymbiosis:
    def test_the_nearest_first_and_unknown_places_last(self, plants: GraphStore) -> None:
        found = plants.symbiosis()
        assert rows_of(found) == [
            ("tech-1", "material-phospho", "tech-4", "material-phospho", 0, "region-fl"),
            ("tech-6", "material-gypsum", "tech-2", "material-gypsum", 1, "region-cd"),
            ("tech-1", "material-phospho", "tech-3", "material-phospho", 2, "region-cq"),
            ("tech-1", "material-phospho", "tech-2", "material-gypsum", 3, "region-cn"),
            ("tech-1", "material-phospho", "tech-5", "material-phospho", None, None),
        ]
        assert found.total == 5

    def test_the_limit_leaves_the_total(self, plants: GraphStore) -> None:
        every = plants.symbiosis()
        for limit in range(1, 6):
            found = plants.symbiosis(limit=limit)
            assert rows_of(found) == rows_of(every)[:limit]
            assert found.total == 5

    def test_by_material_with_those_below(self, plants: GraphStore) -> None:
        assert plants.symbiosis(materials=["material-gypsum"]).total == 5
        narrow = plants.symbiosis(materials={"material-phospho"})
        assert [one.source.node.id for one in narrow.chains] == ["tech-1"] * 4
        assert plants.symbiosis(materials=["material-other"]).total == 0
        assert plants.symbiosis(materials=[]) == Symbiosis((), 0)
        both = plants.symbiosis(materials=["material-gypsum", "material-phospho"])
        assert both.total == 5

    def test_who_takes_the_narrower_does_not_take_the_broader(self, store: GraphStore) -> None:
        fill(store, "tech-1", "tech-2", "material-1", "material-2")
        link(
            store,
            ("material-2", UP, "material-1"),
            ("tech-1", MAKES, "material-1"),
            ("tech-2", TAKES, "material-2"),
        )
        assert store.symbiosis().total == 0

    def test_by_either_end(self, plants: GraphStore) -> None:
        assert pairs(plants.symbiosis(node="tech-2")) == [
            ("tech-6", "tech-2", 1),
            ("tech-1", "tech-2", 3),
        ]
        assert plants.symbiosis(node="tech-1").total == 4
        assert plants.symbiosis(node="tech-7").total == 0
        assert plants.symbiosis(node="region-cq").total == 0
        assert plants.symbiosis(node="tech-2", materials=["material-phospho"]).total == 1

    def test_by_an_organisation_through_its_entries(self, plants: GraphStore) -> None:
        fill(plants, "org-1", "org-2", "org-3", "org-4", "case-1")
        link(
            plants,
            ("org-1", SUPPLIES, "tech-6"),
            ("org-2", HOLDS, "tech-6"),
            ("case-1", CASE_OF, "tech-6"),
            ("case-1", CASE_AT, "org-3"),
            ("org-4", TAKES, "material-gypsum"),
        )
        for org in ("org-1", "org-2", "org-3"):
            chains = pairs(plants.symbiosis(node=org))
            assert chains == [("tech-6", "tech-2", 1), ("tech-6", "org-4", None)]
        assert pairs(plants.symbiosis(node="org-4")) == [
            ("tech-1", "org-4", None),
            ("tech-6", "org-4", None),
        ]

    def test_by_region_of_either_end(self, plants: GraphStore) -> None:
        assert pairs(plants.symbiosis(region="region-wh")) == [
            ("tech-6", "tech-2", 1),
            ("tech-1", "tech-2", 3),
        ]
        assert plants.symbiosis(region="region-sc").total == 2
        assert plants.symbiosis(region="region-cq").total == 4
        assert plants.symbiosis(region="region-cn").total == 5
        # both filters may be met by different ends
        assert pairs(plants.symbiosis(region="region-wh", node="tech-1")) == [
            ("tech-1", "tech-2", 3)
        ]

    def test_nobody_with_itself(self, store: GraphStore) -> None:
        fill(store, "tech-1", "tech-2", "material-1")
        link(store, ("tech-1", MAKES, "material-1"), ("tech-1", TAKES, "material-1"))
        assert store.symbiosis().total == 0
        link(store, ("tech-2", TAKES, "material-1"))
        assert pairs(store.symbiosis()) == [("tech-1", "tech-2", None)]

    def test_the_nearest_of_several_places(self, plants: GraphStore) -> None:
        link(plants, ("tech-5", IN, "region-wh"), ("tech-5", IN, "region-cq"))
        (chain,) = [one for one in plants.symbiosis().chains if one.target.node.id == "tech-5"]
        assert (chain.distance, chain.within) == (2, plants.get("region-cq"))
        assert [one.id for one in chain.target.regions] == ["region-cq", "region-wh"]

    def test_a_zone_is_no_measure(self, plants: GraphStore) -> None:
        fill(plants, "tech-8", "tech-9", "material-9")
        link(
            plants,
            ("tech-8", MAKES, "material-9"),
            ("tech-9", TAKES, "material-9"),
            ("tech-8", IN, "region-zone"),
            ("tech-9", IN, "region-zone"),
        )
        assert pairs(plants.symbiosis(node="tech-8")) == [("tech-8", "tech-9", 2)]

    def test_carries_nodes_and_edges_whole(self, plants: GraphStore) -> None:
        plants.put(node("tech-1", name="甲"))
        plants.relate(Edge(MAKES, "tech-1", "material-phospho", {"amount": "每年 10 万吨"}))
        first: Chain = plants.symbiosis().chains[0]
        assert first.source.node == plants.get("tech-1")
        assert first.source.edge.props == {"amount": "每年 10 万吨"}
        assert first.target.edge == Edge(TAKES, "tech-4", "material-phospho")
        assert first.source.regions == (plants.get("region-fl"),)

    def test_many_by_many(self, store: GraphStore) -> None:
        """A million chains: the first come in order, and all are counted."""
        fill(store, "material-1", *(f"tech-{i:04}" for i in range(2000)))
        store.relate_many(
            Edge(TAKES if i % 2 else MAKES, f"tech-{i:04}", "material-1") for i in range(2000)
        )
        found = store.symbiosis(limit=3)
        assert found.total == 1_000_000
        assert pairs(found) == [("tech-0000", f"tech-{i:04}", None) for i in (1, 3, 5)]
        link(store, ("tech-1000", TAKES, "material-1"))
        assert store.symbiosis(limit=1).total == 1_000_999

    def test_missing(self, plants: GraphStore) -> None:
        fill(plants, "user-1")
        for wrong in (
            {"materials": ["material-9"]},
            {"materials": ["material-gypsum", "tech-1"]},
            {"materials": ["?"]},
            {"node": "tech-99"},
            {"node": "user-1"},
            {"region": "region-99"},
            {"region": "tech-1"},
        ):
            with pytest.raises(NodeNotFound):
                plants.symbiosis(**wrong)  # type: ignore[arg-type]
        for limit in (0, MAX_LIMIT + 1):
            with pytest.raises(InvalidQuery):
                plants.symbiosis(limit=limit)

    def test_of_several_faults_the_first(self, plants: GraphStore) -> None:
        with pytest.raises(NodeNotFound, match="material-9"):
            plants.symbiosis(materials=["material-9"], node="tech-99", region="region-99")
        with pytest.raises(NodeNotFound, match="tech-99"):
            plants.symbiosis(node="tech-99", region="region-99")


def shared(found: list[CoApplied]) -> list[model_questions.CoRow]:
    return [
        (
            one.node.id,
            [part.id for part in one.cases],
            [part.id for part in one.users],
            [part.id for part in one.processes],
            [part.id for part in one.industries],
        )
        for one in found
    ]


@pytest.fixture
def used(store: GraphStore) -> GraphStore:
    """tech-1 and tech-2 in one case, tech-1 and tech-3 at one user; tech-4, tech-5 share less."""
    fill(store, *(f"tech-{i}" for i in range(1, 8)), *(f"case-{i}" for i in range(1, 8)))
    fill(store, "org-1", "org-2", "industry-1", "industry-2")
    store.put_many([node("concept-1", scheme="process"), node("concept-2", scheme="technology")])
    link(store, *((f"case-{i}", CASE_OF, f"tech-{i}") for i in range(1, 7)))
    link(
        store,
        ("case-1", CASE_OF, "tech-2"),
        ("case-1", CASE_AT, "org-1"),
        ("case-3", CASE_AT, "org-1"),
        ("tech-1", Relation.IN_CONCEPT, "concept-1"),
        ("case-4", Relation.IN_CONCEPT, "concept-1"),
        ("tech-1", Relation.IN_CONCEPT, "concept-2"),
        ("tech-6", Relation.IN_CONCEPT, "concept-2"),
        ("tech-1", Relation.APPLIES_TO, "industry-1"),
        ("tech-5", Relation.APPLIES_TO, "industry-1"),
        ("tech-7", Relation.APPLIES_TO, "industry-1"),
    )
    return store


class TestCoApplied:
    def test_those_that_share_most_first(self, used: GraphStore) -> None:
        assert shared(used.co_applied("tech-1")) == [
            ("tech-2", ["case-1"], ["org-1"], [], []),
            ("tech-3", [], ["org-1"], [], []),
            ("tech-4", [], [], ["concept-1"], []),
            ("tech-5", [], [], [], ["industry-1"]),
        ]
        assert shared(used.co_applied("tech-4")) == [("tech-1", [], [], ["concept-1"], [])]

    def test_limit(self, used: GraphStore) -> None:
        assert used.co_applied("tech-1", 2) == used.co_applied("tech-1")[:2]

    def test_without_a_case_or_anything_shared(self, used: GraphStore) -> None:
        assert used.co_applied("tech-7") == []
        assert used.co_applied("tech-6") == []

    def test_carries_nodes_whole(self, used: GraphStore) -> None:
        used.put(node("tech-2", name="甲"))
        first = used.co_applied("tech-1")[0]
        assert first.node == used.get("tech-2")
        assert first.users == (used.get("org-1"),)

    def test_ties_by_id(self, used: GraphStore) -> None:
        link(used, ("case-1", CASE_OF, "tech-6"))
        assert [one.node.id for one in used.co_applied("tech-1", 2)] == ["tech-2", "tech-6"]

    def test_missing(self, used: GraphStore) -> None:
        for wrong in ("tech-99", "org-1", "user-9", "?"):
            with pytest.raises(NodeNotFound):
                used.co_applied(wrong)
        for limit in (0, MAX_LIMIT + 1):
            with pytest.raises(InvalidQuery):
                used.co_applied("tech-1", limit)


COUNTS = {"tech": 8, "org": 4, "case": 6, "material": 5, "region": 7, "concept": 3, "industry": 2,
          "user": 1}  # fmt: skip
EVERY = [f"{prefix}-{i}" for prefix, number in COUNTS.items() for i in range(number)]
SHARES = {MAKES: 10, TAKES: 12, IN: 14, UP: 14, CASE_OF: 8, CASE_AT: 6, SUPPLIES: 3, HOLDS: 3,
          Relation.IN_CONCEPT: 8, Relation.APPLIES_TO: 6, Relation.ABOUT: 2}  # fmt: skip
LEVELS = ["county", "county", "prefecture", "province", "country", "zone", 1, ["county"]]


def chance_graph(chance: Random) -> tuple[list[Node], list[Edge]]:
    nodes = [node(one) for one in EVERY]
    for i, one in enumerate(nodes):
        if one.label is Label.REGION and chance.random() < 0.9:
            nodes[i] = node(one.id, level=chance.choice(LEVELS))
        if one.label is Label.CONCEPT:
            nodes[i] = node(one.id, scheme=chance.choice(["process", "technology", ["process"]]))
    edges = []
    for relation, number in SHARES.items():
        ends = RELATION_ENDS[relation]
        for _ in range(number):
            source = chance.choice([one for one in EVERY if label(one) in ends.sources])
            alike = [one for one in EVERY if one.split("-")[0] == source.split("-")[0]]
            # trees mostly stay within their kind
            others = alike if relation is UP and chance.random() < 0.9 else EVERY
            targets = [one for one in others if label(one) in ends.targets and one != source]
            edges.append(Edge(relation, source, chance.choice(targets)))
    return nodes, edges


def label(node_id: str) -> Label:
    return LABELS[node_id.split("-", maxsplit=1)[0]]


def outcome(ask: Any) -> Any:
    try:
        return ask()
    except GraphError as error:
        return type(error)


class TestQuestionsAgainstTheModel:
    @pytest.mark.parametrize("seed", range(6))
    def test_by_chance(self, store: GraphStore, seed: int) -> None:
        chance = Random(seed)
        nodes, edges = chance_graph(chance)
        model = ModelGraph()
        store.put_many(nodes)
        model.put_many(nodes)
        store.relate_many(edges)
        model.relate_many(edges)
        for _ in range(40):
            materials = chance.choice(
                [None, None, [], [chance.choice(EVERY)], [f"material-{i}" for i in range(2)],
                 [f"material-{chance.randrange(5)}"]]
            )  # fmt: skip
            about = chance.choice([None, None, chance.choice(EVERY), f"org-{chance.randrange(4)}"])
            region = chance.choice([None, None, None, f"region-{chance.randrange(7)}"])
            limit = chance.choice([1, 2, 5, 20, 1000])
            got = outcome(
                lambda m=materials, n=about, r=region, k=limit: store.symbiosis(
                    materials=m, node=n, region=r, limit=k
                )
            )
            if isinstance(got, Symbiosis):
                got = rows_of(got), got.total
            wanted = outcome(
                lambda m=materials, n=about, r=region, k=limit: model_questions.symbiosis(
                    model, m, n, r, k
                )
            )
            assert got == wanted, (materials, about, region, limit)
        for entry, limit in [(one, k) for one in EVERY[:10] for k in (2, 1000)]:
            got = outcome(lambda e=entry, k=limit: shared(store.co_applied(e, k)))
            wanted = outcome(lambda e=entry, k=limit: model_questions.co_applied(model, e, k))
            assert got == wanted, entry
