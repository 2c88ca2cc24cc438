"""Analysis of Chinese text: the same words however they are typed."""

import pytest

import seeds
from search.analyzer import Analyzer


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer(seeds.lexicon())


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("數據中心液冷節能", "数据中心液冷节能"),
        ("ＶＯＣｓ　治理", "vocs 治理"),
        ("CO₂ 捕集", "co2 捕集"),
        ("  多   个\t空格\n", "多 个 空格"),
    ],
)
def test_traditional_full_width_and_case_fold_to_one_form(
    analyzer: Analyzer, typed: str, plain: str
) -> None:
    assert analyzer.normalize(typed) == plain


def test_words_without_end_are_cut_alike_wherever_they_stand(analyzer: Analyzer) -> None:
    (token,) = analyzer.tokens("x1" * 5000)
    assert len(token) == 200
    assert analyzer.tokens(f"余热 {'x1' * 200} 发电") == [*analyzer.tokens("余热"), token, "发电"]


def test_traditional_and_simplified_give_the_same_tokens(analyzer: Analyzer) -> None:
    assert analyzer.tokens("餘熱發電") == analyzer.tokens("余热发电") != []


def test_domain_words_stay_whole_and_their_parts_are_found(analyzer: Analyzer) -> None:
    tokens = analyzer.tokens("磷石膏制水泥缓凝剂")
    assert {"磷石膏", "石膏", "缓凝剂"} <= set(tokens)


def test_model_numbers_and_formulas_stay_whole(analyzer: Analyzer) -> None:
    tokens = analyzer.tokens("OTP1500 透平，PM2.5 与 Low-E 玻璃，CO2+飞轮储能 10MW")
    assert {"otp1500", "pm2.5", "low-e", "co2", "10mw"} <= set(tokens)


def test_stop_words_and_punctuation_are_left_out(analyzer: Analyzer) -> None:
    assert analyzer.tokens("!!!的、、、怎么。。。？") == []


@pytest.mark.parametrize("text", ["", " ", "\u200b", "🌱" * 50, "ﷺ" * 300, "a" * 10_000])
def test_odd_text_is_analysed_without_failing(analyzer: Analyzer, text: str) -> None:
    assert isinstance(analyzer.tokens(text), list)


def test_synonyms_are_found_inside_a_question(analyzer: Analyzer) -> None:
    found = analyzer.expand(analyzer.normalize("ORC低温热源发电"))
    assert "有机朗肯循环" in found["orc"]


def test_latin_synonyms_match_whole_words_only(analyzer: Analyzer) -> None:
    assert "orc" not in analyzer.expand(analyzer.normalize("forced draft"))


def test_marks_point_into_the_original_text(analyzer: Analyzer) -> None:
    text = "采用餘熱發電，CO₂減排"
    spans = analyzer.spans(text, ["余热发电", "co2"])
    assert [text[s.start : s.end] for s in spans] == ["餘熱發電", "CO₂"]
