"""Questions and filters in the language of Neo4j's full-text index (Lucene's).

Every token and value stands in quotation marks, so nothing that people type is an operator.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from search.documents import Field
from search.index import Among
from search.postings import Statistics

BOOSTS: Mapping[Field, float] = {"title": 3.0, "terms": 1.5, "body": 1.0}
"""As `Bm25.weight`: what is found here is scored anew."""
MOST_TOKENS = 300
"""Lucene takes 1,024 clauses; a token makes one in each field."""
REST = 0.3
"""Words that together make up less of the question need not be there: a document that has no
others cannot be listed for its words."""


@dataclass(frozen=True, slots=True)
class TextQuery:
    """A full-text query; what it does not find has at most the lexical score `rest`."""

    text: str
    rest: float


def text_query(groups: Sequence[Mapping[str, float]], known: Statistics) -> TextQuery | None:
    """Return the query for weighted groups of alternatives; None when no token is known."""
    tops = []
    ceiling = 0.0
    for group in groups:
        found = {t: weight * known.idf(t) for t, weight in group.items() if t in known}
        ceiling += max(found.values() or (weight * known.idf(t) for t, weight in group.items()))
        if found:
            tops.append((max(found.values()), {t: group[t] for t in found}))
    if not tops or ceiling <= 0:
        return None
    tops.sort(key=lambda top: -top[0])
    needed = len(tops)
    rest = 0.0
    while needed > 1 and rest + tops[needed - 1][0] / ceiling <= REST:
        needed -= 1
        rest += tops[needed][0] / ceiling
    kept: dict[str, float] = {}
    others: dict[str, float] = {}
    for position, (_top, group) in enumerate(tops):
        into = kept if position < needed else others
        for token, weight in group.items():
            if len(kept) + len(others) < MOST_TOKENS:
                into[token] = max(weight, into.get(token, 0.0))
            elif position < needed:
                rest = 1.0
    optional = {t: w for t, w in others.items() if t not in kept}
    text = f"+({_anywhere(kept)})" + (f" {_anywhere(optional)}" if optional else "")
    return TextQuery(text, min(rest, 1.0))


def _anywhere(tokens: Mapping[str, float]) -> str:
    words = " ".join(f"{quoted(t)}^{weight:.3f}" for t, weight in tokens.items())
    return " ".join(f"{name}:({words})^{boost}" for name, boost in BOOSTS.items())


def filtered(text: str, among: Among) -> str:
    """Return the query with what is required and what is forbidden."""
    parts = [f"+filters:({_values(facet, values)})" for facet, values in among.any_of]
    parts += [f"-filters:({_values(facet, values)})" for facet, values in among.none_of]
    return " ".join((text, *parts))


def _values(facet: str, values: Iterable[str]) -> str:
    return " ".join(quoted(filter_token(facet, value)) for value in sorted(values))


def filter_token(facet: str, value: str) -> str:
    """Return how a facet value stands in the index: one token."""
    return f"{facet}={'_'.join(value.split())}"


def quoted(token: str) -> str:
    """Return a token in quotation marks."""
    escaped = token.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
