"""Reasons in words: the question's own words, few synonyms, nothing that is not there."""

import pytest

from search.documents import Card, Passage, SearchDocument
from search.explain import meaning_reason, telling, word_reason
from search.index import TokenQuery


def asked(*groups: dict[str, float]) -> TokenQuery:
    return TokenQuery(groups)


@pytest.mark.parametrize(
    ("groups", "named", "said"),
    [
        # The word itself is there: its synonyms go unsaid.
        ([{"余热": 1, "废热": 0.8}, {"焦炉": 1}], ["焦炉", "余热", "废热"], "含“焦炉”“余热”"),
        # A word that is not there is said to be stood in for.
        (
            [{"烘干": 1, "干燥": 0.8}, {"陶瓷": 1}],
            ["陶瓷", "干燥"],
            "含“陶瓷”和与“烘干”相关的“干燥”",
        ),
        ([{"烘干": 1, "干燥": 0.8}], ["干燥"], "含与“烘干”相关的“干燥”"),
        # Enough own words: no synonym.
        (
            [{"烘干": 1, "干燥": 0.8}, {"陶瓷": 1}, {"窑炉": 1}],
            ["陶瓷", "窑炉", "干燥"],
            "含“陶瓷”“窑炉”",
        ),
        # A part of a longer synonym is no synonym.
        ([{"余热": 1, "waste": 0.26}], ["waste"], None),
        # The synonym of a word inside one that was found adds nothing.
        ([{"啤酒厂": 1}, {"酒厂": 1, "酿造": 0.8}], ["啤酒厂", "酿造"], "含“啤酒厂”"),
        # Halves of a word that is not there.
        ([{"空压机": 1}, {"空压": 1}, {"压机": 1}], ["压机"], None),
        ([{"电镀废水": 1}, {"电镀": 1}, {"废水": 1}], ["废水"], "含“废水”"),
        ([{"余热回收": 1}, {"余热": 1}], ["余热", "余热回收"], "含“余热回收”"),
        ([{"cod": 1}], ["cod"], "含“COD”"),
        ([{"a": 1}], [], None),
    ],
)
def test_the_words_that_were_found_are_named(
    groups: list[dict[str, float]], named: list[str], said: str | None
) -> None:
    assert word_reason(asked(*groups), set(named), named) == said


def test_rare_words_are_named_first_general_ones_and_numbers_never() -> None:
    rarity = {"焦炉": 5.0, "余热": 2.0}
    words = ["余热", "焦炉", "项目", "白白", "20", "热"]
    assert telling(words, lambda w: rarity.get(w, 9.0)) == ["焦炉", "余热"]


def test_a_case_is_named_by_its_title() -> None:
    case = Passage("case", "某厂余热回用。某某公司。热能耗由6.63降到3.11")
    document = SearchDocument(
        id="e", title="t", text={}, passages=(case,), facets={}, card=Card(kind="技术")
    )
    assert meaning_reason(document, 0) == "与它的案例“某厂余热回用”意思相近"
