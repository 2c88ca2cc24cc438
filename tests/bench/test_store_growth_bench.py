"""Both stores side by side while the catalogue grows: 10^3, 10^4, 10^5 entries, each with ten
properties and six relations, a third of them with a case, a produced and a consumed material.

Prints the table of docs/architecture.md, "How it scales out": times on the clock, medians of
seven calls after the question has been asked once (Neo4j makes a plan the first time). Neo4j is
measured where KG_TEST_NEO4J_URI names a server that may be emptied; it wants a heap of 2 GB.

    python -m pytest tests/bench/test_store_growth_bench.py -m bench -s
"""

# ruff: noqa: T201 - the results are for people to read

import random
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from kg.query import Filter, Op, Query
from kg.store import GraphStore
from kg.vocabulary import AREAS, DIRECTIONS, ENTRY_LABELS
from tests.bench import made_up
from tests.contracts.backends import BACKENDS, Backend

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1200)]

SIZES = (1_000, 10_000, 100_000)
STORES = [backend for backend in BACKENDS if backend.persistent]
BATCH = 5_000
"""Nodes or edges that one transaction writes."""
TWO = (Filter("area", Op.EQ, AREAS[0]), Filter("direction", Op.EQ, DIRECTIONS[0]))
PLAIN = (Filter("scale", Op.EQ, "x"),)


def questions(store: GraphStore, number: int) -> dict[str, Callable[[], Any]]:
    """What is asked, by its name in the table."""
    entry, other = made_up.entry_id(number // 2), made_up.entry_id(number // 3)
    query = Query(ENTRY_LABELS, TWO, limit=20)
    fields = ["area", "direction", "year"]
    return {
        "`get`": lambda: store.get(entry),
        "`find`, two filters, a page of 20": lambda: store.find(query),
        "the same by `year`": lambda: store.find(Query(ENTRY_LABELS, TWO, (), "year", limit=20)),
        "`find` by a property without index, no fit": lambda: store.find(
            Query(ENTRY_LABELS, PLAIN)
        ),
        "`count`, two filters": lambda: store.count(query),
        "`facets`, three fields, two filters": lambda: store.facets(query, fields),
        "`neighbours` of the largest hub, 60": lambda: store.neighbours("region-0", limit=60),
        "`degrees` of the largest hub": lambda: store.degrees("region-0"),
        "`subgraph`, depth 2, of an entry": lambda: store.subgraph([entry], 2),
        "`subgraph`, depth 3, of an entry": lambda: store.subgraph([entry], 3),
        "`paths` between two entries": lambda: store.paths(entry, other),
        "`paths` between two organisations": lambda: store.paths("org-1", "org-11"),
        "`symbiosis` of everything, 100": store.symbiosis,
        "`symbiosis` of the commonest material": lambda: store.symbiosis(materials=["material-0"]),
        "`symbiosis` of an organisation": lambda: store.symbiosis(node="org-1"),
        "`co_applied`, 20": lambda: store.co_applied(made_up.entry_id(case_of(number))),
    }


def case_of(number: int) -> int:
    """The entry of the first case."""
    chance = random.Random(4)
    for edge in made_up.circle_edges(chance, number):
        if edge.relation == "CASE_OF":
            return int(edge.target.removeprefix("entry-"))
    raise LookupError


def milliseconds(work: Callable[[], Any], times: int = 7) -> float:
    work()
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return median(taken) * 1000


def fill(store: GraphStore, number: int) -> tuple[float, float]:
    """Write a catalogue; return nodes and relations a second."""

    def rate(write: Callable[[Any], int], *made: Iterable[Any]) -> float:
        begin, written = time.perf_counter(), 0
        for things in made:
            for batch in batches(things):
                written += write(batch)
        return written / (time.perf_counter() - begin)

    nodes = rate(
        store.put_many,
        made_up.others(random.Random(1), number),
        made_up.entries(random.Random(2), number),
        made_up.circle_nodes(random.Random(3), number),
    )
    edges = rate(
        store.relate_many,
        made_up.circle_edges(random.Random(4), number),
        made_up.edges(random.Random(5), number),
    )
    return nodes, edges


def batches(things: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(things)
    while batch := list(islice(rest, BATCH)):
        yield batch


Table = dict[str, dict[tuple[int, str], str]]


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    """What has been measured, printed at the end."""
    rows: Table = {}
    yield rows
    columns = sorted(
        {column for row in rows.values() for column in row},
        key=lambda column: (column[0], column[1] == "neo4j"),
    )
    names = {"sqlite-file": "SQLite", "neo4j": "Neo4j"}
    print("\n\n| | " + " | ".join(f"{names[name]}, {size:,}" for size, name in columns) + " |")
    print("|---|" + "--:|" * len(columns))
    for name, row in rows.items():
        print(f"| {name} | " + " | ".join(row.get(column, "") for column in columns) + " |")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("backend", STORES, ids=lambda backend: backend.name)
def test_growth(backend: Backend, size: int, table: Table, tmp_path: Path) -> None:
    backend.erase(tmp_path)
    store = backend.open(tmp_path)
    try:
        column = (size, backend.name)
        nodes, edges = fill(store, size)
        table.setdefault("nodes written a second", {})[column] = f"{nodes:,.0f}"
        table.setdefault("relations written a second", {})[column] = f"{edges:,.0f}"
        for name, work in questions(store, size).items():
            taken = milliseconds(work)
            table.setdefault(f"{name} (ms)", {})[column] = f"{taken:.1f}"
            print(f"{backend.name} {size}: {name} {taken:.1f} ms", flush=True)
    finally:
        store.close()
        backend.erase(tmp_path)
