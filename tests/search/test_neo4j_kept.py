"""What is kept of loaded documents: the newest, never older than it was asked for, so many."""

from search.indexes.neo4j_kept import Latest


def test_only_what_is_new_enough_is_given() -> None:
    kept = Latest[str](10)
    kept.keep(1, 5, "of version 5")
    assert kept.known({1: 4, 2: 0}) == {1: "of version 5"}
    assert kept.known({1: 5}) == {1: "of version 5"}
    assert kept.known({1: 6}) == {}


def test_an_older_one_that_comes_late_does_not_take_the_place() -> None:
    kept = Latest[str](10)
    kept.keep(1, 5, "new")
    kept.keep(1, 4, "old")
    assert kept.known({1: 0}) == {1: "new"}


def test_what_was_not_asked_for_longest_goes_first() -> None:
    kept = Latest[str](2)
    kept.keep(1, 1, "a")
    kept.keep(2, 1, "b")
    kept.known({1: 1})
    kept.keep(3, 1, "c")
    assert kept.known({1: 1, 2: 1, 3: 1}) == {1: "a", 3: "c"}
