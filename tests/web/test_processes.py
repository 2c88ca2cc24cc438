"""Two web processes, each with a data folder of its own, on one graph: SQLite and Neo4j."""

import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.model import Node
from kg.store import GraphStore
from kg.stores.neo4j import Neo4jGraphStore
from search.indexes.neo4j_memory import Neo4jMemory
from search.keeping import SIDES
from search.memory import file_memories
from tests.contracts.backends import erase_neo4j, neo4j_login
from tests.serving import Serving, eventually
from web.addresses import StoreAddress
from web.bootstrap import open_store
from web.sowing import MARK

if TYPE_CHECKING:
    from web.bootstrap import Platform

SOON = 2.0
"""Seconds after which a change made by another process has to be found."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two servers that were started together on an empty graph, and a third connection to it."""

    store: GraphStore
    servers: tuple[Serving, Serving]


def _settings(backend: str, folder: Path, cache: Path) -> dict[str, str]:
    if backend == "sqlite":
        return {"KG_STORE": f"sqlite:///{folder / 'shared.sqlite'}"}
    login = neo4j_login()
    if login is None:
        pytest.skip("没有 Neo4j（KG_TEST_NEO4J_URI）")
    erase_neo4j(folder)
    with closing(Neo4jGraphStore(*login)) as store:
        for side in SIDES:  # as in a data folder: no server has to encode the seeds
            for memory in file_memories(cache / "vectors" / side):
                Neo4jMemory(store.connection, side, memory.fingerprint).keep(dict(memory.items()))
    names = ("KG_STORE", "KG_STORE_USER", "KG_STORE_PASSWORD")
    return dict(zip(names, login, strict=True))


@pytest.fixture(scope="module", params=["sqlite", "neo4j"])
def pair(
    request: pytest.FixtureRequest,
    platform: "Platform",  # its vectors are in the cache by now
    cache: Path,
    model_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp(f"pair-{request.param}")
    settings = _settings(request.param, folder, cache)
    for name in ("a", "b"):
        shutil.copytree(cache / "vectors", folder / name / "vectors")
    servers = [Serving(folder / name, model_folder, settings) for name in ("a", "b")]
    try:
        for server in servers:
            server.wait()
        at = StoreAddress.parse(settings["KG_STORE"])
        login = (settings.get("KG_STORE_USER", ""), settings.get("KG_STORE_PASSWORD", ""))
        with closing(open_store(at, *login)) as store:
            yield Pair(store, (servers[0], servers[1]))
    finally:
        for server in servers:
            server.stop()


def test_processes_that_start_together_load_the_seeds_once(pair: Pair) -> None:
    counts = pair.store.counts()
    assert pair.store.position() == sum(counts.nodes.values()) + sum(counts.edges.values())
    assert pair.store.get(MARK).revision == 1
    found = {tuple(server.ids("焦炉烟气余热回收")) for server in pair.servers}
    assert len(found) == 1
    assert found != {()}


def test_a_change_by_a_third_process_is_found_by_both_soon(pair: Pair) -> None:
    """Three measurements at most, since the machine may be busy with other work."""
    took = []
    for word in ("甲", "乙", "丙"):
        # servers count and match for a while after their start, and after other tests' writes
        for server in pair.servers:
            eventually(lambda s=server: _quick(s), 60)
        took.append(_seconds_until_found(pair, f"entry-new{ord(word)}", f"{word}戊己庚专用除垢机"))
        if took[-1] < SOON:
            break
    assert min(took) < SOON, took


def _quick(server: Serving) -> bool:
    """Whether it has nothing else to do: ten searches, one by one, are done in a second."""
    began = time.monotonic()
    for _ in range(10):
        server.ids("余热回收")
    return time.monotonic() - began < 1


def _seconds_until_found(pair: Pair, node_id: str, name: str) -> float:
    like = pair.store.get("entry-0001")
    words = {"name": name, "summary": f"{name}，用于锅炉除垢。"}
    pair.store.put(Node(node_id, like.label, {**like.props, **words}))
    began = time.monotonic()
    for server in pair.servers:
        assert eventually(lambda s=server: node_id in s.ids(name)[:1], 30), server.said
    return time.monotonic() - began


def test_what_is_written_stands_on_the_pages_of_both_at_once(pair: Pair) -> None:
    like = pair.store.get("org-0001")
    pair.store.put(Node(like.id, like.label, {**like.props, "name": "改名以后的公司"}))
    for server in pair.servers:
        page = server.web.get(f"/organizations/{like.id}")
        assert page.status_code == 200
        assert "改名以后的公司" in page.text
