"""Rows -> hits in words: order, marks, and why each stands in the list or misses something."""

from collections.abc import Sequence

import numpy as np

from kg.vocabulary import Evidence
from search.documents import SearchDocument
from search.explain import mark, meaning_reason, snippet, telling, word_reason
from search.fusion import Fusion
from search.index import Floats, Mask
from search.numbers import Bound
from search.query import Understood
from search.results import Hit
from search.view import Ranking, View

TELLING = 0.6
"""Weight from which on a word is worth naming as a reason."""


def make_hit(view: View, fusion: Fusion, ranking: Ranking, row: int, *, partial: bool) -> Hit:
    """Return a row as people see it."""
    document = view.entries.documents[row]
    postings = view.entries.postings
    tokens = {token for group in ranking.query.groups for token in group}
    matched = {t for t in tokens if _has(postings.rows_of(t), row)}
    visible = _visible(view, document)
    named = telling(
        (t for t in matched if view.analyzer.weight(t) >= TELLING and t in visible), postings.idf
    )
    reasons = [word_reason(ranking.query, matched, named)]
    near = meaning_reason(document, int(ranking.scores.passage[row]))
    if float(ranking.scores.dense[row]) >= fusion.floor + fusion.step * 0.6:
        reasons.append(near)
    met, missed = _conditions(view, ranking, document)
    if ranking.query.groups and not any(reasons) and not met:
        hidden = telling(matched, postings.idf)
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


def in_order(
    documents: Sequence[SearchDocument], fused: Floats, listed: Mask, good: Mask, sort: str
) -> list[int]:
    """Order rows: good ones before partial ones; within each by the sort, score, then id."""
    weights = {e.value: e.weight for e in Evidence}

    def key(row: int) -> tuple[bool, float, float, str]:
        card = documents[row].card
        first = 0.0
        if sort == "evidence":
            first = -float(weights.get(card.evidence or "", -1) * 100 + min(card.cases, 99))
        elif sort == "newest":
            first = -float(card.year or 0)
        return not good[row], first, -float(fused[row]), documents[row].id

    return sorted(np.flatnonzero(listed).tolist(), key=key)


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


def _has(rows: np.ndarray[tuple[int], np.dtype[np.int32]], row: int) -> bool:
    """Say whether the ascending rows contain this one."""
    at = int(np.searchsorted(rows, row))
    return at < len(rows) and int(rows[at]) == row
