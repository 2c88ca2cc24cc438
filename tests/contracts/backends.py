"""The graph stores that the contract is held against: one line for each."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from neo4j import GraphDatabase  # noqa: TID251 - empties the server between tests

from kg.store import GraphStore
from kg.stores.neo4j import Neo4jGraphStore
from kg.stores.sqlite import SqliteGraphStore


def open_memory(folder: Path) -> GraphStore:
    return SqliteGraphStore(None)


def open_file(folder: Path) -> GraphStore:
    return SqliteGraphStore(folder / "graph.db", wait=30)


def neo4j_login() -> tuple[str, str, str] | None:
    """The address, user and password of a server for tests, which this graph has for itself."""
    uri = os.getenv("KG_TEST_NEO4J_URI")
    if not uri:
        return None
    return uri, os.getenv("KG_TEST_NEO4J_USER", "neo4j"), os.getenv("KG_TEST_NEO4J_PASSWORD", "")


def open_neo4j(folder: Path) -> GraphStore:
    return Neo4jGraphStore(*(neo4j_login() or pytest.fail("no server")))


def erase_neo4j(folder: Path) -> None:
    uri, user, password = neo4j_login() or pytest.fail("no server")
    with GraphDatabase.driver(uri, auth=(user, password)) as driver, driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()


def nothing(folder: Path) -> None:
    """A new folder is a new graph."""


@dataclass(frozen=True)
class Backend:
    """How to open the graph that belongs to a folder, so that a second process can do it too.

    `erase` makes that graph empty, for servers that know no folders.
    """

    name: str
    open: Callable[[Path], GraphStore]
    persistent: bool
    erase: Callable[[Path], None] = nothing


BACKENDS = [
    Backend("sqlite-memory", open_memory, persistent=False),
    Backend("sqlite-file", open_file, persistent=True),
]
if neo4j_login():
    BACKENDS.append(Backend("neo4j", open_neo4j, persistent=True, erase=erase_neo4j))
