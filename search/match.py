"""Matches demands and entries: text (title and body apart), themes, materials, industry, figures.

What the record itself says solved a demand is shown (`Match.solved`) and listed first, but it
never enters the score, so that the score can be judged on solved demands.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kg.errors import NodeNotFound, UnitError
from kg.units import display, to_base
from search.analyzer import Analyzer
from search.criteria import Need, industry_share, judge, theme_share
from search.documents import Measure, SearchDocument
from search.errors import InvalidRequest
from search.expansion import token_query
from search.fusion import Fusion
from search.index import Asked, Floats, Index, Mask, Scores
from search.results import MAX_TEXT, Criterion, DemandQuery, Fit, Match, MatchResult, Mode
from search.trees import Trees

CANDIDATES = 400
"""Only so many, best by text, are compared by facts as well."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the score, tuned on the dev judgements; `strong`/`fair` split the three fits."""

    title: float = 0.5
    body: float = 0.5
    themes: float = 0.25
    materials: float = 0.15
    industry: float = 0.15
    figures: float = 0.03
    region: float = 0.03
    strong: float = 1.25
    fair: float = 1.0
    least: float = 0.8


@dataclass(frozen=True, slots=True)
class _Subject:
    """A demand ready to be matched."""

    name: str
    title: str
    body: str
    need: Need
    solved_by: frozenset[str] = frozenset()


class Matcher:
    """Matches over one view of the indexes; without `encode` (text -> unit vector) by words."""

    def __init__(
        self,
        entries: Index,
        demands: Index,
        trees: Trees,
        analyzer: Analyzer,
        encode: Callable[[str], Floats | None] | None,
        fusion: Fusion,
        weights: Weights | None = None,
    ) -> None:
        self._entries, self._demands, self._trees = entries, demands, trees
        self._analyzer, self._encode, self._fusion = analyzer, encode, fusion
        self.weights = weights or Weights()

    def of_demand(self, subject: str | DemandQuery, limit: int) -> MatchResult:
        """Match one demand against the entries; see `SearchEngine.match_demand`."""
        found = self._stored(subject) if isinstance(subject, str) else self._described(subject)
        scored = self.score_entries(found)
        matches = [self._match(found, entry, score) for entry, score in scored]
        matches.sort(key=lambda m: not m.solved)  # stable: recorded solutions first
        return MatchResult(found.name, len(matches), tuple(matches[:limit]), self._encode is None)

    def of_entry(self, entry_id: str, limit: int) -> MatchResult:
        """Match one entry against the stored demands; see `SearchEngine.match_entry`."""
        entry = self._document(self._entries, entry_id)
        text = self._text_scores(
            self._demands, entry.title, "。".join((entry.summary, *_problems(entry)))
        )
        scored = []
        for row, demand in self._demands.documents(text).items():
            subject = _subject(demand)
            scored.append((self._total(text[row], subject.need, entry), subject, demand))
        matches = []
        for score, subject, demand in scored:
            if score >= self.weights.least or entry_id in subject.solved_by:
                match = self._match(subject, entry, score)
                matches.append(_turned(match, demand))
        matches.sort(key=lambda m: (not m.solved, -m.score, m.id))
        return MatchResult(entry_id, len(matches), tuple(matches[:limit]), self._encode is None)

    @staticmethod
    def _document(index: Index, document_id: str) -> SearchDocument:
        row = index.table.row(document_id)
        found = index.documents([] if row is None else [row])
        if row is None or row not in found:
            raise NodeNotFound(document_id)
        return found[row]

    def _stored(self, demand_id: str) -> _Subject:
        return _subject(self._document(self._demands, demand_id))

    def _described(self, query: DemandQuery) -> _Subject:
        if not query.text.strip():
            raise InvalidRequest("请用一两句话写明要解决的问题。")
        if len(query.text) > MAX_TEXT:
            raise InvalidRequest(f"文字太长：最多 {MAX_TEXT} 字，请删减。")
        ids = {
            "industries": [f"industry-{code}" for code in query.industries],
            "regions": [f"region-{code}" for code in query.regions],
            "concepts": list(query.concepts),
            "materials": list(query.materials),
        }
        for name, values in ids.items():
            for value in values:
                if value not in self._trees.nodes:
                    raise InvalidRequest(f"{name} 里没有“{value}”，请从词表中选择。")
        targets = [_measure(*target) for target in query.targets]
        budget = _measure("investment", query.budget, "元") if query.budget else None
        need = Need(
            ids["industries"], ids["concepts"], ids["materials"], ids["regions"], targets, budget
        )
        first = query.text.strip().split("。")[0][:60]
        return _Subject(first, first, query.text, need)

    def score_entries(self, subject: _Subject) -> list[tuple[SearchDocument, float]]:
        """Return the entries worth naming with their scores, best first, ties by id.

        What the record names as the solution is always among them.
        """
        text = self._text_scores(self._entries, subject.title, subject.body, subject.solved_by)
        scored = [
            (entry, self._total(text[row], subject.need, entry))
            for row, entry in self._entries.documents(text).items()
        ]
        least = self.weights.least
        kept = [
            (entry, score)
            for entry, score in scored
            if score >= least or entry.id in subject.solved_by
        ]
        return sorted(kept, key=lambda pair: (-pair[1], pair[0].id))

    def rank(self, demand_id: str) -> list[str]:
        """Return entry ids by score alone, for evaluation: nothing is cut, nothing is known."""
        subject = self._stored(demand_id)
        text = self._text_scores(self._entries, subject.title, subject.body)
        scored = [
            (-self._total(text[row], subject.need, entry), entry.id)
            for row, entry in self._entries.documents(text).items()
        ]
        return [entry_id for _score, entry_id in sorted(scored)]

    def _text_scores(
        self, index: Index, title: str, body: str, named: Iterable[str] = ()
    ) -> dict[int, float]:
        """Return the `CANDIDATES` rows that are best by text, and those of the named documents,
        with their scores."""
        asked = []
        for text in (title, body):
            normal = self._analyzer.normalize(text)
            query = token_query(self._analyzer, normal, index.words.idf)
            asked.append(Asked(query, self._encode(normal) if self._encode else None))
        table = index.table
        more = [row for row in map(table.row, named) if row is not None]
        scores = index.score(asked, more=more)
        total = np.zeros(len(table), np.float32)
        for one, found, share in zip(
            asked, scores, (self.weights.title, self.weights.body), strict=True
        ):
            mode: Mode = "hybrid" if one.vector is not None else "lexical"
            total += np.float32(share) * self._fusion.combine(found, mode)
        rows = np.flatnonzero(table.alive & _seen(scores[0]))
        best = rows[np.argsort(-total[rows], kind="stable")][:CANDIDATES]
        return {row: float(total[row]) for row in (*best.tolist(), *more)}

    def _total(self, text: float, need: Need, entry: SearchDocument) -> float:
        w, trees, links = self.weights, self._trees, entry.links
        total = text
        total += w.themes * theme_share(need.concepts, links.get("concept", ()), trees)
        total += w.materials * theme_share(need.materials, links.get("material", ()), trees)
        total += w.industry * industry_share(need.industries, links.get("industry", ()), trees)
        wanted = {t.indicator for t in need.targets} - {"other", "count"}
        if wanted & {m.indicator for m in entry.measures}:
            total += w.figures
        near = {i for r in need.regions for i in trees.line(r)[:-1]}
        if near & set(links.get("region", ())):
            total += w.region
        return round(total, 6)

    def _match(self, subject: _Subject, entry: SearchDocument, score: float) -> Match:
        criteria = judge(subject.need, entry, self._trees)
        solved = entry.id in subject.solved_by
        w = self.weights
        fit: Fit
        against = {c.name for c in criteria if c.verdict == "不符合"}
        if solved or (score >= w.strong and not {"行业", "工艺"} <= against):
            fit = "高度匹配"
        else:
            fit = "可能匹配" if score >= w.fair else "供参考"
        return Match(
            id=entry.id,
            title=entry.title,
            card=entry.card,
            fit=fit,
            criteria=criteria,
            reason=_reason(criteria, solved=solved),
            proof=next((p.text for p in entry.passages if p.kind == "case"), None),
            solved=solved,
            score=round(score, 4),
        )


