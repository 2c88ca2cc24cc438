"""Imports a whole graph into a store, piece by piece, so that it can be interrupted anywhere.

Each piece and the mark of how far it is are one transaction, so a later run goes on where this
one stopped and nothing comes twice. At the end both sides are read and compared; only then does
the target count as whole.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from kg.errors import ImportConflict, StoreUnavailable, TransferFailed, TransferRefused
from kg.transfer.marks import Mark
from kg.transfer.records import Batch, StoredEdge, StoredNode, Summary, Summing
from kg.transfer.replica import Replica
from kg.transfer.sources import Source, StoreSource

Kept = TypeVar("Kept", StoredNode, StoredEdge)
Advance = Callable[[int, int], None]
NODES, EDGES = 2000, 10_000
"""How many come in one transaction (see docs/benchmarks.md), and how much text at most."""
TEXT = 8_000_000

_FULL = (
    "去处已有数据，没有改动它。要保留它，请换一个空的图谱；"
    "确实要用新的内容代替它，请加 --replace（原有内容会全部删除，建议先备份）。"
)
_OTHER = (
    "去处有另一次没有做完的导入（来自 {source}）。请先把那次导入做完；"
    "要放弃它、从头导入这一份，请加 --replace。"
)
_NOTHING = (
    "来源里一个节点也没有，去处却有数据，没有改动它。请核对来源和去处的地址，是不是写错或写反了。"
)
_BROKEN = "上一次导入结束时核对不一致，去处的内容不可用，请加 --replace 从头再来。"


class Steps(Protocol):
    """Shows how far it is."""

    def step(self, title: str) -> AbstractContextManager[Advance]:
        """Return a context in which a step runs."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is in the target now, and whether an earlier run had begun it."""

    summary: Summary
    resumed: bool


