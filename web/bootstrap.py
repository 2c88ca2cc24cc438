"""Opens everything once and wires it: store, seeds, embedding model, index, engine.

`open_platform` is what the web application, the command line and the tests start from. A start
that finds everything in place writes nothing.
"""

import gc
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, cast

from kg.errors import StoreUnreachable
from kg.store import GraphStore
from web.addresses import StoreAddress
from web.embedding import EncoderState, open_encoder
from web.preflight import alone, check_folder
from web.progress import Progress, SilentProgress
from web.settings import Settings
from web.sowing import load_seeds

if TYPE_CHECKING:
    from kg.stores.neo4j import Neo4jGraphStore
    from search.engine import SearchEngine
    from search.keeping import IndexKeeper
    from search.lexicon import Lexicon
    from search.sync import Follower

_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Platform:
    """The opened parts. Close it, or use it in a `with`."""

    settings: Settings
    store: GraphStore
    engine: "SearchEngine"
    encoder: EncoderState
    follower: "Follower | None" = None

    def close(self) -> None:
        """Stop following the store and release it. May be repeated."""
        if self.follower is not None:
            self.follower.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def open_store(address: StoreAddress, user: str = "", password: str = "") -> GraphStore:
    """Open the graph at any address; an empty one is made where there is none.

    Raises:
        Problem: the folder of the file cannot be used.
        StoreUnavailable: it cannot be opened; `StoreUnreachable` when no server answers.
    """
    if address.file is not None:
        from kg.stores.sqlite import SqliteGraphStore

        check_folder(address.file.parent)
        return SqliteGraphStore(address.file)
    from kg.stores.neo4j import Neo4jGraphStore

    try:
        return Neo4jGraphStore(address.uri, user, password, database=address.database)
    except StoreUnreachable as error:
        encrypted = "、服务器是否开启了加密" if "+s" in address.uri else ""
        raise StoreUnreachable(
            f"连不上 Neo4j（{address}），请检查服务器是否运行、地址和端口是否正确{encrypted}。"
        ) from error


def settings_store(settings: Settings) -> GraphStore:
    """Open the graph that the settings name.

    Raises:
        Problem, StoreUnavailable: see `open_store`.
    """
    password = settings.store_password.get_secret_value()
    return open_store(settings.store_at, settings.store_user, password)


def awaited_store(settings: Settings, progress: Progress) -> GraphStore:
    """Open the graph; wait for its server, which may be starting too, as long as is set.

    Raises:
        Problem, StoreUnavailable: see `open_store`. What waiting cannot mend is told at once.
    """
    patience = settings.store_wait
    give_up = time.monotonic() + patience
    try:
        return settings_store(settings)
    except StoreUnreachable:
        if not patience:
            raise
    with progress.step(f"等待 Neo4j 启动（{settings.store_at}，最多 {patience} 秒）") as advance:
        while True:
            try:
                return settings_store(settings)
            except StoreUnreachable:
                left = give_up - time.monotonic()
                if left <= 0:
                    raise
            advance(round(patience - left), patience)
            time.sleep(min(left, _PAUSE))


def open_platform(
    settings: Settings,
    progress: Progress | None = None,
    *,
    follow: bool = False,
    meanwhile: Callable[[], None] = lambda: None,
) -> Platform:
    """Open all parts; what is missing is made: seeds, model, vectors.

    The seeds are loaded when their content has changed since they were last loaded into this
    store. Processes that start together wait for one another. `follow` is for servers: it waits
    for a Neo4j that does not answer yet, and keeps the index current with what this or another
    process writes from now on. `meanwhile` is called while a prepared model loads.

    Raises:
        Problem: the data folder cannot be used, or the disk is full.
        StoreUnavailable: the store cannot be opened.
    """
    shown = progress or SilentProgress()
    check_folder(settings.data)
    with (
        _collecting_later(),
        alone(settings.data, shown),
        # commands are for people, who are better told at once that nothing answers
        _closing_on_error(
            awaited_store(settings, shown) if follow else settings_store(settings)
        ) as store,
        ThreadPoolExecutor(1) as beside,
    ):
        # a prepared model loads (0.5 s) while the seeds are checked and modules imported
        prepared = (settings.model_folder / "manifest.json").is_file()
        ahead = beside.submit(open_encoder, settings, SilentProgress()) if prepared else None
        from search.engine import SearchEngine
        from search.sync import Follower, refresh

        load_seeds(store, shown)
        meanwhile()
        encoder = ahead.result() if ahead else open_encoder(settings, shown)
        import seeds

        lexicon = seeds.lexicon()
        with shown.step("建立检索索引") as advance:
            keeper = _keeper(settings, store, lexicon, encoder)
            engine = SearchEngine(store, lexicon, encoder.encoder, keeper=keeper, progress=advance)
            refresh(engine)  # an index in the database may be behind the graph
        follower = Follower(engine) if follow else None
        return Platform(settings, store, engine, encoder, follower)


def forget_index(settings: Settings) -> None:
    """Forget the vectors, and the index where it is in the database; the next start makes them.

    Raises:
        Problem, StoreUnavailable: see `open_store`.
    """
    shutil.rmtree(settings.vectors_folder, ignore_errors=True)
    if settings.store_at.file is None:
        from search.indexes.neo4j_keeper import forget

        with closing(settings_store(settings)) as store:
            forget(cast("Neo4jGraphStore", store))


def _keeper(
    settings: Settings, store: GraphStore, lexicon: "Lexicon", state: EncoderState
) -> "IndexKeeper":
    """Return what keeps the index: beside a graph in Neo4j the vectors are there too."""
    encoder = state.encoder
    if settings.store_at.file is not None:
        from search.keeping import in_files

        return in_files(encoder, settings.vectors_folder)
    from search.indexes.neo4j_keeper import Neo4jKeeper, with_vectors_in

    graph = cast("Neo4jGraphStore", store)
    if settings.search == "neo4j":
        return Neo4jKeeper(graph, lexicon, encoder, reason=state.reason)
    return with_vectors_in(graph, encoder)


def forget_vectors(settings: Settings) -> None:
    """Remove the vectors that are kept for the next start, wherever they are.

    Raises:
        Problem, StoreUnavailable: see `open_store`.
    """
    if settings.store_at.file is not None:
        shutil.rmtree(settings.vectors_folder, ignore_errors=True)
        return
    from search.indexes.neo4j_memory import neo4j_memories

    with closing(cast("Neo4jGraphStore", settings_store(settings))) as store:
        for memory in neo4j_memories(store.connection):
            memory.retain(())


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Hold the garbage collector while much is made and nothing thrown away (a sixth of a start).

    What is there at the end lives as long as the process, so later collections pass it over.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was:
            gc.enable()


@contextmanager
def _closing_on_error(store: GraphStore) -> Iterator[GraphStore]:
    try:
        yield store
    except BaseException:
        store.close()
        raise
