"""Same-sound typos are put right; words that are words are left alone."""

import pytest

import seeds
from search.analyzer import Analyzer
from search.spelling import Spelling


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    lexicon = seeds.lexicon()
    analyzer = Analyzer(lexicon)
    return Spelling((analyzer.normalize(w) for w, _n in lexicon.words), analyzer.knows)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("水泥窑于热发电", "水泥窑余热发电"),
        ("脱消催化剂", "脱硝催化剂"),
        ("电解驴节能", "电解铝节能"),
        ("垃圾分烧炉渣", "垃圾焚烧炉渣"),
    ],
)
def test_typos_that_sound_the_same_are_corrected(
    spelling: Spelling, typed: str, meant: str
) -> None:
    assert spelling.correct(typed) == meant


@pytest.mark.parametrize(
    "text",
    ["水泥窑余热发电", "酒厂的酒糟怎么办", "成都的氢能企业", "orc 发电", "", "a1-b2", "你好吗"],
)
def test_right_text_is_left_alone(spelling: Spelling, text: str) -> None:
    assert spelling.correct(text) == text
