"""The search engine: candidates -> fused scores -> hits, totals, facets, reasons.

Filters come first, every candidate is scored exactly, and hits, totals, facet counts and pages
are taken from that one candidate set. A view of the whole is immutable; a change of the graph
makes a new one (`search.sync`), and every request is answered from the one it began with.
"""

import math
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from kg.model import Organization
from kg.store import GraphStore
from kg.vocabulary import Label
from search.analyzer import Analyzer
from search.answer import in_order, make_hit
from search.collect import Collector
from search.documents import SearchDocument
from search.encoder import Encoder
from search.errors import InvalidRequest
from search.expansion import token_query
from search.facets import Faceting
from search.fusion import Fusion
from search.index import Floats, Mask, TokenQuery
from search.indexes.local import LocalIndex
from search.lexicon import Lexicon
from search.match import Matcher
from search.memory import FileMemory
from search.names import known_words, spelling_of, suggester_of
from search.query import Question, Understanding, Understood
from search.results import (
    FACETS,
    MAX_SIZE,
    MAX_TEXT,
    MODES,
    SORTS,
    DemandQuery,
    Facet,
    Hit,
    MatchResult,
    Relaxation,
    SearchRequest,
    SearchResult,
    Suggestion,
)
from search.trees import Trees, all_nodes
from search.vectors import PassageVectors
from search.view import Ranking, View

MAX_ELSEWHERE = 6
MAX_RELAXATIONS = 6
MAX_PARTIAL = 20
"""Most items below the line 以下只是部分相关."""
CHUNK = 300
"""Letters of a long text that are encoded together; the vectors' mean stands for the text."""
Progress = Callable[[int, int], None]


