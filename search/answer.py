"""Rows -> hits in words: order, marks, and why each stands in the list or misses something."""

from collections.abc import Sequence

import numpy as np

from search.documents import SearchDocument
from search.explain import mark, meaning_reason, snippet, telling, word_reason
from search.fusion import Fusion
from search.index import Floats, Mask, Rows
from search.numbers import Bound
from search.query import Understood
from search.results import Hit
from search.table import ORDERS, Table
from search.view import Ranking, View

TELLING = 0.6
"""Weight from which on a word is worth naming as a reason."""


def make_hits(
    view: View, fusion: Fusion, ranking: Ranking, rows: Sequence[int], partial: Mask
) -> tuple[Hit, ...]:
    """Return rows as people see them; one that has gone meanwhile is left out."""
    documents = view.entries.documents(rows)
    return tuple(
        _hit(view, fusion, ranking, row, documents[row], partial=bool(partial[row]))
        for row in rows
        if row in documents
    )


def _hit(
    view: View, fusion: Fusion, ranking: Ranking, row: int, document: SearchDocument,
    *, partial: bool,
) -> Hit:  # fmt: skip
    found, idf = ranking.scores.words, view.entries.words.idf
    tokens = {token for group in ranking.query.groups for token in group}
    matched = {t for t in tokens if t in found and _has(found[t], row)}
    visible = _visible(view, document)
    named = telling(
        (t for t in matched if view.analyzer.weight(t) >= TELLING and t in visible), idf
    )
    reasons = [word_reason(ranking.query, matched, named)]
    near = meaning_reason(document, int(ranking.scores.passage[row]))
    if float(ranking.scores.dense[row]) >= fusion.floor + fusion.step * 0.6:
        reasons.append(near)
    met, missed = _conditions(view, ranking, document)
    if ranking.query.groups and not any(reasons) and not met:
        hidden = telling(matched, idf)
        reasons = [f"技术类别、行业或单位与“{hidden[0]}”有关" if hidden else near]
    words = sorted(matched, key=len, reverse=True)
    return Hit(
        id=document.id,
        title=mark(view.analyzer, document.title, words),
        snippet=snippet(view.analyzer, document.summary, words),
        card=document.card,
        partial=partial,
        reasons=(*(r for r in reasons if r), *met),
        misses=tuple(missed),
        score=round(float(ranking.fused[row]), 4),
    )


def in_order(table: Table, fused: Floats, listed: Mask, good: Mask, sort: str) -> list[int]:
    """Order rows: good ones before partial ones; within each by the sort, score, evidence, id."""
    rows = np.flatnonzero(listed)
    first = table.orders[rows, ORDERS.index(sort)] if sort in ORDERS else np.zeros(len(rows))
    proven = table.orders[rows, ORDERS.index("evidence")]
    order = np.lexsort((table.places[rows], -proven, -fused[rows], -first, ~good[rows]))
    return [int(row) for row in rows[order]]


def _visible(view: View, document: SearchDocument) -> str:
    """Return what the entry's page shows; a reason must not name a word that stands nowhere."""
    shown = (p.text for p in document.passages if p.kind != "topics")
    return view.analyzer.folded("。".join((document.title, document.summary, *shown)))


def _conditions(
    view: View, ranking: Ranking, document: SearchDocument
) -> tuple[list[str], list[str]]:
    """Return the conditions that are met, in words, and those that are not."""
    understood = ranking.question.understood
    met_facets = {
        u.facet
        for u in understood
        if u.facet and not u.negated and set(u.values) & {*document.facets.get(u.facet, ())}
    }
    met, missed = [], []
    for one in understood:
        fits, said = _judge(view, one, document)
        if said and fits:
            met.append(said)
        elif said and (one.negated or one.facet not in met_facets):
            missed.append(said)
    return met, missed


def _judge(view: View, understood: Understood, document: SearchDocument) -> tuple[bool, str | None]:
    """Say in words how the document stands to a condition; soft misses go unsaid."""
    condition, facet = understood.condition, understood.facet or ""
    if understood.bound is not None:
        return _judge_figure(understood.bound, condition.label, document)
    inside = bool(set(understood.values) & set(document.facets.get(facet, ())))
    if understood.negated:
        return not inside, f"不符合“{condition.label}”" if inside else None
    if inside:
        words = {"region": "在", "industry": "适用", "organization": "与", "kind": "是"}
        tail = "有关" if facet == "organization" else ""
        names = "、".join(view.faceting.label(facet, v) for v in understood.values[:1])
        return True, f"{words[facet]}{names}{tail}"
    if not condition.strict:
        return False, None
    if facet == "region":
        name = view.faceting.label(facet, understood.values[0])
        return False, f"不在{name}，在{'、'.join(document.card.places) or '未知地区'}"
    return False, f"不符合“{condition.label}”"


def _judge_figure(bound: Bound, label: str, document: SearchDocument) -> tuple[bool, str]:
    verdict, wording = bound.judge(document.measures)
    if verdict == "yes":
        return True, f"{wording}，满足“{label}”"
    said = f"{wording}，不满足" if verdict == "no" else "没有写明，无法判断"
    return False, f"“{label}”：{said}"


def _has(rows: Rows, row: int) -> bool:
    """Say whether the ascending rows contain this one."""
    at = int(np.searchsorted(rows, row))
    return at < len(rows) and int(rows[at]) == row
