"""Questions and filters in the language of Neo4j's full-text index (Lucene's).

Every token and value stands in quotation marks, so nothing that people type is an operator.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from search.documents import Field
from search.index import Among
from search.postings import Known, tops_of

BOOSTS: Mapping[Field, float] = {"title": 3.0, "terms": 1.5, "body": 1.0}
"""As `Bm25.weight`: what is found here is scored anew."""
MOST_CLAUSES = 1000
"""Lucene takes 1,024: one for each token in each field, and one for each value of a filter."""
MOST_TOKENS = 300
REST = 0.3
"""Words that together make up less of the question need not be there: a document that has no
others cannot be listed for its words."""


@dataclass(frozen=True, slots=True)
class TextQuery:
    """A full-text query. What it does not find has at most the lexical score `rest`, and nothing
    has more than `most`."""

    text: str
    rest: float
    most: float


def text_query(
    groups: Sequence[Mapping[str, float]], known: Known, tokens: int = MOST_TOKENS
) -> TextQuery | None:
    """Return the query for weighted groups of alternatives, with at most so many `tokens`; None
    when no token is known."""
    tops = []
    ceiling = 0.0
    for group in groups:
        found, own = tops_of(group, known)
        ceiling += own
        if found:
            tops.append((max(found.values()), {t: group[t] for t in found}))
    if not tops or ceiling <= 0:
        return None
    most = sum(top for top, _group in tops) / ceiling
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
            if len(kept) + len(others) < tokens:
                into[token] = max(weight, into.get(token, 0.0))
            elif position < needed:
                rest = most
    optional = {t: w for t, w in others.items() if t not in kept}
    text = f"+({_anywhere(kept)})" + (f" {_anywhere(optional)}" if optional else "")
    return TextQuery(text, min(rest, most), most)


def _anywhere(tokens: Mapping[str, float]) -> str:
    words = " ".join(f"{quoted(t)}^{weight:.3f}" for t, weight in tokens.items())
    return " ".join(f"{name}:({words})^{boost}" for name, boost in BOOSTS.items())


def filtered(text: str, among: Among) -> str:
    """Return the query with what is required and what is forbidden."""
    # a filter says nothing about which document is better
    parts = [f"+filters:({_values(facet, values)})^0" for facet, values in among.any_of]
    parts += [f"-filters:({_values(facet, values)})" for facet, values in among.none_of]
    return " ".join((text, *parts))


def tokens_beside(among: Among) -> int:
    """Return for how many tokens there is room in a query with these filters."""
    values = sum(len(values) for _facet, values in (*among.any_of, *among.none_of))
    return min(MOST_TOKENS, max((MOST_CLAUSES - values) // len(BOOSTS), 1))


def _values(facet: str, values: Iterable[str]) -> str:
    return " ".join(quoted(filter_token(facet, value)) for value in sorted(values))


def filter_token(facet: str, value: str) -> str:
    """Return how a facet value stands in the index: one token."""
    return f"{facet}={'_'.join(value.split())}"


def quoted(token: str) -> str:
    """Return a token in quotation marks."""
    escaped = token.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
