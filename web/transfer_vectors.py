"""Vectors of passages that travel with a graph: from where they are kept to where they will be.

A graph in Neo4j has them in its database, one in a file has them in the data folder (see
`web.bootstrap`). They are found by their text, so more of them than needed does no harm.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import TransferFailed
from kg.stores.neo4j import Neo4jGraphStore
from kg.transfer.backup import Backup, Inspect
from kg.transfer.replica import Replica

if TYPE_CHECKING:
    from search.memory import Floats, VectorMemory

_SECTION = re.compile(r"vectors (entries|demands) ([^/\\]+)")
_BATCH = 1000
_DIFFERENT = (
    "核对不一致：带过去的向量与来源的不同。图谱本身已核对一致；"
    "请检查磁盘后再运行一次同一条命令，会从这一步接着做。"
)
Vectors = Iterable[tuple[bytes, "Floats"]]
Kept = tuple[str, str, Vectors]
"""Side, fingerprint of the model, and the vectors."""


def kept(store: Replica, folder: Path) -> Iterator[Kept]:
    """Walk all vectors that belong to a graph; `folder` has those of graphs in files."""
    if isinstance(store, Neo4jGraphStore):
        from search.indexes.neo4j_memory import neo4j_memories

        for memory in neo4j_memories(store.connection):
            yield memory.side, memory.fingerprint, memory.items()
        return
    from search.keeping import SIDES
    from search.memory import file_memories

    for side in SIDES:
        for held in file_memories(folder / side):
            yield side, held.fingerprint, held.items()


def beside(file: Path, folder: Path) -> Path:
    """Return where the vectors of a graph in a file are: beside it if there are some."""
    own = file.resolve().parent / folder.name
    return own if any(own.glob("*/[!.]*.npz")) else folder


def keep(groups: Iterable[Kept], store: Replica, folder: Path) -> int:
    """Add vectors to those of a graph, read them back; return how many came.

    Raises:
        TransferFailed: what is there afterwards is not what came.
    """
    done = 0
    for side, fingerprint, vectors in groups:
        memory, walk = _memory(store, folder, side, fingerprint), iter(vectors)
        sums: dict[bytes, bytes] = {}
        while some := dict(islice(walk, _BATCH)):
            # one that was there before stays, and may come from another processor
            sums.update(_sums({**some, **memory.known(some)}))
            memory.keep(some)
        memory.save()
        again, keys = _memory(store, folder, side, fingerprint), iter(sums)
        while asked := list(islice(keys, _BATCH)):
            if _sums(again.known(asked)) != {key: sums[key] for key in asked}:
                raise TransferFailed(_DIFFERENT)
        done += len(sums)
    return done


def _sums(vectors: Mapping[bytes, "Floats"]) -> dict[bytes, bytes]:
    return {key: blake2b(one.astype("<f4").tobytes()).digest() for key, one in vectors.items()}


def _memory(store: Replica, folder: Path, side: str, fingerprint: str) -> "VectorMemory":
    if isinstance(store, Neo4jGraphStore):
        from search.indexes.neo4j_memory import Neo4jMemory

        return Neo4jMemory(store.connection, side, fingerprint)
    from search.memory import FileMemory

    return FileMemory(folder / side, fingerprint)


def sections(groups: Iterable[Kept]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Turn vectors into sections of a backup: the key, and 32-bit numbers in base 64."""
    for side, fingerprint, vectors in groups:
        yield f"vectors {side} {fingerprint}", map(_line, vectors)


def _line(pair: "tuple[bytes, Floats]") -> bytes:
    key, vector = pair
    numbers = base64.b64encode(vector.astype("<f4").tobytes()).decode()
    return json.dumps([key.hex(), numbers]).encode() + b"\n"


def saved(backup: Backup) -> Iterator[Kept]:
    """Walk the vectors of a backup."""
    for name in backup.sections:
        if found := _SECTION.fullmatch(name):
            yield found[1], found[2], map(_pair, backup.lines(name))


def _pair(line: bytes) -> "tuple[bytes, Floats]":
    """Read what `_line` has written.

    Raises:
        ValueError: it has not, or it is no key with a vector.
    """
    import numpy as np

    from search.memory import KEY_BYTES

    key, numbers = map(str, json.loads(line))
    vector = np.frombuffer(base64.b64decode(numbers, validate=True), "<f4")
    if len(key) != 2 * KEY_BYTES or not vector.size or not np.isfinite(vector).all():
        raise ValueError(key[:80])
    return bytes.fromhex(key), vector


def vectors_alike() -> Inspect:
    """Return what checks the vectors of a backup: each can be read, all of a model are as long."""
    sizes: dict[str, int] = {}

    def inspect(section: str, line: bytes) -> None:
        if _SECTION.fullmatch(section):
            _, vector = _pair(line)
            if sizes.setdefault(section, vector.size) != vector.size:
                raise ValueError(section)

    return inspect
