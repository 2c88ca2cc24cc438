"""A question -> groups of alternative tokens: each word with its synonyms."""

from collections import Counter
from collections.abc import Callable, Iterable

from search.analyzer import STOP_WORDS, Analyzer
from search.index import TokenQuery

SYNONYM = 0.8
"""Weight of a synonym beside the word itself; tuned on the dev judgements."""
MOST_GROUPS = 60
"""Of a long text only so many words count: those that say most."""


def token_query(
    analyzer: Analyzer, normal: str, idf: Callable[[str], float], weight: float = SYNONYM
) -> TokenQuery:
    """Take normalised text apart into groups, a word each; of long text those that are rare in
    the catalogue and frequent in the text."""
    counts = Counter(analyzer.tokens_of_normal(normal))
    tokens = list(counts)
    if len(tokens) > MOST_GROUPS:
        tokens = sorted(tokens, key=lambda t: (-idf(t) * counts[t] ** 0.5, t))[:MOST_GROUPS]
    groups = {token: {token: analyzer.weight(token)} for token in tokens}
    for term, others in analyzer.expand(normal).items():
        parts = set(analyzer.tokens_of_normal(term))
        for token, share in _alternatives(analyzer, others).items():
            if token not in parts:  # a part of the word itself would stand in for the whole
                for part in parts & groups.keys():
                    known = groups[part].get(token, 0.0)
                    groups[part][token] = max(known, weight * share * groups[part][part])
    return TokenQuery(tuple(groups.values()))


def _alternatives(analyzer: Analyzer, others: Iterable[str]) -> dict[str, float]:
    """Return the words of the synonyms; a word of a longer synonym stands for its share of it.

    Of an English phrase (hydrogen energy) no single word means the same.
    """
    out: dict[str, float] = {}
    for other in others:
        if other.isascii() and " " in other:
            continue
        words = [w for w in analyzer.words(other) if w not in STOP_WORDS]
        for word in words:
            out[word] = max(out.get(word, 0.0), 1 / len(words))
    return out
