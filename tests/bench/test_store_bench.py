"""Claim: with 100,000 entries (10 properties and 6 relations each) in one SQLite file, loading
takes under a minute (making up the data included), a page of a find with two filters under
10 ms (median; each filter fits 20-50 % of the entries), and the store takes under 400 MB of memory.

Times are processor time of this process, so that neighbours on a shared machine do not count;
for the load the time on the clock is printed too.

    python -m pytest tests/bench/test_store_bench.py -m bench -s
"""

# ruff: noqa: T201 - the results are for people to read

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from kg.model import Node
from kg.query import Filter, Op, Query, Related
from kg.stores.sqlite import SqliteGraphStore
from kg.vocabulary import AREAS, DIRECTIONS, ENTRY_LABELS, Label, Relation
from tests.bench import made_up

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1200)]

ENTRIES = 100_000

BROAD = Filter("direction", Op.EQ, DIRECTIONS[0])
FIFTH = Filter("area", Op.EQ, AREAS[0])
RECENT = Filter("year", Op.GE, 2019)
EARLY = Filter("year", Op.LE, 2015)
ADDED = Filter("added", Op.GE, "2026-06")
TWO_AREAS = Filter("area", Op.IN, AREAS[:2])
PAIRS = {
    "area 20% + direction 38%": (FIFTH, BROAD),
    "year 53% + area 20%": (RECENT, FIFTH),
    "year 53% + added 44%": (RECENT, ADDED),
    "two areas 40% + year 53%": (TWO_AREAS, RECENT),
    "year 27% + direction 38%": (EARLY, BROAD),
    "year range 2018-2022": (Filter("year", Op.GE, 2018), Filter("year", Op.LE, 2022)),
    "two years that shun each other": (EARLY, RECENT),
}


def milliseconds(work: Callable[[], Any], times: int = 15) -> float:
    taken = []
    for _ in range(times):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return median(taken) * 1000


Loaded = tuple[SqliteGraphStore, Path, float]
"""The store, its file, and the peak memory in MB before it was opened."""


def peak() -> float:
    """Largest memory of this process since `forget_peak`, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def forget_peak() -> float:
    """Start the peak anew and return the memory in MB now (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def size(path: Path) -> float:
    return path.stat().st_size / 1e6


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    before = forget_peak()
    path = tmp_path_factory.mktemp("bench") / "graph.db"
    store = SqliteGraphStore(path)
    chance = random.Random(1)
    clock, begin = time.perf_counter(), time.process_time()
    store.put_many(made_up.others(chance, ENTRIES))
    store.put_many(made_up.entries(chance, ENTRIES))
    nodes = time.process_time()
    store.relate_many(made_up.edges(chance, ENTRIES))
    end = time.process_time()
    print(f"\nload: nodes {nodes - begin:.1f} s, relations {end - nodes:.1f} s", end=" ")
    print(f"(on the clock {time.perf_counter() - clock:.1f} s), file {size(path):.0f} MB")
    assert end - begin < 60
    yield store, path, before
    store.close()


def test_two_filters(loaded: Loaded) -> None:
    store, _, before = loaded
    orders = [(None, False), ("year", False), ("year", True), ("name", False), ("added", True)]
    taken: list[float] = []
    for name, pair in PAIRS.items():
        row = []
        for limit in (20, 100):
            for order_by, descending in orders:
                query = Query(ENTRY_LABELS, pair, (), order_by, descending, limit)
                row.append(milliseconds(lambda query=query: store.find(query)))
        if "shun" not in name:
            taken += row
        print(f"find {name}: " + " ".join(f"{one:.1f}" for one in row) + " ms")
    print(f"find, two filters: median {median(taken):.1f} ms, worst {max(taken):.1f} ms")
    assert median(taken) < 10
    print(f"memory of the test process: {peak():.0f} MB at most, {before:.0f} MB before the store")
    assert peak() - before < 400


def test_counts_facets_and_traversals(loaded: Loaded) -> None:
    store, _, _ = loaded
    query = Query(ENTRY_LABELS, (FIFTH, BROAD))
    here = (Related(Relation.LOCATED_IN, "out", ("region-0",)),)
    fields = ["area", "direction", "year"]
    for name, work in {
        "get": lambda: store.get("entry-000500"),
        "count, two filters": lambda: store.count(query),
        "three facets, two filters": lambda: store.facets(query, fields),
        "three facets of everything": lambda: store.facets(Query(ENTRY_LABELS), fields),
        "find by region and area": lambda: store.find(Query(ENTRY_LABELS, (FIFTH,), here)),
        "neighbours of a hub, 60": lambda: store.neighbours("region-0", limit=60),
        "degrees of a hub": lambda: store.degrees("region-0"),
        "subgraph, depth 1": lambda: store.subgraph(["entry-000010"], 1),
        "subgraph, depth 2": lambda: store.subgraph(["entry-000010"], 2),
        "subgraph, depth 3": lambda: store.subgraph(["entry-000010"], 3),
        "paths between entries": lambda: store.paths("entry-000010", "entry-000999"),
        "paths between organisations": lambda: store.paths("org-10", "org-999"),
        "put one entry": lambda: store.put(Node("entry-new", Label.PRODUCT, {"t": time.time()})),
    }.items():
        print(f"{name}: {milliseconds(work, 5):.2f} ms")
