"""The `Index` protocol: documents by row, in outline, scored for questions, and loaded.

An index never changes, so rows stay right as long as it is asked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from search.documents import SearchDocument

if TYPE_CHECKING:
    from search.table import Table

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]
Rows = NDArray[np.int64] | NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TokenQuery:
    """Weighted tokens. `groups` are alternatives: of each group only the best token counts.

    A group is a word of the question with its synonyms: {token: weight}.
    """

    groups: tuple[Mapping[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as an index takes it: words, and a unit vector (None: by words alone)."""

    tokens: TokenQuery
    vector: Floats | None = None


@dataclass(frozen=True, slots=True)
class Among:
    """Which documents are of interest: of each (facet, values) of `any_of` one value must be
    there, of `none_of` none, and the row must be one of `rows` (None: any)."""

    any_of: tuple[tuple[str, frozenset[str]], ...] = ()
    none_of: tuple[tuple[str, frozenset[str]], ...] = ()
    rows: Mask | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of all rows: `lexical` 0..1 is the share of the best score any document could get
    for the question; `dense` is the best passage's cosine (0 without a vector); `passage` is
    that passage's position in the document. `words`: the ascending rows that have a token.

    An index may leave out rows; `seen` are the others (None: all are). The scores of the left out
    are 0; what they could have reached at most is `unseen`: (lexical, dense) within each `Among`
    that was asked for, None where nothing was left out.
    """

    lexical: Floats
    dense: Floats
    passage: Ints
    words: Mapping[str, Rows] = field(default_factory=dict)
    seen: Mask | None = None
    unseen: tuple[tuple[float, float] | None, ...] = ()


class Words(Protocol):
    """How frequent the tokens are among all documents."""

    def __contains__(self, token: str) -> bool:
        """Say whether any document has the token."""
        ...

    def idf(self, token: str) -> float:
        """Return ln(1 + (N - n + 0.5) / (n + 0.5)) for a token of n of the N documents."""
        ...


class Index(Protocol):
    """Documents by row."""

    @property
    def table(self) -> "Table":
        """All documents in outline, by row."""
        ...

    @property
    def words(self) -> Words:
        """How frequent tokens are."""
        ...

    def score(
        self, asked: Sequence[Asked], among: Sequence[Among] = (), more: Sequence[int] = ()
    ) -> list[Scores]:
        """Score the questions, one answer each, all with the same rows seen.

        Rows that are seen are scored exactly. An index that cannot see them all looks for the
        best ones within each of `among` (by default among all), and at the rows of `more`.
        """
        ...

    def documents(self, rows: Iterable[int]) -> dict[int, SearchDocument]:
        """Return the documents of living rows; one that has gone meanwhile is left out."""
        ...

    def walk(self) -> Iterator[SearchDocument]:
        """Walk all living documents, by id."""
        ...

    def used(self) -> frozenset[str]:
        """Return the ids of all nodes that a living document links to."""
        ...

    def warming(self) -> Iterator[None]:
        """Do step by step what the first questions would otherwise wait for."""
        ...
