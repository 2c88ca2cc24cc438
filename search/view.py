"""What one answer is made from: one state of the graph, and all rows scored for a question."""

from collections.abc import Mapping
from dataclasses import dataclass

from kg.model import Organization
from search.analyzer import Analyzer
from search.facets import Faceting
from search.index import Floats, Index, Mask, Scores, TokenQuery
from search.query import Question, Understanding
from search.spelling import Spelling
from search.suggest import Suggester
from search.trees import Trees


@dataclass(frozen=True, slots=True)
class View:
    """Everything that answers questions, of one state of the graph.

    `field_words` are the normalised words of the field.
    """

    analyzer: Analyzer
    field_words: frozenset[str]
    organizations: Mapping[str, Organization]
    entries: Index
    demands: Index
    trees: Trees
    understanding: Understanding
    spelling: Spelling
    suggester: Suggester
    faceting: Faceting


@dataclass(frozen=True, slots=True)
class Ranking:
    """All rows scored for a question: `fused` orders, `sure` decides what is listed.

    From `bound` on a row is listed, from `enough` on it answers the question; `meets`: living
    rows that meet all strict conditions. `more`: whether rows that the index has left out might be
    listed as well, with the filters chosen by hand; `more_counts`: with those of any facet count.
    """

    question: Question
    query: TokenQuery
    scores: Scores
    fused: Floats
    sure: Floats
    bound: float
    enough: float
    meets: Mask
    corrected: str | None
    more: bool = False
    more_counts: bool = False
