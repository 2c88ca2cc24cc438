"""The pages over the real seeds (searched by words), and over a small store of awkward things."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient

from kg.model import Case, Demand, Document, Edge, Entry, Figure, Organization
from kg.stores.sqlite import SqliteGraphStore
from kg.vocabulary import Label, Relation
from search.engine import SearchEngine
from search.lexicon import Lexicon
from search.results import (
    DemandQuery,
    MatchResult,
    SearchRequest,
    SearchResult,
    Suggestion,
)
from search.trees import Trees
from web.app import create_app
from web.bootstrap import Platform, open_platform
from web.embedding import EncoderState
from web.settings import Settings

HOSTILE = "<script>alert('x')</script>\"'&amp;{{7*7}}"


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder: Path = tmp_path_factory.mktemp("pages")
    with open_platform(Settings(_env_file=None, data=folder, embedding_model="none")) as opened:
        yield opened


@pytest.fixture(scope="session")
def client(platform: Platform) -> Iterator[TestClient]:
    with TestClient(create_app(platform)) as opened:
        yield opened


class FixedEngine:
    """Answers what it is told to, and keeps what it was asked."""

    lexicon = Lexicon()
    view = SimpleNamespace(
        entries=SimpleNamespace(walk=tuple),
        demands=SimpleNamespace(walk=tuple),
        organizations={},
        trees=Trees(),
    )

    def __init__(self) -> None:
        self.asked: list[SearchRequest] = []
        self.answer: dict[str, Any] = {}
        self.matches = MatchResult("", 0, ())
        self.failure: Exception | None = None

    def search(self, request: SearchRequest) -> SearchResult:
        self.asked.append(request)
        if self.failure:
            raise self.failure
        usual = {
            "corrected": None, "conditions": (), "total": 0, "good": 0, "hits": (), "pages": 0,
            "facets": (),
        }  # fmt: skip
        return SearchResult(request=request, **{**usual, **self.answer})

    def suggest(self, text: str, limit: int = 8) -> list[Suggestion]:
        return [Suggestion(HOSTILE, "concept"), Suggestion(text, "entry", "entry-1")][:limit]

    def match_demand(self, subject: str | DemandQuery, limit: int = 20) -> MatchResult:
        return self.matches

    def match_entry(self, entry_id: str, limit: int = 20) -> MatchResult:
        return self.matches


@pytest.fixture
def engine() -> FixedEngine:
    return FixedEngine()


@pytest.fixture
def small(tmp_path: Path, engine: FixedEngine) -> Iterator[Platform]:
    """One of each kind, with hostile words everywhere and hardly a property known."""
    store = SqliteGraphStore(tmp_path / "graph.sqlite")
    figure = Figure(name=HOSTILE, value=5, unit="%", note=HOSTILE, baseline=HOSTILE)
    records = (
        Entry(
            id="entry-1", kind=Label.TECHNOLOGY, name=HOSTILE, summary=HOSTILE, area="清洁生产+",
            direction="节能", figures=[figure], problem=[HOSTILE], aliases=[HOSTILE],
        ),
        Organization(id="org-1", name=HOSTILE),
        Demand(id="demand-1", title=HOSTILE, situation=HOSTILE, status="需求", targets=[figure]),
        Demand(id="demand-2", title="旧需求", situation="早已解决", status="已实施"),
        Case(id="case-1", title=HOSTILE),
        Document(id="doc-1", title=HOSTILE, url="https://www.gov.cn/a?b=1&c=2"),
    )  # fmt: skip
    store.put_many(record.to_node() for record in records)
    store.relate_many(
        [
            Edge(Relation.SUPPLIES, "org-1", "entry-1"),
            Edge(Relation.POSTED, "org-1", "demand-1"),
            Edge(Relation.CASE_OF, "case-1", "entry-1"),
            Edge(Relation.CASE_AT, "case-1", "org-1"),
            Edge(Relation.CITES, "entry-1", "doc-1"),
            Edge(Relation.CITES, "case-1", "doc-1"),
            Edge(Relation.SOLVED_BY, "demand-2", "entry-1"),
        ]
    )
    settings = Settings(_env_file=None, data=tmp_path)
    platform = Platform(settings, store, cast("SearchEngine", engine), EncoderState(None))
    yield platform
    platform.close()


@pytest.fixture
def small_client(small: Platform) -> Iterator[TestClient]:
    with TestClient(create_app(small), raise_server_exceptions=False) as opened:
        yield opened
