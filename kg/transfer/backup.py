"""The backup file: one graph, and what travels beside it, compressed and checked.

    greenkg-backup                                  what it is
    {"format": 1, "created": "…", …}                header: JSON on one line
    <zstd>                                          lines:
        {"section": "nodes"}  … lines of `records` in order …  {"end": "nodes", "lines": 2}
        {"section": "edges"}  …
        {"section": "…"}      any other: JSON lists
        {"summary": {…}}                            numbers and sums of nodes and edges
    sha256 <hex>                                    of all bytes before this line

A reader of this format passes over sections that it does not know. A file is read to its end, its
sums compared and each line checked as a store would, before any of it is used.
"""

import hashlib
import json
import os
import weakref
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import IO, Any, Literal

from kg.errors import BrokenBackup, GraphError
from kg.model import Edge
from kg.stores.checks import checked_edge, checked_import
from kg.transfer.compression import compressed, lines
from kg.transfer.records import (
    NO_EDGE,
    EdgeKey,
    StoredEdge,
    StoredNode,
    Summary,
    Summing,
    UnknownKind,
)
from kg.transfer.sources import News, Source

FORMAT = 1
MAGIC = b"greenkg-backup\n"
NODES, EDGES, SUMMARY = "nodes", "edges", ""
_SUM = b"sha256 "
_SUM_SIZE = len(_SUM) + 64 + 1
_CHUNK = 1 << 20
_LONGEST_HEADER = 1 << 16
_WRONG = (ValueError, TypeError, KeyError, StopIteration, RecursionError)
"""What reading wrong lines comes to."""

Advance = Callable[[int, int], None]
Inspect = Callable[[str, bytes], object]
"""Takes the name of a further section and one of its lines; ValueError says that it is damaged."""
Sections = Iterable[tuple[str, Iterable[bytes]]]
"""Names of further sections and their lines: each a JSON list with its line end."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the data; `created` is a time with its zone, `store` where it was."""

    created: str
    software: str
    store: str
    nodes: int
    edges: int
    format: int = FORMAT


def write(
    out: IO[bytes], header: Header, source: Source, sections: Sections, advance: Advance
) -> Summary:
    """Write a backup of the source, which is frozen; return what it holds.

    `advance` counts nodes and edges.
    """
    digest = hashlib.sha256()

    def put(data: bytes) -> None:
        digest.update(data)
        out.write(data)

    put(MAGIC)
    put(json.dumps(asdict(header), ensure_ascii=False).encode() + b"\n")
    summing, done, whole = Summing(), 0, header.nodes + header.edges
    with compressed(put) as body:
        nodes = (node.line() for node in summing.nodes(source.nodes()))
        edges = (edge.line() for edge in summing.edges(source.edges()))
        for name, found in ((NODES, nodes), (EDGES, edges), *sections):
            body(_line({"section": name}))
            number = 0
            for number, line in enumerate(found, 1):
                body(line)
                if number % 1000 == 0:
                    advance(min(done + number, whole), whole)
            body(_line({"end": name, "lines": number}))
            done += number
        body(_line({"summary": asdict(summing.summary())}))
    out.write(_SUM + digest.hexdigest().encode() + b"\n")
    return summing.summary()


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n"


