"""Field-weighted BM25 over inverted lists in plain arrays.

BM25F (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009, section 3.6): a term's
frequencies in the fields are weighted and length-normalised first, then saturated once.
"""

import copy
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from search.documents import FIELDS, Field

Floats = NDArray[np.float32]
N = TypeVar("N", float, NDArray[Any])
_WHOLE = 0.6
"""Share of a group's largest weight from which on a token stands for the whole word."""
Tokens = Mapping[Field, Sequence[str]]
Lists = Mapping[str, tuple[NDArray[np.int32], Floats]]
_NONE: tuple[NDArray[np.int32], Floats] = (np.zeros(0, np.int32), np.zeros(0, np.float32))


@dataclass(frozen=True, slots=True)
class Bm25:
    """Parameters: saturation `k1`, length normalisation and weight by field."""

    k1: float = 1.2
    weight: Mapping[Field, float] = field(
        default_factory=lambda: {"title": 3.0, "terms": 1.5, "body": 1.0}
    )
    b: Mapping[Field, float] = field(
        default_factory=lambda: {"title": 0.3, "terms": 0.3, "body": 0.6}
    )


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of a whole catalogue: documents, mean length of each field, documents by token."""

    size: int
    mean: tuple[float, ...]
    frequencies: Mapping[str, int]

    def __contains__(self, token: str) -> bool:
        return self.frequencies.get(token, 0) > 0

    def idf(self, token: str) -> float:
        """Return ln(1 + (N - n + 0.5) / (n + 0.5)), never negative."""
        n = self.frequencies.get(token, 0)
        return float(np.log1p((self.size - n + 0.5) / (n + 0.5)))


def worth(parameters: Bm25, name: Field, length: N, mean: float) -> N:
    """Return what each occurrence in a field of `length` tokens (one or many at once) adds to a
    token's weighted frequency."""
    b = parameters.b[name]
    return parameters.weight[name] / (1 - b + b * length / max(mean, 1e-9))


class Known(Protocol):
    """Which tokens any document has, and how telling they are."""

    def __contains__(self, token: str) -> bool: ...

    def idf(self, token: str) -> float:
        """Return the weight of a token."""
        ...


def tops_of(group: Mapping[str, float], known: Known) -> tuple[dict[str, float], float]:
    """Return what each token of a group that any document has could add to a score, and the
    group's ceiling: that of its tokens that stand for the whole word, or the highest at all when
    none has one. What is only a part of an alternative (制造 for 3D打印, which is 增材制造) is not
    enough for that, though it may add more.
    """
    tops = {token: weight * known.idf(token) for token, weight in group.items()}
    here = {token: top for token, top in tops.items() if token in known}
    enough = _WHOLE * max(group.values(), default=0.0)
    whole = [top for token, top in here.items() if group[token] >= enough]
    return here, max(whole or tops.values(), default=0.0)


def mean_lengths(documents: Sequence[Tokens]) -> tuple[float, ...]:
    """Return the mean length of each field."""
    lengths = np.array(
        [[len(document.get(f, ())) for f in FIELDS] for document in documents], float
    ).reshape(len(documents), len(FIELDS))
    return tuple(lengths.mean(axis=0).tolist()) if len(documents) else (1.0,) * len(FIELDS)


class Postings:
    """Inverted lists; row = position of the document. Readers see one whole state.

    Mean lengths are those of the first build: they move little while single documents come and
    go, and a restart computes them anew.
    """

    parameters: Bm25
    rows: int
    """Rows ever used, dead ones included."""
    size: int
    """Living documents."""

    def __init__(self, documents: Sequence[Tokens], parameters: Bm25 | None = None) -> None:
        """Index tokens by field."""
        self.parameters = parameters or Bm25()
        self.rows = self.size = len(documents)
        self._whole: Statistics | None = None
        self._mean = mean_lengths(documents)
        rows: dict[str, list[int]] = defaultdict(list)
        values: dict[str, list[float]] = defaultdict(list)
        for row, document in enumerate(documents):
            for token, value in self._weigh(document).items():
                rows[token].append(row)
                values[token].append(value)
        self._lists = {
            token: (np.array(rows[token], np.int32), np.array(values[token], np.float32))
            for token in rows
        }

    @classmethod
    def of(cls, lists: Lists, rows: int, whole: Statistics, parameters: Bm25) -> "Postings":
        """Return postings of `rows` documents of a larger catalogue: of each token the rows that
        have it, ascending, and tf / (k1 + tf) of each."""
        made = cls((), parameters)
        made.rows = made.size = rows
        made._whole, made._mean, made._lists = whole, whole.mean, dict(lists)
        return made

    def _weigh(self, document: Tokens) -> dict[str, float]:
        """Return token -> tf / (k1 + tf) with the weighted, length-normalised frequency tf."""
        p, weighted = self.parameters, defaultdict[str, float](float)
        for position, name in enumerate(FIELDS):
            tokens = document.get(name, ())
            each = worth(p, name, float(len(tokens)), self._mean[position])
            for token, count in Counter(tokens).items():
                weighted[token] += count * each
        return {token: tf / (p.k1 + tf) for token, tf in weighted.items()}

    def changed(self, added: Sequence[Tokens], dead: Mapping[int, Tokens]) -> "Postings":
        """Return postings with documents appended as new rows and others (row: tokens) gone."""
        lists = dict(self._lists)
        for row, document in dead.items():
            for token in set().union(*document.values()):
                rows, values = lists[token]
                kept = rows != row
                if kept.any():
                    lists[token] = (rows[kept], values[kept])
                else:
                    del lists[token]
        for row, document in enumerate(added, self.rows):
            for token, value in self._weigh(document).items():
                rows, values = lists.get(token, _NONE)
                lists[token] = (
                    np.append(rows, np.int32(row)),
                    np.append(values, np.float32(value)),
                )
        other = copy.copy(self)
        other.rows, other.size = self.rows + len(added), self.size + len(added) - len(dead)
        other._lists = lists  # noqa: SLF001 - a copy of this very class
        return other

    def __contains__(self, token: str) -> bool:
        return token in (self._whole or self._lists)

    def frequency(self, token: str) -> int:
        """Return how many documents have the token."""
        if self._whole:
            return self._whole.frequencies.get(token, 0)
        return len(self._lists[token][0]) if token in self._lists else 0

    def idf(self, token: str) -> float:
        """Return ln(1 + (N - n + 0.5) / (n + 0.5)), never negative."""
        if self._whole:
            return self._whole.idf(token)
        n = self.frequency(token)
        return float(np.log1p((self.size - n + 0.5) / (n + 0.5)))

    def rows_of(self, token: str) -> NDArray[np.int32]:
        """Return the rows that have the token."""
        return self._lists.get(token, _NONE)[0]

    def score(self, groups: Iterable[Mapping[str, float]]) -> Floats:
        """Return each row's share (0..1) of the best possible score of the weighted question.

        A group of alternatives counts by its best token; for its ceiling see `tops_of`.
        """
        total = np.zeros(self.rows, np.float32)
        ceiling = 0.0
        for group in groups:
            known, own = tops_of(group, self)
            ceiling += own
            if not known:
                continue
            best = np.zeros(self.rows, np.float32)
            for token, top in known.items():
                rows, values = self._lists.get(token, _NONE)
                best[rows] = np.maximum(best[rows], top * values)
            total += best
        return total / ceiling if ceiling > 0 else total
