"""The segmenter against jieba's own loading of the same dictionary."""

import tempfile
from pathlib import Path

import jieba
import pytest

from search.segmenter import Segmenter

TEXT = "焦炉烟气余热回收与有机朗肯循环发电，磷石膏做成水泥缓凝剂，5G+智慧能源管控"


def test_words_and_weights_are_those_of_jieba(tmp_path: Path) -> None:
    own, plain = Segmenter(), jieba.Tokenizer()
    plain.tmp_dir = str(tmp_path)
    plain.initialize()
    own.initialize()
    assert own.FREQ == plain.FREQ
    assert own.total == plain.total
    assert list(own.cut_for_search(TEXT)) == list(plain.cut_for_search(TEXT))


def test_nothing_is_written_to_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    segmenter = Segmenter()
    segmenter.add_word("除垢机器人")
    assert "除垢机器人" in segmenter.lcut("一台除垢机器人")
    assert list(tmp_path.iterdir()) == []


def test_another_dictionary_is_refused() -> None:
    with pytest.raises(ValueError, match="general"):
        Segmenter().initialize("other.txt")
