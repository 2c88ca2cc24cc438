"""Runs the engine over judged queries: on the loaded catalogue, or on a corpus in memory."""

from collections.abc import Sequence
from pathlib import Path

from search.analyzer import Analyzer
from search.documents import Passage, SearchDocument
from search.encoder import Encoder
from search.engine import SearchEngine
from search.evaluate import Judged, Report, evaluate, read_corpus, read_qrels, read_queries
from search.expansion import token_query
from search.fusion import Fusion
from search.index import Asked, Floats
from search.indexes.local import LocalIndex
from search.lexicon import Lexicon
from search.names import spelling_of
from search.results import Mode, SearchRequest
from search.trees import Trees
from search.vectors import PassageVectors

DEPTH = 100
PASSAGE = 200
"""Letters of a corpus text that make one passage."""


def evaluate_catalogue(
    engine: SearchEngine, queries: Path, qrels: Path, mode: Mode = "hybrid"
) -> Report:
    """Measure the loaded catalogue; an item counts when any of its keys is judged.

    The ranking is what a person sees: of the items that meet the strict conditions first those
    that fit, then those that fit partly; then all others by score, which nobody is shown.
    """
    judged = read_queries(queries, read_qrels(qrels))
    index = engine.view.entries
    table = index.table

    def rank(text: str) -> list[frozenset[str]]:
        ranking = engine.rank(SearchRequest(text, mode=mode))
        order = sorted(
            table.living(),
            key=lambda r: (
                not ranking.meets[r],
                ranking.sure[r] < ranking.enough,
                ranking.sure[r] < ranking.bound,
                -ranking.fused[r],
                table.ids[r],
            ),
        )
        documents = index.documents(order[:DEPTH])
        return [frozenset(documents[r].keys) for r in order[:DEPTH]]

    def nothing_fits(text: str) -> bool:
        return engine.search(SearchRequest(text, mode=mode, size=1)).nothing_fits

    used: Mode = "lexical" if engine.encoder is None else mode
    meta = {"mode": used, "documents": table.size}
    return evaluate(judged, rank, nothing_fits, meta)


def evaluate_demands(engine: SearchEngine, qrels: Path) -> Report:
    """Measure demand -> entries on the loaded catalogue; keys name demands and entries.

    What the record says solved a demand is not used.
    """
    grades = read_qrels(qrels)
    demands = {k: d.id for d in engine.view.demands.walk() for k in d.keys}
    keys = {d.id: frozenset(d.keys) for d in engine.view.entries.walk()}
    matcher = engine.matcher()

    def rank(key: str) -> list[frozenset[str]]:
        ranked = matcher.rank(demands[key]) if key in demands else []
        return [keys[i] for i in ranked[:DEPTH]]

    judged = [Judged(key, key, "demand", g) for key, g in grades.items()]
    return evaluate(judged, rank, None, {"documents": len(keys)})


def evaluate_corpus(
    corpus: Path,
    queries: Path,
    qrels: Path,
    lexicon: Lexicon,
    encoder: Encoder | None,
    mode: Mode = "hybrid",
) -> Report:
    """Index {"id","text","title"?} lines in memory with the same analysis and fusion."""
    judged = read_queries(queries, read_qrels(qrels))
    used: Mode = "lexical" if encoder is None else mode
    analyzer, fusion = Analyzer(lexicon), Fusion()
    vectors = PassageVectors(encoder) if encoder is not None else None
    index = LocalIndex(analyzer, vectors, [_document(*line) for line in read_corpus(corpus)])
    table = index.table
    spelling = spelling_of(analyzer, lexicon, Trees(), index)

    def rank(text: str) -> list[frozenset[str]]:
        normal = spelling.correct(analyzer.normalize(text))
        query = token_query(analyzer, normal, index.words.idf)
        vector: Floats | None = None
        if encoder is not None and used != "lexical":
            vector = encoder.encode_queries([normal])[0]
        (scores,) = index.score([Asked(query, vector)])
        fused = fusion.combine(scores, used)
        order = sorted(table.living(), key=lambda r: (-fused[r], table.ids[r]))
        return [frozenset({table.ids[r]}) for r in order[:DEPTH]]

    return evaluate(judged, rank, None, {"mode": used, "documents": table.size})


def _document(identity: str, title: str, text: str) -> SearchDocument:
    return SearchDocument(
        id=identity,
        title=title,
        text={"title": (title,) if title else (), "body": (text,)},
        passages=tuple(Passage("main", piece) for piece in _pieces(title, text)),
    )


def _pieces(title: str, text: str) -> Sequence[str]:
    head = f"{title}。" if title else ""
    return [head + text[i : i + PASSAGE] for i in range(0, max(len(text), 1), PASSAGE)]
