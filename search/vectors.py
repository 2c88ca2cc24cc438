"""Vectors of passages, kept on disk so that a restart encodes nothing twice.

One file a model (vectors of different models are never mixed), written whole and moved into
place, so that a crash leaves the old one.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from search.encoder import Encoder

Floats = NDArray[np.float32]
Progress = Callable[[int, int], None]
BATCH = 64


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()


class PassageVectors:
    """Encodes passages, remembering each text's vector."""

    def __init__(self, encoder: Encoder, folder: Path | None) -> None:
        """`folder` None keeps the memory to this process."""
        self.encoder = encoder
        self._file = folder / f"passages-{encoder.fingerprint}.npz" if folder else None
        self._known: dict[bytes, Floats] = {}
        if self._file is not None and self._file.is_file():
            self._read(self._file)
        self._saved = frozenset(self._known)

    def _read(self, file: Path) -> None:
        try:
            with file.open("rb") as opened, np.load(opened) as saved:
                keys, vectors = saved["keys"], saved["vectors"]
            if vectors.shape == (len(keys), self.encoder.dimension):
                self._known = {bytes(k): v for k, v in zip(keys, vectors, strict=True)}
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            self._known = {}  # a damaged file costs a re-encoding, nothing else

    def encode(self, texts: Sequence[str], progress: Progress = lambda _done, _all: None) -> Floats:
        """Return float32 (n, dimension); only texts never seen before are encoded."""
        keys = [_key(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        fresh = list(new.items())
        for start in range(0, len(fresh), BATCH):
            progress(start, len(fresh))
            batch = fresh[start : start + BATCH]
            vectors = self.encoder.encode_passages([text for _key, text in batch])
            self._known.update((key, v) for (key, _text), v in zip(batch, vectors, strict=True))
        if fresh:
            progress(len(fresh), len(fresh))
        if not keys:
            return np.zeros((0, self.encoder.dimension), np.float32)
        return np.stack([self._known[key] for key in keys])

    def save(self, texts: Sequence[str]) -> None:
        """Write the vectors of these texts and forget all others; the same ones are not written."""
        self._known = {k: self._known[k] for k in dict.fromkeys(map(_key, texts))}
        if self._file is None or not self._known or self._known.keys() == self._saved:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._file.with_name(f".{os.getpid()}.npz")
        keys = np.frombuffer(b"".join(self._known), np.uint8).reshape(-1, 16)
        try:
            np.savez(scratch, keys=keys, vectors=np.stack(list(self._known.values())))
            scratch.replace(self._file)
        finally:
            scratch.unlink(missing_ok=True)
        self._saved = frozenset(self._known)
