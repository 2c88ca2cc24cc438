"""Vectors outlive the process, by model, and are not encoded twice."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from search.memory import FileMemory, file_memories, key_of
from search.vectors import PassageVectors


class CountingEncoder:
    """Vectors made of the text's letters; counts what it is asked for."""

    fingerprint, dimension = "letters", 4

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        rows = [np.random.default_rng(list(map(ord, text))).normal(size=4) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], np.float32)


@pytest.fixture
def encoder() -> CountingEncoder:
    return CountingEncoder()


def test_a_text_is_encoded_once(encoder: CountingEncoder, tmp_path: Path) -> None:
    vectors = PassageVectors(encoder, FileMemory(tmp_path, "letters"))
    before = vectors.encode(["余热", "余压", "余热"])
    assert encoder.asked == ["余热", "余压"]
    assert np.array_equal(before[0], before[2])
    vectors.save(["余热", "余压"])
    again = PassageVectors(encoder, FileMemory(tmp_path, "letters"))
    assert np.array_equal(again.encode(["余压", "余热"]), before[[1, 0]])
    assert encoder.asked == ["余热", "余压"]


def test_what_no_text_has_any_more_is_forgotten(encoder: CountingEncoder, tmp_path: Path) -> None:
    vectors = PassageVectors(encoder, FileMemory(tmp_path, "letters"))
    vectors.encode(["余热", "余压"])
    vectors.save(["余压"])
    (memory,) = file_memories(tmp_path)
    assert [key for key, _vector in memory.items()] == [key_of("余压")]


def test_models_are_kept_apart(encoder: CountingEncoder, tmp_path: Path) -> None:
    first = PassageVectors(encoder, FileMemory(tmp_path, "letters"))
    first.encode(["余热"])
    first.save(["余热"])
    assert FileMemory(tmp_path, "other").known([key_of("余热")]) == {}
    assert [memory.fingerprint for memory in file_memories(tmp_path)] == ["letters"]


def test_a_vector_of_another_length_is_encoded_again(encoder: CountingEncoder) -> None:
    memory = FileMemory(None, "letters")
    memory.keep({key_of("余热"): np.ones(3, np.float32)})
    assert PassageVectors(encoder, memory).encode(["余热"]).shape == (1, 4)
