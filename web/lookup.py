"""What the command line looks up beside searching: a record by any of its keys, the state."""

import platform as machine
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from kg.errors import NodeNotFound
from kg.model import Node
from kg.query import Filter, Op, Query
from kg.store import GraphStore
from kg.vocabulary import ENTRY_LABELS, Label
from web.settings import Settings


def find_subject(store: GraphStore, key: str) -> tuple[Node, bool]:
    """Return the entry or demand with this id or collected record key, and whether it is a demand.

    Raises:
        NodeNotFound: there is none.
    """
    labels = ENTRY_LABELS | {Label.DEMAND}
    node = store.get_many([key]).get(key)
    if node is None or node.label not in labels:
        query = Query(labels, filters=(Filter("keys", Op.EQ, key),), limit=1)
        found = store.find(query).nodes
        if not found:
            raise NodeNotFound(key)
        node = found[0]
    return node, node.label is Label.DEMAND


def program_version() -> str:
    """Return the installed version."""
    try:
        return version("greenkg")
    except PackageNotFoundError:
        return "未安装"


def state_of(settings: Settings) -> dict[str, Any]:
    """Return version, settings, sizes and the model's state without preparing anything."""
    from search.model import is_prepared

    wanted = settings.embedding_model
    model = "已准备" if is_prepared(settings.model_folder) else "未准备，首次启动时准备"
    counts: dict[str, dict[str, int]] = {"nodes": {}, "edges": {}}
    at = settings.store_at
    if at.file is None or at.file.is_file():
        from web.bootstrap import settings_store

        store = settings_store(settings)
        try:
            found = store.counts()
        finally:
            store.close()
        counts = {
            "nodes": {label.value: n for label, n in found.nodes.items()},
            "edges": {relation.value: n for relation, n in found.edges.items()},
        }
    return {
        "version": program_version(),
        "python": machine.python_version(),
        "address": settings.address,
        "store": str(at),
        "model": wanted or model,
        "settings": settings.model_dump(mode="json"),
        **counts,
    }
