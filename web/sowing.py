"""Loads the seeds once for each content of theirs, however many processes start together.

Which content was loaded is remembered in the graph itself, in one private node: so it is known to
every process on every machine, and travels with a copy or a backup of the graph.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import StoreBusy
from kg.model import Node
from kg.store import GraphStore
from kg.vocabulary import Label
from web.progress import Progress

if TYPE_CHECKING:
    from seeds.load import Loaded

MARK = "state-seeds"
"""The node that keeps the hash of the seeds that were loaded last."""
_LONGEST = 300
"""Seconds: a load takes 2 on SQLite and 7 on Neo4j, many times that on a busy machine."""


def load_seeds(store: GraphStore, progress: Progress, *, again: bool = False) -> "Loaded | None":
    """Load the seeds if their content is new, or `again`; return what that did."""
    import seeds

    content = _content_of(seeds.__file__)
    if not again and _sown(store) == content:
        return None
    with progress.step("载入种子数据") as advance, _locked(store):
        # whoever has waited for another process's load finds all done
        if not again and _sown(store) == content:
            return None
        loaded = seeds.load(store, lambda _step, share: advance(round(100 * share), 100))
        store.put(Node(MARK, Label.STATE, {"content": content}))
    return loaded


@contextmanager
def _locked(store: GraphStore) -> Iterator[None]:
    """Open a transaction; another process may hold the write lock for all of its own load.

    Raises:
        StoreBusy: longer than a load can take.
    """
    give_up = time.monotonic() + _LONGEST
    with ExitStack() as opened:
        while True:
            try:
                opened.enter_context(store.transaction())
                break
            except StoreBusy:
                if time.monotonic() > give_up:
                    raise
        yield


def _sown(store: GraphStore) -> object:
    mark = store.get_many([MARK]).get(MARK)
    return mark.props.get("content") if mark else None


def _content_of(package: str | None) -> str:
    """Return a hash over all files of the seeds: data, vocabularies and the code that loads."""
    folder = Path(package or "").parent
    digest = hashlib.sha256()
    files = [*folder.glob("*.py"), *folder.glob("data/*"), *folder.glob("vocab/*")]
    for file in sorted(path for path in files if path.is_file()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
