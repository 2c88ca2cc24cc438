"""Random operations on a store and on `ModelGraph`: both must answer alike, errors included."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kg.errors import GraphError
from kg.model import Edge, Node
from kg.store import ORDER_WIDTH, Filter, GraphStore, Op, Query, Related
from kg.vocabulary import Label, Relation
from tests.contracts.backends import BACKENDS, Backend
from tests.contracts.model_graph import ModelGraph

LONG = "长" * ORDER_WIDTH
LABELS = {
    "tech": [Label.TECHNOLOGY, Label.EQUIPMENT, Label.PRODUCT],
    "org": [Label.ORGANIZATION],
    "concept": [Label.CONCEPT],
    "user": [Label.USER, Label.DRAFT],
}
IDS = [f"{prefix}-{n}" for prefix, n in itertools.product(LABELS, "123")] + ["tech-4", "tech-5"]
RELATIONS = [
    Relation.SUPPLIES, Relation.HOLDS, Relation.USES, Relation.REPLACES, Relation.IN_CONCEPT,
    Relation.PART_OF, Relation.ABOUT,
]  # fmt: skip
FIELDS = ["a", "b", "c"]

scalars = st.sampled_from(
    [0, 1, 1.0, -2, 0.5, 2**53 + 1, float(2**53), True, False, "", "a", "ab", "b", "B", "汉", "😀",
     "\uffff", LONG, LONG + "一", LONG + "丁", LONG[:-1] + "一丁"]
)  # fmt: skip
lists = st.lists(scalars, max_size=3)
nested = st.sampled_from([{"x": 1}, {}, [[1]], [{"a": 1}, 1], [None]])
props = st.dictionaries(st.sampled_from(FIELDS), scalars | scalars | lists | nested, max_size=3)
ids = st.sampled_from(IDS)
expects = st.none() | st.none() | st.integers(0, 3)
relations = st.none() | st.lists(st.sampled_from(RELATIONS), max_size=4, unique=True)


@st.composite
def nodes(draw: st.DrawFn) -> Node:
    node_id = draw(ids)
    labels = LABELS[node_id.split("-")[0]]
    return Node(node_id, draw(st.sampled_from(labels)), draw(props))


@st.composite
def edges(draw: st.DrawFn) -> Edge:
    properties = draw(st.dictionaries(st.sampled_from("ab"), scalars, max_size=1))
    return Edge(draw(st.sampled_from(RELATIONS)), draw(ids), draw(ids), properties)


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    name, op = draw(st.sampled_from(FIELDS)), draw(st.sampled_from(Op))
    values: Any = scalars
    if op is Op.IN:
        values = st.lists(scalars, max_size=3).map(tuple)
    elif op is Op.EXISTS:
        values = st.booleans()
    elif op is Op.PREFIX:
        values = st.sampled_from(["", "a", "b", "汉", "长", LONG, LONG + "一", "\uffff"])
    return Filter(name, op, draw(values))


@st.composite
def queries(draw: st.DrawFn) -> Query:
    related = st.builds(
        Related,
        st.sampled_from(RELATIONS),
        st.sampled_from(["out", "in"]),
        st.lists(ids, max_size=3).map(tuple),
    )
    some = st.sets(st.sampled_from([label for group in LABELS.values() for label in group]))
    return Query(
        frozenset(draw(st.just(set(Label)) | some)),
        tuple(draw(st.lists(filters(), max_size=2))),
        tuple(draw(st.lists(related, max_size=1))),
        draw(st.none() | st.sampled_from(FIELDS)),
        draw(st.booleans()),
        draw(st.integers(1, 5) | st.just(1000)),
    )


class Mishap(Exception):
    pass


def outcome(ask: Callable[[], Any]) -> Any:
    """What a call gives, or which of our errors it raises."""
    try:
        return ask()
    except GraphError as error:
        return type(error)


class GraphMachine(RuleBasedStateMachine):
    """Each rule asks both; `exact` keeps types apart, since 1 == 1.0 == True in Python."""

    def __init__(self, store: GraphStore) -> None:
        super().__init__()
        self.store, self.model = store, ModelGraph()
        self.first = store.position()

    def teardown(self) -> None:
        self.store.close()

    def alike(self, real: Callable[[], Any], model: Callable[[], Any]) -> None:
        got, wanted = outcome(real), outcome(model)
        assert got == wanted
        assert exact(got) == exact(wanted)

    @rule(node=nodes(), expect=expects)
    def put(self, node: Node, expect: int | None) -> None:
        self.alike(lambda: self.store.put(node, expect), lambda: self.model.put(node, expect))

    @rule(batch=st.lists(nodes(), min_size=3, max_size=12))
    def put_many(self, batch: list[Node]) -> None:
        self.alike(lambda: self.store.put_many(iter(batch)), lambda: self.model.put_many(batch))

    @rule(node_id=ids, expect=expects)
    def remove(self, node_id: str, expect: int | None) -> None:
        self.alike(
            lambda: self.store.remove(node_id, expect), lambda: self.model.remove(node_id, expect)
        )

    @rule(edge=edges())
    def relate(self, edge: Edge) -> None:
        self.alike(lambda: self.store.relate(edge), lambda: self.model.relate(edge))

    @rule(batch=st.lists(edges(), min_size=10, max_size=30))
    def relate_those_that_fit(self, batch: list[Edge]) -> None:
        trial = ModelGraph()
        trial.nodes = self.model.nodes
        fit = [edge for edge in batch if outcome(lambda edge=edge: trial.relate(edge)) is None]
        self.alike(lambda: self.store.relate_many(iter(fit)), lambda: self.model.relate_many(fit))

    @rule(batch=st.lists(edges(), max_size=3))
    def relate_many(self, batch: list[Edge]) -> None:
        got = outcome(lambda: self.store.relate_many(batch))
        wanted = outcome(lambda: self.model.relate_many(batch))
        # which of several faults is told first is left open
        assert got == wanted or (isinstance(got, type) and isinstance(wanted, type))

    @rule(data=st.data())
    def unrelate(self, data: st.DataObject) -> None:
        known = sorted(self.model.links)
        drawn = st.tuples(ids, st.sampled_from(RELATIONS), ids)
        source, relation, target = data.draw(st.sampled_from(known) | drawn if known else drawn)
        self.alike(
            lambda: self.store.unrelate(relation, source, target),
            lambda: self.model.unrelate(relation, source, target),
        )

    @rule(first=nodes(), second=nodes(), edge=edges(), node_id=ids, fail=st.booleans())
    def transaction(self, first: Node, second: Node, edge: Edge, node_id: str, fail: bool) -> None:
        def work(graph: Any) -> list[Any]:
            told: list[Any] = []
            try:
                with graph.transaction():
                    told.append(outcome(lambda: graph.put(first)))
                    told.append(outcome(lambda: graph.relate(edge)))
                    told.append(outcome(lambda: graph.put(second)))
                    told.append(outcome(lambda: graph.remove(node_id)))
                    told.append(outcome(lambda: graph.get(first.id)))
                    if fail:
                        raise Mishap  # noqa: TRY301 - the block has to be left by an error
            except Mishap:
                told.append("undone")
            return told

        self.alike(lambda: work(self.store), lambda: work(self.model))

    @rule(wanted=st.lists(ids, max_size=6))
    def get_many(self, wanted: list[str]) -> None:
        expected = {one: self.model.nodes[one] for one in wanted if one in self.model.nodes}
        got = self.store.get_many(wanted)
        assert (list(got), exact(got)) == (list(expected), exact(expected))

    @rule(query=queries())
    def find(self, query: Query) -> None:
        found: list[Node] = []
        page = query
        while True:
            got = self.store.find(page)
            found += got.nodes
            assert len(got.nodes) <= query.limit
            if got.after is None:
                break
            assert len(got.nodes) == query.limit
            page = Query(
                query.labels, query.filters, query.related, query.order_by, query.descending,
                query.limit, got.after,
            )  # fmt: skip
        expected = self.model.fitting(query)
        assert [node.id for node in found] == [node.id for node in expected]
        assert exact(found) == exact(expected)
        assert self.store.count(query) == len(expected)

    @rule(query=queries(), fields=st.lists(st.sampled_from(FIELDS), unique=True))
    def facets(self, query: Query, fields: list[str]) -> None:
        assert self.store.facets(query, fields) == self.model.facets(query, fields)

    @rule(
        node_id=ids,
        chosen=relations,
        direction=st.sampled_from(["out", "in", "both"]),
        private=st.booleans(),
        limit=st.integers(1, 4) | st.just(1000),
    )
    def neighbours(
        self, node_id: str, chosen: Any, direction: Any, private: bool, limit: int
    ) -> None:
        def real() -> Any:
            got = self.store.neighbours(node_id, chosen, direction, limit=limit, private=private)
            assert [one.node for one in got] == [self.model.nodes[one.node.id] for one in got]
            return [(key_of(one.edge), one.node.id) for one in got]

        def model() -> Any:
            return self.model.neighbours(node_id, chosen, direction, private=private)[:limit]

        self.alike(real, model)
        self.alike(lambda: self.store.degrees(node_id), lambda: self.model.degrees(node_id))

    @rule(
        starts=st.lists(ids, max_size=3),
        depth=st.integers(0, 3),
        chosen=relations,
        limit=st.integers(1, 6) | st.just(60),
        private=st.booleans(),
    )
    def subgraph(
        self, starts: list[str], depth: int, chosen: Any, limit: int, private: bool
    ) -> None:
        def real() -> Any:
            got = self.store.subgraph(starts, depth, relations=chosen, limit=limit, private=private)
            return [node.id for node in got.nodes], [key_of(one) for one in got.edges], got.hidden

        self.alike(real, lambda: self.model.subgraph(starts, depth, chosen, limit, private=private))

    @rule(a=ids, b=ids, length=st.integers(1, 6), chosen=relations, limit=st.integers(1, 5))
    def paths(self, a: str, b: str, length: int, chosen: Any, limit: int) -> None:
        def real() -> Any:
            got = self.store.paths(a, b, max_length=length, relations=chosen, limit=limit)
            return [
                ([node.id for node in path.nodes], [key_of(one) for one in path.edges])
                for path in got
            ]

        self.alike(real, lambda: self.model.paths(a, b, length, chosen, limit))

    @rule(sources=st.lists(ids, max_size=4), chosen=st.lists(st.sampled_from(RELATIONS)))
    def edges(self, sources: list[str], chosen: list[Relation]) -> None:
        expected = [
            Edge(key[1], key[0], key[2], self.model.links[key])
            for key in sorted(self.model.links)
            if key[0] in sources and key[1] in chosen
        ]
        assert exact(self.store.edges(sources, chosen)) == exact(expected)

    @invariant()
    def counts_and_changes(self) -> None:
        counts = self.store.counts()
        assert (counts.nodes, counts.edges) == self.model.counts()
        told: list[tuple[Any, ...]] = []
        position = self.first
        while batch := self.store.changes(position, limit=50):
            told += [(one.action, one.id, one.label, one.relation, one.target) for one in batch]
            assert all(one.seq < two.seq for one, two in itertools.pairwise(batch))
            assert batch[0].seq > position
            position = batch[-1].seq
        assert told == self.model.feed
        assert position == self.store.position()


def key_of(edge: Edge) -> tuple[str, Relation, str]:
    return edge.source, edge.relation, edge.target


def exact(value: Any) -> str:
    """A text that tells 1, 1.0 and True apart and does not care for the order of keys."""
    if isinstance(value, Node):
        value = (value.id, value.label, dict(value.props), value.revision)
    if isinstance(value, Edge):
        value = (*key_of(value), dict(value.props))
    if isinstance(value, dict):
        return "{" + ",".join(sorted(f"{exact(k)}:{exact(v)}" for k, v in value.items())) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(exact, value)) + "]"
    return repr(value)


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
def test_random_operations(backend: Backend, tmp_path: Path) -> None:
    numbers = itertools.count()

    def machine() -> GraphMachine:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        backend.erase(folder)
        return GraphMachine(backend.open(folder))

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30 if backend.persistent else 150,
            stateful_step_count=40,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
