"""What is declared in the database, how it is brought to the present version, and which servers.

Community edition can declare that a property is unique, but not that it is there, nor that two
nodes have one edge of a type at most. That is kept by the writer (`writing`), of which there is
one at a time.
"""

import re

from neo4j import ManagedTransaction, Session  # noqa: TID251 - this folder owns Cypher
from neo4j.exceptions import Neo4jError  # noqa: TID251

from kg.errors import StoreForeign, StoreTooNew, StoreUnavailable
from kg.stores.neo4j.columns import INDEXED

OLDEST_SERVER = (5, 26)

_FIRST = (
    "CREATE CONSTRAINT meta_name IF NOT EXISTS FOR (m:Meta) REQUIRE m.name IS UNIQUE",
    "CREATE CONSTRAINT node_id IF NOT EXISTS FOR (n:Node) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT change_seq IF NOT EXISTS FOR (c:Change) REQUIRE c.seq IS UNIQUE",
    "CREATE RANGE INDEX node_listed IF NOT EXISTS FOR (n:Node) ON (n.listed)",
    *(
        f"CREATE RANGE INDEX node_{name} IF NOT EXISTS FOR (n:Node) ON (n.p_{name})"
        for name in INDEXED
    ),
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST,)
"""Statements that lead from version n to n + 1; each may be run twice. The version is in `Meta`."""

_VERSION = "MATCH (m:Meta {name: 'graph'}) RETURN m.version AS version"
_OTHERS = "MATCH (n) WHERE NOT n:Meta RETURN n LIMIT 1"
_AWAIT = "CALL db.awaitIndexes(120)"
_DONE = (
    "MERGE (m:Meta {name: 'graph'}) ON CREATE SET m.seq = 0"
    " SET m.version = CASE WHEN m.version > $version THEN m.version ELSE $version END"
)


def prepare(session: Session) -> None:
    """Check the server and bring the database to the present version.

    Raises:
        StoreTooNew: a newer version of this software has written the data.
        StoreUnavailable: the server is too old, or the database holds something else.
    """
    version = session.execute_read(_check)
    if version == len(MIGRATIONS):
        return
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            declare(session, statement)
    session.execute_write(_run, _AWAIT)
    session.execute_write(_run, _DONE, version=len(MIGRATIONS))


def declare(session: Session, text: str) -> None:
    """Run a `CREATE … IF NOT EXISTS`; who looks and then creates may find that another was faster.

    Raises:
        Neo4jError, DriverError.
    """
    try:
        session.execute_write(_run, text)
    except Neo4jError as error:
        if not (error.code or "").endswith("EquivalentSchemaRuleAlreadyExists"):
            raise


def _run(tx: ManagedTransaction, /, text: str, **values: object) -> None:
    tx.run(text, values).consume()


def _check(tx: ManagedTransaction) -> int:
    """Return the version of the data, 0 in an empty database."""
    # others first: what another process of ours may write meanwhile comes after its `Meta`
    result = tx.run(_OTHERS)
    others = result.single()
    check_server(result.consume().server.agent)
    record = tx.run(_VERSION).single()
    if record is None:
        if others:
            raise StoreForeign(
                "这个 Neo4j 数据库里有别的程序的数据，请核对连接设置，或换一个空的数据库。"
            )
        return 0
    version = int(record["version"])
    check_version(version)
    return version


def check_version(version: int) -> None:
    """Check the version of the data.

    Raises:
        StoreTooNew: it is newer than this software.
    """
    if version > len(MIGRATIONS):
        raise StoreTooNew(
            f"图谱数据由更新的版本写入（数据版本 {version}，本程序支持到 {len(MIGRATIONS)}），"
            "请升级程序后再打开。"
        )


def check_server(agent: str) -> None:
    """Check the server's name and version, as in `Neo4j/2026.08.1`.

    Raises:
        StoreUnavailable: it is not Neo4j, or too old.
    """
    match = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
    if match is None or (int(match[1]), int(match[2])) < OLDEST_SERVER:
        wanted = ".".join(map(str, OLDEST_SERVER))
        raise StoreUnavailable(
            f"图谱需要 Neo4j {wanted} 或更新的版本，连接到的是 {agent}，请升级服务器。"
        )
