"""The real model: unit vectors, hostile text, the same answer alone and in a batch."""

import numpy as np
import pytest

from search.encoder import OnnxEncoder
from search.errors import ModelUnavailable
from search.model import is_prepared
from web.bootstrap import Platform


@pytest.fixture(scope="module")
def encoder(platform: Platform) -> OnnxEncoder:
    assert isinstance(platform.engine.encoder, OnnxEncoder)
    return platform.engine.encoder


def test_vectors_are_unit_float32(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode_passages(["水泥窑余热发电", "污泥干化", ""])
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


def test_meaning_beats_words(encoder: OnnxEncoder) -> None:
    query = encoder.encode_queries(["烟气的热量白白排掉了"])[0]
    near, far = encoder.encode_passages(["余热回收利用", "烟草包装印刷"])
    assert query @ near > query @ far


def test_a_batch_gives_what_single_texts_give(encoder: OnnxEncoder) -> None:
    texts = ["屋顶光伏", "一段长得多的文字，" * 20, "磷石膏综合利用"]
    alone = np.concatenate([encoder.encode_passages([t]) for t in texts])
    together = encoder.encode_passages(texts)
    assert ((alone * together).sum(axis=1) > 0.99).all()


@pytest.mark.parametrize(
    "text", ["\ufdfa" * 400, "字" * 10_000, "\u0000", "🌱" * 300, "a\u0301" * 500]
)
def test_hostile_text_is_encoded_without_harm(encoder: OnnxEncoder, text: str) -> None:
    vector = encoder.encode_queries([text])[0]
    assert np.isfinite(vector).all()


def test_nothing_in_no_vectors_out(encoder: OnnxEncoder) -> None:
    assert encoder.encode_queries([]).shape == (0, 384)


def test_a_damaged_model_is_noticed(
    platform: Platform, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("model")
    source = platform.settings.model_folder
    for file in source.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    assert is_prepared(folder)
    (folder / "tokenizer.json").write_bytes(b"{}")
    assert not is_prepared(folder)
    with pytest.raises(ModelUnavailable):
        OnnxEncoder(folder)
