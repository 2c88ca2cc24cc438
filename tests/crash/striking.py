"""What is killed, when, and what has to be there afterwards."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from neo4j import GraphDatabase  # noqa: TID251 - empties the server

from kg.model import Edge, Node
from kg.store import GraphStore
from kg.stores.neo4j import Neo4jGraphStore
from kg.stores.sqlite import SqliteGraphStore
from kg.transfer.marks import Mark
from kg.transfer.records import StoredEdge, StoredNode
from kg.transfer.replica import Replica
from kg.transfer.sources import StoreSource
from kg.vocabulary import Label, Relation
from tests.serving import Database, environment, eventually

PROGRAM = """
import sys, time
from kg.stores.sqlite import exchange
from kg.transfer import copying
from web import transfer
from web.cli import main
copying.NODES, copying.EDGES = {nodes}, {edges}  # small pieces: much to be killed between
absorb = copying.Import._absorb
def tell(self, batch, mark):
    absorb(self, batch, mark)
    print("step", flush=True)
copying.Import._absorb = tell
def telling(where, name):
    real = getattr(where, name)
    def tell(*given, **named):
        print("step", flush=True)
        time.sleep(0.005)  # these steps are short: some kills fall before them, some into them
        return real(*given, **named)
    setattr(where, name, tell)
telling(copying.Import, "_compare")
telling(transfer, "keep")
telling(copying.Import, "_finish")
for name in ("settle", "_make_like", "_check", "_unlink_rest", "keep_name"):
    telling(exchange, name)
sys.exit(main())
"""
EMPTY = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"
DONE, NOT_BEGUN = "已完成", "没有开始"
Content = tuple[list[StoredNode], list[StoredEdge]]


def content(store: Replica) -> Content:
    found = StoreSource(store)
    return list(found.nodes()), list(found.edges())


def made_up(store: GraphStore, size: int, seed: int) -> None:
    """`size` technologies with text, suppliers, private records and three relations each."""
    chance = Random(seed)
    store.put_many(Node(f"org-{i}", Label.ORGANIZATION, {"name": f"单位{i}"}) for i in range(40))
    store.put_many(
        Node(
            f"tech-{seed}-{i:05d}",
            Label.TECHNOLOGY,
            {"name": "余热" * chance.randrange(1, 30), "year": 2000 + i % 27, "x": [i, i / 7]},
        )
        for i in range(size)
    )
    store.put_many(Node(f"user-{i}", Label.USER, {"n": i}) for i in range(size // 10))
    store.put_many(
        Node(f"tech-{seed}-{i:05d}", Label.EQUIPMENT, {"name": "改"}) for i in range(0, size, 9)
    )
    edges = [
        Edge(relation, f"org-{chance.randrange(40)}", f"tech-{seed}-{i:05d}", {"share": i / 3})
        for i in range(size)
        for relation in (Relation.SUPPLIES, Relation.HOLDS)
    ]
    about = [
        Edge(Relation.ABOUT, f"user-{i % (size // 10)}", f"tech-{seed}-{i:05d}")
        for i in range(size)
    ]
    store.relate_many([*edges, *about])


@dataclass
class Command:
    """A command line that is run in a process of its own."""

    arguments: list[str]
    settings: dict[str, str]
    pieces: tuple[int, int] = (100, 300)
    said: str = field(default="", init=False)
    code: int = field(default=0, init=False)

    def start(self) -> "subprocess.Popen[bytes]":
        nodes, edges = self.pieces
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(nodes=nodes, edges=edges), *self.arguments],
            env=environment(self.settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def finish(self) -> tuple[float, int]:
        """Run to the end; return the seconds and the number of steps."""
        began = time.monotonic()
        out, err = self.start().communicate(timeout=300)
        self.said = err.decode()
        assert "核对一致" in out.decode(), self.said
        return time.monotonic() - began, out.count(b"step\n")

    def struck(
        self, steps: int, wait: float, strike: Callable[["subprocess.Popen[bytes]"], None]
    ) -> None:
        """Start it, and strike so many seconds after so many steps."""
        with self.start() as process:
            assert process.stdout is not None
            for _ in range(steps):
                process.stdout.readline()
            time.sleep(wait)
            strike(process)
            self.said = process.communicate(timeout=120)[1].decode()
            self.code = process.returncode

    def killed(self, steps: int, wait: float) -> None:
        """Start it, and kill it so many seconds after so many steps."""
        self.struck(steps, wait, lambda process: process.kill())


def moment(chance: Random, took: float, steps: int) -> tuple[int, float]:
    """Any time of an import: after some step, and some part of the next one's time.

    Steps are the pieces that are written, the comparison, the vectors, the mark that is taken off,
    and the parts of an exchange of files.
    """
    return chance.randint(0, steps), chance.random() * min(0.3, took / 10 / steps)


def open_neo4j(database: Database, *, importing: bool = False) -> Neo4jGraphStore:
    return Neo4jGraphStore(database.uri, "neo4j", database.password, importing=importing)


def empty(database: Database) -> None:
    auth = ("neo4j", database.password)
    with GraphDatabase.driver(database.uri, auth=auth) as driver:
        # a killed client's transaction is undone when the server notices
        assert eventually(lambda: _emptied(driver), 60)


def _emptied(driver: object) -> bool:
    with driver.session() as session:  # type: ignore[attr-defined]
        session.run(EMPTY).consume()
        return not session.run("MATCH (n) RETURN count(n) AS n").single()["n"]


def state_of(open_one: Callable[[], Replica], new: Content, old: Content = ([], [])) -> str:
    """Check that nothing is half written, and say how far it is.

    A graph without a mark is the old one or the new one. One with a mark is what the mark says:
    a part of the old one, or just the first nodes and edges of the new one.
    """
    # the last commit of what was killed may be going on: whoever holds the state still waits for it
    with closing(open_one()) as store, store.frozen():
        text, (nodes, edges) = store.mark(), content(store)
    if text is None:
        sizes = (len(nodes), len(edges))
        assert (nodes, edges) in (old, new), f"{sizes}, not {len(new[0])}, {len(new[1])}"
        return DONE if (nodes, edges) == new else NOT_BEGUN
    mark = Mark.of_text(text)
    assert mark is not None
    assert not mark.broken
    if mark.erasing:
        assert set(nodes) <= set(old[0])
        assert set(edges) <= set(old[1])
        if edges != old[1]:
            assert set(old[1]) - set(edges)
        return f"清空到还剩 {len(nodes)} 个节点、{len(edges)} 条关系"
    assert nodes == [one for one in new[0] if mark.nodes_done or one.id <= mark.node]
    assert edges == [one for one in new[1] if one.key <= mark.edge]
    return f"导入了 {len(nodes)} 个节点、{len(edges)} 条关系"


def open_file(file: Path) -> Callable[[], Replica]:
    return lambda: SqliteGraphStore(file, importing=True)


def remove(file: Path) -> None:
    for one in file.parent.glob(f"{file.name}*"):
        one.unlink()
