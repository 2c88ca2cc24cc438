"""Completion while typing."""

import pytest

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


def test_names_that_come_and_go_leave_the_same_as_a_list_made_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def name(n: int, title: str) -> tuple[str, Suggestion, int]:
        return title, Suggestion(title, "entry", f"entry-{n}"), 1

    for most in (2, 2000):  # sorted anew nearly each time, and never
        monkeypatch.setattr("search.suggest.MOST_LATER", most)
        now = Suggester([name(n, f"余热锅炉{n}") for n in range(9)])
        now = now.changed([name(3, "余热透平3"), name(20, "余热发电")], [("entry", "entry-3")])
        now = now.changed([name(3, "余热风机3")], [("entry", "entry-3"), ("entry", "entry-5")])
        kept = [name(n, f"余热锅炉{n}") for n in range(9) if n not in {3, 5}]
        anew = Suggester([*kept, name(20, "余热发电"), name(3, "余热风机3")])
        for typed in ("余热", "热风", "yrfj", "yureguolu", "透平", "锅炉5"):
            assert now.suggest(typed, 20) == anew.suggest(typed, 20)
        assert now.suggest("yrfj", 1)[0].id == "entry-3"
        assert not now.suggest("透平", 5)
