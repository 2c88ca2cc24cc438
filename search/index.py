"""The `Index` protocol: exact scores of documents for a query, and counts over candidates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from search.documents import SearchDocument

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TokenQuery:
    """Weighted tokens. `groups` are alternatives: of each group only the best token counts.

    A group is a word of the question with its synonyms: {token: weight}.
    """

    groups: tuple[Mapping[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of all rows: `lexical` 0..1 is the share of the best score any document could get
    for the question; `dense` is the best passage's cosine (0 without a vector); `passage` is
    that passage's position in the document."""

    lexical: Floats
    dense: Floats
    passage: Rows


class Index(Protocol):
    """Documents by row. An index never changes, so rows stay right as long as it is asked."""

    @property
    def documents(self) -> Sequence[SearchDocument]:
        """All documents, by row."""
        ...

    def row(self, document_id: str) -> int | None:
        """Return the row of a document, None when it is not here."""
        ...

    def changed(self, documents: Iterable[SearchDocument], removed: Iterable[str] = ()) -> Self:
        """Return an index with documents added or exchanged by id and the removed ones dropped."""
        ...

    def score(self, tokens: TokenQuery, vector: Floats | None) -> Scores:
        """Score every row exactly."""
        ...

    def select(self, facet: str, values: Iterable[str]) -> Mask:
        """Return which rows have any of the values."""
        ...

    def count(self, facet: str, mask: Mask) -> dict[str, int]:
        """Count the facet's values among the rows of the mask; values without rows left out."""
        ...