def _subject(demand: SearchDocument) -> _Subject:
    links = demand.links
    need = Need(
        links.get("industry", ()), links.get("concept", ()), links.get("material", ()),
        links.get("region", ()), demand.measures,
    )  # fmt: skip
    body = "。".join(p.text for p in demand.passages if p.kind in {"main", "problem"})
    return _Subject(demand.id, demand.title, body, need, frozenset(links.get("solved_by", ())))


def _seen(scores: Scores) -> Mask:
    return np.ones(len(scores.lexical), bool) if scores.seen is None else scores.seen


def _problems(entry: SearchDocument) -> list[str]:
    return [p.text for p in entry.passages if p.kind == "problem"]


def _measure(indicator: str, value: float, unit: str) -> Measure:
    try:
        base, base_unit = to_base(value, unit)
    except UnitError as error:
        raise InvalidRequest(str(error)) from error
    return Measure(indicator, base, base, base_unit, display(value, unit))


def _reason(criteria: Sequence[Criterion], *, solved: bool) -> str:
    met = [c for c in criteria if c.verdict == "符合"]
    partly = [c for c in criteria if c.verdict == "部分符合"]
    against = [c for c in criteria if c.verdict == "不符合" and c.name != "地区"]
    parts = ["记录写明由它解决"] if solved else []
    parts += [f"{c.name}符合（{c.fact}）" for c in met[:3]]
    if not met:
        parts += [f"{c.name}部分符合（{c.fact}）" for c in partly[:2]]
    parts += [f"{c.name}不符（{c.fact}）" for c in against[:1]]
    return "；".join(parts) or "问题描述相近"


def _turned(match: Match, demand: SearchDocument) -> Match:
    """Show the demand instead of the entry; the criteria and the score stay."""
    return Match(
        demand.id, demand.title, demand.card, match.fit, match.criteria, match.reason,
        match.proof, match.solved, match.score,
    )  # fmt: skip
