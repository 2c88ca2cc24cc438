"""Claim: with 100,000 entries that all lie in one region, and half of them in one concept, the
graph explorer answers at these hubs within 300 ms: the page, its data, an opened neighbour, a card;
and a path that has to cross the hub within 1 s.

Times are processor time of this process, so that neighbours on a shared machine do not count.

    python -m pytest tests/bench/test_graph_bench.py -m bench -s
"""

# ruff: noqa: T201 - the results are for people to read

import random
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import cast

import pytest
from fastapi.testclient import TestClient

from kg.model import Concept, Edge, Industry, Organization, Region
from kg.stores.sqlite import SqliteGraphStore
from kg.vocabulary import Relation
from search.engine import SearchEngine
from tests.bench import made_up
from web.app import create_app
from web.bootstrap import Platform
from web.embedding import EncoderState
from web.settings import Settings

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1200)]

ENTRIES = 100_000
ORGANIZATIONS = 5_000
BOUND_MS, PATH_BOUND_MS = 300, 1000
HUB, CONCEPT = "region-500000", "concept-area-one"


def relations(chance: random.Random) -> Iterator[Edge]:
    for i in range(ENTRIES):
        entry = made_up.entry_id(i)
        yield Edge(Relation.LOCATED_IN, entry, HUB)
        yield Edge(Relation.SUPPLIES, f"org-{chance.randrange(ORGANIZATIONS)}", entry)
        yield Edge(Relation.APPLIES_TO, entry, f"industry-C{chance.randrange(500)}")
        if i % 2:
            yield Edge(Relation.IN_CONCEPT, entry, CONCEPT)
    for i in range(ORGANIZATIONS):
        yield Edge(Relation.LOCATED_IN, f"org-{i}", HUB)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("graph-bench")
    store = SqliteGraphStore(folder / "graph.sqlite")
    chance = random.Random(1)
    records = (
        Region(id=HUB, code="500000", name="重庆市", short="重庆", level="province"),
        Concept(id=CONCEPT, scheme="area", name="资源循环+"),
        *(
            Industry(id=f"industry-C{i}", code=f"C{i}", name=f"行业{i}", level="class")
            for i in range(500)
        ),
        *(Organization(id=f"org-{i}", name=f"单位{i}") for i in range(ORGANIZATIONS)),
    )
    store.put_many(record.to_node() for record in records)
    store.put_many(made_up.entries(chance, ENTRIES))
    store.relate_many(relations(chance))
    settings = Settings(_env_file=None, data=folder)
    platform = Platform(settings, store, cast("SearchEngine", None), EncoderState(None))
    yield TestClient(create_app(platform))  # not started: there is no search to follow
    platform.close()


@pytest.mark.parametrize(
    "address",
    [
        f"/graph/{HUB}",
        f"/graph/{HUB}.json",
        f"/graph/{HUB}?open=org-0&sel=org-0",
        f"/graph/{HUB}/card?sel=org-0",
        f"/graph/{CONCEPT}",
        f"/graph/{made_up.entry_id(1)}?open={HUB}&open={CONCEPT}",
        "/graph/path?a=org-1&b=org-2",
        "/graph/path?a=industry-C1&b=industry-C2",
    ],
)
def test_it_answers_within_the_bound(client: TestClient, address: str) -> None:
    taken = []
    for _ in range(7):
        begin = time.process_time()
        answer = client.get(address)
        taken.append((time.process_time() - begin) * 1000)
        assert answer.status_code == 200
    print(f"\n{address}: {median(taken):.0f} ms (first {taken[0]:.0f} ms)")
    if "path" not in address:
        assert answer.text.count('data-node="') <= 60
    assert median(taken) < (PATH_BOUND_MS if "path" in address else BOUND_MS)
