"""A question -> groups of alternative tokens: each word with its synonyms."""

from collections import Counter
from collections.abc import Callable

from search.analyzer import Analyzer
from search.index import TokenQuery

SYNONYM = 0.8
"""Weight of a synonym beside the word itself; tuned on the dev judgements."""
MOST_GROUPS = 60
"""Of a long text only so many words count: those that say most."""


def token_query(
    analyzer: Analyzer, normal: str, idf: Callable[[str], float], weight: float = SYNONYM
) -> TokenQuery:
    """Take normalised text apart into groups; in long text a word counts by 1 + ln(times)."""
    counts = Counter(analyzer.tokens_of_normal(normal))
    tokens = list(counts)
    if len(tokens) > MOST_GROUPS:
        tokens = sorted(tokens, key=lambda t: (-idf(t) * counts[t] ** 0.5, t))[:MOST_GROUPS]
    groups = {token: {token: 1.0} for token in tokens}
    for term, others in analyzer.expand(normal).items():
        parts = set(analyzer.tokens_of_normal(term))
        alternatives = {t for other in others for t in analyzer.tokens_of_normal(other)}
        for part in parts & groups.keys():
            for token in alternatives - groups[part].keys():
                groups[part][token] = weight
    return TokenQuery(tuple(groups.values()))
