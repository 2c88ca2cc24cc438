"""`VectorMemory`: vectors of passages that outlive the process, by the hash of their text.

One memory holds the vectors of one model; those of different models are never mixed. Kept in the
data folder (`FileMemory`) or in a Neo4j database (`search.indexes.neo4j_memory`).
"""

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Protocol
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
KEY_BYTES = 16
_NAME = "passages-"


def key_of(text: str) -> bytes:
    """Return the key of a text: 16 bytes."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=KEY_BYTES).digest()


class VectorMemory(Protocol):
    """Unit vectors, float32 (dimension,), by `key_of` their text; all of one model.

    `fingerprint` names the model, as `Encoder.fingerprint`.
    """

    fingerprint: str

    def known(self, keys: Collection[bytes]) -> dict[bytes, Floats]:
        """Return the vectors of the keys that are here."""
        ...

    def keep(self, vectors: Mapping[bytes, Floats]) -> None:
        """Add vectors; those that are here already stay."""
        ...

    def retain(self, keys: Collection[bytes]) -> None:
        """Forget all vectors but those of the keys."""
        ...

    def save(self) -> None:
        """Make what was kept and forgotten outlive the process, where that has not happened."""
        ...

    def items(self) -> Iterator[tuple[bytes, Floats]]:
        """Walk all vectors, by key."""
        ...


class FileMemory:
    """One file a model, written whole and moved into place, so that a crash leaves the old one.

    A damaged file costs a re-encoding, nothing else. `folder` None keeps all to this process.
    """

    def __init__(self, folder: Path | None, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self._file = folder / f"{_NAME}{fingerprint}.npz" if folder else None
        self._all: dict[bytes, Floats] = {}
        if self._file is not None and self._file.is_file():
            self._all = _read(self._file)
        self._saved = frozenset(self._all)

    def known(self, keys: Collection[bytes]) -> dict[bytes, Floats]:
        """Return the vectors of the keys that are here."""
        return {key: self._all[key] for key in keys if key in self._all}

    def keep(self, vectors: Mapping[bytes, Floats]) -> None:
        """Add vectors, in memory; `save` writes them."""
        for key, vector in vectors.items():
            self._all.setdefault(key, vector)

    def retain(self, keys: Collection[bytes]) -> None:
        """Forget all vectors but those of the keys, in memory; `save` writes that."""
        self._all = self.known(dict.fromkeys(keys))

    def save(self) -> None:
        """Write the file; the same vectors are not written again."""
        if self._file is None or not self._all or self._all.keys() == self._saved:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._file.with_name(f".{os.getpid()}.npz")
        keys = np.frombuffer(b"".join(self._all), np.uint8).reshape(-1, KEY_BYTES)
        try:
            np.savez(scratch, keys=keys, vectors=np.stack(list(self._all.values())))
            scratch.replace(self._file)
        finally:
            scratch.unlink(missing_ok=True)
        self._saved = frozenset(self._all)

    def items(self) -> Iterator[tuple[bytes, Floats]]:
        """Walk all vectors, by key."""
        return iter(sorted(self._all.items(), key=lambda item: item[0]))


def file_memories(folder: Path) -> Iterator[FileMemory]:
    """Open all memories of a folder, one for each model it has vectors of."""
    for file in sorted(folder.glob(f"{_NAME}*.npz")):
        yield FileMemory(folder, file.stem.removeprefix(_NAME))


def _read(file: Path) -> dict[bytes, Floats]:
    try:
        with file.open("rb") as opened, np.load(opened) as saved:
            keys, vectors = saved["keys"], saved["vectors"]
        if len(keys) == len(vectors) and keys.shape[1:] == (KEY_BYTES,):
            return {key.tobytes(): v for key, v in zip(keys, vectors, strict=True)}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        pass
    return {}
