"""Opens everything once and wires it: store, seeds, embedding model, index, engine.

`open_platform` is what the web application, the command line and the tests start from. A start
that finds everything in place writes nothing.
"""

import gc
import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kg.store import GraphStore
from web.addresses import StoreAddress
from web.embedding import EncoderState, open_encoder
from web.preflight import alone, check_folder
from web.problems import BadSetting
from web.progress import Progress, SilentProgress
from web.settings import Settings

if TYPE_CHECKING:
    from search.engine import SearchEngine
    from search.sync import Follower
    from seeds.load import Loaded


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

    return Neo4jGraphStore(address.uri, user, password, database=address.database)


def settings_store(settings: Settings) -> GraphStore:
    """Open the graph that the settings name.

    Raises:
        Problem, StoreUnavailable: see `open_store`.
    """
    password = settings.store_password.get_secret_value()
    return open_store(settings.store_at, settings.store_user, password)


def open_platform(
    settings: Settings, progress: Progress | None = None, *, follow: bool = False
) -> Platform:
    """Open all parts; what is missing is made: seeds, model, vectors.

    The seeds are loaded when their content has changed since they were last loaded into this
    store. Processes that start together wait for one another. `follow` keeps the index current
    with what this or another process writes from now on.

    Raises:
        Problem: the data folder cannot be used, or the disk is full.
        StoreUnavailable: the store cannot be opened.
    """
    if settings.search == "neo4j":
        raise BadSetting("KG_SEARCH", settings.search, "本版本还没有这种索引，请用 local")
    shown = progress or SilentProgress()
    check_folder(settings.data)
    with (
        _collecting_later(),
        alone(settings.data, shown),
        _closing_on_error(settings_store(settings)) as store,
        ThreadPoolExecutor(1) as beside,
    ):
        # a prepared model loads (0.3 s) while the seeds are checked and modules imported
        prepared = (settings.model_folder / "manifest.json").is_file()
        ahead = beside.submit(open_encoder, settings, SilentProgress()) if prepared else None
        from search.engine import SearchEngine
        from search.sync import Follower

        load_seeds(settings, store, shown)
        encoder = ahead.result() if ahead else open_encoder(settings, shown)
        import seeds

        with shown.step("建立检索索引") as advance:
            engine = SearchEngine(
                store,
                seeds.lexicon(),
                encoder.encoder,
                vectors=settings.vectors_folder,
                progress=advance,
            )
        follower = Follower(engine) if follow else None
        return Platform(settings, store, engine, encoder, follower)


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


def load_seeds(
    settings: Settings, store: GraphStore, progress: Progress, *, again: bool = False
) -> "Loaded | None":
    """Load the seeds if their content is new, or `again`; return what that did."""
    import seeds

    mark = settings.data / "seeds.json"
    at = settings.store_at
    place = str(at.file.resolve() if at.file else at)
    state = {"store": place, "content": _content_of(seeds.__file__)}
    if not again and store.position() and _read(mark) == state:
        return None
    with progress.step("载入种子数据") as advance:
        loaded = seeds.load(store, lambda _step, share: advance(round(100 * share), 100))
    mark.write_text(json.dumps(state, ensure_ascii=False, indent=1), "utf-8")
    return loaded


def _content_of(package: str | None) -> str:
    """Return a hash over all files of the seeds: data, vocabularies and the code that loads."""
    folder = Path(package or "").parent
    digest = hashlib.sha256()
    files = [*folder.glob("*.py"), *folder.glob("data/*"), *folder.glob("vocab/*")]
    for file in sorted(path for path in files if path.is_file()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _read(mark: Path) -> object:
    try:
        return json.loads(mark.read_text("utf-8"))
    except (OSError, ValueError):
        return None
