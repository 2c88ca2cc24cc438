"""What an index keeps of a node: words by field, passages to encode, facet values, a card.

`SearchDocument` is all that ranking, facets and result lists need, so that a page of results
reads nothing from the store.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Field = Literal["title", "terms", "body"]
FIELDS: tuple[Field, ...] = ("title", "terms", "body")
PassageKind = Literal["main", "problem", "topics", "case", "figures"]


@dataclass(frozen=True, slots=True)
class Passage:
    """One stretch of text with a vector of its own."""

    kind: PassageKind
    text: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure in base units, for numeric conditions: indicator, low..high, unit, wording."""

    indicator: str
    low: float
    high: float
    unit: str
    wording: str


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation on a card: id, name, and its place in words (重庆·北碚) or None."""

    id: str
    name: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What a result list shows of a document beside its name and snippet."""

    kind: str
    area: str | None = None
    direction: str | None = None
    places: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()
    cases: int = 0
    evidence: str | None = None
    year: int | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """A node as an index sees it.

    `facets` maps a facet to the document's values (tree facets include all ancestors);
    `keys` are the collected records behind it.
    """

    id: str
    title: str
    text: Mapping[Field, tuple[str, ...]]
    passages: tuple[Passage, ...]
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    keys: tuple[str, ...] = ()
    card: Card = field(default_factory=lambda: Card(kind=""))
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    summary: str = ""
