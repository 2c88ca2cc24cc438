"""Matches as a table: criteria as columns in one order; those that nobody can judge are folded."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.results import Criterion, Match, MatchResult

COLUMNS = ("行业", "工艺", "物料", "目标", "规模", "地区", "投资", "案例")
SIGNS = {"符合": "yes", "部分符合": "part", "不符合": "no", "未知": "unknown"}
"""Classes of verdicts; the word stands beside."""


@dataclass(frozen=True, slots=True)
class Row:
    """One match with its criteria by name."""

    match: Match
    cells: Mapping[str, Criterion]


@dataclass(frozen=True, slots=True)
class MatchTable:
    """Columns that say something, and those that are 未知 in every row."""

    total: int
    fits: Sequence[tuple[str, int]]
    columns: Sequence[str]
    silent: Sequence[str]
    rows: Sequence[Row]
    lexical_only: bool


def match_table(result: MatchResult) -> MatchTable:
    """Return the table of a match result."""
    rows = [Row(match, {c.name: c for c in match.criteria}) for match in result.matches]
    named = dict.fromkeys(c.name for match in result.matches for c in match.criteria)
    order = [*(c for c in COLUMNS if c in named), *(c for c in named if c not in COLUMNS)]
    telling = {c.name for match in result.matches for c in match.criteria if c.verdict != "未知"}
    return MatchTable(
        total=result.total,
        fits=list(Counter(match.fit for match in result.matches).items()),
        columns=[name for name in order if name in telling],
        silent=[name for name in order if name not in telling],
        rows=rows,
        lexical_only=result.lexical_only,
    )
