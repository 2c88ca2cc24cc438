"""Text -> unit vectors. The default encoder runs the prepared ONNX model; nothing is fetched."""

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from search.errors import ModelUnavailable

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Encodes queries and passages into the same space.

    `fingerprint` names the weights: vectors of different fingerprints are never mixed.
    """

    fingerprint: str
    dimension: int

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, float32 (n, dimension)."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, float32 (n, dimension)."""
        ...


class OnnxEncoder:
    """multilingual-e5-small as int8 ONNX (`search.model`); safe to use from several threads.

    e5 wants every text marked as query or passage; texts over 512 tokens are cut.
    """

    def __init__(self, folder: Path, threads: int = 2) -> None:
        """Load the model.

        Raises:
            ModelUnavailable: the folder holds no whole model.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        try:
            manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            options.log_severity_level = 3
            # The arena keeps the largest batch ever seen; without it memory stays flat.
            options.enable_cpu_mem_arena = False
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # its error classes share no base
            raise ModelUnavailable(f"向量模型无法载入（{folder}）：{error}") from error
        self.fingerprint: str = manifest["sha256"]["model.onnx"][:16]
        self.dimension: int = self._session.get_outputs()[0].shape[1]
        self._lock = threading.Lock()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of questions, float32 (n, dimension)."""
        return self._encode([f"query: {text}" for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of passages, float32 (n, dimension)."""
        return self._encode([f"passage: {text}" for text in texts])

    def _encode(self, texts: list[str]) -> Vectors:
        out = np.zeros((len(texts), self.dimension), np.float32)
        encodings = self._tokenizer.encode_batch(texts)
        # Equal lengths side by side: padding costs time and, in int8, a little precision.
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
        for start in range(0, len(order), 16):
            batch = order[start : start + 16]
            longest = len(encodings[batch[-1]].ids)
            ids = np.ones((len(batch), longest), np.int64)
            mask = np.zeros((len(batch), longest), np.int64)
            for row, i in enumerate(batch):
                ids[row, : len(encodings[i].ids)] = encodings[i].ids
                mask[row, : len(encodings[i].ids)] = 1
            out[batch] = self._run({"input_ids": ids, "attention_mask": mask})
        return out

    def _run(self, feed: dict[str, Any]) -> Vectors:
        with self._lock:
            result: Vectors = self._session.run(None, feed)[0]
        return result


class SentenceTransformersEncoder:
    """Any `sentence-transformers` model, from a directory (extra `greenkg[models]`)."""

    def __init__(self, name: str) -> None:
        """Load the model.

        Raises:
            ModelUnavailable: the extra is not installed or the model cannot be read.
        """
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ModelUnavailable(
                "KG_EMBEDDING_MODEL 需要附加组件，请先安装：pip install 'greenkg[models]'。"
            ) from error
        try:
            self._model = SentenceTransformer(name, device="cpu")
        except (OSError, ValueError) as error:
            raise ModelUnavailable(f"模型“{name}”无法载入：{error}") from error
        probe = self._encode(["绿色低碳"], "query")
        self.dimension = int(probe.shape[1])
        self.fingerprint = f"{Path(name).name}-{np.abs(probe).sum():.6f}"

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of questions, float32 (n, dimension)."""
        return self._encode(texts, "query")

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of passages, float32 (n, dimension)."""
        return self._encode(texts, "document")

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        name = prompt if prompt in self._model.prompts else None
        vectors = self._model.encode(
            list(texts), prompt_name=name, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)
