"""Loading writes everything at once, and a second time nothing."""

import json
from collections.abc import Callable
from pathlib import Path

from kg.model import RECORDS
from kg.query import Query
from kg.store import GraphStore
from kg.vocabulary import Label, Relation
from seeds import load
from tests.seeds.conftest import Lines

FIRST = "entry-0001"


def test_a_second_load_changes_nothing(store: GraphStore) -> None:
    first = load(store)
    position, counts = store.position(), store.counts()
    second = load(store)
    assert first.written_nodes == sum(first.nodes.values()) == sum(counts.nodes.values())
    assert first.written_edges == sum(first.edges.values()) == sum(counts.edges.values())
    assert (second.written_nodes, second.written_edges, second.kept) == (0, 0, ())
    assert (store.position(), store.counts()) == (position, counts)
    assert store.get(FIRST).revision == 1


def test_nodes_can_be_read_back_as_records(store: GraphStore) -> None:
    loaded = load(store)
    for label, number in loaded.nodes.items():
        query = Query(frozenset({label}), limit=1000)
        nodes = store.find(query).nodes
        assert store.count(query) == number
        assert all(RECORDS[label].from_node(node).id == node.id for node in nodes)


def test_relations_of_a_line_are_written(store: GraphStore, data: dict[str, Lines]) -> None:
    load(store)
    line = next(d for d in data["entries"] if d.get("holders") and d.get("consumes"))
    edges = store.edges([line["id"]], list(Relation))
    targets = {
        relation: {e.target for e in edges if e.relation is relation} for relation in Relation
    }
    assert targets[Relation.APPLIES_TO] == {f"industry-{code}" for code in line["industries"]}
    assert targets[Relation.LOCATED_IN] == {f"region-{code}" for code in line["regions"]}
    assert targets[Relation.CONSUMES] == {f"material-{i}" for i in line["consumes"]}
    assert targets[Relation.CITES] == set(line["sources"])
    concepts = store.get_many(targets[Relation.IN_CONCEPT])
    assert {line["area"], line["direction"]} <= {node.props["name"] for node in concepts.values()}
    held = store.edges(line["holders"], [Relation.HOLDS])
    assert {e.source for e in held if e.target == line["id"]} == set(line["holders"])


def test_all_relation_types_of_the_public_graph_occur(store: GraphStore) -> None:
    missing = set(Relation) - set(load(store).edges)
    assert missing == {Relation.USES, Relation.REPLACES, Relation.LISTED_IN, Relation.ABOUT}


def test_what_somebody_has_changed_is_left_alone(store: GraphStore) -> None:
    load(store)
    node = store.get(FIRST)
    edited = type(node)(node.id, node.label, {**node.props, "use": "改过的用途"})
    store.put(edited)
    again = load(store)
    assert again.kept == (FIRST,)
    assert store.get(FIRST).props["use"] == "改过的用途"
    assert load(store, overwrite=True).written_nodes == 1
    assert store.get(FIRST).props == node.props


def test_a_new_version_of_the_seeds_updates_untouched_nodes(
    store: GraphStore, folder: Path, rewrite: Callable[..., int]
) -> None:
    load(store, folder=folder)

    def shorter(line: str) -> str:
        return json.dumps({**json.loads(line), "use": "新的用途"}, ensure_ascii=False)

    rewrite("data/entries.jsonl", f'"{FIRST}"', shorter)
    again = load(store, folder=folder)
    assert (again.written_nodes, again.kept) == (1, ())
    assert store.get(FIRST).props["use"] == "新的用途"


def test_what_the_seeds_no_longer_have_stays(store: GraphStore, folder: Path) -> None:
    load(store)
    cases = folder / "data/cases.jsonl"
    cases.write_text("".join(cases.read_text("utf-8").splitlines(keepends=True)[1:]), "utf-8")
    load(store, folder=folder)
    assert store.get("case-0001").label is Label.CASE


def test_progress_rises_to_the_end(store: GraphStore) -> None:
    heard: list[tuple[str, float]] = []
    load(store, lambda step, share: heard.append((step, share)))
    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert heard[-1] == ("完成", 1.0)
