"""Loads the seeds into a graph store: all or nothing, and a second time without effect.

Nothing is ever removed: what an earlier version of the seeds had and this one has not stays. A
node that somebody has changed since it was loaded (its revision is over 1 and its content another)
is left alone together with the relations of its line, unless `overwrite` is set. What somebody has
removed altogether comes back.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.model import Edge, Node
from kg.store import GraphStore
from kg.vocabulary import Label, Relation
from seeds.check import find_problems
from seeds.errors import BrokenSeed
from seeds.files import FOLDER
from seeds.read import Seeds, read_seeds

Progress = Callable[[str, float], None]
"""Called with the name of the step and the share that is done, 0 to 1."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many nodes and edges the seeds have, and what the load did.

    `written_nodes` and `written_edges` count real changes of the store; `kept` are the ids left
    alone because they had been changed since.
    """

    nodes: Mapping[Label, int]
    edges: Mapping[Relation, int]
    written_nodes: int
    written_edges: int
    kept: tuple[str, ...]


def load(
    store: GraphStore,
    progress: Progress | None = None,
    folder: Path | None = None,
    *,
    overwrite: bool = False,
) -> Loaded:
    """Check the seeds of `folder` (default: the packaged ones) and write them into the store.

    Raises:
        BrokenSeed: some line is wrong; the store is untouched.
    """
    tell = progress or (lambda _step, _share: None)
    seeds = read_checked(folder or FOLDER)
    tell("核对种子数据", 0.1)
    nodes = {part.record.id: part.record.to_node() for part in seeds.sown}
    with store.transaction():
        kept = () if overwrite else _changed_since(store, nodes)
        writing = [node for node in nodes.values() if node.id not in kept]
        edges = [e for part in seeds.sown if part.record.id not in kept for e in part.edges]
        written_nodes = 0
        for start in range(0, len(writing), _BATCH):
            tell("写入节点", 0.1 + 0.5 * start / len(writing))
            written_nodes += store.put_many(writing[start : start + _BATCH])
        written_edges = 0
        for start in range(0, len(edges), _BATCH):
            tell("写入关系", 0.6 + 0.4 * start / len(edges))
            written_edges += store.relate_many(edges[start : start + _BATCH])
    tell("完成", 1.0)
    return Loaded(
        nodes=Counter(node.label for node in nodes.values()),
        edges=Counter(edge.relation for edge in all_edges(seeds)),
        written_nodes=written_nodes,
        written_edges=written_edges,
        kept=kept,
    )


def read_checked(folder: Path) -> Seeds:
    """Read a seed folder in which nothing is wrong.

    Raises:
        BrokenSeed: with every problem found.
    """
    seeds = read_seeds(folder)
    if problems := find_problems(seeds, folder):
        raise BrokenSeed(problems)
    return seeds


def all_edges(seeds: Seeds) -> list[Edge]:
    """Return the edges of all lines, in the order of the files."""
    return [edge for part in seeds.sown for edge in part.edges]


def _changed_since(store: GraphStore, nodes: Mapping[str, Node]) -> tuple[str, ...]:
    stored = store.get_many(nodes)
    return tuple(
        node.id
        for node in stored.values()
        if node.revision > 1
        and (node.label, dict(node.props)) != (nodes[node.id].label, dict(nodes[node.id].props))
    )