class SearchEngine:
    """Answers questions about the entries and matches demands. Safe to use from threads."""

    def __init__(
        self,
        store: GraphStore,
        lexicon: Lexicon,
        encoder: Encoder | None,
        *,
        vectors: Path | None = None,
        fusion: Fusion | None = None,
        progress: Progress = lambda _done, _all: None,
    ) -> None:
        """Read the store and build the index.

        `encoder` None means lexical search only. `vectors` is the folder where passage vectors
        are kept between starts. `progress(done, all)` counts passages that are encoded.
        """
        self.store = store
        self.lexicon = lexicon
        self.encoder = encoder
        self.fusion = fusion or Fusion()
        self._vectors = {
            name: PassageVectors(
                encoder, FileMemory(vectors / name if vectors else None, encoder.fingerprint)
            )
            for name in ("entries", "demands")
            if encoder is not None
        }
        self.writing = threading.RLock()
        """Held by whoever makes a new view; readers need no lock."""
        self.rebuild(progress)

    def rebuild(self, progress: Progress = lambda _done, _all: None) -> None:
        """Build everything anew from the store. After an error all is as it was."""
        with self.writing:
            position = self.store.position()
            view = self._read(progress)
            self.view, self.position = view, position

    def _read(self, progress: Progress) -> View:
        trees = Trees.read(self.store)
        organizations = list(all_nodes(self.store, [Label.ORGANIZATION]))
        analyzer = Analyzer(self.lexicon, [str(node.props["name"]) for node in organizations])
        collector = Collector(self.store, trees)
        entries = LocalIndex(
            analyzer, self._vectors.get("entries"), collector.entries(), progress=progress
        )
        demands = LocalIndex(
            analyzer, self._vectors.get("demands"), collector.demands(), progress=progress
        )
        by_id = {node.id: Organization.from_node(node) for node in organizations}

        def name_of(node_id: str) -> str:
            return by_id[node_id].name if node_id in by_id else node_id

        return View(
            analyzer=analyzer,
            field_words=frozenset(analyzer.normalize(word) for word, _n in self.lexicon.words),
            organizations=by_id,
            entries=entries,
            demands=demands,
            trees=trees,
            understanding=Understanding(analyzer, trees, organizations, self.lexicon.indicators),
            spelling=spelling_of(analyzer, self.lexicon, trees, entries),
            suggester=suggester_of(analyzer, trees, by_id.values(), entries, demands),
            faceting=Faceting(trees, name_of),
        )

    def exchange(
        self,
        entries: Iterable[SearchDocument],
        demands: Iterable[SearchDocument],
        removed: Collection[str],
        position: int,
    ) -> None:
        """Put documents into the view by id and drop the removed ones, all at once for readers.

        `position` is that of the change feed from then on.
        """
        with self.writing:
            view, names = self.view, self.view.organizations.values()
            index = view.entries.changed(entries, removed)
            needs = view.demands.changed(demands, removed)
            self.view = replace(
                view,
                entries=index,
                demands=needs,
                spelling=view.spelling.knowing(known_words(view.analyzer, index)),
                suggester=suggester_of(view.analyzer, view.trees, names, index, needs),
            )
            self.position = position

    def warm(self) -> None:
        """Do what the first question of each kind would otherwise wait for."""
        self.search(SearchRequest("余热发电"))
        self.suggest("yrfd")

    def suggest(self, text: str, limit: int = 8) -> list[Suggestion]:
        """Return completions of what is being typed (Chinese, pinyin or initials)."""
        view = self.view
        return view.suggester.suggest(view.analyzer.normalize(text[:50]), limit)

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a question.

        Raises:
            InvalidRequest: unknown facet, value, mode or sort; page or size out of range; too
                long a text.
        """
        view = self.view
        self._check(request, view)
        ranking = self.rank(request, view)
        chosen = _chosen(view.entries, request.filters)
        mask = view.entries.alive & ranking.meets & chosen
        listed = mask & (ranking.sure >= ranking.bound)
        good = listed & (ranking.sure >= ranking.enough)
        total, good_total = int(listed.sum()), int(good.sum())
        pages = max(1, math.ceil(total / request.size))
        order = in_order(view.entries.documents, ranking.fused, listed, good, request.sort)
        shown = order[(request.page - 1) * request.size : request.page * request.size]
        last = request.page >= pages
        hard = any(u.condition.strict for u in ranking.question.understood)
        return SearchResult(
            request=request,
            corrected=ranking.corrected,
            conditions=tuple(u.condition for u in ranking.question.understood),
            total=total,
            good=good_total,
            hits=tuple(
                make_hit(view, self.fusion, ranking, row, partial=not good[row]) for row in shown
            ),
            pages=pages,
            facets=self._facets(view, request, ranking),
            elsewhere=self._elsewhere(view, ranking, chosen) if hard and last else (),
            relaxations=self._relaxations(view, request, ranking) if not good_total else (),
            lexical_only=self.encoder is None,
        )

    def match_demand(self, subject: str | DemandQuery, limit: int = 20) -> MatchResult:
        """Match a stored demand (its id) or a described one against the entries.

        Raises:
            NodeNotFound: no such demand. InvalidRequest: the text is too long or empty.
        """
        return self.matcher().of_demand(subject, limit)

    def match_entry(self, entry_id: str, limit: int = 20) -> MatchResult:
        """Match an entry against the stored demands.

        Raises:
            NodeNotFound: no such entry.
        """
        return self.matcher().of_entry(entry_id, limit)

    def matcher(self) -> Matcher:
        """Return a matcher over the present view."""
        view = self.view
        encode = self.encode if self.encoder is not None else None
        return Matcher(view.entries, view.demands, view.trees, view.analyzer, encode, self.fusion)

    def encode(self, text: str) -> Floats | None:
        """Return the unit vector of a question; the mean over stretches of a long text."""
        if self.encoder is None or not text:
            return None
        pieces = [text[i : i + CHUNK] for i in range(0, len(text), CHUNK)]
        mean = self.encoder.encode_queries(pieces).mean(axis=0)
        unit: Floats = (mean / np.linalg.norm(mean)).astype(np.float32)
        return unit

    def rank(self, request: SearchRequest, view: View | None = None) -> Ranking:
        """Score every entry for the question, filters left aside."""
        view = view or self.view
        normal = view.analyzer.normalize(request.text)
        corrected = None
        if not request.literal and len(normal) <= 200:
            better = view.spelling.correct(normal)
            corrected = better if better != normal else None
        question = view.understanding.understand(corrected or request.text, request.dropped)
        postings = view.entries.postings
        query = token_query(view.analyzer, question.rest, postings.idf)
        vector = None if request.mode == "lexical" else self.encode(question.rest)
        scores = view.entries.score(query, vector)
        mode = "lexical" if vector is None else request.mode
        fused = self.fusion.combine(scores, mode)
        meets = self._meets(view, question)
        for understood in question.understood:
            if not understood.condition.strict:
                met = self._met(view, understood)
                fused = np.asarray(fused + self.fusion.boost * met, np.float32)
        strict = any(u.condition.strict for u in question.understood)
        missing = self._missing(query, view)
        sure = self.fusion.confidence(scores, mode, missing=missing)
        if not query.groups or (strict and question.generic):
            # Nothing is asked but conditions: all that meet them answer the question.
            sure = np.full(len(fused), self.fusion.good, np.float32)
        bound = self.fusion.bound(strict=strict)
        living = meets & view.entries.alive
        best = float(sure[living].max(initial=0.0))
        enough = max(self.fusion.good, self.fusion.share * best)
        sure = self._few_partial(sure, living, bound, enough)
        return Ranking(question, query, scores, fused, sure, bound, enough, meets, corrected)

    @staticmethod
    def _few_partial(sure: Floats, meets: Mask, bound: float, enough: float) -> Floats:
        """Keep only the surest of the partly relevant rows: a long tail helps nobody.

        Filters chosen by hand come later, so that totals and facet counts agree whatever is
        chosen.
        """
        partial = np.flatnonzero(meets & (sure >= bound) & (sure < enough))
        if len(partial) <= MAX_PARTIAL:
            return sure
        order = partial[np.argsort(-sure[partial], kind="stable")]
        kept = sure.copy()
        kept[order[MAX_PARTIAL:]] = -1
        return kept

    @staticmethod
    def _missing(query: TokenQuery, view: View) -> bool:
        """Say whether a word of the field is asked for that no entry has, nor its synonyms."""
        postings = view.entries.postings
        return any(
            next(iter(group)) in view.field_words and not any(t in postings for t in group)
            for group in query.groups
        )

    def _meets(self, view: View, question: Question) -> Mask:
        """Return which rows meet the strict conditions: of several places (or organisations)
        one, of figures all, and none of what is not wanted."""
        meets = np.ones(len(view.entries.documents), bool)
        any_of: dict[str, Mask] = {}
        for understood in question.understood:
            if not understood.condition.strict:
                continue
            met = self._met(view, understood)
            if understood.negated:
                meets &= ~met
            elif understood.facet is not None:
                any_of[understood.facet] = any_of.get(understood.facet, np.False_) | met
            else:
                meets &= met
        for met in any_of.values():
            meets &= met
        return meets

    @staticmethod
    def _met(view: View, understood: Understood) -> Mask:
        if understood.facet is not None:
            return view.entries.select(understood.facet, understood.values)
        bound = understood.bound
        documents = view.entries.documents
        if bound is None:
            return np.ones(len(documents), bool)
        return np.array([bound.judge(d.measures)[0] == "yes" for d in documents], bool)

    @staticmethod
    def _check(request: SearchRequest, view: View) -> None:
        if len(request.text) > MAX_TEXT:
            raise InvalidRequest(
                f"文字太长：最多 {MAX_TEXT} 字，现在是 {len(request.text)} 字，请删减后再查。"
            )
        for facet, values in request.filters.items():
            if facet not in FACETS:
                raise InvalidRequest(f"没有“{facet}”这个筛选项；可用的有：{'、'.join(FACETS)}。")
            for value in values:
                if not view.faceting.known(facet, value):
                    raise InvalidRequest(f"筛选项“{facet}”没有“{value}”这个值，请从列表中选择。")
        if request.mode not in MODES or request.sort not in SORTS:
            raise InvalidRequest(f"检索方式可用 {'、'.join(MODES)}；排序可用 {'、'.join(SORTS)}。")
        if request.page < 1 or not 1 <= request.size <= MAX_SIZE:
            raise InvalidRequest(f"页码从 1 起，每页 1 至 {MAX_SIZE} 项。")

    def _facets(self, view: View, request: SearchRequest, ranking: Ranking) -> tuple[Facet, ...]:
        base = view.entries.alive & ranking.meets & (ranking.sure >= ranking.bound)
        masks = {f: view.entries.select(f, v) for f, v in request.filters.items() if v}
        out = []
        for name in FACETS:
            mask = base.copy()
            for other, other_mask in masks.items():
                if other != name:
                    mask &= other_mask
            chosen = request.filters.get(name, ())
            out.append(view.faceting.facet(name, view.entries, mask, chosen))
        return tuple(out)

    def _elsewhere(self, view: View, ranking: Ranking, chosen: Mask) -> tuple[Hit, ...]:
        if not ranking.query.groups or ranking.question.generic:
            return ()
        fits = view.entries.alive & chosen & ~ranking.meets & (ranking.sure >= self.fusion.near)
        order = in_order(view.entries.documents, ranking.fused, fits, fits, "relevance")
        rows = order[:MAX_ELSEWHERE]
        return tuple(make_hit(view, self.fusion, ranking, row, partial=True) for row in rows)

    def _relaxations(
        self, view: View, request: SearchRequest, ranking: Ranking
    ) -> tuple[Relaxation, ...]:
        """Say what one gets without each strict condition and each filter, with its count."""
        options: list[tuple[str, SearchRequest]] = []
        for understood in ranking.question.understood:
            condition = understood.condition
            if condition.strict:
                dropped = request.dropped | {condition.id}
                options.append((condition.label, replace(request, dropped=dropped, page=1)))
        for facet, values in request.filters.items():
            if values:
                label = "、".join(view.faceting.label(facet, v) for v in values)
                rest = {f: v for f, v in request.filters.items() if f != facet}
                options.append((label, replace(request, filters=rest, page=1)))
        if len(options) > 1:
            strict = {u.condition.id for u in ranking.question.understood if u.condition.strict}
            bare = replace(request, dropped=request.dropped | strict, filters={}, page=1)
            options = [*options[: MAX_RELAXATIONS - 1], ("全部条件", bare)]
        out = []
        for label, relaxed in options[:MAX_RELAXATIONS]:
            total, good = self.count(relaxed, view)
            if total:
                out.append(Relaxation(label, total, good, relaxed))
        return tuple(out)

    def count(self, request: SearchRequest, view: View | None = None) -> tuple[int, int]:
        """Return how many items a request lists, and how many of them are good."""
        view = view or self.view
        ranking = self.rank(request, view)
        mask = view.entries.alive & ranking.meets & _chosen(view.entries, request.filters)
        return (
            int((mask & (ranking.sure >= ranking.bound)).sum()),
            int((mask & (ranking.sure >= ranking.enough)).sum()),
        )


def _chosen(index: LocalIndex, filters: Mapping[str, Iterable[str]]) -> Mask:
    mask = np.ones(len(index.documents), bool)
    for facet, values in filters.items():
        if values:
            mask &= index.select(facet, values)
    return mask
