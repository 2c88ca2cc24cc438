"""`VectorMemory` in a Neo4j database: one node `:SearchVector` for each text, side and model."""

from collections.abc import Collection, Iterator, Mapping

import numpy as np

from kg.stores.neo4j.connection import Connection, Row
from search.memory import Floats

BATCH = 1000
_DECLARE = (
    "CREATE CONSTRAINT search_vector IF NOT EXISTS FOR (v:SearchVector) REQUIRE v.key IS UNIQUE"
)
_KNOWN = (
    "UNWIND $keys AS wanted MATCH (v:SearchVector {key: wanted})"
    " RETURN v.key AS key, v.vector AS vector"
)
_KEEP = (
    "UNWIND $rows AS row MERGE (v:SearchVector {key: row.key}) ON CREATE SET v.vector = row.vector"
)
_PAGE = (
    "MATCH (v:SearchVector) WHERE v.key > $after AND v.key STARTS WITH $model"
    " RETURN v.key AS key, v.vector AS vector ORDER BY v.key LIMIT $limit"
)
_KEYS = (
    "MATCH (v:SearchVector) WHERE v.key > $after AND v.key STARTS WITH $model"
    " RETURN v.key AS key ORDER BY v.key LIMIT $limit"
)
_FORGET = "UNWIND $keys AS wanted MATCH (v:SearchVector {key: wanted}) SET v = {} DELETE v"
_FIRST = "MATCH (v:SearchVector) WHERE v.key > $after RETURN v.key AS key ORDER BY v.key LIMIT 1"


class Neo4jMemory:
    """The vectors of one side and model; what is kept is in the database at once."""

    def __init__(self, connection: Connection, side: str, fingerprint: str) -> None:
        self.side, self.fingerprint = side, fingerprint
        self._connection = connection
        self._model = f"{side}:{fingerprint} "
        connection.declare(_DECLARE)

    def _key(self, key: bytes) -> str:
        return self._model + key.hex()

    def _read(self, row: Row) -> tuple[bytes, Floats]:
        return bytes.fromhex(row["key"].rpartition(" ")[2]), np.frombuffer(row["vector"], "<f4")

    def known(self, keys: Collection[bytes]) -> dict[bytes, Floats]:
        """Return the vectors of the keys that are here."""
        found: dict[bytes, Floats] = {}
        wanted = [self._key(key) for key in keys]
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            rows = self._connection.cells(_KNOWN, keys=some)
            found.update(map(self._read, rows))
        return found

    def keep(self, vectors: Mapping[bytes, Floats]) -> None:
        """Add vectors."""
        rows = [
            {"key": self._key(key), "vector": vector.astype("<f4").tobytes()}
            for key, vector in sorted(vectors.items(), key=lambda item: item[0])
        ]
        for start in range(0, len(rows), BATCH):
            self._connection.run_beside(_KEEP, rows=rows[start : start + BATCH])

    def retain(self, keys: Collection[bytes]) -> None:
        """Forget all vectors but those of the keys."""
        kept = {self._key(key) for key in keys}
        for page in self._pages(_KEYS):
            gone = [row["key"] for row in page if row["key"] not in kept]
            if gone:
                self._connection.run_beside(_FORGET, keys=gone)

    def save(self) -> None:
        """All is in the database already."""

    def items(self) -> Iterator[tuple[bytes, Floats]]:
        """Walk all vectors, by key."""
        for page in self._pages(_PAGE):
            yield from map(self._read, page)

    def _pages(self, text: str) -> Iterator[list[Row]]:
        after = ""
        while page := self._connection.cells(text, after=after, model=self._model, limit=BATCH):
            after = page[-1]["key"]
            yield page


def neo4j_memories(connection: Connection) -> Iterator[Neo4jMemory]:
    """Open all memories of a database, one for each side and model it has vectors of."""
    after = ""
    while rows := connection.rows(_FIRST, after=after):
        model = rows[0]["key"].rpartition(" ")[0]
        side, _colon, fingerprint = model.partition(":")
        yield Neo4jMemory(connection, side, fingerprint)
        after = f"{model}!"  # the character behind the space
