"""The Cypher of the search index: constant texts, values only as parameters.

What lies in the database, beside the graph and never reached from it:

- `:SearchState`, one node: the lock of writers, version, position in the change feed, and who
  is writing all documents anew.
- `:SearchDocument`, also `:SearchEntry` or `:SearchDemand` while it is there: tokens of the
  fields, all of them as hashes, filter tokens, the document as JSON, the unit vectors of its
  passages as bytes.
- `:SearchEntryPassage`, `:SearchDemandPassage`: a vector as a list, and of each facet the
  signature of the document's values (`signature`), since an index filters single values only.
- `:SearchToken`: how many documents have a token.
- `:SearchVector`: vectors by the hash of their text (`neo4j_memory`).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from search.documents import FIELDS
from search.keeping import Side
from search.results import FACETS

EXPANSION = 2.0
"""How many times as many passages as are wanted the vector index walks through."""


def signature(values: Iterable[str]) -> int:
    """Return a number of 63 bits that stands for a set of values."""
    text = "\n".join(sorted(set(values)))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1


_COLUMNS = ", ".join(
    f"collect(d.{name}) AS {name}" for name in ("number", "version", "tokens", "vectors")
)
_FIELDS = ", ".join(f"d.{name} AS {name}" for name in FIELDS)


@dataclass(frozen=True, slots=True)
class SideQueries:
    """The names and queries of one side."""

    side: Side
    document: str
    facets: tuple[str, ...]

    @property
    def passage(self) -> str:
        """The label of passages."""
        return f"{self.document}Passage"

    @property
    def words_index(self) -> str:
        """The name of the full-text index."""
        return f"search_{self.side}_words"

    @property
    def vectors_index(self) -> str:
        """The name of the vector index."""
        return f"search_{self.side}_vectors"

    @property
    def schema(self) -> tuple[str, ...]:
        """What is declared, but for the vector index."""
        fields = ", ".join(f"d.{name}" for name in (*FIELDS, "filters"))
        document, passage = self.document, self.passage
        return (
            (
                f"CREATE CONSTRAINT search_{self.side}_number IF NOT EXISTS FOR (d:{document})"
                " REQUIRE d.number IS UNIQUE"
            ),
            f"CREATE RANGE INDEX search_{self.side}_id IF NOT EXISTS FOR (d:{document}) ON (d.id)",
            (
                f"CREATE RANGE INDEX search_{self.side}_passages IF NOT EXISTS FOR (p:{passage})"
                " ON (p.document)"
            ),
            (
                f"CREATE FULLTEXT INDEX {self.words_index} IF NOT EXISTS FOR (d:{document})"
                f" ON EACH [{fields}]"
                " OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}"
            ),
        )

    def vector_schema(self, dimension: int) -> str:
        """Return the vector index: floats of 32 bits, for by single bits (Neo4j's default)
        a sixth of the nearest passages is missed, and slower; see docs/decisions/0007."""
        more = ", ".join(f"p.{name}" for name in ("document", *self.facets))
        return (
            f"CYPHER 25 CREATE VECTOR INDEX {self.vectors_index} IF NOT EXISTS"
            f" FOR (p:{self.passage}) ON p.embedding WITH [{more}] OPTIONS {{indexConfig: {{"
            f"`vector.dimensions`: {dimension}, `vector.similarity_function`: 'cosine',"
            " `vector.quantization.type`: 'NONE',"
            f" `vector.default_search_expansion_factor`: {EXPANSION}}}}}"
        )

    @property
    def drop_vector_index(self) -> str:
        """Give the vector index up; without one nothing happens."""
        return f"DROP INDEX {self.vectors_index} IF EXISTS"

    def by_words(self, *, among: bool) -> str:
        """Return the numbers of the best `$limit` documents by `$words`; `among` `$numbers`."""
        found = f"CALL db.index.fulltext.queryNodes('{self.words_index}', $words"
        if among:
            return (
                f"{found}) YIELD node, score WITH node WHERE node.number IN $numbers"
                " WITH node LIMIT $limit RETURN collect(node.number) AS numbers"
            )
        return f"{found}, {{limit: $limit}}) YIELD node RETURN collect(node.number) AS numbers"

    def by_vector(self, filters: frozenset[str]) -> str:
        """Return the documents of the best `$limit` passages by `$vector`, and the least score.

        Of each filter (a facet or `document`) the signature is one of a parameter of its name.
        """
        return _by_vector(self.passage, self.vectors_index, filters)

    @property
    def load(self) -> str:
        """What candidates are scored by, in columns: a row for each takes the driver longer."""
        return (
            f"UNWIND $numbers AS wanted MATCH (d:{self.document} {{number: wanted}})"
            f" RETURN {_COLUMNS}"
        )

    @property
    def documents(self) -> str:
        """Whole documents."""
        return (
            f"UNWIND $numbers AS wanted MATCH (d:{self.document} {{number: wanted}})"
            " RETURN d.number AS number, d.version AS version, d.json AS json"
        )

    @property
    def walk(self) -> str:
        """Whole documents, by id, after `$after`."""
        return (
            f"MATCH (d:{self.document}) WHERE d.id > $after"
            " RETURN d.id AS id, d.json AS json ORDER BY d.id LIMIT $limit"
        )

    @property
    def outlines(self) -> str:
        """What every process keeps of the documents, by number, after `$after`."""
        return (
            f"MATCH (d:{self.document}) WHERE d.number > $after"
            " RETURN d.number AS number, d.version AS version, d.outline AS outline"
            " ORDER BY d.number LIMIT $limit"
        )

    @property
    def linked(self) -> str:
        """The nodes that documents link to."""
        return f"MATCH (d:{self.document}) UNWIND d.links AS id RETURN DISTINCT id"

    @property
    def ids(self) -> str:
        """The ids of all documents."""
        return f"MATCH (d:{self.document}) RETURN d.id AS id"

    @property
    def store(self) -> str:
        """Write documents."""
        return (
            "UNWIND $rows AS row MERGE (d:SearchDocument {id: row.id})"
            f" SET d = row.cells SET d:{self.document}"
        )

    @property
    def store_passages(self) -> str:
        """Write passages."""
        return (
            f"CYPHER 25 UNWIND $rows AS row CREATE (p:{self.passage})"
            " SET p = row.cells, p.embedding = toFloatList(row.vector)"
        )

    @property
    def drop_passages(self) -> str:
        """Remove the passages of documents."""
        return (
            f"UNWIND $numbers AS wanted MATCH (p:{self.passage} {{document: wanted}})"
            " SET p = {} DELETE p"
        )

    @property
    def drop(self) -> str:
        """Leave of removed documents only that they are gone."""
        return (
            f"UNWIND $ids AS wanted MATCH (d:{self.document} {{id: wanted}})"
            f" SET d = {{id: wanted, version: $version}} REMOVE d:{self.document}"
        )


@lru_cache(1024)
def _by_vector(passage: str, index: str, filters: frozenset[str]) -> str:
    where = " AND ".join(f"p.{name} IN ${name}" for name in sorted(filters))
    return (
        f"CYPHER 25 MATCH (p:{passage}) SEARCH p IN (VECTOR INDEX {index} FOR $vector"
        f"{' WHERE ' if where else ''}{where} LIMIT $limit) SCORE AS score"
        " RETURN collect(p.document) AS numbers, min(score) AS least"
    )


SIDES: dict[Side, SideQueries] = {
    "entries": SideQueries("entries", "SearchEntry", FACETS),
    "demands": SideQueries("demands", "SearchDemand", ()),
}

SCHEMA = (
    "CREATE CONSTRAINT search_state IF NOT EXISTS FOR (s:SearchState) REQUIRE s.name IS UNIQUE",
    "CREATE CONSTRAINT search_document IF NOT EXISTS FOR (d:SearchDocument) REQUIRE d.id IS UNIQUE",
    "CREATE RANGE INDEX search_version IF NOT EXISTS FOR (d:SearchDocument) ON (d.version)",
    "CREATE CONSTRAINT search_token IF NOT EXISTS FOR (t:SearchToken) REQUIRE t.key IS UNIQUE",
    "CREATE RANGE INDEX search_token_version IF NOT EXISTS FOR (t:SearchToken) ON (t.version)",
    "CREATE CONSTRAINT search_vector IF NOT EXISTS FOR (v:SearchVector) REQUIRE v.key IS UNIQUE",
    *(text for one in SIDES.values() for text in one.schema),
)
POPULATED = (
    "SHOW INDEXES YIELD name, state, populationPercent WHERE name IN $names"
    " RETURN name, state, populationPercent AS percent"
)

_STATE = (
    " RETURN coalesce(s.identity, '') AS identity, s.version AS version, s.position AS position,"
    " s.numbers AS numbers, s.fingerprint AS fingerprint, coalesce(s.model, '') AS model,"
    " s.complete AS complete, coalesce(s.builder, '') AS builder, coalesce(s.beat, 0) AS beat,"
    " s.totals AS totals"
)
STATE = f"MATCH (s:SearchState {{name: 'index'}}){_STATE}"
LOCK = (
    "MERGE (s:SearchState {name: 'index'}) ON CREATE SET s.version = 0, s.position = 0,"
    " s.numbers = 0, s.fingerprint = '', s.complete = false, s.totals = '{}'"
    f" SET s.locked = true, s.identity = coalesce(s.identity, randomUUID()){_STATE}"
)
SET_STATE = "MATCH (s:SearchState {name: 'index'}) SET s += $cells"

_HERE = "UNWIND $ids AS wanted MATCH (d:SearchDocument {id: wanted}) WHERE d.number IS NOT NULL"
DIGESTS = f"{_HERE} RETURN d.id AS id, d.digest AS digest"
STORED = (
    f"{_HERE} RETURN d.id AS id, d.number AS number, labels(d) AS labels, d.digest AS digest,"
    f" {_FIELDS}"
)
DISOWN = (
    "MATCH (d:SearchDocument) WHERE d.digest <> '' WITH d LIMIT $limit SET d.digest = ''"
    " RETURN d.id AS id"
)
CHANGED = (
    "MATCH (d:SearchDocument) WHERE d.version > $version"
    " RETURN d.id AS id, d.number AS number, d.version AS version, labels(d) AS labels,"
    " d.outline AS outline, d.links AS links"
)
TOKENS = (
    "MATCH (t:SearchToken) WHERE t.version > $version RETURN t.side AS side, t.token AS token,"
    " t.n AS n"
)
COUNT_TOKENS = (
    "UNWIND $rows AS row MERGE (t:SearchToken {key: row.key})"
    " ON CREATE SET t.side = $side, t.token = row.token, t.n = 0"
    " SET t.n = t.n + row.change, t.version = $version"
)
