"""Whole graphs in and out of SQLite: the part of `Replica` that is more than a `GraphStore`."""

import sqlite3  # noqa: TID251 - this folder owns SQL
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import ImportConflict, NodeNotFound
from kg.stores.checks import checked_import
from kg.stores.sqlite import writing
from kg.stores.sqlite.conditions import id_list
from kg.stores.sqlite.connection import Sessions, translated
from kg.stores.sqlite.reading import mark_of
from kg.transfer.records import Batch, EdgeKey, StoredEdge, StoredNode
from kg.vocabulary import Label, Relation


class Importing:
    """See `kg.transfer.replica`."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Hold one state; others may write meanwhile."""
        with self._sessions.read():
            yield

    def node_page(self, after: str, limit: int) -> list[StoredNode]:
        """Return the next nodes by id."""
        text = "SELECT id, label, revision, props FROM nodes WHERE id > ? ORDER BY id LIMIT ?"
        with self._sessions.read() as db:
            rows = db.execute(text, (after, limit)).fetchall()
        return [StoredNode(one, Label(label), number, props) for one, label, number, props in rows]

    def edge_page(self, after: EdgeKey, limit: int) -> list[StoredEdge]:
        """Return the next edges by key."""
        text = (
            "SELECT source, relation, target, props FROM edges"
            " WHERE (source, relation, target) > (?, ?, ?)"
            " ORDER BY source, relation, target LIMIT ?"
        )
        with self._sessions.read() as db:
            rows = db.execute(text, (*after, limit)).fetchall()
        return [StoredEdge(a, Relation(relation), b, props) for a, relation, b, props in rows]

    def mark(self) -> str | None:
        """Return the mark of an unfinished import."""
        with self._sessions.read() as db:
            return mark_of(db)

    def set_mark(self, before: str | None, after: str | None, *, empty: bool = False) -> None:
        """Exchange the mark."""
        with self._sessions.write() as db:
            if empty and db.execute("SELECT 1 FROM nodes LIMIT 1").fetchone():
                raise ImportConflict
            _exchange(db, before, after)

    def absorb(self, batch: Batch, before: str, after: str) -> None:
        """Write a batch and exchange the mark."""
        nodes = [checked_import(node) for node in batch.nodes]
        with self._sessions.write() as db:
            _exchange(db, before, after)
            writing.erase(db, batch.gone_edges, batch.gone_nodes)
            writes = [
                (writing.NodeWrite(node.id, node.label, node.props, props), node.revision)
                for node, props in zip(batch.nodes, nodes, strict=True)
            ]
            writing.store(db, writes, imported=True)
            _check_ends(db, batch.edges)
            writing.store_edges(
                db, [(one.source, one.relation, one.target, one.props) for one in batch.edges]
            )


def _exchange(db: sqlite3.Connection, before: str | None, after: str | None) -> None:
    if mark_of(db) != before:
        raise ImportConflict
    db.execute("DELETE FROM unfinished")
    if after is not None:
        db.execute("INSERT INTO unfinished VALUES (1, ?)", (after,))


def _check_ends(db: sqlite3.Connection, edges: tuple[StoredEdge, ...]) -> None:
    ends = {end for edge in edges for end in (edge.source, edge.target)}
    text = (
        "SELECT j.value FROM json_each(?) j LEFT JOIN nodes n ON n.id = j.value"
        " WHERE n.id IS NULL LIMIT 1"
    )
    for (missing,) in db.execute(text, (id_list(ends),)):
        raise NodeNotFound(missing)


def settle(file: Path) -> None:
    """Make the database one self-contained file, which nobody has open.

    Raises:
        StoreBusy: another process has it open. StoreUnavailable: it is damaged.
    """
    with translated():
        db = sqlite3.connect(file, timeout=0, isolation_level=None)
        try:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            # leaving WAL needs the file for oneself; it removes -wal and -shm
            (mode,) = db.execute("PRAGMA journal_mode = DELETE").fetchone()
            if mode != "delete":
                raise sqlite3.OperationalError(f"journal_mode {mode}")
        finally:
            db.close()
