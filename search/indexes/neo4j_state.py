"""What a process holds of an index in Neo4j: the outlines of all documents and the frequencies of
words. Read at a start, brought up to date by version, never written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from pydantic import TypeAdapter

from kg.stores.neo4j.connection import Connection, Row
from search.documents import FIELDS
from search.index import Ints, Mask
from search.indexes import neo4j_queries as queries
from search.indexes.neo4j_queries import SIDES, SideQueries, signature
from search.keeping import Side
from search.postings import Statistics
from search.table import Outline, Table

PAGE = 5000
DEAD_SHARE = 0.3
"""Of the rows; with more dead ones all are read anew."""
OUTLINE = TypeAdapter(Outline)
REPLACED = (
    "Neo4j 里的检索索引已由另一个版本或另一种向量模型重建，本进程不能再用它检索，请重新启动本系统。"
)
NO_TOTALS: dict[str, int] = {"documents": 0} | {str(name): 0 for name in FIELDS}
"""Documents of a side and the tokens of their fields."""


@dataclass(frozen=True, slots=True)
class Stand:
    """The state of the index in the database: it reflects all changes up to `position`.

    `identity` is drawn by lot when an index is first made in a database. `numbers`: the last
    number a document was given. `model`: that of the vectors. `builder`: the token of whoever
    writes all documents anew ("" nobody); while it is at work `beat` goes up.
    """

    identity: str
    version: int
    position: int
    numbers: int
    fingerprint: str
    model: str
    complete: bool
    builder: str
    beat: int
    totals: Mapping[str, Mapping[str, int]]


_TOTALS = TypeAdapter(dict[str, dict[str, int]])


def stand_of(row: Row) -> Stand:
    """Read the state from a row of `STATE` or `LOCK`."""
    return Stand(**{**row, "totals": _TOTALS.validate_json(row["totals"])})


def totals_text(totals: Mapping[str, Mapping[str, int]]) -> str:
    """Return totals as they are stored."""
    return _TOTALS.dump_json({side: dict(own) for side, own in totals.items()}).decode()


class Signatures:
    """The sets of values that documents have of each facet, by the values in them. Grows only."""

    def __init__(self) -> None:
        self._with: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._all: dict[str, set[int]] = defaultdict(set)

    def add(self, facet: str, values: Iterable[str]) -> None:
        """Take note of a document's values."""
        known = tuple(values)
        number = signature(known)
        if number not in self._all[facet]:
            self._all[facet].add(number)
            for value in known:
                self._with[facet][value].add(number)

    def having(self, facet: str, values: Iterable[str]) -> set[int]:
        """Return the sets that have any of the values."""
        known = self._with.get(facet, {})
        # each union is one step, into which no other thread comes with `add`
        return set().union(*(known.get(value, ()) for value in values))

    def lacking(self, facet: str, values: Iterable[str]) -> set[int]:
        """Return the sets that have none of the values."""
        return self._all.get(facet, set()) - self.having(facet, values)


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of one side. `numbers`: the document number of each row of the table;
    `versions`: that of each row's document; `rows`: the row of each number, -1 where there is
    none."""

    table: Table
    numbers: Ints
    versions: Ints
    rows: Ints
    signatures: Signatures
    words: Statistics
    used: frozenset[str]

    def row_of(self, number: int) -> int:
        """Return the living row of a document number, -1 when it is not known here (yet)."""
        return int(self.rows[number]) if 0 <= number < len(self.rows) else -1

    def numbers_of(self, mask: Mask) -> list[int]:
        """Return the numbers of the rows of a mask."""
        return [int(number) for number in self.numbers[mask]]


def read_stand(connection: Connection) -> Stand | None:
    """Return the state of the index, None where there is none."""
    rows = connection.read(lambda work: work.rows(queries.STATE))
    return stand_of(rows[0]) if rows else None


def read_all(connection: Connection, stand: Stand) -> dict[Side, Held]:
    """Read both sides anew."""
    frequencies = _frequencies(connection, {}, -1)
    return {
        side: _held(connection, one, stand, frequencies.get(side, {}))
        for side, one in SIDES.items()
    }


def _held(
    connection: Connection, one: SideQueries, stand: Stand, frequencies: dict[str, int]
) -> Held:
    numbers: list[int] = []
    versions: list[int] = []
    outlines: list[Outline] = []
    while True:
        after = numbers[-1] if numbers else -1
        page = connection.rows(one.outlines, after=after, limit=PAGE)
        numbers += [row["number"] for row in page]
        versions += [row["version"] for row in page]
        outlines += [OUTLINE.validate_json(row["outline"]) for row in page]
        if len(page) < PAGE:
            break
    used = frozenset(r["id"] for r in connection.rows(one.linked))
    signatures = Signatures()
    _note(signatures, one, outlines)
    held = Held(
        Table(outlines), np.array(numbers, np.int64), np.array(versions, np.int64),
        np.zeros(0, np.int64), signatures, _statistics(one.side, stand, frequencies), used,
    )  # fmt: skip
    return _placed(held)


def _note(signatures: Signatures, one: SideQueries, outlines: Iterable[Outline]) -> None:
    for outline in outlines:
        for facet in one.facets:
            signatures.add(facet, outline.facets.get(facet, ()))


def _placed(held: Held) -> Held:
    """Return the same with the rows of all numbers."""
    rows = np.full(int(held.numbers.max(initial=-1)) + 1, -1, np.int64)
    living = np.flatnonzero(held.table.alive)
    rows[held.numbers[living]] = living
    return replace(held, rows=rows)


def _statistics(side: Side, stand: Stand, frequencies: dict[str, int]) -> Statistics:
    totals = stand.totals.get(side, NO_TOTALS)
    size = totals["documents"]
    mean = tuple(totals[name] / size if size else 1.0 for name in FIELDS)
    return Statistics(size, mean, frequencies)


def _frequencies(
    connection: Connection, known: Mapping[str, Mapping[str, int]], version: int
) -> dict[str, dict[str, int]]:
    """Return frequencies by side and token with what has changed since the version."""
    found = {side: dict(known.get(side, {})) for side in SIDES}
    rows = connection.read(lambda work: work.rows(queries.TOKENS, version=version))
    for row in rows:
        found[row["side"]][row["token"]] = row["n"]
    return {str(side): own for side, own in found.items()}


def brought_up(
    connection: Connection, held: Mapping[Side, Held], since: int, stand: Stand
) -> dict[Side, Held]:
    """Return what is held with all that changed after version `since`."""
    rows = connection.read(lambda work: work.rows(queries.CHANGED, version=since))
    known = {str(side): own.words.frequencies for side, own in held.items()}
    frequencies = _frequencies(connection, known, since)
    gone = [row["id"] for row in rows if row["number"] is None]
    out: dict[Side, Held] = {}
    for side, one in SIDES.items():
        own = held[side]
        mine = [row for row in rows if one.document in row["labels"]]
        mine = list({row["id"]: row for row in mine}.values())
        outlines = [OUTLINE.validate_json(row["outline"]) for row in mine]
        _note(own.signatures, one, outlines)
        numbers = np.array([row["number"] for row in mine], np.int64)
        versions = np.array([row["version"] for row in mine], np.int64)
        changed = replace(
            own,
            table=own.table.changed(outlines, gone),
            numbers=np.concatenate([own.numbers, numbers]),
            versions=np.concatenate([own.versions, versions]),
            words=_statistics(side, stand, frequencies.get(side, {})),
            used=own.used.union(*(row["links"] for row in mine)),
        )
        dead = len(changed.table) - changed.table.size
        if dead > DEAD_SHARE * len(changed.table) + 64:
            out[side] = _held(connection, one, stand, frequencies.get(side, {}))
        else:
            out[side] = _placed(changed)
    return out
