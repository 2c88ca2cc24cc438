"""Same-sound typos are put right; words that are words are left alone."""

import pytest

import seeds
from search.analyzer import Analyzer
from search.spelling import Spelling
from web.bootstrap import Platform


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


@pytest.mark.parametrize(
    "text",
    [
        "空压机余热回收与热泵干燥",  # 与热 sounds like 余热
        "老旧灯具和电装加热炉改造",  # 和电 sounds like 核电
        "以废钢为原料",
        "净化处理线",
        "燃煤锅炉改电锅炉",
    ],
)
def test_small_words_and_parts_of_words_are_no_typos(spelling: Spelling, text: str) -> None:
    assert spelling.correct(text) == text


def test_a_small_word_that_begins_a_question_may_be_a_typo(spelling: Spelling) -> None:
    assert spelling.correct("与热发电") == "余热发电"


def test_nothing_that_the_catalogue_says_is_changed(platform: Platform) -> None:
    view = platform.engine.view
    documents = (*view.entries.walk(), *view.demands.walk())
    wrong = set()
    for document in documents:
        texts = (document.title, *(p.text for p in document.passages if p.kind == "problem"))
        for text in (*texts, *document.summary.split("。")):
            normal = view.analyzer.normalize(text)[:200]
            if view.spelling.correct(normal) != normal:
                wrong.add(normal)
    assert not wrong
