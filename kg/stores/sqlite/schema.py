"""Tables of the SQLite graph, and how a file is brought to the present version.

`prop` has one row for each scalar and list element; it is clustered by node (for probes) and
indexed by value (for walks). Text keys are cut to `ORDER_WIDTH` characters so that a summary
does not stand in the index; the whole of a longer text is in `long_text`, for exact comparison.
"""

import sqlite3  # noqa: TID251 - this folder owns SQL

from kg.errors import StoreForeign, StoreTooNew

APPLICATION_ID = 0x67726B67
"""“grkg”: tells our files from those of other programs."""

_FIRST = (
    """CREATE TABLE nodes (
        id TEXT NOT NULL PRIMARY KEY,
        label TEXT NOT NULL,
        revision INTEGER NOT NULL,
        props TEXT NOT NULL)""",
    "CREATE INDEX nodes_by_label ON nodes (label, id)",
    # pos: -1 for a scalar, else the place in the list; key has no type, so numbers stay numbers
    """CREATE TABLE prop (
        id TEXT NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
        field TEXT NOT NULL,
        pos INTEGER NOT NULL,
        label TEXT NOT NULL,
        kind INTEGER NOT NULL,
        key,
        long INTEGER NOT NULL,
        PRIMARY KEY (id, field, pos)) WITHOUT ROWID""",
    "CREATE INDEX prop_by_value ON prop (label, field, kind, key, id, pos, long)",
    """CREATE TABLE long_text (
        id TEXT NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
        field TEXT NOT NULL,
        pos INTEGER NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (id, field, pos))""",
    """CREATE TABLE edges (
        source TEXT NOT NULL REFERENCES nodes (id),
        relation TEXT NOT NULL,
        target TEXT NOT NULL REFERENCES nodes (id),
        props TEXT NOT NULL,
        PRIMARY KEY (source, relation, target)) WITHOUT ROWID""",
    "CREATE INDEX edges_in ON edges (target, relation, source)",
    # AUTOINCREMENT: a number is never used twice, even if old changes are cleared one day
    """CREATE TABLE changes (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        action TEXT NOT NULL,
        id TEXT NOT NULL,
        label TEXT,
        relation TEXT,
        target TEXT)""",
    # how many nodes of a label and edges of a type: the planner asks on each find
    """CREATE TABLE tally (
        sort TEXT NOT NULL,
        name TEXT NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (sort, name)) WITHOUT ROWID""",
    """CREATE TRIGGER node_added AFTER INSERT ON nodes BEGIN
        INSERT INTO tally VALUES ('node', new.label, 1) ON CONFLICT DO UPDATE SET n = n + 1;
    END""",
    """CREATE TRIGGER node_removed AFTER DELETE ON nodes BEGIN
        UPDATE tally SET n = n - 1 WHERE sort = 'node' AND name = old.label;
    END""",
    """CREATE TRIGGER node_relabelled AFTER UPDATE OF label ON nodes
        WHEN old.label <> new.label BEGIN
        UPDATE tally SET n = n - 1 WHERE sort = 'node' AND name = old.label;
        INSERT INTO tally VALUES ('node', new.label, 1) ON CONFLICT DO UPDATE SET n = n + 1;
    END""",
    """CREATE TRIGGER edge_added AFTER INSERT ON edges BEGIN
        INSERT INTO tally VALUES ('edge', new.relation, 1) ON CONFLICT DO UPDATE SET n = n + 1;
    END""",
    """CREATE TRIGGER edge_removed AFTER DELETE ON edges BEGIN
        UPDATE tally SET n = n - 1 WHERE sort = 'edge' AND name = old.relation;
    END""",
)

_SECOND = (
    # one row while an import is unfinished: how far it is (see kg.transfer)
    "CREATE TABLE unfinished (only INTEGER PRIMARY KEY CHECK (only = 1), mark TEXT NOT NULL)",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _SECOND)
"""Statements that lead from version n to n + 1; the version is in `PRAGMA user_version`."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the database to the present version; nothing happens when it is there.

    Raises:
        StoreTooNew: a newer version has written it.
        StoreForeign: the file belongs to another program.
    """
    if _version(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")  # another process may be creating it just now
    try:
        for statements in MIGRATIONS[_version(connection) :]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if owner != APPLICATION_ID and (version or tables):
        raise StoreForeign("这个文件是别的程序的数据库，不是图谱，请核对数据目录的设置。")
    if version > len(MIGRATIONS):
        raise StoreTooNew(
            f"图谱数据由更新的版本写入（数据版本 {version}，本程序支持到 {len(MIGRATIONS)}），"
            "请升级程序后再打开。"
        )
    return version