class Import:
    """One import of a source into a target that was opened for importing."""

    def __init__(
        self,
        source: Source,
        target: Replica,
        steps: Steps,
        *,
        nodes: int | None = None,
        edges: int | None = None,
    ) -> None:
        """`nodes` and `edges`: how many come in one transaction, else NODES and EDGES."""
        self._source, self._target, self._steps = source, target, steps
        self._some_nodes, self._some_edges = nodes or NODES, edges or EDGES
        self._mark = Mark(source.task, source.identity, 0)
        self.begun = False
        """Whether the target is marked as unfinished."""
        self.ending = False
        """Whether all that is left, or was lost on the way, is to take the mark off."""

    def run(self, *, fresh: bool = False, beside: Callable[[], None] | None = None) -> Outcome:
        """Import everything, compare, and declare the target whole.

        The target must be empty or hold the beginning of this same import; with `fresh` anything
        else that it holds is thrown away. `beside` is called before the target counts as whole,
        for what belongs to the graph and is kept elsewhere.

        Raises:
            TransferRefused: the target holds something else, and is untouched.
            TransferFailed: the two sides differ at the end; the target stays unfinished.
            ImportConflict, StoreUnavailable: it stays unfinished and can be resumed.
        """
        with self._source.frozen():
            resumed = self._begin(fresh=fresh)
            if self._mark.erasing:
                self._erase()
            self._catch_up()
            if not self._mark.nodes_done:
                self._take_nodes()
            self._take_edges()
            summary = self._compare()
        if beside is not None:
            beside()
        self._finish()
        return Outcome(summary, resumed)

    def _finish(self) -> None:
        self.ending = True
        try:
            self._target.set_mark(self._mark.text(), None)
        except (StoreUnavailable, ImportConflict):
            # it may have been done, and only the answer have been lost
            if self._target.mark() is not None:
                raise
        self.begun = self.ending = False

    def _begin(self, *, fresh: bool) -> bool:
        """Find or make the mark; say whether there was one of this import."""
        stored = self._target.mark()
        found = Mark.of_text(stored) if stored else None
        if found is not None and self._continues(found) and not found.broken:
            self._mark = found
            self.begun = True
            return True
        if not fresh and stored is not None:
            broken = found is not None and found.broken
            source = found.source if found else "未知"
            raise TransferRefused(_BROKEN if broken else _OTHER.format(source=source))
        erasing = fresh and not self._is_empty()
        if erasing and self._source.task == "copy" and not self._source.size()[0]:
            raise TransferRefused(_NOTHING)
        position = self._source.position()
        self._mark = Mark(self._source.task, self._source.identity, position, erasing=erasing)
        try:
            self._target.set_mark(stored, self._mark.text(), empty=not erasing)
        except ImportConflict:
            if self._is_empty():
                raise
            raise TransferRefused(_FULL) from None
        self.begun = True
        return False

    def _is_empty(self) -> bool:
        return not self._target.node_page("", 1)

    def _continues(self, mark: Mark) -> bool:
        """Say whether the mark is of this import; a source cannot have gone back."""
        same = (mark.task, mark.source) == (self._source.task, self._source.identity)
        return same and mark.position <= self._source.position()

    def _absorb(self, batch: Batch, mark: Mark) -> None:
        self._target.absorb(batch, self._mark.text(), mark.text())
        self._mark = mark

    def _erase(self) -> None:
        """Empty the target, edges first."""
        old = StoreSource(self._target)
        with self._steps.step("清空原有的图谱") as advance:
            done, whole = 0, sum(old.size())
            for edges in _groups(old.edges(), self._some_edges):
                self._absorb(Batch(gone_edges=tuple(edge.key for edge in edges)), self._mark)
                done += len(edges)
                advance(done, whole)
            for nodes in _groups(old.nodes(), self._some_nodes):
                self._absorb(Batch(gone_nodes=tuple(node.id for node in nodes)), self._mark)
                done += len(nodes)
                advance(done, whole)
        position = self._source.position()
        self._absorb(Batch(), replace(self._mark, erasing=False, position=position))

    def _catch_up(self) -> None:
        """Bring what an earlier run has written to the source's present state.

        Only what the copy has reached: the rest comes in its turn.
        """
        while news := self._source.news(self._mark.position):
            all_nodes, last = self._mark.nodes_done, self._mark.node
            nodes = {one: n for one, n in news.nodes.items() if all_nodes or one <= last}
            edges = {key: e for key, e in news.edges.items() if key <= self._mark.edge}
            batch = Batch(
                tuple(node for node in nodes.values() if node),
                tuple(edge for edge in edges.values() if edge),
                tuple(key for key, edge in edges.items() if edge is None),
                tuple(one for one, node in nodes.items() if node is None),
            )
            self._absorb(batch, replace(self._mark, position=news.position))

    def _take_nodes(self) -> None:
        with self._steps.step("导入节点") as advance:
            whole = self._source.size()[0]
            done = self._present()[0] if self._mark.node else 0
            for nodes in _groups(self._source.nodes(self._mark.node), self._some_nodes):
                self._absorb(Batch(nodes=tuple(nodes)), replace(self._mark, node=nodes[-1].id))
                done += len(nodes)
                advance(done, whole)
        self._absorb(Batch(), replace(self._mark, nodes_done=True))

    def _take_edges(self) -> None:
        with self._steps.step("导入关系") as advance:
            whole = self._source.size()[1]
            done = self._present()[1] if any(self._mark.edge) else 0
            for edges in _groups(self._source.edges(self._mark.edge), self._some_edges):
                self._absorb(Batch(edges=tuple(edges)), replace(self._mark, edge=edges[-1].key))
                done += len(edges)
                advance(done, whole)

    def _present(self) -> tuple[int, int]:
        return StoreSource(self._target).size()

    def _compare(self) -> Summary:
        """Read both sides and return what they hold.

        Raises:
            TransferFailed: they differ.
        """
        with self._steps.step("核对两边的数量和校验和") as advance:
            theirs = self._source.summary()
            sides = 1 if theirs else 2
            whole = sides * sum(self._source.size())
            copied = StoreSource(self._target)
            with copied.frozen():
                ours = summarize(copied, lambda done, _: advance(done, whole))
            if theirs is None:
                half = ours.node_count + ours.edge_count
                theirs = summarize(self._source, lambda done, _: advance(half + done, whole))
        if ours != theirs:
            self._absorb(Batch(), replace(self._mark, broken=True))
            raise TransferFailed(
                f"核对不一致：来源有 {theirs.node_count} 个节点、{theirs.edge_count} 条关系"
                f"（校验和 {theirs.short}），去处有 {ours.node_count} 个节点、"
                f"{ours.edge_count} 条关系（校验和 {ours.short}）。"
                "去处不可使用，请加 --replace 从头再来。"
            )
        return ours


def summarize(source: Source, advance: Advance) -> Summary:
    """Read a whole graph and return its sums."""
    whole = sum(source.size())
    summing, done = Summing(), 0
    for group in _groups(summing.nodes(source.nodes()), NODES):
        done += len(group)
        advance(done, whole)
    for some in _groups(summing.edges(source.edges()), EDGES):
        done += len(some)
        advance(done, whole)
    return summing.summary()


def _groups(things: Iterable[Kept], most: int) -> Iterator[list[Kept]]:
    """Yield lists of at most `most` things, and of about TEXT characters at most."""
    group: list[Kept] = []
    size = 0
    for thing in things:
        group.append(thing)
        size += len(thing.props)
        if len(group) == most or size >= TEXT:
            yield group
            group, size = [], 0
    if group:
        yield group
