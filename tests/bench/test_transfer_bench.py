"""Claim: 100,000 made-up entries with 600,000 relations are copied from SQLite into Neo4j, checked
on both sides, in under 10 minutes, and backed up and restored, each in less than 500 MB of memory.

    python -m pytest tests/bench/test_transfer_bench.py -m bench -s

KG_TEST_NEO4J_URI and KG_TEST_NEO4J_PASSWORD say where; the database is emptied.
KG_BENCH_ENTRIES makes it smaller.
"""

# ruff: noqa: T201 - the results are for people to read

import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from kg.stores.sqlite import SqliteGraphStore
from tests.bench import made_up
from tests.contracts.backends import erase_neo4j, neo4j_login
from tests.serving import environment

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]

ENTRIES = int(os.getenv("KG_BENCH_ENTRIES", "100000"))
PROGRAM = """
import resource, sys
from web.cli import main
code = main()
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
sys.exit(code)
"""
Ran = tuple[float, int]
"""Seconds and peak memory in MB."""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("transfer") / "source.sqlite"
    chance = Random(1)
    with closing(SqliteGraphStore(path)) as store:
        store.put_many(made_up.others(chance, ENTRIES))
        store.put_many(made_up.entries(chance, ENTRIES))
        store.relate_many(made_up.edges(chance, ENTRIES))
        counts = store.counts()
    print(f"\n{sum(counts.nodes.values())} nodes, {sum(counts.edges.values())} relations")
    return path


def greenkg(*arguments: str, **settings: str) -> Ran:
    began = time.perf_counter()
    command = [sys.executable, "-c", PROGRAM, *arguments]
    ran = subprocess.run(
        command, env=environment(settings), capture_output=True, text=True, check=False
    )
    took = time.perf_counter() - began
    assert ran.returncode == 0, ran.stderr
    for line in ran.stderr.splitlines():
        if "完成" in line:
            print(f"    {line}")
    return took, int(ran.stderr.rpartition("peak ")[2])


def told(what: str, ran: Ran) -> None:
    took, peak = ran
    print(f"{what}: {took:.0f} s, {ENTRIES / took:.0f} entries/s, at most {peak} MB")
    assert peak < 500


def test_copy_into_neo4j(source: Path, tmp_path: Path) -> None:
    uri, _, password = neo4j_login() or pytest.skip("没有 Neo4j（KG_TEST_NEO4J_URI）")
    erase_neo4j(tmp_path)
    ran = greenkg("copy", "--from", f"sqlite:///{source}", "--to", uri, KG_STORE_PASSWORD=password)
    told("copy into Neo4j", ran)
    assert ran[0] < 600
    back = tmp_path / "back.sqlite"
    ends = ("--from", uri, "--to", f"sqlite:///{back}")
    told("copy back into SQLite", greenkg("copy", *ends, KG_STORE_PASSWORD=password))
    erase_neo4j(tmp_path)


def test_backup_and_restore(source: Path, tmp_path: Path) -> None:
    file, place = tmp_path / "a.greenkg", tmp_path / "restored.sqlite"
    told("backup", greenkg("backup", str(file), KG_STORE=f"sqlite:///{source}"))
    print(f"    {source.stat().st_size / 1e6:.0f} MB become {file.stat().st_size / 1e6:.0f} MB")
    told("restore", greenkg("restore", str(file), KG_STORE=f"sqlite:///{place}"))
