"""What one answer is made from: one state of the graph, and all rows scored for a question."""

from collections.abc import Mapping
from dataclasses import dataclass

from kg.model import Organization
from search.analyzer import Analyzer
from search.facets import Faceting
from search.index import Floats, Mask, Scores, TokenQuery
from search.indexes.local import LocalIndex
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
    entries: LocalIndex
    demands: LocalIndex
    trees: Trees
    understanding: Understanding
    spelling: Spelling
    suggester: Suggester
    faceting: Faceting


@dataclass(frozen=True, slots=True)
class Ranking:
    """All rows scored for a question: `fused` orders, `sure` decides what is listed.

    From `bound` on a row is listed, from `enough` on it answers the question; `meets`: rows
    that meet all strict conditions.
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
