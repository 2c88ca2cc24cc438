"""The tokens of a document as hashes, by which many documents are scored at once.

They lie beside the text that the full-text index reads: loading them makes no strings, and counting
them is a few operations on arrays. A hash has 64 bits, so that among a million tokens two share one
with a probability of 3e-8.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from search.documents import FIELDS, Field
from search.postings import Bm25, Postings, Statistics, worth

Hashes = NDArray[np.uint64]
"""How many tokens each field has, then the hashes of all tokens, field by field."""
_NONE: Hashes = np.zeros(0, np.uint64)


@lru_cache(100_000)
def hash_of(token: str) -> int:
    """Return the hash of a token."""
    return int.from_bytes(hashlib.blake2b(token.encode(), digest_size=8).digest(), "little")


def packed_tokens(tokens: Mapping[Field, Sequence[str]]) -> bytes:
    """Return `Hashes` as bytes."""
    fields = [tokens.get(name, ()) for name in FIELDS]
    cells = [*map(len, fields), *(hash_of(token) for field in fields for token in field)]
    return np.array(cells, "<u8").tobytes()


def unpacked_tokens(packed: bytes) -> Hashes:
    """Undo `packed_tokens`."""
    return np.frombuffer(packed, "<u8").astype(np.uint64, copy=False)


def postings_of(
    documents: Sequence[Hashes], tokens: Collection[str], whole: Statistics
) -> Postings:
    """Return the postings that a few documents of a larger catalogue have for some tokens."""
    parameters, fields = Bm25(), len(FIELDS)
    by_hash = dict(sorted((hash_of(token), token) for token in tokens))
    if not by_hash or not documents:
        return Postings.of({}, len(documents), whole, parameters)
    wanted = np.array(list(by_hash), np.uint64)
    lengths = np.array([document[:fields] for document in documents], np.int64)
    found = np.concatenate([_NONE, *(document[fields:] for document in documents)])
    position = np.minimum(np.searchsorted(wanted, found), len(wanted) - 1)
    meant = wanted[position] == found
    cell = np.repeat(np.arange(lengths.size), lengths.ravel())
    counts = np.bincount(
        position[meant] * lengths.size + cell[meant], minlength=len(wanted) * lengths.size
    ).reshape(len(wanted), *lengths.shape)
    weighted = np.zeros(counts.shape[:2])
    for field, name in enumerate(FIELDS):
        each = worth(parameters, name, lengths[:, field], whole.mean[field])
        weighted += counts[:, :, field] * each
    lists = {}
    for token, own in zip(by_hash.values(), weighted, strict=True):
        rows = np.flatnonzero(own)
        if len(rows):
            values = own[rows] / (parameters.k1 + own[rows])
            lists[token] = rows.astype(np.int32), values.astype(np.float32)
    return Postings.of(lists, len(documents), whole, parameters)
