"""Writes documents into the index, a bounded number in one transaction, under its own lock.

The numbers of documents, the frequencies of words and the documents themselves change together,
so whatever is killed when, the index is whole, if perhaps behind.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from kg.stores.neo4j.connection import Row, Work, packed
from search.documents import FIELDS, Field, SearchDocument
from search.index import Floats
from search.indexes import neo4j_queries as queries
from search.indexes.neo4j import DOCUMENT
from search.indexes.neo4j_queries import SideQueries, signature
from search.indexes.neo4j_state import NO_TOTALS, OUTLINE, Stand, stand_of, totals_text
from search.indexes.neo4j_text import filter_token
from search.indexes.neo4j_tokens import packed_tokens
from search.table import outline

ROWS = 500
"""Passages or words that one query takes."""
Tokens = Mapping[Field, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Written:
    """A document ready to be written: its tokens, the vectors of its passages (none without a
    model), and a digest that is another one when anything of it is."""

    document: SearchDocument
    tokens: Tokens
    vectors: Floats
    digest: str


def digest_of(document: SearchDocument, fingerprint: str) -> str:
    """Return what tells a changed document."""
    text = fingerprint.encode() + DOCUMENT.dump_json(document)
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def lock(work: Work) -> Stand:
    """Wait for the other writers of the index; return its state."""
    return stand_of(work.rows(queries.LOCK)[0])


def set_stand(work: Work, stand: Stand) -> None:
    """Store the state."""
    work.rows(queries.SET_STATE, cells={**asdict(stand), "totals": totals_text(stand.totals)})


def known_digests(work: Work, ids: Sequence[str]) -> dict[str, str]:
    """Return the digests of the documents that are here."""
    return {row["id"]: row["digest"] for row in work.rows(queries.DIGESTS, ids=list(ids))}


def write(
    work: Work,
    stand: Stand,
    one: SideQueries,
    written: Sequence[Written],
    removed: Collection[str] = (),
) -> Stand:
    """Write documents and drop the removed ones of a side; return the state after it.

    Documents that are here as they are stay untouched; without a change the state stays too.
    """
    ids = [w.document.id for w in written]
    before = {r["id"]: r for r in work.rows(queries.STORED, ids=[*ids, *removed])}
    before = {i: row for i, row in before.items() if one.document in row["labels"]}
    fresh = [
        w for w in written
        if w.document.id not in before or before[w.document.id]["digest"] != w.digest
    ]  # fmt: skip
    gone = [before[i] for i in removed if i in before]
    if not fresh and not gone:
        return stand
    version, numbers = stand.version + 1, stand.numbers
    cells, passages = [], []
    for w in fresh:
        old = before.get(w.document.id)
        if old is None:
            numbers += 1
        number = numbers if old is None else old["number"]
        cells.append({"id": w.document.id, "cells": _cells(w, number, version)})
        passages += _passages(w, number, one)
    exchanged = [before[w.document.id] for w in fresh if w.document.id in before]
    stale = [row["number"] for row in (*exchanged, *gone)]
    work.rows(one.drop_passages, numbers=stale)
    work.rows(one.drop, ids=[row["id"] for row in gone], version=version)
    work.rows(one.store, rows=cells)
    for some in _batches(passages):
        work.rows(one.store_passages, rows=some)
    _count(work, one, [*exchanged, *gone], fresh, version)
    totals = _totals(stand, one, [*exchanged, *gone], fresh)
    return replace(stand, version=version, numbers=numbers, totals=totals)


def _cells(w: Written, number: int, version: int) -> dict[str, Any]:
    document = w.document
    filters = (filter_token(f, v) for f, values in document.facets.items() for v in values)
    return {
        "id": document.id,
        "number": number,
        "version": version,
        "digest": w.digest,
        **{name: " ".join(w.tokens[name]) for name in FIELDS},
        "tokens": packed_tokens(w.tokens),
        "filters": " ".join(filters),
        "vectors": w.vectors.astype("<f4").tobytes(),
        "json": DOCUMENT.dump_json(document).decode(),
        "outline": OUTLINE.dump_json(outline(document)).decode(),
        "links": sorted({i for ids in document.links.values() for i in ids}),
    }


def _passages(w: Written, number: int, one: SideQueries) -> list[Row]:
    facets = {name: signature(w.document.facets.get(name, ())) for name in one.facets}
    cells = {"document": number, **facets}
    return [{"cells": cells, "vector": packed(v.tobytes())} for v in w.vectors.astype(">f4")]


def _count(
    work: Work, one: SideQueries, old: Sequence[Row], new: Sequence[Written], version: int
) -> None:
    changes: Counter[str] = Counter()
    for row in old:
        changes.subtract({t for name in FIELDS for t in row[name].split()})
    for w in new:
        changes.update({t for name in FIELDS for t in w.tokens[name]})
    rows = [
        {"key": f"{one.side} {token}", "token": token, "change": change}
        for token, change in sorted(changes.items())
        if change
    ]
    for some in _batches(rows):
        work.rows(queries.COUNT_TOKENS, rows=some, side=one.side, version=version)


def _totals(
    stand: Stand, one: SideQueries, old: Sequence[Row], new: Sequence[Written]
) -> dict[str, dict[str, int]]:
    own = {**NO_TOTALS, **stand.totals.get(one.side, {})}
    own["documents"] += len(new) - len(old)
    for name in FIELDS:
        own[name] += sum(len(w.tokens[name]) for w in new)
        own[name] -= sum(len(row[name].split()) for row in old)
    return {**{side: dict(totals) for side, totals in stand.totals.items()}, one.side: own}


def fingerprint_of(*parts: object) -> str:
    """Return a name for the way documents are written: another one means writing all anew."""
    text = json.dumps([str(part) for part in parts], ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _batches(rows: Sequence[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(rows), ROWS):
        yield list(rows[start : start + ROWS])