class Backup:
    """A backup file that was read to its end and found whole; a `Source`.

    `sections` has the numbers of lines of further sections. The file stays open, so that another
    one that takes its name meanwhile is not read.

    Raises:
        BrokenBackup: it is none, damaged, or of a newer version. OSError.
    """

    task: Literal["copy", "restore"] = "restore"

    def __init__(
        self,
        file: Path,
        advance: Advance = lambda _done, _whole: None,
        inspect: Inspect = lambda _section, _line: None,
    ) -> None:
        self.file = file
        self._opened = file.open("rb")
        weakref.finalize(self, self._opened.close)
        self.header, self._start = _header(self._opened, file)
        size = os.fstat(self._opened.fileno()).st_size
        self._length = size - self._start - _SUM_SIZE
        if self._length < 0:
            raise _damaged(file, "文件不完整")
        self.sum = _check_sum(self._opened, file, size, lambda done: advance(done, 2 * size))
        try:
            found = self._check(lambda done: advance(size + done, 2 * size), inspect)
        except UnknownKind as error:
            raise BrokenBackup(
                f"备份文件 {file} 里有本程序不认识的类型“{error}”，"
                f"是更新的版本（{self.header.software}）写的，请升级程序后再恢复。"
            ) from error
        except (*_WRONG, GraphError) as error:
            raise _damaged(file, "内容与格式不符") from error
        self._summary, self.sections = found

    @property
    def identity(self) -> str:
        """Name the file by its sum, so that a renamed one is the same."""
        return f"备份文件 {self.sum}"

    def _check(
        self, advance: Callable[[int], object], inspect: Inspect
    ) -> tuple[Summary, dict[str, int]]:
        summing, checks, numbers, told = Summing(), _Checks(), Counter[str](), None
        for name, some in groupby(self._all(advance), lambda pair: pair[0]):
            found = (line for _, line in some)
            if name == NODES:
                for node in summing.nodes(map(StoredNode.of_line, found)):
                    checks.node(node)
            elif name == EDGES:
                for edge in summing.edges(map(StoredEdge.of_line, found)):
                    checks.edge(edge)
            elif name == SUMMARY:
                told = json.loads(next(found))["summary"]
            else:
                for line in found:
                    inspect(name, line)
                    numbers[name] += 1
        summary = summing.summary()
        if json.loads(_line(asdict(summary))) != told:
            raise ValueError("another summary")
        return summary, numbers

    def _all(
        self, advance: Callable[[int], object] = lambda _: None
    ) -> Generator[tuple[str, bytes], None, None]:
        """Yield all lines with the name of their section; the summary's is empty.

        Raises:
            ValueError, KeyError: the file is not what it was.
        """
        section, number, summary = "", 0, False
        for line in lines(self._reading(), self._length, advance):
            if line.startswith(b"["):
                number += 1
                if not section:
                    raise ValueError("a line outside")
                yield section, line
                continue
            told = json.loads(line)
            if "section" in told:
                section, number = str(told["section"]), 0
            elif "end" in told:
                if (told["end"], told["lines"]) != (section, number):
                    raise ValueError("lines are missing")
                section = ""
            else:
                summary = True
                yield SUMMARY, line
        if section or not summary:
            raise ValueError("no end")

    def _reading(self) -> Callable[[int], bytes]:
        """Return what reads on from the start, whoever else reads the file."""
        place = self._start

        def read(size: int) -> bytes:
            nonlocal place
            data = os.pread(self._opened.fileno(), size, place)
            place += len(data)
            return data

        return read

    @contextmanager
    def _as_checked(self) -> Iterator[None]:
        try:
            yield
        except _WRONG as error:
            raise BrokenBackup(
                f"备份文件 {self.file} 在检查之后被改动了，请换回原来的文件。"
            ) from error

    def lines(self, section: str) -> Iterator[bytes]:
        """Yield the lines of one section.

        Raises:
            BrokenBackup: the file was changed since it was opened.
        """
        with self._as_checked(), closing(self._all()) as everything:
            for name, line in everything:
                if name == section:
                    yield line

    def frozen(self) -> AbstractContextManager[None]:
        """Files stay as they are."""
        return nullcontext()

    def position(self) -> int:
        """Return 0: it never changes."""
        return 0

    def news(self, since: int) -> News | None:  # noqa: ARG002 - the protocol's name
        """Return None: it never changes."""
        return None

    def size(self) -> tuple[int, int]:
        """Return the numbers of nodes and edges."""
        return self._summary.node_count, self._summary.edge_count

    def nodes(self, after: str = "") -> Iterator[StoredNode]:
        """Yield the nodes."""
        with self._as_checked():
            for line in self.lines(NODES):
                node = StoredNode.of_line(line)
                if node.id > after:
                    yield node

    def edges(self, after: EdgeKey = NO_EDGE) -> Iterator[StoredEdge]:
        """Yield the edges."""
        with self._as_checked():
            for line in self.lines(EDGES):
                edge = StoredEdge.of_line(line)
                if edge.key > after:
                    yield edge

    def summary(self) -> Summary | None:
        """Return the sums."""
        return self._summary


class _Checks:
    """What a store would refuse, and what is out of order, is found before anything is erased."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._node, self._edge = "", NO_EDGE

    def node(self, node: StoredNode) -> None:
        checked_import(node)
        if node.id <= self._node:
            raise ValueError(node.id)
        self._node = node.id
        self._ids.add(node.id)

    def edge(self, edge: StoredEdge) -> None:
        props = json.loads(edge.props)
        _, text = checked_edge(Edge(edge.relation, edge.source, edge.target, props))
        if text != edge.props or edge.key <= self._edge or not self._ids >= {*edge.key[::2]}:
            raise ValueError(edge.key)
        self._edge = edge.key


def _damaged(file: Path, what: str) -> BrokenBackup:
    return BrokenBackup(f"备份文件 {file} 已损坏（{what}），没有使用它，请换一份备份。")


def _header(opened: IO[bytes], file: Path) -> tuple[Header, int]:
    if opened.read(len(MAGIC)) != MAGIC:
        raise BrokenBackup(f"{file} 不是本系统的备份文件，请核对文件名。")
    try:
        values = dict(json.loads(opened.readline(_LONGEST_HEADER)))
    except _WRONG as error:
        raise _damaged(file, "文件头读不出") from error
    number = values.get("format")
    if isinstance(number, int) and number > FORMAT:
        raise BrokenBackup(
            f"备份文件 {file} 由更新的版本（{values.get('software', '未知')}）写成"
            f"（格式 {number}，本程序支持到 {FORMAT}），请升级程序后再恢复。"
        )
    try:
        return Header(**values), opened.tell()
    except TypeError as error:
        raise _damaged(file, "文件头读不出") from error


def _check_sum(opened: IO[bytes], file: Path, size: int, advance: Callable[[int], None]) -> str:
    opened.seek(0)
    digest, left = hashlib.sha256(), size - _SUM_SIZE
    while left and (data := opened.read(min(_CHUNK, left))):
        digest.update(data)
        left -= len(data)
        advance(size - left)
    if opened.read() != _SUM + digest.hexdigest().encode() + b"\n":
        raise _damaged(file, "校验和不符，或文件不完整")
    return digest.hexdigest()
