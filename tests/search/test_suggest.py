"""Completion while typing."""

from search.results import Suggestion
from search.suggest import Suggester

POWER = Suggestion("余热发电", "concept", "concept-power")
FIRM = Suggestion("东方汽轮机有限公司", "organization", "org-1")
SUGGESTER = Suggester(
    [
        ("余热发电", POWER, 3),
        ("废热发电", POWER, 3),
        ("东方汽轮机有限公司", FIRM, 2),
        ("东方汽轮机", FIRM, 2),
    ]
)


def test_beginning_part_pinyin_and_initials_all_find_it() -> None:
    for typed in ("余热", "发电", "yure", "yrfd", "yr", "废热"):
        assert POWER in SUGGESTER.suggest(typed, 5), typed


def test_an_alias_gives_the_proper_name_once() -> None:
    assert SUGGESTER.suggest("东方", 5) == [FIRM]


def test_nothing_typed_or_nothing_known_suggests_nothing() -> None:
    assert SUGGESTER.suggest("", 5) == []
    assert SUGGESTER.suggest("zzzz", 5) == []
    assert SUGGESTER.suggest("余热", 0) == []
