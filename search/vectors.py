"""Encodes passages, each text once: what a `VectorMemory` knows is not encoded again."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from search.encoder import Encoder
from search.memory import FileMemory, VectorMemory, key_of

Floats = NDArray[np.float32]
Progress = Callable[[int, int], None]
BATCH = 64
KEPT = 1024
"""Vectors that are kept together."""


class PassageVectors:
    """Encodes passages, remembering each text's vector. `memory` None ends with the process."""

    def __init__(self, encoder: Encoder, memory: VectorMemory | None = None) -> None:
        self.encoder = encoder
        self.memory = memory or FileMemory(None, encoder.fingerprint)

    def encode(self, texts: Sequence[str], progress: Progress = lambda _done, _all: None) -> Floats:
        """Return float32 (n, dimension); only texts never seen before are encoded."""
        keys = [key_of(text) for text in texts]
        known = self._known(keys)
        wanted = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        new = list(wanted.items())
        fresh: dict[bytes, Floats] = {}
        for start in range(0, len(new), BATCH):
            progress(start, len(new))
            batch = new[start : start + BATCH]
            vectors = self.encoder.encode_passages([text for _key, text in batch])
            fresh.update((key, vector) for (key, _text), vector in zip(batch, vectors, strict=True))
            if len(fresh) >= KEPT or start + BATCH >= len(new):
                self.memory.keep(fresh)
                known |= fresh
                fresh = {}
        if new:
            progress(len(new), len(new))
        if not keys:
            return np.zeros((0, self.encoder.dimension), np.float32)
        return np.stack([known[key] for key in keys])

    def save(self, texts: Sequence[str]) -> None:
        """Let the vectors of these texts outlive the process and forget all others."""
        self.memory.retain([key_of(text) for text in texts])
        self.memory.save()

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, Floats]:
        """Return what is remembered; a damaged memory may hold vectors of another length."""
        dimension = self.encoder.dimension
        found = self.memory.known(dict.fromkeys(keys))
        return {key: vector for key, vector in found.items() if vector.shape == (dimension,)}
