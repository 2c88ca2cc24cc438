"""The search engine: candidates -> fused scores -> hits, totals, facets, reasons.

Filters come first, every candidate is scored exactly, and hits, totals, facet counts and pages
are taken from that one candidate set. A view of the whole is immutable; a change of the graph
makes a new one (`search.sync`), and every request is answered from the one it began with.
"""

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kg.model import Node, Organization
from kg.store import GraphStore
from kg.vocabulary import Label
from search.analyzer import Analyzer
from search.answer import in_order, make_hits
from search.collect import Collector
from search.conditions import narrowed, without
from search.encoder import Encoder
from search.errors import InvalidRequest
from search.facets import Faceting
from search.fusion import Fusion
from search.index import Among, Floats, Mask
from search.keeping import Changed, Indexes, IndexKeeper, in_files
from search.lexicon import Lexicon
from search.match import Matcher
from search.names import known_words, spelling_of, suggester_after, suggester_of
from search.query import Understanding
from search.ranking import rank
from search.results import (
    FACET_NAMES,
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
from search.view import Ranking, View

MAX_ELSEWHERE = 6
MAX_RELAXATIONS = 6
CHUNK = 300
"""Letters of a long text that are encoded together; the vectors' mean stands for the text."""
MAX_CHUNKS = 6
"""Most stretches of a text that are encoded: each takes some 40 ms, and anybody may ask."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Words:
    """The names of the graph, and the analyzer that knows them."""

    trees: Trees
    organizations: Sequence[Node]
    analyzer: Analyzer


class SearchEngine:
    """Answers questions about the entries and matches demands. Safe to use from threads."""

    def __init__(
        self,
        store: GraphStore,
        lexicon: Lexicon,
        encoder: Encoder | None,
        *,
        vectors: Path | None = None,
        keeper: IndexKeeper | None = None,
        fusion: Fusion | None = None,
        progress: Progress = lambda _done, _all: None,
    ) -> None:
        """Read the store and build the index.

        `encoder` None means lexical search only. `keeper` says where the index is: by default in
        this process, with the vectors of passages kept between starts in the folder `vectors`.
        `progress(done, all)` counts passages that are encoded.
        """
        self.store = store
        self.lexicon = lexicon
        self.encoder = encoder
        self.fusion = fusion or Fusion()
        self.keeper = keeper or in_files(encoder, vectors)
        self.writing = threading.RLock()
        """Held by whoever makes a new view; readers need no lock."""
        self.rebuild(progress)

    def rebuild(self, progress: Progress = lambda _done, _all: None) -> None:
        """Build everything anew from the store. After an error all is as it was."""
        with self.writing:
            position = self.store.position()
            words = self._words()
            indexes = self.keeper.build(
                words.analyzer, Collector(self.store, words.trees), position, progress
            )
            self.view = self._view(words, indexes)
            self.position = min(position, indexes.position)

    def _words(self) -> "_Words":
        trees = Trees.read(self.store)
        organizations = list(all_nodes(self.store, [Label.ORGANIZATION]))
        names = [str(node.props["name"]) for node in organizations]
        return _Words(trees, organizations, Analyzer(self.lexicon, names))

    def _view(self, words: "_Words", indexes: Indexes) -> View:
        trees, organizations, analyzer = words.trees, words.organizations, words.analyzer
        entries, demands = indexes.entries, indexes.demands
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

    def exchange(self, changed: Callable[[], Changed], position: int) -> None:
        """Put documents into the view by id and drop the removed ones, all at once for readers.

        `position` is that of the change feed from then on.
        """
        with self.writing:
            view, names = self.view, self.view.organizations.values()
            before = Indexes(view.entries, view.demands, self.position)
            after = self.keeper.exchange(before, view.analyzer, changed, position)
            index, needs = after.entries, after.demands
            if index is not view.entries or needs is not view.demands:
                self.view = replace(
                    view,
                    entries=index,
                    demands=needs,
                    spelling=view.spelling.knowing(known_words(view.analyzer, index.words)),
                    suggester=suggester_after(
                        view.suggester,
                        view.analyzer,
                        view.trees,
                        names,
                        (view.entries, view.demands),
                        (index, needs),
                    ),
                )
            self.position = position

    def renew(self, changed: Callable[[], Changed], position: int) -> None:
        """As `exchange`, with the names of organisations and vocabularies read anew."""
        with self.writing:
            words = self._words()
            before = Indexes(self.view.entries, self.view.demands, self.position)
            after = self.keeper.exchange(before, words.analyzer, changed, position)
            self.view, self.position = self._view(words, after), position

    def warming(self) -> Iterator[None]:
        """Do step by step what the first questions would otherwise wait for."""
        self.search(SearchRequest("余热发电"))
        self.suggest("yrfd")
        yield
        for index in (self.view.entries, self.view.demands):
            yield from index.warming()

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
        table = view.entries.table
        chosen = table.mask(narrowed(Among(), request.filters))
        listed = ranking.meets & chosen & (ranking.sure >= ranking.bound)
        good = listed & (ranking.sure >= ranking.enough)
        total, good_total = int(listed.sum()), int(good.sum())
        pages = max(1, math.ceil(total / request.size))
        order = in_order(table, ranking.fused, listed, good, request.sort)
        shown = order[(request.page - 1) * request.size : request.page * request.size]
        last = request.page >= pages
        hard = any(u.condition.strict for u in ranking.question.understood)
        return SearchResult(
            request=request,
            corrected=ranking.corrected,
            conditions=tuple(u.condition for u in ranking.question.understood),
            total=total,
            good=good_total,
            hits=make_hits(view, self.fusion, ranking, shown, ~good),
            pages=pages,
            facets=self._facets(view, request, ranking),
            elsewhere=self._elsewhere(view, ranking, chosen) if hard and last else (),
            relaxations=self._relaxations(view, request, ranking) if not good_total else (),
            lexical_only=self.encoder is None,
            total_is_lower_bound=ranking.more,
            counts_are_lower_bounds=ranking.more_counts,
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
        if len(pieces) > MAX_CHUNKS:  # spread over the whole text, beginning and end among them
            spread = np.linspace(0, len(pieces) - 1, MAX_CHUNKS).round().astype(int)
            pieces = [pieces[i] for i in spread]
        mean = self.encoder.encode_queries(pieces).mean(axis=0)
        unit: Floats = (mean / np.linalg.norm(mean)).astype(np.float32)
        return unit

    def rank(self, request: SearchRequest, view: View | None = None) -> Ranking:
        """Score every entry for the question, filters left aside."""
        return rank(view or self.view, request, self.fusion, self.encode)

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
                    raise InvalidRequest(
                        f"{FACET_NAMES[facet]}没有“{value:.40}”这一项，请从列表中选择。"
                    )
        if request.mode not in MODES or request.sort not in SORTS:
            raise InvalidRequest(f"检索方式可用 {'、'.join(MODES)}；排序可用 {'、'.join(SORTS)}。")
        if request.page < 1 or not 1 <= request.size <= MAX_SIZE:
            raise InvalidRequest(f"页码从 1 起，每页 1 至 {MAX_SIZE} 项。")

    @staticmethod
    def _facets(view: View, request: SearchRequest, ranking: Ranking) -> tuple[Facet, ...]:
        table = view.entries.table
        base = ranking.meets & (ranking.sure >= ranking.bound)
        out = []
        for name in FACETS:
            others = table.mask(narrowed(Among(), without(request.filters, name)))
            chosen = request.filters.get(name, ())
            out.append(view.faceting.facet(name, table, base & others, chosen))
        return tuple(out)

    def _elsewhere(self, view: View, ranking: Ranking, chosen: Mask) -> tuple[Hit, ...]:
        if not ranking.query.groups or ranking.question.generic:
            return ()
        fits = chosen & ~ranking.meets & (ranking.sure >= self.fusion.near)
        rows = in_order(view.entries.table, ranking.fused, fits, fits, "relevance")
        return make_hits(view, self.fusion, ranking, rows[:MAX_ELSEWHERE], fits)

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
                rest = replace(request, filters=dict(without(request.filters, facet)), page=1)
                options.append((label, rest))
        if len(options) > 1:
            strict = {u.condition.id for u in ranking.question.understood if u.condition.strict}
            bare = replace(request, dropped=request.dropped | strict, filters={}, page=1)
            options = [*options[: MAX_RELAXATIONS - 1], ("全部条件", bare)]
        out = []
        for label, relaxed in options[:MAX_RELAXATIONS]:
            total, good, more = self._counted(relaxed, view)
            if total:
                out.append(Relaxation(label, total, good, relaxed, more))
        return tuple(out)

    def count(self, request: SearchRequest, view: View | None = None) -> tuple[int, int]:
        """Return how many items a request lists, and how many of them are good."""
        total, good, _more = self._counted(request, view or self.view)
        return total, good

    def _counted(self, request: SearchRequest, view: View) -> tuple[int, int, bool]:
        ranking = self.rank(request, view)
        mask = ranking.meets & view.entries.table.mask(narrowed(Among(), request.filters))
        return (
            int((mask & (ranking.sure >= ranking.bound)).sum()),
            int((mask & (ranking.sure >= ranking.enough)).sum()),
            ranking.more,
        )
